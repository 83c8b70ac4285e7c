"""Everything that changes a consultation beyond entering and correcting its facts."""

from datetime import date

from django.db import transaction
from django.db.models import Max

from gongkai.accounts.models import Office, User
from gongkai.audit.actions import record
from gongkai.audit.verbs import sentences
from gongkai.law import Objection
from gongkai.law.refusals import refuse_if
from gongkai.rulebook.queries import adjustments, calendar

from . import rules
from .models import Consultation, ConsultationNotice, Opinion

sentences(
    consultation__opened="就“{title}”公开征求意见，自{published_on}至{ends_on}",
    consultation__announced="在{channel}发布“{title}”征求意见公告，日期{posted_on}",
    consultation__opinion_received="收到对“{title}”的第{number}号意见，来源为{source}",
    consultation__disposed="对“{title}”的第{number}号意见处理为“{disposition}”",
    consultation__fed_back="公布“{title}”的意见采纳情况，共{opinions}条意见，日期{on}",
)


def derive(consultation: Consultation) -> None:
    """Write the last day for feedback. The only writer of that column; the caller saves."""
    clock = rules.feedback_clock(consultation.window, calendar(), adjustments(consultation.office_id, "consultation"))
    consultation.feedback_due_on = clock.last_day if clock else None


def objections(consultation: Consultation) -> list[Objection]:
    """What the law has against the consultation as it stands, saved or not."""
    found = rules.objections(consultation.window)
    document = consultation.document
    if document is not None and document.office_id != consultation.office_id:
        found.append(Objection("other_office", "对应文件属于其他机关"))
    return found


def objections_to_notice(notice: ConsultationNotice) -> list[Objection]:
    """What stands against an announcement: another office's, before its consultation, or without proof."""
    found = _belongs(notice)
    if notice.posted_on < notice.consultation.published_on:
        found.append(Objection("before_publication", "公告日期早于征求意见发布日期"))
    if not notice.url and notice.proof_id is None:
        found.append(Objection("no_proof", "请填写网址，没有网址的上传佐证文件"))
    return found


def objections_to_opinion(opinion: Opinion) -> list[Objection]:
    """What stands against an opinion as it is, saved or not."""
    return _belongs(opinion) + rules.objections_to_opinion(
        published_on=opinion.consultation.published_on, received_on=opinion.received_on, fed_back_on=opinion.fed_back_on,
        disposition=opinion.disposition, reason=opinion.reason,
    )  # fmt: skip


def _belongs(part: ConsultationNotice | Opinion) -> list[Objection]:
    if part.office_id != part.consultation.office_id:
        return [Objection("other_office", "该征求意见属于其他机关")]
    return []


@transaction.atomic
def open_consultation(office: Office, *, by: User | None, title: str, published_on: date, ends_on: date, **facts) -> Consultation:
    """发布征求意见。Afterwards the window stands, with the day by which feedback is owed."""
    consultation = Consultation(office=office, title=title, published_on=published_on, ends_on=ends_on, **facts)
    derive(consultation)
    refuse_if(objections(consultation))
    consultation.full_clean(exclude=["office", "section", "document"])
    consultation.save(force_insert=True)
    record("consultation.opened", consultation, by=by, title=title, published_on=published_on, ends_on=ends_on)
    return consultation


@transaction.atomic
def announce(consultation: Consultation, *, by: User | None, channel: str, posted_on: date, **facts) -> ConsultationNotice:
    """发布公告。Afterwards the announcement on that channel is on record with its proof."""
    notice = ConsultationNotice(
        office_id=consultation.office_id, section_id=consultation.section_id, consultation=consultation, channel=channel,
        posted_on=posted_on, **facts,
    )
    refuse_if(objections_to_notice(notice))
    notice.full_clean(exclude=["office", "section", "consultation", "proof"])
    notice.save(force_insert=True)
    record("consultation.announced", consultation, by=by, title=consultation.title, channel=notice.get_channel_display(), posted_on=posted_on)
    return notice


@transaction.atomic
def receive(consultation: Consultation, *, by: User | None, source: str, received_on: date, content: str, **facts) -> Opinion:
    """收到意见。Afterwards the opinion is sealed and has the next number of its consultation."""
    held = Consultation.objects.held(consultation)
    last = held.opinions.aggregate(last=Max("number"))["last"] or 0
    opinion = Opinion(
        office_id=held.office_id, section_id=held.section_id, consultation=held, number=last + 1, source=source,
        received_on=received_on, content=content, **facts,
    )
    _settle(opinion)
    opinion.save(force_insert=True)
    record("consultation.opinion_received", opinion, by=by, title=held.title, number=opinion.number, source=opinion.get_source_display())
    return opinion


@transaction.atomic
def dispose(opinion: Opinion, *, by: User | None, disposition: str, reason: str = "") -> Opinion:
    """处理意见。Afterwards what became of the opinion stands, reasoned unless it was adopted."""
    held = Opinion.objects.held(opinion)
    if held.fed_back_on:
        refuse_if([Objection("fed_back", "该意见已反馈，更正请到登记簿修改")])
    held.disposition, held.reason = disposition, reason
    _settle(held)
    held.save(update_fields=["disposition", "reason", "changed_at"])
    record("consultation.disposed", held, by=by, title=held.consultation.title, number=held.number, disposition=held.get_disposition_display())
    return held


@transaction.atomic
def feed_back(consultation: Consultation, *, by: User | None, on: date, url: str = "") -> Consultation:
    """反馈采纳情况。

    Afterwards the feedback is published as of `on`, and every opinion not answered singly before
    counts as answered by it. Refused while an opinion has not been disposed of.
    """
    held = Consultation.objects.held(consultation)
    opinions = held.opinions.filter(voided_at=None)
    undecided = list(opinions.filter(disposition="").order_by("number").values_list("number", flat=True))
    refuse_if(rules.objections_to_feeding_back(held.window, on, undecided, held.feedback_on))
    held.feedback_on, held.feedback_url = on, url
    derive(held)
    held.full_clean(exclude=["office", "section", "document"])
    held.save()
    count = opinions.count()
    for opinion in opinions.filter(fed_back_on=None):
        opinion.fed_back_on = on
        _settle(opinion)
        opinion.save(update_fields=["fed_back_on", "changed_at"])
    record("consultation.fed_back", held, by=by, title=held.title, opinions=count, on=on)
    return held


def _settle(opinion: Opinion) -> None:
    refuse_if(objections_to_opinion(opinion))
    opinion.full_clean(exclude=["office", "section", "consultation"])
