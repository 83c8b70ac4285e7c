"""Everything that changes an application, and the one place where its derived days are written."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone

from gongkai.accounts.models import Office, Section, User
from gongkai.accounts.permissions import may, refuse_unless
from gongkai.accounts.roles import Role
from gongkai.audit.actions import record
from gongkai.audit.verbs import sentences
from gongkai.law import Objection, figure
from gongkai.law.refusals import Refused, refuse_if
from gongkai.letters.models import Letter
from gongkai.rulebook.queries import adjustments, calendar
from gongkai.vault import lookup_hash

from . import by_letter, fees, joining_rules, rectification_rules, remedy_rules, result_rules, rules
from .casework import ACTS
from .models import (
    Applicant,
    Application,
    Fee,
    HandedIn,
    OutsideLetter,
    Rectification,
    Remedy,
    Reopening,
    ThirdPartyOpinion,
)

sentences(
    foi__received="登记政府信息公开申请{number}，渠道为{channel}",
    foi__confirmed="与申请人确认收到申请{number}，确认日期{on}",
    foi__correction_asked="就申请{number}告知申请人补正，补正期限至{due_on}",
    foi__corrected="收到申请{number}的补正，收到日期{on}",
    foi__fee_noticed="就申请{number}发出收费通知，日期{on}",
    foi__fee_notice_arrived="申请{number}的申请人收到收费通知，日期{on}",
    foi__outside_letter="补录申请{number}的“{act}”，系统外文书{letter}，原因为{reason}",
    foi__fee_decided="决定就申请{number}收取信息处理费{amount}元，理由为{reason}",
    foi__fee_dropped="决定不再就申请{number}收取信息处理费，原因为{reason}",
    foi__fee_received="申请{number}实缴信息处理费{amount}元，财政票据{receipt}",
    foi__reopened="依{document}重新办理申请{number}，重新答复最后一日{due_on}",
    foi__replied_again="重新答复申请{number}，结果为“{result}”，答复日期{on}",
    foi__archived="将申请{number}归档，档号{archive}，共{pages}页，摘要{digest}",
    foi__taken_back="将已归档的申请{number}退回更正，依据{document}，原因为{reason}",
    foi__packed="导出申请{number}的案卷，共{pages}页",
    foi__assigned="指定申请{number}的经办人为{handler}",
    foi__fee_paid="申请{number}的申请人缴费，日期{on}",
    foi__consulted="就申请{number}征求{kind}意见，发出日期{on}",
    foi__opinion_received="收到申请{number}的{kind}意见，日期{on}",
    foi__extended="将申请{number}的答复期限延长{days}个工作日，同意人{consented_by}",
    foi__replied="答复申请{number}，结果为“{result}”，答复日期{on}",
    foi__set_aside="登记不再处理申请{number}，原因为“{result}”，日期{on}",
    foi__withdrawn="登记申请人撤回申请{number}，撤回日期{on}",
    foi__transferred="将申请{number}转由{section}承办，原因为{reason}",
    foi__last_day_moved="申请{number}的答复最后一日由{old}变为{new}，原因为征求意见登记变动",
    foi__day_corrected="申请{number}的日期随文书{letter}更正",
    foi__last_day_follows="申请{number}的答复最后一日由{old}变为{new}，原因为文书{letter}更正日期",
    foi__applicant_entered="登记申请{number}的申请人信息（内容已加密，不入日志）",
    foi__applicant_changed="修改申请{number}的申请人信息（{fields}；内容已加密，不入日志）",
    foi__applicant_read="查看申请{number}的申请人信息",
    foi__applicant_searched="按{fields}查找申请人，找到{found}件申请",
)

ACT_LABELS = {act.verb: act.label for act in ACTS}
#: What is asked about an applicant; the hashes follow from them.
APPLICANT_FIELDS = ("name", "representative", "id_number", "phone", "address", "email")


# What a record stores of its conclusions


def derive(application: Application) -> None:
    """Write what follows from the facts: days of receipt, asking, reply and close, and the row of table three.

    The only writer of those columns. The caller saves.
    """
    case = application.case()
    days, own = calendar(), adjustments(application.office_id, "foi")
    clock = rules.reply_clock(case, days, own)
    application.received_on = case.received_on
    application.correction_ask_due_on = rules.correction_ask_due_on(case.received_on, days) if clock and case.received_on else None
    application.reply_due_on = clock.last_day if clock else None
    application.reply_on = case.reply_on
    application.closed_on = case.closed_on
    day = max(case.closed_on or case.handed_in_on, rules.IN_FORCE)
    withdrawn_row = figure("foi", "withdrawn_row", day, own).value if case.result == "withdrawn" else ""
    application.report_row = result_rules.row_of(case.result, withdrawn_row)


def derive_letter(letter: ThirdPartyOpinion) -> None:
    """Write the day on which the other side's silence takes effect."""
    letter.expires_on = rules.opinion_expires_on(letter.kind, letter.received_by_on, calendar())


@receiver(post_save, sender=ThirdPartyOpinion, dispatch_uid="foi.follow_letter")
def follow_letter(sender, instance: ThirdPartyOpinion, raw: bool = False, **kwargs) -> None:
    """A letter saved, answered or voided, wherever from, moves the application's last day with it.

    A signal, since letters are kept by the register kit, which knows nothing of what they belong to.
    """
    if raw:
        return
    with transaction.atomic():
        application = Application.objects.held(instance.application)
        old = application.reply_due_on
        derive(application)
        if application.reply_due_on != old:
            application.save(update_fields=["reply_due_on", "changed_at"])
            record("foi.last_day_moved", application, number=application.number, old=_said(old), new=_said(application.reply_due_on))


def is_put_away(application: Application) -> bool:
    """Whether the case is archived, and this is not what takes it up again."""
    return bool(application.pk and application.archived_on) and Application.objects.filter(pk=application.pk, archived_on__isnull=False).exists()


def objections_to_voiding(record_: Application | ThirdPartyOpinion) -> list[Objection]:
    """Why an application, or a letter for opinions, may not be voided: its case was put away."""
    return [rules.PUT_AWAY] if is_put_away(record_ if isinstance(record_, Application) else record_.application) else []


def objections(application: Application) -> list[Objection]:
    """What the law has against the application as it stands, saved or not."""
    if is_put_away(application):
        return [rules.PUT_AWAY]
    case = application.case()
    found = rules.objections(case, calendar(), adjustments(application.office_id, "foi")) + rules.objections_to_days_to_come(case, timezone.localdate())
    person, on = application.consented_by, application.extended_on
    if person is not None and on and (person.office_id != application.office_id or Role.DISCLOSURE_HEAD not in person.roles_on(on)):
        found.append(Objection("no_consent", f"{person}在{on.year}年{on.month}月{on.day}日不是本机关的工作机构负责人，不能同意延长", "条例 33.2"))
    return found + by_letter.disagreements(application)


def objections_to_letter(letter: ThirdPartyOpinion) -> list[Objection]:
    """What the law has against a letter beside its application."""
    application = letter.application
    if is_put_away(application):
        return [rules.PUT_AWAY]
    found = rules.to_come((letter.sent_on, letter.received_by_on, letter.opinion_on, letter.returned_on), timezone.localdate())
    if letter.office_id != application.office_id:
        found.append(Objection("other_office", "该申请属于其他机关"))
    if letter.letter is not None and letter.sent_on != letter.letter.delivery.day:
        found.append(Objection("letter_says", f"“发出日期”与已送达的{letter.letter.title}（{letter.letter.number}）不一致，以文书为准", "条例 45"))
    return found + rules.objections_to_consulting(
        application.case(), letter.consulted, calendar(), adjustments(application.office_id, "foi")
    )


# Verbs


def next_number(office: Office, year: int) -> str:
    """The next free number of the year, to be used in the same transaction. The office's row is held meanwhile, so that two clerks can't take one."""
    Office.objects.select_for_update().get(pk=office.pk)
    head = f"{office.number_prefix}公开申〔{year}〕"
    taken = Application.objects.of(office).filter(number__startswith=head)
    last = taken.order_by("-pk").values_list("number", flat=True).first()
    digits = last.removeprefix(head).removesuffix("号") if last else "0"
    serial = int(digits) + 1 if digits.isdecimal() else 1
    while taken.filter(number=f"{head}{serial}号").exists():
        serial += 1
    return f"{head}{serial}号"


@transaction.atomic
def receive(
    office: Office, *, by: User | None, channel: str, handed_in_on: date, applicant_category: str, subject: str,
    applicant: Mapping[str, str], number: str = "", **facts,
) -> Application:
    """登记申请。

    Afterwards the application and its sealed applicant exist, with the next number of the year unless
    one was given. Its period runs if the channel needs no confirming. `facts` are further fields.
    """
    application = Application(
        office=office, channel=channel, handed_in_on=handed_in_on, applicant_category=applicant_category, subject=subject,
        number=number or next_number(office, handed_in_on.year), **facts,
    )
    _settle(application, only_begun=not number)
    _enter(application, typed=bool(number))
    record("foi.received", application, by=by, number=application.number, channel=application.get_channel_display())
    _seal(Applicant(application=application), applicant, by=by)
    return application


def _enter(application: Application, *, typed: bool) -> None:
    """Insert it. A number that another hand typed at the same moment is told to who typed it here too; who typed none gets the next."""
    while True:
        try:
            with transaction.atomic():
                application.save(force_insert=True)
            return
        except IntegrityError:
            if not Application.objects.of(application.office_id).filter(number=application.number).exists():
                raise
        if typed:
            raise ValidationError({"number": f"申请编号已存在：{application.number}。请核对；留空则自动编号"})
        application.number = next_number(application.office, application.handed_in_on.year)


@transaction.atomic
def confirm(application: Application, *, by: User | None, on: date) -> Application:
    """与申请人确认。Afterwards the application counts as received on that day and its period runs (条例 31)."""
    refuse_if(rules.objections_to_confirming(application.case(with_letters=False)))
    return _move(application, "confirm", by=by, verb="foi.confirmed", said={"on": on}, confirmed_on=on)


@transaction.atomic
def ask_to_correct(
    application: Application, *, by: User | None, on: date, due_on: date | None = None, late_reason: str = ""
) -> Application:
    """一次性告知补正。

    Afterwards the applicant has until `due_on` (the usual period when none is named) and the reply
    period waits.
    """
    held = Application.objects.held(application)
    refuse_if(rules.objections_to_asking(held.case(), on, late_reason, calendar()))
    due_on = due_on or rules.default_correction_due_on(on, calendar(), adjustments(held.office_id, "foi"))
    return _write(
        held, by=by, verb="foi.correction_asked", said={"due_on": due_on},
        correction_asked_on=on, correction_due_on=due_on, correction_late_reason=late_reason,
    )


@transaction.atomic
def corrected(application: Application, *, by: User | None, on: date) -> Application:
    """收到补正。Afterwards a fresh period runs from that day (条例 30)."""
    return _move(application, "corrected", by=by, verb="foi.corrected", said={"on": on}, corrected_on=on)


@transaction.atomic
def ask_fee(application: Application, *, by: User | None, on: date | None, sent_on: date | None = None) -> Application:
    """收费通知。Afterwards the reply period waits, and the applicant has twenty working days from receipt to pay (109号 6).

    `on` is the day of receipt, None while a posted notice has not arrived.
    """
    return _move(application, "ask_fee", by=by, verb="foi.fee_noticed", said={"on": sent_on or on}, fee_sent_on=sent_on, fee_noticed_on=on)


@transaction.atomic
def fee_notice_arrived(application: Application, *, by: User | None, on: date) -> Application:
    """申请人收到收费通知。Afterwards the twenty working days run from that day."""
    held = Application.objects.held(application)
    return _write(held, by=by, verb="foi.fee_notice_arrived", said={"on": on}, fee_noticed_on=on)


@transaction.atomic
def fee_paid(application: Application, *, by: User | None, on: date, amount: int | None = None, receipt_number: str = "") -> Application:
    """缴费。Afterwards the reply period runs again: afresh, or on from where it was, as the office's figure says.

    The sum and the 财政票据 are kept where the fee was decided here; less than the sum is no payment.
    """
    moved = _move(application, "fee_paid", by=by, verb="foi.fee_paid", said={"on": on}, fee_paid_on=on)
    fee = Fee.objects.select_for_update().filter(application=moved, dropped_on=None).first()
    if fee is not None and amount is not None:
        refuse_if([] if amount == fee.amount else [Objection("other_sum", f"应缴{fee.amount}元，实缴须与应缴相同", "109号 6")])
        fee.paid, fee.receipt_number = amount, receipt_number
        fee.save(update_fields=["paid", "receipt_number"])
        record("foi.fee_received", moved, by=by, number=moved.number, amount=amount, receipt=receipt_number)
    return moved


@transaction.atomic
def decide_fee(application: Application, *, by: User, mode: str, units: int, before: int, pages: int, reason: str, on: date) -> Fee:
    """决定收费。Afterwards the sum stands with its calculation, until its notice is delivered it may be decided anew (109号 3)."""
    held = Application.objects.held(application)
    refuse_if(rules.objections_to_moving("ask_fee", held.case()))
    lines = fees.by_cases(before + units, before, on=on) if mode == Fee.Mode.CASES else fees.by_pages(pages, on=on)
    refuse_if([] if fees.total(lines) else [Objection("free", "按此计算不产生费用，不收取", "109号 4" if mode == Fee.Mode.CASES else "109号 5")])
    fee = Fee.objects.filter(application=held).first() or Fee(application=held)
    fee.mode, fee.units, fee.before, fee.pages, fee.reason = mode, units, before, pages if mode == Fee.Mode.PAGES else 0, reason
    fee.lines, fee.amount = [[one.first, one.last, one.rate, one.amount] for one in lines], fees.total(lines)
    fee.decided_by, fee.decided_on, fee.dropped_on, fee.dropped_reason = by, on, None, ""
    fee.full_clean(exclude=["application", "decided_by"])
    fee.save()
    record("foi.fee_decided", held, by=by, number=held.number, amount=fee.amount, reason=reason)
    return fee


@transaction.atomic
def drop_fee(application: Application, *, by: User, reason: str, on: date) -> Fee:
    """不再收取。Afterwards no fee is asked; once the notice was delivered it is too late for that."""
    held = Application.objects.held(application)
    refuse_if(objections_to_voiding(held))
    fee = Fee.objects.filter(application=held, dropped_on=None).first()
    if fee is None:
        raise Refused([Objection("no_fee", "该申请没有收费决定", "109号 3")])
    refuse_if([Objection("noticed", "收费通知已送达，不能撤销收费决定", "109号 6")] if held.case().fee_asked_on else [])
    refuse_if([] if reason.strip() else [Objection("no_reason", "请写明不再收取的原因", "109号 3")])
    fee.dropped_on, fee.dropped_reason = on, reason
    fee.save(update_fields=["dropped_on", "dropped_reason"])
    record("foi.fee_dropped", held, by=by, number=held.number, reason=reason)
    return fee


@transaction.atomic
def consult(
    application: Application, *, by: User | None, kind: str, sent_on: date, name: str = "", received_by_on: date | None = None, letter=None
) -> ThirdPartyOpinion:
    """征求意见。Afterwards a letter is on record, and the days until its answer do not count (条例 33.3)."""
    held = Application.objects.held(application)
    refuse_if(rules.objections_to_moving("consult", held.case()))
    asked = ThirdPartyOpinion(
        office_id=held.office_id, section_id=held.section_id, application=held, kind=kind, name=name,
        sent_on=sent_on, received_by_on=received_by_on, letter=letter,
    )
    _settle_letter(asked)
    asked.save(force_insert=True)
    record("foi.consulted", held, by=by, number=held.number, kind=asked.get_kind_display(), on=sent_on)
    return asked


@transaction.atomic
def consultation_arrived(letter: ThirdPartyOpinion, *, by: User | None, on: date) -> ThirdPartyOpinion:
    """对方收到征求意见书。Afterwards the fifteen working days run from that day (条例 32, 34)."""
    held = ThirdPartyOpinion.objects.held(letter)
    held.received_by_on = on
    _settle_letter(held)
    held.save()
    return held


@transaction.atomic
def opinion_received(
    letter: ThirdPartyOpinion, *, by: User | None, on: date, agrees: bool | None, opinion: str = ""
) -> ThirdPartyOpinion:
    """收到意见。Afterwards the days count again from the next. Silence is never entered as an opinion."""
    held = ThirdPartyOpinion.objects.held(letter)
    if held.opinion_on:
        refuse_if([Objection("answered_before", "该函的意见已登记，更正请到登记簿修改", "条例 33.3")])
    held.opinion_on, held.agrees, held.opinion = on, agrees, opinion
    _settle_letter(held)
    held.save()
    record("foi.opinion_received", held.application, by=by, number=held.application.number, kind=held.get_kind_display(), on=on)
    return held


@transaction.atomic
def extend(application: Application, *, by: User | None, days: int, consented_by: User | None, on: date) -> Application:
    """延长答复期限。Afterwards the later last day stands, with the consent on record (条例 33.2).

    Only one who holds the post of 工作机构负责人 on that day, or deputises in it, can have consented.
    """
    held = Application.objects.held(application)
    consented = consented_by is not None and Role.DISCLOSURE_HEAD in consented_by.roles_on(on)
    refuse_if(rules.objections_to_extending(
        held.case(), days, consented=consented, on=on, calendar=calendar(), adjustments=adjustments(held.office_id, "foi"),
    ))  # fmt: skip
    return _write(
        held, by=by, verb="foi.extended", said={"days": days, "consented_by": str(consented_by)},
        extended_on=on, extended_days=days, consented_by=consented_by,
    )


@transaction.atomic
def reply(
    application: Application, *, by: User | None, result: str, delivery: str, dispatched_on: date,
    signed_for_on: date | None = None, reply_number: str = "",
) -> Application:
    """答复。

    Afterwards the result stands with its row of table three, and the reply counts as made on the day
    the way of delivery says (235号 四): handed over but not yet signed for, the case stays open.
    """
    return _move(
        application, "reply", by=by, verb="foi.replied",
        said={"result": result_rules.RESULTS[result].label, "on": rules.replied_on(delivery, dispatched_on, signed_for_on)},
        result=result, delivery=delivery, dispatched_on=dispatched_on, signed_for_on=signed_for_on, reply_number=reply_number,
    )


def objections_to_setting_aside(application: Application) -> list[Objection]:
    """Why a case is not given up: its applicant has handed in over the website what it waits for, and nobody has looked at it."""
    waiting = application.handed_in.waiting().exclude(kind=HandedIn.Kind.WITHDRAWAL).first()
    if waiting is None:
        return []
    return [Objection("handed_in", f"申请人已于{rules.chinese_date(waiting.on)}在网上递交{waiting.get_kind_display()}，请先受理或者退回", "条例 30")]


@transaction.atomic
def set_aside(
    application: Application, *, by: User | None, on: date, delivery: str = rules.Delivery.NONE, signed_for_on: date | None = None, number: str = ""
) -> Application:
    """不再处理。Afterwards a case whose applicant did not correct or pay in time is closed (条例 30, 109号 6)."""
    held = Application.objects.held(application)
    refuse_if(objections_to_setting_aside(held))
    result = "abandoned_fix" if rules.state_of(held.case()) is rules.State.AWAITING_CORRECTION else "abandoned_fee"
    return _move(
        held, "set_aside", by=by, verb="foi.set_aside", said={"result": result_rules.RESULTS[result].label, "on": on},
        result=result, delivery=delivery, dispatched_on=on, signed_for_on=signed_for_on, reply_number=number,
    )


@transaction.atomic
def reopen(application: Application, *, by: User | None, remedy: Remedy, on: date, reason: str = "") -> Reopening:
    """重新办理。

    Afterwards the case waits for a new reply, by the day the decision names or the office's figure. Its first
    reply, and the row of table three it was counted in, stay as they were.
    """
    held = Application.objects.held(application)
    if remedy.application_id != held.pk or remedy.voided_at is not None:
        refuse_if([Objection("other_case", "该复议、诉讼不是就本申请提出的", "条例 51")])
    refuse_if(remedy_rules.objections_to_reopening(held.case(), remedy.case(), on))
    refuse_if([] if remedy.document_number else [Objection("no_document", "请先在复议诉讼登记中填写决定（裁判）文书号", "条例 51")])
    due_on = remedy_rules.redo_due_on(on, remedy.redo_by, calendar(), adjustments(held.office_id, "foi"))
    made = Reopening.objects.create(application=held, remedy=remedy, on=on, due_on=due_on, reason=reason, by=by)
    _write(
        held, by=by, verb="foi.reopened", said={"document": remedy.document_number, "due_on": due_on}, reopened_on=on, redone_on=None, archived_on=None
    )
    return made


@transaction.atomic
def reopen_otherwise(application: Application, *, by: User | None, ground: str, document: str, reason: str, on: date) -> Reopening:
    """重新办理，不凭复议决定或裁判: by order of the 主管部门 (条例 47), or because the office found its own fault.

    Afterwards the case waits for a new reply within the office's own figure. Its first reply and row of table three stay.
    """
    held = Application.objects.held(application)
    refuse_if(remedy_rules.objections_to_reopening_otherwise(held.case(), ground, document, reason, on))
    due_on = remedy_rules.redo_due_on(on, None, calendar(), adjustments(held.office_id, "foi"))
    made = Reopening(application=held, ground=ground, document=document, on=on, due_on=due_on, reason=reason, by=by)
    made.full_clean(exclude=["application", "remedy", "by", "letter", "reply_on"])
    made.save()
    _write(held, by=by, verb="foi.reopened", said={"document": document, "due_on": due_on}, reopened_on=on, redone_on=None, archived_on=None)
    return made


@transaction.atomic
def take_back(application: Application, *, by: User | None, document: str, reason: str) -> Application:
    """退回更正。

    Afterwards what was entered of an archived case may be mended in the register, and the case waits to be archived again. What was
    put away stays as it is beside the new file; the reply and its letters stay too.
    """
    held = Application.objects.held(application)
    refuse_if(rules.objections_to_taking_back(held.case(with_letters=False), document, reason))
    return _write(held, by=by, verb="foi.taken_back", said={"document": document, "reason": reason}, archived_on=None)


@transaction.atomic
def reply_again(
    application: Application, *, by: User | None, result: str, delivery: str, dispatched_on: date, signed_for_on: date | None = None,
    reply_number: str = "", letter: Letter | None = None,
) -> Application:
    """重新答复。Afterwards the new result stands beside the first, on the day the way of delivery says."""
    held = Application.objects.held(application)
    refuse_if(rules.objections_to_moving("reply_again", held.case()))
    on = rules.replied_on(delivery, dispatched_on, signed_for_on)
    if on is None:
        raise Refused([Objection("not_signed", "直接送达、委托送达的，请在申请人签收后登记", "235号 四")])
    made = held.reopenings.select_for_update().get(reply_on=None)
    refuse_if([Objection("before_reopening", "重新答复日期早于重新办理日期", "条例 51")] if on < made.on else [])
    made.result, made.reply_number, made.reply_on, made.letter = result, reply_number, on, letter
    made.save()
    return _write(held, by=by, verb="foi.replied_again", said={"result": result_rules.RESULTS[result].label, "on": on}, redone_on=on)


@transaction.atomic
def assign(application: Application, *, by: User | None, handler: User) -> Application:
    """指定经办人。Afterwards the case stands in that person's own list."""
    held = Application.objects.held(application)
    refuse_if(rules.objections_to_moving("assign", held.case()))
    if handler.office_id != held.office_id:
        refuse_if([Objection("other_office", "经办人须是本机关人员", "条例 45")])
    return _write(held, by=by, verb="foi.assigned", said={"handler": str(handler)}, handler=handler)


def derive_remedy(remedy: Remedy) -> None:
    """Write by when the office answers and the authority decides."""
    case = remedy.case()
    remedy.answer_due_on = remedy_rules.remedy_answer_due_on(case, adjustments(remedy.office_id, "foi"))
    remedy.decision_due_on = remedy_rules.remedy_decision_due_on(case)


def objections_to_remedy(remedy: Remedy) -> list[Objection]:
    """What the law has against a review or suit as it is entered."""
    found = [Objection("other_office", "该申请属于其他机关")] if remedy.office_id != remedy.application.office_id else []
    if remedy.pk and remedy.result != "corrected" and remedy.reopenings.exists():
        found.append(Objection("reopened", "申请已凭此结果重新办理，不能改为其他结果", "条例 51"))
    found += rules.to_come((remedy.accepted_on, remedy.notified_on, remedy.answered_on, remedy.extended_on, remedy.decided_on), timezone.localdate())
    return found + remedy_rules.objections_to_remedy(remedy.application.case(with_letters=False), remedy.case())


def derive_rectification(asked: Rectification) -> None:
    """Write by when the person is told."""
    asked.due_on = rectification_rules.rectification_due_on(asked.received_on, calendar(), adjustments(asked.office_id, "foi"))


def objections_to_rectification(asked: Rectification) -> list[Objection]:
    """What the law has against a request to correct a record as it is entered."""
    found = rules.to_come((asked.received_on, asked.settled_on), timezone.localdate())
    return found + rectification_rules.objections_to_rectifying(asked.received_on, asked.settled_on, asked.outcome, evidence=asked.has_evidence, organ=asked.organ)


@transaction.atomic
def note_outside_letter(application: Application, *, by: User, act: str, number: str, reason: str) -> OutsideLetter:
    """补录。Afterwards it is on record which letter of elsewhere a step rests on, and why it is not one of ours."""
    made = OutsideLetter(application=application, act=act, number=number, reason=reason, by=by)
    made.full_clean(exclude=["application", "by"])
    made.save()
    record("foi.outside_letter", application, by=by, number=application.number, act=ACT_LABELS[act], letter=number, reason=reason)
    return made


@transaction.atomic
def withdraw(application: Application, *, by: User | None, on: date) -> Application:
    """撤回。Afterwards the case is closed at the applicant's wish and no reply is owed."""
    return _move(application, "withdraw", by=by, verb="foi.withdrawn", said={"on": on}, result="withdrawn", withdrawn_on=on)


@transaction.atomic
def transfer(application: Application, *, by: User | None, section: Section, reason: str) -> Application:
    """转办。Afterwards another section of the office has the case, with the same clock."""
    held = Application.objects.held(application)
    refuse_if(rules.objections_to_moving("transfer", held.case()))
    if section.office_id != held.office_id or section.pk == held.section_id:
        refuse_if([Objection("same_section", "请选择本机关的另一个科室", "条例 45")])
    return _write(held, by=by, verb="foi.transferred", said={"section": section.name, "reason": reason}, section=section, handler=None)


# What letters do to a case: handed to the room of letters by `apps`


def letter_objections(letter: Letter, verb: str, by: User | None) -> list[Objection]:
    """What the case has against enclosing a paper in this letter, signing, freezing or delivering it."""
    uncovered = by_letter.objections_to_enclosing(letter)
    if letter.kind not in by_letter.STEP_OF or verb == "enclose":
        return uncovered
    # Within the deed's transaction the case is held, so that two letters of one step can't both be found the only one.
    found = _held_with_merged(letter) if connection.in_atomic_block else Application.objects.get(pk=letter.subject_id)
    given_up = objections_to_setting_aside(found) if by_letter.STEP_OF[letter.kind] == "set_aside" and verb in ("freeze", "deliver") and found.closed_on is None else []
    return uncovered + given_up + by_letter.objections(letter, found, verb, by)


def _held_with_merged(letter: Letter) -> Application:
    """The case of a letter, held together with whatever else the letter writes to."""
    keys = by_letter.touched_by(letter)
    held = Application.objects.held_together(keys)
    # What was merged into it since they were looked up is not held, and is not waited for out of order.
    refuse_if([] if set(by_letter.touched_by(letter)) == set(keys) else [Objection("joined_now", "刚刚有申请并入本件，请刷新页面，看过以后再办", "条例 45")])
    return held[letter.subject_id]


def follow_delivery(letter: Letter, *, by: User) -> None:
    """送达。Afterwards the case has taken the step that the letter makes, on its day of delivery."""
    application, sent = Application.objects.get(pk=letter.subject_id), letter.delivery
    signed = sent.day if sent.way in by_letter.SIGNED_FOR else None
    arrived = None if sent.way == "post" else sent.day
    match by_letter.STEP_OF.get(letter.kind):
        case "reply" if by_letter.is_reopened(application):
            reply_again(
                application, by=by, result=letter.kind, delivery=sent.way, dispatched_on=sent.day, signed_for_on=signed, reply_number=letter.number,
                letter=letter,
            )  # fmt: skip
        case "reply":
            for one in (application, *by_letter.answered_along(application)):
                reply(one, by=by, result=letter.kind, delivery=sent.way, dispatched_on=sent.day, signed_for_on=signed, reply_number=letter.number)
        case "ask_to_correct":
            ask_to_correct(
                application, by=by, on=sent.day, due_on=by_letter.read_day(letter, "补正期限"), late_reason=letter.values.get(by_letter.LATE_REASON, "")
            )
        case "extend":
            extend(application, by=by, days=by_letter.read_days(letter) or 0, consented_by=by_letter.approver(letter), on=sent.day)
        case "ask_fee":
            ask_fee(application, by=by, on=arrived, sent_on=sent.day)
        case "consult":
            consult(
                application, by=by, kind=by_letter.CONSULTING[letter.kind], name=letter.values.get("收件人", "")[:200], sent_on=sent.day,
                received_by_on=arrived, letter=letter,
            )  # fmt: skip
        case "set_aside" if rules.state_of(application.case()) is not rules.State.ABANDONED:
            set_aside(application, by=by, on=sent.day, delivery=sent.way, signed_for_on=signed, number=letter.number)


def follow_receipt(letter: Letter, *, by: User) -> None:
    """签收。Afterwards what runs from the day a posted letter arrived runs from there."""
    match by_letter.STEP_OF.get(letter.kind):
        case "ask_fee":
            fee_notice_arrived(Application.objects.get(pk=letter.subject_id), by=by, on=letter.receipt.day)
        case "consult":
            consultation_arrived(ThirdPartyOpinion.objects.get(letter=letter), by=by, on=letter.receipt.day)


@transaction.atomic
def follow_correction(letter: Letter, *, by: User) -> None:
    """更正日期。Afterwards the step that the letter made stands on the true day, and everything reckoned from it is derived again.

    The law is asked as it is of any other change: a day on which the step could not have been taken is refused.
    """
    # A letter for opinions before its case, as everywhere.
    asked = ThirdPartyOpinion.objects.select_for_update(of=("self",)).filter(letter=letter).first()
    held = _held_with_merged(letter)
    if rules.state_of(held.case(with_letters=False)) is rules.State.ARCHIVED:
        refuse_if([rules.PUT_AWAY])
    again = Reopening.objects.filter(letter=letter).first()
    if again is not None:
        refuse_if([Objection("before_reopening", "重新答复日期早于重新办理日期", "条例 51")] if letter.delivery.day < again.on else [])
        again.reply_on = letter.delivery.day
        again.save(update_fields=["reply_on"])
        if held.redone_on and again.pk == held.reopenings.order_by("-pk").values_list("pk", flat=True).first():
            _follow(held, letter, by, redone_on=again.reply_on)
    elif asked is not None:
        receipt = getattr(letter, "receipt", None)
        asked.sent_on = letter.delivery.day
        asked.received_by_on = receipt.day if receipt else None if letter.delivery.way == "post" else asked.sent_on
        _settle_letter(asked)
        asked.save()
    elif by_letter.STEP_OF.get(letter.kind) == "set_aside":
        if held.reply_number == letter.number:
            _follow(held, letter, by, dispatched_on=letter.delivery.day, signed_for_on=letter.delivery.day if letter.delivery.way in by_letter.SIGNED_FOR else None)
    elif facts := by_letter.made_by(letter):
        _follow(held, letter, by, **facts)
        # What the same letter answered along with it stands on the same day.
        for key in Application.objects.filter(links__other=held, links__kind=joining_rules.Joining.MERGED, reply_number=letter.number).values_list("pk", flat=True).distinct():
            if by_letter.STEP_OF.get(letter.kind) == "reply":
                _follow(Application.objects.held(Application(pk=key)), letter, by, **facts)


def _follow(held: Application, letter: Letter, by: User, **facts) -> None:
    old = held.reply_due_on
    moved = _write(held, by=by, verb="foi.day_corrected", said={"letter": letter.number}, **facts)
    if moved.reply_due_on != old:
        record("foi.last_day_follows", moved, by=by, number=moved.number, old=_said(old), new=_said(moved.reply_due_on), letter=letter.number)


# The applicant


@transaction.atomic
def write_applicant(application: Application, *, by: User | None, **values: str) -> Applicant:
    """登记或修改申请人。Afterwards the named fields are sealed; the log knows which, never what."""
    held = Application.objects.held(application)  # two hands may both find none
    refuse_if([rules.PUT_AWAY] if is_put_away(held) else [])
    there = Applicant.objects.filter(application=application).first()
    return _seal(there or Applicant(application=application), values, by=by)


def _seal(applicant: Applicant, values: Mapping[str, str], *, by: User | None) -> Applicant:
    if unknown := set(values) - set(APPLICANT_FIELDS):
        raise TypeError(f"申请人没有这些字段：{'、'.join(sorted(unknown))}")
    application, is_new = applicant.application, applicant.pk is None
    changed = [name for name, value in values.items() if getattr(applicant, name) != value]
    for name in changed:
        setattr(applicant, name, values[name])
    if not (changed or is_new):
        return applicant
    applicant.full_clean(exclude=["application"])
    applicant.save()
    verb = "foi.applicant_entered" if is_new else "foi.applicant_changed"
    record(verb, application, by=by, number=application.number, fields=_labels(changed))
    return applicant


@transaction.atomic
def read_applicant(application: Application, *, by: User) -> Applicant | None:
    """查看申请人。Afterwards the log says who looked, at which application. Stops with 403 for those who may not."""
    refuse_unless(by, "foi.applicant", "view", application)
    record("foi.applicant_read", application, by=by, number=application.number)
    return Applicant.objects.filter(application=application).first()


def addressees(letters: Iterable[Letter], *, by: User) -> dict[int, tuple[str, str]]:
    """The applicants' names and addresses for envelopes, by the letter's key.

    A case keeps its applicant to whoever may see it. The room that asks leaves the audit rows.
    """
    cases = Application.objects.filter(pk__in={letter.subject_id for letter in letters}).only("office_id", "section_id")
    seen = [case.pk for case in cases if may(by, "foi.applicant", "view", case)]
    found = {one.application_id: (one.name, one.address) for one in Applicant.objects.filter(application__in=seen).only("application_id", "name", "address")}
    return {letter.pk: found[letter.subject_id] for letter in letters if letter.subject_id in found}


@transaction.atomic
def find_by_applicant(office: Office, *, by: User, **values: str) -> list[Application]:
    """查找申请人。The applications of whoever bears exactly this name, phone or number; the search is on record.

    `values` are any of `name`, `phone` and `id_number`; all given must match.
    """
    refuse_unless(by, "foi.applicant", "view")
    kinds = {"name": ("name", "name_hash"), "phone": ("phone", "phone_hash"), "id_number": ("id", "id_hash")}
    wanted = {f"applicant__{kinds[name][1]}": lookup_hash(kinds[name][0], value) for name, value in values.items()}
    if not all(wanted.values()) or not wanted:
        refuse_if([Objection("nothing_to_find", "请填写要查找的姓名、电话或证件号码")])
    found = list(Application.objects.of(office).current().filter(**wanted).order_by("-received_on", "-pk"))
    record("foi.applicant_searched", by=by, office_id=office.pk, fields=_labels(values), found=len(found))
    return found


def _labels(names) -> str:
    return "、".join(str(Applicant._meta.get_field(name).verbose_name) for name in names)


# How a verb is carried out


def _move(application: Application, move: str, *, by: User | None, verb: str, said: dict, **changes) -> Application:
    held = Application.objects.held(application)
    refuse_if(rules.objections_to_moving(move, held.case()))
    return _write(held, by=by, verb=verb, said=said, **changes)


def _write(held: Application, *, by: User | None, verb: str, said: dict, **changes) -> Application:
    for name, value in changes.items():
        setattr(held, name, value)
    _settle(held)
    held.save()
    record(verb, held, by=by, number=held.number, **said)
    return held


def _settle(application: Application, *, only_begun: bool = False) -> None:
    """Derive what follows from the facts, and refuse what the law or the table does not take.

    The table's constraints are all of later steps and of numbers given by hand. Django asks the database about each of them:
    for a case that has only begun, that would be half of what receiving it costs.
    """
    derive(application)
    refuse_if(objections(application))
    later = (application.closed_on, application.corrected_on, application.fee_paid_on, application.extended_on, application.reply_on, application.withdrawn_on)
    application.full_clean(exclude=["office", "section", "consented_by"], validate_constraints=not only_begun or any(later))


def _settle_letter(letter: ThirdPartyOpinion) -> None:
    derive_letter(letter)
    refuse_if(objections_to_letter(letter))
    letter.full_clean(exclude=["office", "section", "application"])


def _said(day: date | None) -> str:
    return day.isoformat() if day else "（待定）"
