"""What a case says into a letter: the fields of the wordings that its facts can fill."""

from datetime import date

from gongkai.accounts.models import User
from gongkai.accounts.permissions import may
from gongkai.law.calendar import chinese_date
from gongkai.letters.models import Letter
from gongkai.rulebook.queries import adjustments, calendar

from . import actions, queries, rules
from .models import Application

#: The same for every letter of an office until its district or its authority changes: taken from the last one that says it.
LASTING = ("管辖法院", "复议网上渠道")


def facts(application: Application, *, by: User, today: date) -> dict[str, str]:
    """Fields by name. The applicant is read, with an audit row, only for whoever may."""
    office = application.office
    found = {
        "申请编号": application.number, "事项": application.subject, "机关名称": office.name, "机关电话": office.phone,
        "复议机关": office.superior, "收到日期": _day(application.received_on), "补正期限": _day(application.correction_due_on or rules.default_correction_due_on(today, calendar(), adjustments(office.pk, "foi"))),
        "延长天数": str(application.extended_days or ""), "撤回日期": _day(application.withdrawn_on), "送达文书": "政府信息公开申请答复书",
    }  # fmt: skip
    lately = [letter.values for letter in Letter.objects.of(office).filter(frozen_at__isnull=False).order_by("-pk")[:20]]  # what they say is sealed: it is read here
    found |= {name: next((said for values in lately if (said := values.get(name))), "") for name in LASTING}
    fee = queries.fee_of(application)
    if fee is not None:
        found |= {"应缴金额": str(fee.amount), "收费标准": fee.words}
    letter = application.opinions.order_by("-sent_on").first()
    if letter is not None:
        found |= {"征求日期": _day(letter.sent_on), "征求对象类别": letter.get_kind_display()}
    if may(by, "foi.applicant", "view", application):
        applicant = actions.read_applicant(application, by=by)
        found |= {"申请人": applicant.name if applicant else "", "申请内容": application.description}
    return found


def _day(day) -> str:
    return chinese_date(day) if day else ""
