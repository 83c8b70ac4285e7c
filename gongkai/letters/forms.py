"""What a draft asks: one box for each field of its wording."""

from collections.abc import Mapping

from django import forms

from . import rules
from .models import DayCorrection, Delivery

LONG = {"补正事项", "理由", "公开内容", "获取途径", "申请内容", "检索情况", "涉及信息", "更正结果", "答复意见", "收费标准", "相应渠道"}


class DraftForm(forms.Form):
    """The fields of one kind of letter, filled with what the record says; the day and, for a reply, the remedies."""

    written_on = forms.DateField(label="成文日期", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, kind: rules.Kind, text: str, facts: Mapping[str, str], *args, **kwargs):
        super().__init__(*args, **kwargs)
        if kind.frame:
            self.fields["remedy"] = forms.ChoiceField(label="救济途径", choices=rules.remedies(), initial=kind.remedy, help_text="不予公开的，2024年起须先申请复议并在答复中告知；其他情形由法制员把关")
        self.names = rules.fields_of(text)
        for n, name in enumerate(self.names):
            self.fields[f"f{n}"] = forms.CharField(
                label=name, required=False, initial=facts.get(name, ""), max_length=4000,
                widget=forms.Textarea(attrs={"rows": 3}) if name in LONG else forms.TextInput(),
            )  # fmt: skip

    @property
    def values(self) -> dict[str, str]:
        return {name: self.cleaned_data[f"f{n}"] for n, name in enumerate(self.names)}


class StampForm(forms.Form):
    scan = forms.FileField(label="用印件扫描", help_text="PDF或图片")
    bound_to = forms.CharField(widget=forms.HiddenInput)


class DeliverForm(forms.Form):
    way = forms.ChoiceField(label="送达方式", choices=Delivery.Way.choices)
    carrier = forms.ChoiceField(label="邮件种类", required=False, choices=[("", "（不是邮寄）"), *Delivery.Carrier.choices], help_text="邮寄的须通过邮政企业，不得到付（235号）")
    on = forms.DateField(label="送达日期", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), help_text="邮寄的为交邮之日，直接送达、委托送达的为对方签收之日")
    proof = forms.CharField(label="送达凭据", max_length=200, help_text="如邮件号码、签收人、回执编号")
    scan = forms.FileField(label="凭据扫描", required=False, help_text="邮件详情单、送达回证等，PDF或图片")


class ReceiptForm(forms.Form):
    on = forms.DateField(label="签收日期", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    proof = forms.CharField(label="签收凭据", max_length=200, help_text="如邮件查询结果、回执编号")


class CorrectDayForm(forms.Form):
    of = forms.ChoiceField(label="更正何日", choices=DayCorrection.Of.choices)
    on = forms.DateField(label="正确的日期", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    reason = forms.CharField(label="原因和凭据", max_length=300, help_text="如“登记时看错，寄件底单为3月24日”")


class VoidForm(forms.Form):
    reason = forms.CharField(label="作废原因", max_length=300)
