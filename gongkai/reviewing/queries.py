"""Questions of the chain: where a record stands, who may take a step, what waits for whom."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from django.apps import apps
from django.utils import timezone

from gongkai.accounts.models import Post
from gongkai.accounts.roles import ADMINS, Role
from gongkai.law.figures import figure
from gongkai.law.instruments import bracketed
from gongkai.rulebook.queries import adjustments
from gongkai.screening import queries as screening
from gongkai.screening.rules import Draft, Finding, Passage
from gongkai.sockets import Outgoing, Reviewable, get_reviewable
from gongkai.text import differences
from gongkai.text.differences import Change

from . import rules
from .models import BundleItem, Look, ReviewTemplate, Submission, Withdrawal
from .rules import Chain, Step

#: Those who never review: they write nothing and answer for nothing published.
NOT_REVIEWERS = ADMINS | {Role.SUPERIOR}


class Taker(NamedTuple):
    """A role that takes a step, and whether only in the item's own section."""

    role: str
    own_section: bool


@cache
def shipped() -> dict:
    """figures/steps.toml: classes of content with their takers, and the gates of the checklist."""
    with (Path(__file__).parent / "figures" / "steps.toml").open("rb") as source:
        return tomllib.load(source)


def classes() -> dict[str, str]:
    return {key: row["label"] for key, row in shipped()["class"].items()}


def gates() -> list[tuple[str, str]]:
    return [(row["key"], row["label"]) for row in shipped()["gate"]]


#: The channels, as pages name them.
CHANNELS = {"website": "网站", "wechat": "微信公众号", "weibo": "政务微博", "gazette": "公报", "other": "其他"}


class Arrangement(NamedTuple):
    """How an office reviews on a day: who takes which step of which class, and whether secrecy may be one of the three.

    `takers` are by (channel, class); the channel "" stands for every channel without an arrangement of its own.
    """

    takers: Mapping[tuple[str, str], Mapping[Step, list[Taker]]]
    secrecy_may_review: bool

    def of(self, submission: Submission, step: Step) -> list[Taker]:
        return self.on(submission.channels, submission.content_class, step)

    def on(self, channels: Iterable[str], content_class: str, step: Step) -> list[Taker]:
        """The posts that may take the step for each of these channels: one copy is looked at once for all of them."""
        usual = self.takers.get(("", content_class)) or self.takers["", "general"]
        first, *others = [self.takers.get((channel, content_class), usual)[step] for channel in channels] or [usual[step]]
        return [taker for taker in first if all(taker in other for other in others)]


def arrangement(office_id: int, on: date | None = None) -> Arrangement:
    """The office's own templates in force on the day, else what is shipped. Two queries."""
    on = on or timezone.localdate()
    rows = {("", key): dict(row) for key, row in shipped()["class"].items()}
    for own in ReviewTemplate.objects.filter(office_id=office_id, starts_on__lte=on).order_by("starts_on", "pk"):
        rows[own.channel, own.content_class] = own.takers
    apart = figure("reviewing", "secrecy_may_review", on, adjustments(office_id, "reviewing")).value
    return Arrangement({key: takers_of(row) for key, row in rows.items()}, bool(apart))


def takers_of(row: Mapping) -> dict[Step, list[Taker]]:
    """A template as it is kept, read."""
    return {step: [Taker(one["role"], one["where"] == "section") for one in row[step.value]] for step in Step}


def post_for(user, submission: Submission, step: Step, on: date | None = None, how: Arrangement | None = None) -> Post | None:
    """The post in which this person may take the step, own or deputised; None when there is none."""
    if user.office_id != submission.office_id:
        return None
    for taker in (how or arrangement(submission.office_id, on)).of(submission, step):
        for post in user.posts_on(on or timezone.localdate()):
            if post.role == taker.role and (not taker.own_section or post.section_id == submission.section_id):
                return post
    return None


def facts(records: Iterable[tuple[str, int]]) -> Mapping[tuple[str, int], tuple[list[Submission], list[Look]]]:
    """Every submission and look of these records: two queries."""
    wanted = set(records)
    found: dict[tuple[str, int], tuple[list[Submission], list[Look]]] = {key: ([], []) for key in wanted}
    kinds = {kind for kind, _ in wanted}
    ids = {pk for _, pk in wanted}
    for submission in Submission.objects.filter(kind__in=kinds, record_id__in=ids).select_related("submitted_by", "section", "release").order_by("number"):
        if (key := (submission.kind, submission.record_id)) in found:
            found[key][0].append(submission)
    by_id = {s.pk: (s.kind, s.record_id) for submissions, _ in found.values() for s in submissions}
    for look in Look.objects.filter(submission__in=by_id).select_related("submission", "by", "acting_for__section").order_by("at", "pk"):
        found[by_id[look.submission_id]][1].append(look)
    return found


class Standing(NamedTuple):
    """A record's newest submission and where it stands."""

    submission: Submission
    chain: Chain
    submissions: list[Submission]
    looks: list[Look]

    @property
    def author_ids(self) -> set[int]:
        return {author for submission in self.submissions for author in submission.author_ids}


def standing(kind: str, record_id: int) -> Standing | None:
    """Where a record stands; None before it was ever submitted."""
    submissions, looks = facts([(kind, record_id)])[kind, record_id]
    return _stand(submissions, looks) if submissions else None


def standing_of(submission: Submission) -> Standing:
    """Where the record of this submission stands; its newest may be a later one."""
    return standings([submission])[0]


def _stand(submissions: list[Submission], looks: list[Look]) -> Standing:
    return Standing(submissions[-1], rules.chain([s.sent for s in submissions], [look.fact for look in looks]), submissions, looks)


def is_withdrawn(submission: Submission) -> bool:
    """Whether a withdrawal stands in this submission's way: of its own release or of an earlier one, with none sent afresh since.

    What was under review when its record was withdrawn falls with it.
    """
    gone = Withdrawal.objects.filter(submission__kind=submission.kind, submission__record_id=submission.record_id, submission__number__lte=submission.number)
    number = gone.order_by("-submission__number").values_list("submission__number", flat=True).first()
    return number is not None and not Submission.objects.filter(
        kind=submission.kind, record_id=submission.record_id, afresh=True, number__gt=number, number__lte=submission.number
    ).exists()


def standings(submissions: Iterable[Submission]) -> list[Standing]:
    """Where the records of these submissions stand, in the order given: a constant number of queries."""
    keys = [(s.kind, s.record_id) for s in submissions]
    found = facts(keys)
    return [_stand(*found[key]) for key in dict.fromkeys(keys)]


def may_look(user, at: Standing, step: Step, verdict: rules.Verdict = rules.Verdict.PASS, how: Arrangement | None = None) -> bool:
    """Whether the person may take this step now: the post, and nothing of the law against it."""
    how = how or arrangement(at.submission.office_id)
    if post_for(user, at.submission, step, how=how) is None:
        return False
    return not rules.objections_to_look(
        at.chain, step, verdict, by=user.pk, authors=at.author_ids, secrecy_may_review=how.secrecy_may_review,
    )  # fmt: skip


def open_standings(office_id: int) -> list[Standing]:
    """Everything under way in the office: submitted, not yet out."""
    return standings(Submission.objects.of(office_id).newest().filter(release=None).order_by("submitted_at"))


def waiting_for(user) -> list[tuple[Standing, list[Step]]]:
    """What waits for this person, with the steps open to them."""
    if not user.office_id or not user.roles_on():
        return []
    found, how = [], arrangement(user.office_id)
    for at in open_standings(user.office_id) + owed_standings(user.office_id):
        steps = [
            step for step in at.chain.open_steps
            if may_look(user, at, step, how=how) or (at.chain.stage(step).waits_for == user.pk and may_look(user, at, step, rules.Verdict.RECONFIRM, how))
        ]
        if steps:
            found.append((at, steps))
    return found


def owed_standings(office_id: int) -> list[Standing]:
    """What went out in an emergency and still wants its reviews."""
    return [at for at in standings(Submission.objects.of(office_id).newest().filter(emergency=True).exclude(release=None)) if at.chain.owed]


def by_step(looks: Iterable[Look]) -> dict[str, list[Look]]:
    grouped: dict[str, list[Look]] = defaultdict(list)
    for look in looks:
        grouped[look.step].append(look)
    return dict(grouped)


def changed(entry: Reviewable, before: Mapping, after: Mapping) -> list[Change]:
    """What differs between two copies of a record, passage by passage; what is alike is left out."""
    return [change for change in differences.changes(entry.passages(before), entry.passages(after)) if change.changed]


def last_choice(at: Standing | None, going: Outgoing) -> tuple[list[str], dict[str, str]]:
    """The channels a record was last sent for, with their own titles; before it was sent, the usual channel."""
    return (list(at.submission.channels), dict(at.submission.titles)) if at else (list(going.channels[:1]), {})


def own_titles(titles: Mapping[str, str], channels: Iterable[str], title: str) -> dict[str, str]:
    """Of the titles given for channels, those that go out: of a channel that was chosen, and other than the item's own."""
    return {channel: own for channel, given in titles.items() if channel in channels and (own := given.strip()) not in ("", title)}


def findings(item, entry: Reviewable, content: Mapping, titles: Mapping[str, str], on: date | None = None) -> tuple[Draft, list[Finding]]:
    """What screening finds in a copy and in the titles that channels have of their own, with what was dismissed for this record marked so.

    Of kinds that are not screened only the titles are. A title stands by itself: what begins it begins a text.
    """
    day = on or timezone.localdate()
    names = Draft(tuple(Passage(title_path(channel), f"{CHANNELS.get(channel, channel)}标题", title, "text") for channel, title in titles.items()))
    copy = entry.draft(content) if entry.draft else Draft(())
    found = [finding for draft in (names, copy) if draft.passages for finding in screening.screen(item.office, draft, day, record=item)]
    return Draft((*names.passages, *copy.passages)), together(item, found)


def title_path(channel: str) -> str:
    """Where findings in a channel's own title point to."""
    return f"titles/{channel}"


def channels_said(submission: Submission) -> str:
    """The channels in words, each with the title it has of its own."""
    return "、".join(CHANNELS.get(channel, channel) + (f"（标题{bracketed(title)}）" if (title := submission.titles.get(channel)) else "") for channel in submission.channels)


def together(item, found: list[Finding]) -> list[Finding]:
    """`found` without links that are dead only until the record itself, or a member of its bundle, is out."""
    if not any(finding.rule == "dead_link" for finding in found):
        return found
    going = {f"/{model.path_of(int(pk))}" for label, _, pk in (member.partition(":") for member in {f"{item._meta.label}:{item.pk}", *beside(item._meta.label, item.pk)}) if hasattr(model := apps.get_model(label), "path_of")}
    return [finding for finding in found if finding.rule != "dead_link" or unquote(urlsplit(finding.detail).path) not in going]


def dead_links(submission: Submission, on: date | None = None) -> list[Finding]:
    """Links of this very copy that lead nowhere on the site today."""
    entry = get_reviewable(submission.kind)
    if entry.draft is None:
        return []
    item = apps.get_model(submission.kind)._base_manager.get(pk=submission.record_id)
    return together(item, screening.dead_links(item.office, entry.draft(submission.content), on or timezone.localdate()))


def companions(submission: Submission) -> list[str]:
    """What this copy goes out together with, as it was bound when it was sent; itself left out.

    The title is that of the member's own newest copy, since that is what is reviewed; before it has one, the record's.
    """
    keys = [(kind, int(pk)) for kind, _, pk in (member.partition(":") for member in submission.beside) if (kind, int(pk)) != (submission.kind, submission.record_id)]
    sent = facts(keys) if keys else {}
    titles = [sent[kind, pk][0][-1].title if sent[kind, pk][0] else get_reviewable(kind).gather(apps.get_model(kind)._base_manager.get(pk=pk)).title for kind, pk in keys]
    return [f"{get_reviewable(kind).label}{bracketed(title)}" for (kind, _), title in zip(keys, titles, strict=True)]


def beside(kind: str, record_id: int) -> list[str]:
    """The members of the open bundle this record is in, itself included ("documents.Interpretation:3"); empty when in none."""
    mine = BundleItem.objects.filter(kind=kind, record_id=record_id, is_open=True).values_list("bundle_id", flat=True)
    return sorted(f"{k}:{pk}" for k, pk in BundleItem.objects.filter(bundle__in=mine, is_open=True).values_list("kind", "record_id"))
