"""What a draft asks: one box for each field of its wording."""

from collections.abc import Mapping, Sequence
from datetime import date

from django import forms

from . import rules
from .models import DayCorrection, Delivery, Letter

LONG = {"补正事项", "理由", "公开内容", "获取途径", "申请内容", "检索情况", "涉及信息", "更正结果", "答复意见", "收费标准", "相应渠道"}

HELP = {"复议网上渠道": "复议机关的网址或者小程序名称；选“并告知网上复议渠道”的填写，沿用上一份文书所写"}


class DraftForm(forms.Form):
    """The fields of one kind of letter, filled with what the record says; the day and, for a reply, the remedies."""

    written_on = forms.DateField(label="成文日期", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, kind: rules.Kind, text: str, facts: Mapping[str, str], *args, day: date, **kwargs):
        super().__init__(*args, **kwargs)
        if kind.frame:
            self.fields["remedy"] = forms.ChoiceField(label="救济途径", choices=rules.remedies(day), initial=kind.remedy, help_text="不予公开的，2024年起须先申请复议并在答复中告知；其他情形由法制员把关。2024年起通过互联网送达的，须告知网上复议渠道（行政复议法第二十二条第二款）")
        self.names = list(dict.fromkeys([*rules.fields_of(text), *(rules.online_fields(day) if kind.frame else [])]))
        for n, name in enumerate(self.names):
            self.fields[f"f{n}"] = forms.CharField(
                label=name, required=False, initial=facts.get(name, ""), max_length=4000, help_text=HELP.get(name, ""),
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


class TypedField(forms.CharField):
    """A line as it was meant: what can't be seen falls away, blanks are one. What is too long is told, never cut."""

    default_error_messages = {"max_length": "最多%(limit_value)d个字，现有%(show_value)d个，请缩短"}

    def to_python(self, value):
        return super().to_python(rules.seen(value) if isinstance(value, str) else value)

    def widget_attrs(self, widget):
        """Without `maxlength`, at which a browser cuts what is pasted and says nothing."""
        return {}


class NumberField(TypedField):
    """A number, of whatever width and spacing."""

    def to_python(self, value):
        return super().to_python(rules.folded_number(value) if isinstance(value, str) else value)


class PostForm(forms.Form):
    """Letters of one post: of each whom its envelope is for and its mail number (`name-7`, `number-7` of the letter 7), of all how and when they went."""

    #: What a letter is asked: label, field, longest, its box. Of a name and an address all is seen, also on a phone.
    ASKED = {
        "name": ("收件人", TypedField, 200, forms.Textarea, {"rows": 2, "cols": 14}), "address": ("通信地址", TypedField, 300, forms.Textarea, {"rows": 2, "cols": 30}),
        "postcode": ("邮政编码", NumberField, 20, forms.TextInput, {"size": 6, "inputmode": "numeric"}), "number": ("邮件号码", NumberField, 40, forms.TextInput, {"size": 17}),
    }  # fmt: skip
    #: What each button rests on; the rest is kept as it was typed. Enter in a box, as a scanner of bar codes ends a number, presses none but `keep`.
    NEEDED = {"keep": {"number"}, "envelopes": {"name", "address", "postcode"}, "post": {"name", "address", "number", "carrier", "on"}}

    carrier = forms.ChoiceField(label="邮件种类", choices=Delivery.Carrier.choices, help_text="须通过邮政企业，不得到付（235号）")
    on = forms.DateField(label="交邮日期", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), help_text="以交邮之日为答复之日")

    def __init__(self, letters: Sequence[Letter], *args, do: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.letters, self.do = letters, do
        for letter in letters:
            for key, (label, made, longest, box, attrs) in self.ASKED.items():
                said = f"{letter.number}的{label}"
                self.fields[f"{key}-{letter.pk}"] = made(label=said, required=False, max_length=longest, widget=box(attrs={**attrs, "autocomplete": "off", "aria-label": said}))

    def clean(self) -> None:
        for name in [name for name in self.errors if name.partition("-")[0] not in self.NEEDED.get(self.do, ())]:
            del self.errors[name]
        known = {f"{key}-{letter.pk}" for letter in self.letters for key in self.ASKED}
        there = [name for name in self.data if name.partition("-")[0] in self.ASKED]
        if not set(there) <= known or any(len(self.data.getlist(name)) > 1 for name in there):
            self.add_error(None, "填写的内容与所选文书对不上，没有办理，请回到清单重新勾选")

    def of(self, letter: Letter, *keys: str) -> list[str]:
        return [self.cleaned_data.get(f"{key}-{letter.pk}", "") for key in keys]

    def boxes(self, letter: Letter) -> list[tuple[str, forms.BoundField]]:
        return [(label, self[f"{key}-{letter.pk}"]) for key, (label, *_) in self.ASKED.items()]


class VoidForm(forms.Form):
    reason = forms.CharField(label="作废原因", max_length=300)
