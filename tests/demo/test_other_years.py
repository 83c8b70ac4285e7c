"""Other seeds, late ones, make-up workdays; the same seed is the same year."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime

import pytest
from django.db import transaction

from gongkai.accounts.models import Office
from gongkai.audit.models import Entry
from gongkai.demo import bureau, year
from gongkai.demo.cast import BUSINESS, CLERKS, consenter
from gongkai.demo.commands import load, loaded
from gongkai.demo.deeds import ZONE
from gongkai.demo.load import BEGINNINGS, Loader
from gongkai.demo.play import Player
from gongkai.demo.profile import FOUNDING, LATE_KINDS, Count, drawn, profile_of, sized
from gongkai.events.models import Interview
from gongkai.evidence.queries import compute, records
from gongkai.foi.queries import stale, stale_letters
from gongkai.law.calendar import shipped_calendar
from gongkai.ledger import queries as ledger
from gongkai.registers.register import all_registers
from gongkai.sockets import Scope, all_indicators

pytestmark = pytest.mark.slow

CUT = date(2022, 11, 30)

#: A small year with something of every kind.
SMALL = replace(
    drawn(5), applications=Count(14, 2), wechat=Count(6, 1), website=Count(5, 1), infographics=Count(3), infographics_apart=Count(1), news=Count(2),
    enterprises=Count(30, 5), briefings=Count(3, 1), concerns=Count(10, 1), interviews=Count(3), drafts=Count(6, 1), opinions=Count(9, 2),
    findings=Count(4), changes=Count(3), rectified=Count(3), directors=2, normative=Count(2), plans=Count(1), withheld=1,
)  # fmt: skip


def test_the_same_seed_is_the_same_year():
    assert year.deeds(SMALL, 5, 2022) == year.deeds(SMALL, 5, 2022)


def test_another_seed_is_another_year():
    assert drawn(1) != drawn(2)
    assert year.deeds(SMALL, 5, 2022) != year.deeds(SMALL, 6, 2022)


def test_deeds_come_in_order_of_time_within_and_across_stories():
    stories = list(year.stories(FOUNDING, 2022, 2022))
    for story in stories:
        moments = [deed.at for deed in story.deeds]
        assert moments == sorted(set(moments))


@pytest.mark.parametrize("of", [2020, 2022, 2024, 2025])
def test_the_office_works_on_working_days(of):
    calendar = shipped_calendar()
    # A concern is answered round the clock, and an opinion comes in whenever someone writes.
    free = {"concerns", "opinions", "gazette-submissions"}
    off = [deed for deed in year.deeds(drawn(3), 3, of) if deed.register not in free and not calendar.is_workday(deed.at.date())]
    assert off == []


@pytest.mark.parametrize("day", [date(2022, 1, 29), date(2022, 1, 30), date(2022, 4, 2), date(2022, 4, 24), date(2022, 5, 7), date(2022, 10, 8), date(2022, 10, 9)], ids=str)
def test_make_up_workdays_are_worked(day):
    assert day.weekday() >= 5
    assert any(deed.at.date() == day for deed in year.deeds(FOUNDING, 2022, 2022))


def test_an_application_is_handed_in_on_a_make_up_workday_and_one_runs_over_the_national_holiday():
    received = {d.name: d.facts["handed_in_on"] for d in year.deeds(FOUNDING, 2022, 2022) if d.verb == "foi.receive"}
    replied = {d.name: d.facts["dispatched_on"] for d in year.deeds(FOUNDING, 2022, 2022) if d.verb == "foi.reply"}
    assert any(day.weekday() >= 5 and shipped_calendar().is_workday(day) for day in received.values())
    assert any(day < date(2022, 10, 1) and replied.get(name, day) > date(2022, 10, 7) for name, day in received.items())


def test_the_founding_year_shows_every_turn_an_application_takes():
    verbs = Counter(deed.verb for deed in year.deeds(FOUNDING, 2022, 2022))
    for verb in ("foi.confirm", "foi.ask_to_correct", "foi.corrected", "foi.consult", "foi.opinion_received", "foi.extend", "foi.withdraw", "foi.reply"):
        assert verbs[verb], verb
    channels = {deed.facts["channel"] for deed in year.deeds(FOUNDING, 2022, 2022) if deed.verb == "foi.receive"}
    assert {"internet", "post_signed", "counter"} <= channels


def test_who_consents_in_august_is_the_deputy():
    assert consenter(date(2022, 8, 10)) == "shenzhiqiu"
    assert consenter(date(2022, 8, 22)) == "gumingyuan"


def test_every_business_section_has_a_clerk():
    assert set(BUSINESS) <= set(CLERKS)


@pytest.mark.parametrize("asked", [1_000, 12_000])
def test_a_year_of_a_size_holds_about_that_many_records(asked):
    count = sum(
        len(deed.facts["rows"]) if deed.verb == "bring_in" else 1 + (deed.verb == "foi.receive")
        for story in year.stories(sized(drawn(1), asked), 1, 2022) for deed in story.deeds
        if deed.verb in BEGINNINGS | {"bring_in"}
    )
    assert 0.8 * asked < count < 1.25 * asked


# -- One small year, played and written -----------------------------------------------------------------------------

CUTS = (date(2022, 6, 30), CUT, date(2022, 12, 31))
LATE = replace(SMALL, late=len(LATE_KINDS))
LATE_CLAIMS = {
    "foi.received": "answered_lawfully",
    "consultation.opinions": "fed_back_in_month",
    "documents.benefit_policies": "interpreted_in_time",
    "documents.gazette_due": "submitted_in_30_days",
    "concerns.received": "responded_in_time",
}


def numbers(cast: bureau.Cast) -> dict:
    """Every indicator with its claims, at each cut."""
    return {
        (cut, key): (value.number, {name: (c.held, c.pending, c.failed) for name, c in value.claims.items()})
        for cut in CUTS for key, value in compute(Scope.of_year(cast.office.pk, 2022, cut)).items()
    }


@pytest.fixture(scope="module")
def written(django_db_setup, django_db_blocker):
    """The numbers of the small year as the set-based generator writes it. Nothing of it stays."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = bureau.settle(2022)
        Loader(cast, by=cast.people["shenzhiqiu"]).load(year.stories(LATE, 5, 2022))
        found = numbers(cast)
        transaction.set_rollback(True)
    return found


@pytest.fixture(scope="module")
def played_year(written, django_db_blocker):
    """The small year played through the actions, once for this module."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = bureau.settle(2022)
        Player(cast).play(year.deeds(LATE, 5, 2022))
        yield cast
        transaction.set_rollback(True)


@pytest.fixture
def played(played_year, django_db_blocker):
    with django_db_blocker.unblock():
        yield played_year


@pytest.mark.slow
def test_playing_and_writing_in_sets_give_the_same_numbers(played, written):
    found = numbers(played)
    assert set(found) == {(cut, key) for cut in CUTS for key in all_indicators()}
    assert {key: (found[key], written[key]) for key in found if found[key] != written[key]} == {}


@pytest.mark.parametrize("cut", CUTS, ids=str)
def test_every_claim_parts_its_records(played, cut):
    scope = Scope.of_year(played.office.pk, 2022, cut)
    for key, value in compute(scope).items():
        population = records(scope, value.indicator).order_by().count()
        for claim in value.claims.values():
            assert claim.held + claim.pending + claim.failed == population, (key, claim)


@pytest.mark.parametrize(("key", "claim"), LATE_CLAIMS.items(), ids=LATE_CLAIMS)
def test_a_late_one_takes_away_the_word_all_and_is_named(played, key, claim):
    scope = Scope.of_year(played.office.pk, 2022, CUT)
    values = compute(scope, [key])
    counts = values[key].claims[claim]
    late = records(scope, values[key].indicator, claim, "failed").first()
    assert late is not None
    text = "".join(segment.text for segment in ledger.render(f"{{{{{key}|均 {claim}}}}}", scope, values))
    assert counts.claim.exception(late) in text
    assert "均" not in text


# -- What the set-based generator and the command leave --------------------------------------------------------------


@pytest.mark.django_db
def test_rows_written_in_sets_pass_their_registers_own_law():
    cast = bureau.settle(2022)
    Loader(cast, by=cast.people["shenzhiqiu"]).load(year.stories(profile_of(7, records=300), 7, 2022))
    for register in all_registers().values():
        for item in register.model._base_manager.filter(office=cast.office):
            item.full_clean(exclude=[f.name for f in item._meta.fields if f.is_relation], validate_unique=False, validate_constraints=False)
            assert not register.objections or not list(register.objections(item)), item
    assert stale(cast.office) == []
    assert stale_letters(cast.office) == []


@pytest.mark.django_db
def test_what_is_written_after_a_set_gets_ids_of_its_own():
    cast = bureau.settle(2022)
    Loader(cast, by=None).load(year.stories(profile_of(7, records=100), 7, 2022))
    last = Interview.objects.latest("pk").pk
    assert Interview.objects.create(office=cast.office, interviewed_on=CUT, media="青禾日报", media_kind="paper", subject="试").pk > last


@pytest.mark.django_db
def test_a_year_that_is_not_over_stops_now():
    now = datetime(2022, 3, 10, 12, tzinfo=ZONE)
    load(seed=5, of=2022, records=100, now=now)
    assert Entry.objects.filter(verb="publishing.column_opened").exists()
    assert not Entry.objects.filter(at__gt=now, source="年度模拟").exists()


@pytest.mark.django_db
def test_a_load_that_breaks_leaves_nothing(monkeypatch):
    class Broken(Exception):
        pass

    def stop(*args, **kwargs):
        raise Broken

    monkeypatch.setattr("gongkai.demo.commands.Player.play", stop)
    with pytest.raises(Broken):
        load(seed=5, of=2022, records=100)
    assert not Office.objects.exists()
    assert loaded() is None
