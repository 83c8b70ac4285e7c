"""A step of a case is made by its letter: what each kind of letter does to the case once it is delivered.

The day of the step is the letter's day of delivery. `disagreements` is asked whenever a case is saved, by whatever
hand, so that the case can't come to say something else than its delivered letters.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from gongkai.accounts.models import User
from gongkai.accounts.roles import Role
from gongkai.audit.models import Entry
from gongkai.law import Objection
from gongkai.law.calendar import chinese_date
from gongkai.letters.models import Letter
from gongkai.letters.rules import Step
from gongkai.rulebook.queries import calendar
from gongkai.text.dates import find_dates

from . import result_rules, rules
from .models import Applicant, CaseLink, Fee, Redaction, Reopening

#: The letters of each step, the usual one first.
CONSULTING = {
    "consult_third": rules.ConsultedKind.THIRD_PARTY, "consult_maker": rules.ConsultedKind.CO_MAKER, "assist": rules.ConsultedKind.AGENCY,
}  # fmt: skip
REPLIES = tuple(code for code in result_rules.RESULTS if code not in result_rules.ABANDONED | {"withdrawn"})
KINDS = {
    "ask_to_correct": ("correction",), "extend": ("extension",), "ask_fee": ("fee_notice",), "consult": tuple(CONSULTING),
    "reply": REPLIES, "reply_again": REPLIES, "set_aside": tuple(sorted(result_rules.ABANDONED)),
}  # fmt: skip
STEP_OF = {kind: verb for verb, kinds in KINDS.items() for kind in kinds if verb != "reply_again"}
#: Steps that take a letter. What is set aside may also just be entered: 条例 30 wants no letter of it.
BY_LETTER = ("ask_to_correct", "extend", "ask_fee", "consult", "reply", "reply_again")
#: What the register's form would enter of each of them.
FACTS = {
    "ask_to_correct": ("correction_asked_on",), "extend": ("extended_on",), "ask_fee": ("fee_sent_on", "fee_noticed_on"),
    "reply": ("dispatched_on", "signed_for_on"),
}  # fmt: skip
LATE_REASON = "逾期告知的理由"
SIGNED_FOR = ("direct", "agency")


def read_day(letter: Letter, name: str) -> date | None:
    """A day the letter names, from its own words."""
    found = [one.day for one in find_dates(letter.values.get(name, "")) if one.day]
    return found[0] if found else None


def read_days(letter: Letter) -> int | None:
    written = letter.values.get("延长天数", "").strip()
    return int(written) if written.isascii() and written.isdigit() else None


def approver(letter: Letter) -> User | None:
    """Who signed the letter as it stands: the consent of 条例 33.2 is that signature."""
    signed = [one for one in letter.signatures.select_related("by") if one.step == Step.APPROVE and one.digest == letter.digest]
    return signed[-1].by if signed else None


def made_by(letter: Letter) -> dict[str, Any]:
    """The facts of the case that a delivered letter made."""
    sent = letter.delivery
    signed = sent.day if sent.way in SIGNED_FOR else None
    match STEP_OF.get(letter.kind):
        case "reply":
            return {"result": letter.kind, "reply_number": letter.number, "delivery": sent.way, "dispatched_on": sent.day, "signed_for_on": signed}
        case "ask_to_correct":
            return {"correction_asked_on": sent.day, "correction_due_on": read_day(letter, "补正期限")}
        case "extend":
            return {"extended_on": sent.day, "extended_days": read_days(letter)}
        case "ask_fee":
            receipt = getattr(letter, "receipt", None)
            return {"fee_sent_on": sent.day, "fee_noticed_on": receipt.day if receipt else sent.day if sent.way != "post" else None}
    return {}


def delivered_letters(application) -> Iterable[Letter]:
    """The delivered letters whose facts stand in the case itself."""
    again = Reopening.objects.filter(application=application).exclude(letter=None).values("letter")
    return Letter.objects.about(application).filter(delivery__isnull=False, kind__in=STEP_OF).exclude(pk__in=again).select_related("delivery", "receipt").prefetch_related("corrections")


def disagreements(application) -> list[Objection]:
    """What the case says otherwise than the letters that were delivered."""
    found = []
    for letter in delivered_letters(application) if application.pk else ():
        for name, value in made_by(letter).items():
            if getattr(application, name) != value:
                label = application._meta.get_field(name).verbose_name
                found.append(Objection("letter_says", f"“{label}”与已送达的{letter.title}（{letter.number}）不一致，以文书为准", "条例 45"))
    return found


def is_reopened(application) -> bool:
    return bool(application.reopened_on and not application.redone_on)


def is_of_before(letter: Letter, application) -> bool:
    """Whether a letter is dated, or got its number, before its case was reopened. By the log's moment too: both may be of one day, and the day of a reopening is entered by hand."""
    if not is_reopened(application):
        return False
    since = Entry.objects.filter(subject_kind=application._meta.label, subject_id=str(application.pk), verb="foi.reopened")
    return letter.written_on < application.reopened_on or (letter.frozen_at is not None and since.filter(at__gt=letter.frozen_at).exists())


def _objections_to_age(letter: Letter, application) -> list[Objection]:
    """What was answered before a case was reopened is not how it is answered again."""
    if not is_of_before(letter, application):
        return []
    if letter.frozen_at:
        said = f"{letter.number}是重新办理以前定稿的，不能作为重新答复送出：请作废，按重新办理的情况另行拟写"
    else:
        said = f"成文日期早于重新办理日期{chinese_date(application.reopened_on)}，不能作为重新答复：请按重新办理的情况修改，改写成文日期后重新送审"
    return [Objection("before_reopening", said, "条例 51")]


def _objections_to_sum(letter: Letter, application) -> list[Objection]:
    """The notice asks for what was decided, to the yuan."""
    fee = Fee.objects.filter(application=application, dropped_on=None).first()
    if fee is None:
        return [Objection("not_decided", "尚未在费用计算单上决定收费", "109号 3")]
    if letter.values.get("应缴金额", "").strip().removesuffix("元").replace(",", "") != str(fee.amount):
        return [Objection("other_sum", f"通知书的应缴金额与费用计算单的{fee.amount}元不一致", "109号 3")]
    return []


def same_applicant(one, other) -> bool:
    """Whether two applications came from one document number. Without a number nobody is the same."""
    hashes = list(Applicant.objects.filter(application__in=[one, other]).values_list("id_hash", flat=True))
    return len(hashes) == 2 and hashes[0] == hashes[1] != ""


def answered_along(application) -> list:
    """The open cases merged into this one whose applicant is the same: its reply answers them too."""
    merged = CaseLink.objects.filter(other=application, kind=CaseLink.Kind.MERGED, ended_on=None).select_related("application").order_by("pk")
    return [one.application for one in merged if one.application.closed_on is None and one.application.voided_at is None and same_applicant(one.application, application)]


def touched_by(letter: Letter) -> list[int]:
    """The keys of the cases a letter may write to: its own and, for a reply, those that are or were merged into it."""
    merged = CaseLink.objects.filter(other=letter.subject_id, kind=CaseLink.Kind.MERGED).values_list("application", flat=True)
    return [letter.subject_id, *(merged if STEP_OF.get(letter.kind) == "reply" else ())]


def objections_to_enclosing(letter: Letter) -> list[Objection]:
    """A paper that is being covered, or was, does not leave in its own form: its covered copy does."""
    enclosed = letter.enclosures.values("material")
    found = Redaction.objects.filter(material__in=enclosed).select_related("material").order_by("material_id", "pk")
    labels = dict.fromkeys(one.material.label for one in found)
    return [Objection("uncovered", f"“{label}”含有不予公开的内容，已作区分处理，只能附区分处理件；原件请从附件中移出", "条例 37") for label in labels]


def live(application, verb: str) -> list[Letter]:
    """Letters of a step that are under way: neither delivered nor voided."""
    return list(Letter.objects.about(application).filter(kind__in=KINDS.get(verb, ()), delivery=None, void=None))


def objections(letter: Letter, application, verb: str, by: User | None) -> list[Objection]:
    """What the case has against signing, freezing or delivering a letter of a step."""
    step, found = STEP_OF.get(letter.kind), []
    if step is None or (step == "set_aside" and rules.state_of(application.case()) is rules.State.ABANDONED):
        return []
    if step == "ask_to_correct" and read_day(letter, "补正期限") is None:
        found.append(Objection("no_day", "“补正期限”须写明到哪一天，如“2022年3月25日”", "条例 30"))
    if step == "extend":
        if read_days(letter) is None:
            found.append(Objection("no_days", "“延长天数”须是1至20的数字", "条例 33.2"))
        if verb == Step.APPROVE and by is not None and Role.DISCLOSURE_HEAD not in by.roles_on(letter.written_on):
            found.append(Objection("no_consent", "延期答复告知书须由政府信息公开工作机构负责人签发，签发即为同意延长", "条例 33.2"))
    if verb in ("freeze", "deliver"):
        case = application.case()
        found += rules.objections_to_moving("reply_again" if step == "reply" and is_reopened(application) else step, case)
        found += _objections_to_age(letter, application) if step == "reply" else []
        for one in answered_along(application) if step == "reply" and not is_reopened(application) else ():
            found += [objection._replace(sentence=f"并入本件的{one.number}：{objection.sentence}") for objection in rules.objections_to_moving("reply", one.case())]
    if letter.kind == "granted" and verb in (Step.APPROVE, "freeze", "deliver"):
        found += rules.objections_to_disclosing(application.case(), letter.written_on, calendar())
    if step == "ask_fee" and verb in ("approve", "freeze", "deliver"):
        found += _objections_to_sum(letter, application)
    if verb == "freeze" and step in ("reply", "ask_to_correct", "extend", "ask_fee"):
        others = [one for one in live(application, step) if one.frozen_at and one.pk != letter.pk]
        found += [Objection("another", f"{one.title}{one.number}已定稿、尚未送达，请先{'作废' if step == 'reply' and is_of_before(one, application) else '送达或作废'}", "条例 45") for one in others]
    return found
