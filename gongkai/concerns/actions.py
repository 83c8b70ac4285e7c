"""Everything that changes a concern beyond entering and correcting its facts."""

from datetime import datetime

from django.db import transaction

from gongkai.accounts.models import Office, User
from gongkai.audit.actions import record
from gongkai.audit.verbs import sentences
from gongkai.law import Objection
from gongkai.law.refusals import refuse_if
from gongkai.rulebook.queries import adjustments, calendar

from . import rules
from .models import Concern

sentences(
    concerns__found="登记社会关切“{matter}”，来源为{source}",
    concerns__graded="将社会关切“{matter}”定为{grade}",
    concerns__responded="首次回应社会关切“{matter}”，时间{at}",
    concerns__press_held="就“{matter}”举行新闻发布会，时间{at}",
    concerns__replied="答复办结社会关切“{matter}”，时间{at}",
    concerns__clarified="就“{matter}”发布准确信息予以澄清，时间{at}",
)


def derive(concern: Concern) -> None:
    """Write the moments by which the office must have spoken. The only writer of those columns; the caller saves."""
    days, own = calendar(), adjustments(concern.office_id, "concerns")
    first, press = rules.response_clock(concern.facts, days, own), rules.press_clock(concern.facts, days, own)
    concern.first_due_at = first.last_moment if first else None
    concern.press_due_at = press.last_moment if press else None


def objections(concern: Concern) -> list[Objection]:
    """What stands against the concern as it is, saved or not."""
    return [
        *rules.objections(concern.facts),
        *rules.objections_to_words(concern.subject, concern.reply_summary, concern.remarks),
        *rules.objections_to_clarifying(
            is_misinformation=concern.is_misinformation, clarified_at=concern.clarified_at, found_at=concern.found_at
        ),
    ]


@transaction.atomic
def find(office: Office, *, by: User | None, subject: str, source: str, found_at: datetime, **facts) -> Concern:
    """登记社会关切。Afterwards the matter is on record and its hours run."""
    concern = Concern(office=office, subject=subject, source=source, found_at=found_at, **facts)
    _settle(concern)
    concern.save(force_insert=True)
    record("concerns.found", concern, by=by, matter=subject, source=concern.get_source_display())
    return concern


@transaction.atomic
def grade(concern: Concern, *, by: User | None, grade: str, at: datetime) -> Concern:
    """研判定级。Afterwards the hours of that grade apply."""
    held = _write(concern, grade=grade, graded_at=at)
    record("concerns.graded", held, by=by, matter=held.subject, grade=held.get_grade_display())
    return held


@transaction.atomic
def respond(concern: Concern, *, by: User | None, at: datetime) -> Concern:
    """首次回应。Afterwards the first authoritative word is on record. Once only: a first word has no second."""
    _refuse_twice(concern.first_response_at, "首次回应")
    held = _write(concern, first_response_at=at)
    record("concerns.responded", held, by=by, matter=held.subject, at=at)
    return held


@transaction.atomic
def hold_press_conference(concern: Concern, *, by: User | None, at: datetime) -> Concern:
    """举行新闻发布会。Only serious matters owe one."""
    _refuse_twice(concern.press_at, "新闻发布会")
    held = _write(concern, press_at=at)
    record("concerns.press_held", held, by=by, matter=held.subject, at=at)
    return held


@transaction.atomic
def reply(concern: Concern, *, by: User | None, at: datetime, summary: str, url: str = "") -> Concern:
    """答复办结。Afterwards the matter is answered; where nothing was said before, this was the first word too."""
    held = _write(concern, first_response_at=concern.first_response_at or at, replied_at=at, reply_summary=summary, reply_url=url)
    record("concerns.replied", held, by=by, matter=held.subject, at=at)
    return held


@transaction.atomic
def clarify(concern: Concern, *, by: User | None, at: datetime) -> Concern:
    """澄清。Afterwards false or incomplete information has been answered with accurate information (条例 6.2)."""
    held = _write(concern, is_misinformation=True, clarified_at=at)
    record("concerns.clarified", held, by=by, matter=held.subject, at=at)
    return held


def _refuse_twice(moment: datetime | None, what: str) -> None:
    if moment:
        refuse_if([Objection("done_before", f"{what}时间已登记，更正请到登记簿修改")])


def _write(concern: Concern, **changes) -> Concern:
    held = Concern.objects.held(concern)
    for name, value in changes.items():
        setattr(held, name, value)
    _settle(held)
    held.save()
    return held


def _settle(concern: Concern) -> None:
    derive(concern)
    refuse_if(objections(concern))
    concern.full_clean(exclude=["office", "section"])
