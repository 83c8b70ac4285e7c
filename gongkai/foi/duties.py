"""What an application obliges the office to, and by when."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, Min, Q
from django.db.models.functions import ExtractYear
from django.urls import reverse

from gongkai.law.clock import ONE_DAY
from gongkai.rulebook.queries import adjustments, calendar
from gongkai.sockets import Duty, duties

from . import after_rules, joining_rules, rules
from .aftercare import kept_too_long, refused
from .models import (
    Application,
    Handover,
    PublicationProposal,
    Rectification,
    Remedy,
    Reopening,
    ThirdPartyOpinion,
)


def _kept(office_id: int):
    return Application.objects.of(office_id).current().order_by("pk")


def _duty(key: str, title: str, basis: str, application: Application, **said) -> Duty:
    return Duty(
        key=key, subject=application.number, title=title, basis=basis, section_id=application.section_id,
        url=reverse("foi:case", args=[application.pk]), **said,
    )


@duties("foi.reply", "答复政府信息公开申请", "条例 33.2")
def replies(office_id: int, since: date, today: date) -> Iterator[Duty]:
    """A reply for every application received: by the last day of its clock, as it stands on `today`."""
    days, own = calendar(), adjustments(office_id, "foi")
    owed = _kept(office_id).filter(Q(closed_on=None) | Q(closed_on__gte=since), received_on__lte=today)
    for application in owed.prefetch_related("opinions"):
        clock = rules.reply_clock(application.case(), days, own, as_of=today)
        if clock is None:
            continue
        yield _duty(
            "foi.reply", "答复政府信息公开申请", "条例 33.2", application,
            due_on=None if clock.waiting else clock.last_day, done_on=application.closed_on, begins_on=application.received_on,
            waiting=_waiting_for(application, today) if clock.waiting else "", provisional="；".join(clock.provisional),
        )


def _waiting_for(application: Application, today: date) -> str:
    if application.correction_asked_on and application.correction_asked_on <= today and not _by(application.corrected_on, today):
        return "等待申请人补正"
    asked_fee_on = application.fee_sent_on or application.fee_noticed_on
    if asked_fee_on and asked_fee_on <= today and not _by(application.fee_paid_on, today):
        return "等待申请人缴费"
    return "等待征求意见的回复"


def _by(day: date | None, today: date) -> bool:
    return day is not None and day <= today


@duties("foi.consulted", "查明征求意见书的送达和回复", "条例 33.3")
def consulted(office_id: int, since: date, today: date) -> Iterator[Duty]:
    """What stops the period and nothing ends by itself is asked after: a letter nobody signed for, another agency that does not answer."""
    days, own = calendar(), adjustments(office_id, "foi")
    owed = ThirdPartyOpinion.objects.of(office_id).current().filter(
        Q(opinion_on=None, returned_on=None, application__closed_on=None) | Q(received_by_on__gte=since) | Q(opinion_on__gte=since)
        | Q(returned_on__gte=since) | Q(application__closed_on__gte=since),
        application__voided_at=None, sent_on__lte=today,
    )  # fmt: skip
    for letter in owed.select_related("application").order_by("pk"):
        for one in rules.chases(letter.consulted, days, own):
            yield _duty(
                "foi.consulted", one.what, one.basis, letter.application, due_on=one.due_on, done_on=one.done_on or letter.application.closed_on,
                begins_on=one.begins_on, provisional="；".join(days.provisional(one.begins_on, one.due_on)),
            )


@duties("foi.confirm_receipt", "与申请人确认收到申请", "条例 31")
def confirmations(office_id: int, since: date, today: date) -> Iterator[Duty]:
    """By plain letter, internet or fax nothing runs until receipt is confirmed, so that comes first."""
    days, own = calendar(), adjustments(office_id, "foi")
    owed = _kept(office_id).filter(
        Q(confirmed_on=None, closed_on=None) | Q(confirmed_on__gte=since) | Q(closed_on__gte=since),
        handed_in_on__lte=today, channel__in=[rules.Channel.POST_PLAIN, rules.Channel.INTERNET, rules.Channel.FAX],
    )
    for application in owed:
        due_on = rules.confirm_due_on(application.channel, application.handed_in_on, days, own)
        yield _duty(
            "foi.confirm_receipt", "与申请人确认收到申请", rules.receipt_basis(application.channel), application,
            due_on=due_on, done_on=application.confirmed_on or application.closed_on, begins_on=application.handed_in_on,
            provisional="；".join(days.provisional(application.handed_in_on, due_on or application.handed_in_on)),
        )


@duties("foi.correction", "补正期满未补正的登记不再处理", "条例 30")
def corrections(office_id: int, since: date, today: date) -> Iterator[Duty]:
    """An applicant asked to correct does so, or the case is closed as 不再处理 soon after the period given."""
    days, own = calendar(), adjustments(office_id, "foi")
    owed = _kept(office_id).filter(
        Q(corrected_on=None, closed_on=None) | Q(corrected_on__gte=since) | Q(corrected_on=None, closed_on__gte=since),
        correction_asked_on__lte=today, correction_due_on__isnull=False,
    )
    for application in owed:
        yield _lapse("foi.correction", "补正期满未补正的登记不再处理", "条例 30", "补正", application,
                     application.correction_due_on, application.corrected_on, today, days, own)


@duties("foi.fee", "缴费期满未缴费的登记不再处理", "109号 6")
def fees(office_id: int, since: date, today: date) -> Iterator[Duty]:
    """An applicant told to pay does so, or the case is closed as 不再处理 soon after the twenty working days."""
    days, own = calendar(), adjustments(office_id, "foi")
    owed = _kept(office_id).filter(
        Q(fee_paid_on=None, closed_on=None) | Q(fee_paid_on__gte=since) | Q(fee_paid_on=None, closed_on__gte=since),
        fee_noticed_on__lte=today,
    )
    for application in owed:
        yield _lapse("foi.fee", "缴费期满未缴费的登记不再处理", "109号 6", "缴费", application,
                     rules.fee_due_on(application.fee_noticed_on, days), application.fee_paid_on, today, days, own)


@duties("foi.redo", "按复议决定或裁判重新答复", "条例 51")
def redone(office_id: int, since: date, today: date) -> Iterator[Duty]:
    """A case whose reply was corrected is answered again by the day the decision names, or the office's figure."""
    owed = Reopening.objects.filter(Q(reply_on=None) | Q(reply_on__gte=since), application__office_id=office_id, application__voided_at=None, on__lte=today)
    for one in owed.select_related("application").order_by("pk"):
        yield _duty("foi.redo", "按复议决定或裁判重新答复", "条例 51", one.application, due_on=one.due_on, done_on=one.reply_on, begins_on=one.on)


@duties("foi.handover", "接收移交的申请", "条例 45")
def handovers(office_id: int, since: date, today: date) -> Iterator[Duty]:
    """A case handed over is accepted or returned by the receiving section, by a house figure."""
    days, own = calendar(), adjustments(office_id, "foi")
    owed = Handover.objects.filter(Q(settled_on=None) | Q(settled_on__gte=since), application__office_id=office_id, application__voided_at=None, on__lte=today)
    for one in owed.select_related("application").order_by("pk"):
        yield _duty("foi.handover", "接收移交的申请", "条例 45", one.application, due_on=joining_rules.handover_due_on(one.on, days, own), done_on=one.settled_on, begins_on=one.on)


@duties("foi.rectification", "办理更正申请", "条例 41")
def rectified(office_id: int, since: date, today: date) -> Iterator[Duty]:
    """Whoever asked that a record about himself be put right is told what became of it, by a house figure."""
    owed = Rectification.objects.of(office_id).current().filter(Q(settled_on=None) | Q(settled_on__gte=since), received_on__lte=today).order_by("pk")
    for one in owed:
        yield Duty(
            key="foi.rectification", subject=one.number, title="办理更正申请", basis="条例 41", section_id=one.section_id, url=reverse("registers:edit", args=["rectifications", one.pk]),
            due_on=one.due_on, done_on=one.settled_on, begins_on=one.received_on,
        )  # fmt: skip


@duties("foi.reassess", "定期评估不予公开的内容", "条例 18")
def reassessed(office_id: int, since: date, today: date) -> Iterator[Duty]:
    """What was refused or partly given is looked at again; one duty for all that was answered or last looked at in a year, by the first of them.

    Counted by the database: an office may have refused for many years.
    """
    own = adjustments(office_id, "foi")
    years = refused(office_id).filter(looked_on__lte=today).order_by().annotate(year=ExtractYear("looked_on")).values_list("year", "looked_on", "pk")
    found: dict[int, list[date]] = {}
    for year, looked_on, _ in years:
        found.setdefault(year, []).append(looked_on)
    for year, days in sorted(found.items()):
        first = min(days)
        yield Duty(
            key="foi.reassess", subject=f"{year}年不予公开的申请{len(days)}件", title="定期评估不予公开的内容", basis="条例 18", section_id=None, url=reverse("foi:proposals"),
            due_on=after_rules.reassess_due_on(first, own), begins_on=first,
        )  # fmt: skip


@duties("foi.anonymise", "移除保留期满的申请人信息", "个人信息保护法 19")
def anonymised(office_id: int, since: date, today: date) -> Iterator[Duty]:
    """Who applied is removed from the working records once they were kept as long as the office keeps them; one duty for all of them."""
    old = kept_too_long(office_id, today).aggregate(n=Count("pk"), first=Min("archived_on"))
    if old["n"]:
        yield Duty(
            key="foi.anonymise", subject=f"{old['n']}件已归档的申请", title="移除保留期满的申请人信息", basis="个人信息保护法 19", section_id=None, url=reverse("foi:proposals"),
            due_on=after_rules.anonymise_due_on(old["first"], adjustments(office_id, "foi")), begins_on=old["first"],
        )  # fmt: skip


@duties("foi.proposal", "处理转主动公开建议", "条例 44.1")
def proposed(office_id: int, since: date, today: date) -> Iterator[Duty]:
    """A proposal to publish what several asked for is adopted or declined, by a house figure."""
    days, own = calendar(), adjustments(office_id, "foi")
    owed = PublicationProposal.objects.filter(Q(settled_on=None) | Q(settled_on__gte=since), application__office_id=office_id, application__voided_at=None, on__lte=today)
    for one in owed.select_related("application").order_by("pk"):
        yield _duty("foi.proposal", "处理转主动公开建议", "条例 44.1", one.application, due_on=after_rules.proposal_due_on(one.on, days, own), done_on=one.settled_on, begins_on=one.on)


@duties("foi.remedy_answer", "向复议机关或法院提交答复", "行政复议法 54.1")
def answers(office_id: int, since: date, today: date) -> Iterator[Duty]:
    """Every review and suit is answered within its days of the notice."""
    owed = Remedy.objects.of(office_id).current().filter(Q(answered_on=None, decided_on=None) | Q(answered_on__gte=since), notified_on__lte=today)
    for remedy in owed.select_related("application").order_by("pk"):
        yield _duty(
            "foi.remedy_answer", "向复议机关或法院提交答复", "行政复议法 54.1", remedy.application,
            due_on=remedy.answer_due_on, done_on=remedy.answered_on, begins_on=remedy.notified_on,
        )


def _lapse(key, title, basis, what, application, last_day, answered_on, today, days, own) -> Duty:
    due_on = rules.set_aside_due_on(last_day, days, own)
    return _duty(
        key, title, basis, application, due_on=due_on, done_on=answered_on or application.closed_on,
        begins_on=last_day + ONE_DAY, waiting=f"等待申请人{what}" if today <= last_day else "",
        provisional="；".join(days.provisional(last_day, due_on)),
    )
