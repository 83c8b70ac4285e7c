"""What the case page asks for each verb: the few facts its action takes."""

from datetime import date

from django import forms

from gongkai.accounts.models import Section, User
from gongkai.accounts.roles import Role
from gongkai.law.calendar import chinese_date

from . import actions, rules
from .models import Application, ConsultedKind, Delivery, HandedIn

RESULTS = [(r.code, r.label) for r in rules.RESULTS.values() if r.code not in rules.ABANDONED | {"withdrawn"}]


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


class ConfirmForm(ActForm):
    action = "confirm"
    on = _day("确认日期")


class CorrectionForm(ActForm):
    action = "ask_to_correct"
    on = _day("告知日期")
    due_on = _day("补正期限", required=False, help_text="留空则按本机关通常的补正期限")
    late_reason = forms.CharField(label="逾期告知的理由", required=False, max_length=300, help_text="收到之日起7个工作日后才告知的须填写")


class CorrectedForm(ActForm):
    action = "corrected"
    on = _day("收到补正日期")


class FeeForm(ActForm):
    action = "ask_fee"
    on = _day("申请人收到通知日期")


class PaidForm(ActForm):
    action = "fee_paid"
    on = _day("缴费日期")


class ConsultForm(ActForm):
    action = "consult"
    kind = forms.ChoiceField(label="征求谁的意见", choices=ConsultedKind.choices)
    name = forms.CharField(label="对方名称", max_length=200, help_text="加密保存")
    sent_on = _day("发出日期")
    received_by_on = _day("对方收到日期", required=False, help_text="尚未收到的留空")


class ExtendForm(ActForm):
    action = "extend"
    on = _day("告知申请人日期")
    days = forms.IntegerField(label="延长工作日数", min_value=1, max_value=20)
    consented_by = forms.ModelChoiceField(label="同意的工作机构负责人", queryset=User.objects.none())

    def __init__(self, application: Application, today: date, *args, **kwargs):
        super().__init__(application, today, *args, **kwargs)
        people = User.objects.filter(office_id=application.office_id, is_active=True).order_by("pk")
        consenting = [one.pk for one in people if Role.DISCLOSURE_HEAD in one.roles_on(today)]
        self.fields["consented_by"].queryset = User.objects.filter(pk__in=consenting)


class ReplyForm(ActForm):
    action = "reply"
    result = forms.ChoiceField(label="处理结果", choices=RESULTS, help_text="拿不准的，先到“逐问定案”一问一答")
    reply_number = forms.CharField(label="答复文号", max_length=60, required=False)
    delivery = forms.ChoiceField(label="送达方式", choices=[c for c in Delivery.choices if c[0] != Delivery.NONE])
    dispatched_on = _day("发出日期", help_text="邮寄的为交邮之日")
    signed_for_on = _day("申请人签收日期", required=False, help_text="直接送达、委托送达以签收之日为答复日期")


class SetAsideForm(ActForm):
    action = "set_aside"
    on = _day("终止日期")

    def clean(self):
        if (waiting := self.application.handed_in.waiting().exclude(kind=HandedIn.Kind.WITHDRAWAL).first()) is not None:
            raise forms.ValidationError(f"申请人已于{chinese_date(waiting.on)}在网上递交{waiting.get_kind_display()}，请先受理或者退回")
        return super().clean()


class TransferForm(ActForm):
    action = "transfer"
    section = forms.ModelChoiceField(label="转办科室", queryset=Section.objects.none())
    reason = forms.CharField(label="原因", max_length=200)

    def __init__(self, application: Application, today: date, *args, **kwargs):
        super().__init__(application, today, *args, **kwargs)
        self.fields["section"].queryset = Section.objects.of(application.office_id).standing(today).exclude(pk=application.section_id)


class WithdrawForm(ActForm):
    action = "withdraw"
    on = _day("撤回日期")


FORMS: dict[str, type[ActForm]] = {
    form.action: form
    for form in (ConfirmForm, CorrectionForm, CorrectedForm, FeeForm, PaidForm, ConsultForm, ExtendForm, ReplyForm, SetAsideForm, TransferForm, WithdrawForm)
}  # fmt: skip
