"""The cast taken on: offices, people and posts as they stand in the database."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache

from django.contrib.auth import base_user
from django.db import transaction
from django.utils import timezone

from gongkai.accounts.actions import add_person, add_section, deputise, give_post
from gongkai.accounts.models import Office, Post, Section, User
from gongkai.accounts.roles import Role
from gongkai.publishing.actions import (
    describe_site,
    lay_out_catalogue,
    lay_out_columns,
    open_column,
    settle_entry,
)
from gongkai.publishing.models import Column

from .cast import (
    AWAY,
    BUSINESS,
    CATALOGUE,
    COLUMNS,
    CONTENT,
    COORDINATOR,
    DISCLOSURE_HEAD,
    NONE_OF,
    OFFICE,
    OFFICE_SECTION,
    PASSWORD,
    PEOPLE,
    SECTIONS,
    SITE,
    begun_on,
)
from .clock import occurring

#: The platform's own columns, all kept by the office's section.
FIXED = ("xxgk", "gkzn", "gkzd", "fdzdgknr", "gknb", "ysqgk")


@dataclass(frozen=True, slots=True)
class Cast:
    """The bureau as it stands in the database."""

    office: Office
    sections: dict[str, Section]
    people: dict[str, User]
    columns: dict[str, Column]


@contextmanager
def _hashed_once() -> Iterator[None]:
    """Inside, the same password is hashed only once.

    Hashing is slow on purpose, a second for each person on a busy machine; the cast shares one
    password, printed for everyone to read, so there is nothing to protect by hashing it thirty times.
    """
    real = base_user.make_password
    base_user.make_password = cache(real)
    try:
        yield
    finally:
        base_user.make_password = real


@transaction.atomic
def settle(year: int, progress=lambda done, total: None) -> Cast:
    """Afterwards the bureau exists with its sections, people, posts, columns and one period of deputising."""
    day = begun_on(year)
    with occurring(timezone.make_aware(datetime.combine(day, time(9, 0)))), _hashed_once():
        office = Office.objects.create(**OFFICE)
        people: dict[str, User] = {}
        admin = None
        # The administrator first: everyone after is taken on by him.
        ordered = sorted(PEOPLE, key=lambda m: m.username != "shian")
        for n, member in enumerate(ordered, 1):
            people[member.username] = add_person(
                office, username=member.username, name=member.name, password=PASSWORD, by=admin, must_change_password=False
            )
            admin = admin or people[member.username]
            progress(n, len(ordered))
        sections = {
            name: add_section(office, name=name, order=n, is_business=name in BUSINESS, valid_from=day, by=admin)
            for n, name in enumerate(SECTIONS, 1)
        }
        for member in ordered:
            for role, section, title in member.posts:
                give_post(people[member.username], role=role, section=sections.get(section), title=title, starts_on=day, by=admin)
        columns = {
            slug: open_column(
                office, name=name, slug=slug, column_type=kind, owner=sections[owner], order=n, opened_on=day, by=people[COORDINATOR]
            )
            for n, (slug, name, kind, owner) in enumerate(COLUMNS, 1)
        }
        for column in lay_out_columns(office, by=people[COORDINATOR], opened_on=day, fixed_only=True, owners=dict.fromkeys(FIXED, sections[OFFICE_SECTION])):
            columns[column.slug] = column
        for _, slug, name, *_ in CONTENT:
            columns[slug] = open_column(
                office, name=name, slug=slug, column_type="catalogue", template="catalogue", parent=columns["fdzdgknr"], owner=sections[OFFICE_SECTION], opened_on=day, by=people[COORDINATOR],
            )  # fmt: skip
        for entry in lay_out_catalogue(office, by=people[COORDINATOR]):
            if entry.code in CATALOGUE or entry.code in NONE_OF:
                settle_entry(entry, by=people[COORDINATOR], column=columns.get(CATALOGUE.get(entry.code, "")), none_reason=NONE_OF.get(entry.code), on=day)
        describe_site(office, by=people[COORDINATOR], **SITE)
        (m1, d1), (m2, d2) = AWAY
        deputise(
            Post.objects.get(user=people[DISCLOSURE_HEAD], role=Role.DISCLOSURE_HEAD), user=people[COORDINATOR],
            starts_on=date(year, m1, d1), ends_on=date(year, m2, d2), reason="外出培训", by=admin,
        )
    return Cast(office, sections, people, columns)


def standing() -> Cast | None:
    """The bureau, when it is there."""
    office = Office.objects.filter(name=OFFICE["name"]).first()
    if office is None:
        return None
    return Cast(
        office, {s.name: s for s in office.sections.all()}, {u.username: u for u in office.people.all()},
        {c.slug: c for c in Column.objects.of(office)},
    )


def logins() -> Iterable[tuple[str, str, str]]:
    """Who to sign in as: user name, name, what they are here."""
    for member in PEOPLE:
        said = [title if not section or title.startswith((section, "政府")) else section + (title or Role(role).label) for role, section, title in member.posts]
        said = [words or Role(role).label for words, (role, _, _) in zip(said, member.posts, strict=True)]
        yield member.username, member.name, "、".join(said) + (f"（{member.does}）" if said and member.does else member.does)
