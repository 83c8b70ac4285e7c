"""What the case page asks for each verb: the few facts its action takes."""

from datetime import date

from django import forms
from django.db import transaction

from gongkai.accounts.models import Section, User
from gongkai.accounts.roles import Role
from gongkai.letters import rules as letter_rules
from gongkai.letters.forms import DraftForm
from gongkai.text.dates import find_dates

from . import actions, archiving, by_letter, joining, result_rules, rules
from .models import Application, CaseLink, ConsultedKind, Delivery, Fee, Remedy, Reopening, WayWanted

#: Ways of getting the information by which the reply is delivered over the internet.
ONLINE_WAYS = (WayWanted.EMAIL, WayWanted.PLATFORM)
HANDLING = (Role.CLERK, Role.HEAD, Role.COORDINATOR)
RESULTS = [(r.code, r.label) for r in result_rules.RESULTS.values() if r.code not in result_rules.ABANDONED | {"withdrawn"}]


def _day(label: str, **kwargs) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


class ActForm(forms.Form):
    """A verb's form: `carry_out` calls the action with what was filled in."""

    action = ""

    def __init__(self, application: Application, today: date, *args, **kwargs):
        self.application = application
        super().__init__(*args, **kwargs)
        if "on" in self.fields:
            self.fields["on"].initial = today

    def carry_out(self, by: User) -> None:
        getattr(actions, self.action)(self.application, by=by, **self.cleaned_data)


class OutsideForm(ActForm):
    """A step that its letter makes, entered without one of ours: which letter of elsewhere, and why."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "reply_number" not in self.fields:
            self.fields["document"] = forms.CharField(label="系统外文书文号", max_length=60)
        self.fields["why"] = forms.CharField(label="补录原因", max_length=200, help_text="如“随科室合并移交的在办案件”")

    @transaction.atomic
    def carry_out(self, by: User) -> None:
        said = dict(self.cleaned_data)
        why, number = said.pop("why"), said.pop("document", "") or said.get("reply_number", "")
        getattr(actions, self.action)(self.application, by=by, **said)
        actions.note_outside_letter(self.application, by=by, act=self.action, number=number, reason=why)


class ConfirmForm(ActForm):
    action = "confirm"
    on = _day("确认日期")


class CorrectionForm(OutsideForm):
    action = "ask_to_correct"
    on = _day("告知日期")
    due_on = _day("补正期限", required=False, help_text="留空则按本机关通常的补正期限")
    late_reason = forms.CharField(label="逾期告知的理由", required=False, max_length=300, help_text="过了告知补正的最后一日才告知的须填写")


class CorrectedForm(ActForm):
    action = "corrected"
    on = _day("收到补正日期")


class FeeForm(OutsideForm):
    action = "ask_fee"
    on = _day("申请人收到通知日期")


class PaidForm(ActForm):
    action = "fee_paid"
    on = _day("缴费日期")

    def __init__(self, application: Application, today: date, *args, **kwargs):
        super().__init__(application, today, *args, **kwargs)
        fee = Fee.objects.filter(application=application, dropped_on=None).first()
        if fee is not None:
            self.fields["amount"] = forms.IntegerField(label="实缴金额（元）", min_value=1, initial=fee.amount)
            self.fields["receipt_number"] = forms.CharField(label="财政票据号码", max_length=60)


class ConsultForm(OutsideForm):
    action = "consult"
    kind = forms.ChoiceField(label="征求谁的意见", choices=ConsultedKind.choices)
    name = forms.CharField(label="对方名称", max_length=200, help_text="加密保存")
    sent_on = _day("发出日期")
    received_by_on = _day("对方收到日期", required=False, help_text="尚未收到的留空")


class ExtendForm(OutsideForm):
    action = "extend"
    on = _day("告知申请人日期")
    days = forms.IntegerField(label="延长工作日数", min_value=1, max_value=20)
    consented_by = forms.ModelChoiceField(label="同意的工作机构负责人", queryset=User.objects.none())

    def __init__(self, application: Application, today: date, *args, **kwargs):
        super().__init__(application, today, *args, **kwargs)
        people = User.objects.filter(office_id=application.office_id, is_active=True).order_by("pk")
        consenting = [one.pk for one in people if Role.DISCLOSURE_HEAD in one.roles_on(today)]
        self.fields["consented_by"].queryset = User.objects.filter(pk__in=consenting)


class ReplyForm(OutsideForm):
    action = "reply"
    result = forms.ChoiceField(label="处理结果", choices=RESULTS, help_text="拿不准的，先到“逐问定案”一问一答")
    reply_number = forms.CharField(label="答复文号", max_length=60)
    delivery = forms.ChoiceField(label="送达方式", choices=[c for c in Delivery.choices if c[0] != Delivery.NONE])
    dispatched_on = _day("发出日期", help_text="邮寄的为交邮之日")
    signed_for_on = _day("申请人签收日期", required=False, help_text="直接送达、委托送达以签收之日为答复日期")


class LetterForm(DraftForm):
    """The boxes of a letter that makes a step: what the case will take from it must be readable."""

    def __init__(self, application: Application, kind, text: str, facts, *args, today: date, **kwargs):
        super().__init__(kind, text, facts, *args, day=today, **kwargs)
        self.kind = kind
        wanted, online = application.get_way_wanted_display(), kind.remedy + letter_rules.ONLINE
        if kind.frame and application.way_wanted in ONLINE_WAYS and online in dict(self.fields["remedy"].choices):
            self.fields["remedy"].initial = online
            self.fields["remedy"].help_text = f"申请人要求通过{wanted}获取：这样送达的，答复须写明提交复议申请书的互联网渠道（行政复议法第二十二条第二款）"
        if kind.key == "correction" and application.correction_ask_due_on and today > application.correction_ask_due_on:
            self.fields["late_reason"] = forms.CharField(
                label=by_letter.LATE_REASON, max_length=300, help_text=f"告知补正的最后一日为{rules.chinese_date(application.correction_ask_due_on)}；理由记入案卷，不印在告知书上"
            )  # fmt: skip

    def clean(self):
        said = super().clean()
        for name, box in ((name, f"f{n}") for n, name in enumerate(self.names)):
            if self.kind.key == "correction" and name == "补正期限" and not any(one.day for one in find_dates(said.get(box, ""))):
                self.add_error(box, "请写明到哪一天，如“2022年3月25日”。")
            if self.kind.key == "extension" and name == "延长天数" and not (said.get(box, "").isascii() and said.get(box, "").isdigit() and 1 <= int(said[box]) <= 20):
                self.add_error(box, "请填1至20的数字。")
        return said

    @property
    def values(self) -> dict[str, str]:
        late = self.cleaned_data.get("late_reason")
        return super().values | ({by_letter.LATE_REASON: late} if late else {})


class ReplyAgainForm(ReplyForm):
    action = "reply_again"


class ReopenForm(ActForm):
    action = "reopen"
    ground = forms.ChoiceField(label="根据", choices=Reopening.Ground.choices)
    remedy = forms.ModelChoiceField(label="复议决定或裁判", queryset=Remedy.objects.none(), required=False, help_text="凭复议决定或裁判的选填；先在“复议诉讼”登记结果和文书")
    document = forms.CharField(label="根据文书号", max_length=60, required=False, help_text="责令改正通知的文号，或自行纠正的呈批单编号")
    on = _day("重新办理日期")
    reason = forms.CharField(label="说明", max_length=300, required=False, help_text="不凭复议决定或裁判的，写明原答复错在哪里")

    def __init__(self, application: Application, today: date, *args, **kwargs):
        super().__init__(application, today, *args, **kwargs)
        self.fields["remedy"].queryset = application.remedies.current().filter(result="corrected")

    def clean(self):
        said = super().clean()
        if said.get("ground") == Reopening.Ground.REMEDY and not said.get("remedy"):
            self.add_error("remedy", "请选择结果纠正的复议决定或裁判；没有的，先登记。")
        return said

    def carry_out(self, by: User) -> None:
        said = self.cleaned_data
        if said["ground"] == Reopening.Ground.REMEDY:
            actions.reopen(self.application, by=by, remedy=said["remedy"], on=said["on"], reason=said["reason"])
        else:
            actions.reopen_otherwise(self.application, by=by, ground=said["ground"], document=said["document"], reason=said["reason"], on=said["on"])


class TakeBackForm(ActForm):
    action = "take_back"
    document = forms.CharField(label="批准更正的文书", max_length=100, help_text="如办理呈批单编号")
    reason = forms.CharField(label="更正的原因", max_length=300, help_text="写明登记错在哪里")


class AssignForm(ActForm):
    action = "assign"
    handler = forms.ModelChoiceField(label="经办人", queryset=User.objects.none())

    def __init__(self, application: Application, today: date, *args, **kwargs):
        super().__init__(application, today, *args, **kwargs)
        people = User.objects.filter(office_id=application.office_id, is_active=True).order_by("name")
        able = [one.pk for one in people if any(post.section_id in (None, application.section_id) and post.role in HANDLING for post in one.posts_on(today))]
        self.fields["handler"].queryset = people.filter(pk__in=able)
        self.fields["handler"].initial = application.handler_id


class ArchiveForm(ActForm):
    action = "archive"
    number = forms.CharField(label="档号", max_length=60)
    on = _day("归档日期")

    def carry_out(self, by: User) -> None:
        archiving.archive(self.application, by=by, **self.cleaned_data)


class FeeDecisionForm(forms.Form):
    """决定收费: by number or by pages, never both (109号 3)."""

    mode = forms.ChoiceField(label="计费方式", choices=Fee.Mode.choices, help_text="按件或按量只选一种；已主动公开、只告知获取途径的不按量计费")
    units = forms.IntegerField(label="件数", min_value=1, max_value=500, required=False, help_text="按件时填；一份申请含多项内容、按“一事一申请”拆分的，填拆分后的件数")
    pages = forms.IntegerField(label="页数", min_value=1, max_value=100_000, required=False, help_text="按量时填")
    reason = forms.CharField(label="收费理由", max_length=300, help_text="收费与否由本机关决定：写明数量、频次为何超过合理范围")

    def __init__(self, before: int | None, *args, **kwargs):
        self.before = before
        super().__init__(*args, **kwargs)

    def clean(self):
        said = super().clean()
        if said.get("mode") == Fee.Mode.CASES and self.before is None:
            self.add_error("mode", "没有登记申请人证件号码，不能认定同一申请人，请补登后再按件计算。")
        if said.get("mode") == Fee.Mode.PAGES and not said.get("pages"):
            self.add_error("pages", "按量计费请填页数。")
        said["units"], said["pages"] = said.get("units") or 1, said.get("pages") or 0
        return said


class SetAsideForm(ActForm):
    action = "set_aside"
    on = _day("终止日期")


class TransferForm(ActForm):
    action = "transfer"
    section = forms.ModelChoiceField(label="移交科室", queryset=Section.objects.none())
    reason = forms.CharField(label="原因", max_length=200)
    document = forms.CharField(label="依据文书", max_length=100, required=False, help_text="如分办呈批单编号")
    due_on = _day("内部期限", required=False, help_text="留空则从答复最后一日倒推")
    on = _day("移交日期")

    def __init__(self, application: Application, today: date, *args, **kwargs):
        super().__init__(application, today, *args, **kwargs)
        self.fields["section"].queryset = Section.objects.of(application.office_id).standing(today).exclude(pk=application.section_id)

    def carry_out(self, by: User) -> None:
        joining.hand_over(self.application, by=by, **self.cleaned_data)


class JoinForm(forms.Form):
    """并案、关联: with which application, why, and on what paper."""

    number = forms.CharField(label="另一件的申请编号", max_length=60)
    kind = forms.ChoiceField(label="方式", choices=CaseLink.Kind.choices, help_text="并案：一并办理，同一申请人的可以一份答复；各自编号、计时、计入年报。关联：只互相提示")
    reason = forms.CharField(label="原因", max_length=300)
    document = forms.CharField(label="依据文书", max_length=100, help_text="如办理呈批单编号")


class WithdrawForm(ActForm):
    action = "withdraw"
    on = _day("撤回日期")


FORMS: dict[str, type[ActForm]] = {
    form.action: form
    for form in (ConfirmForm, CorrectionForm, CorrectedForm, FeeForm, PaidForm, ConsultForm, ExtendForm, ReplyForm, ReplyAgainForm, ReopenForm, ArchiveForm, TakeBackForm, AssignForm, SetAsideForm, TransferForm, WithdrawForm)
}  # fmt: skip
