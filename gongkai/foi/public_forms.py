"""What a visitor is asked. The lawful elements of 条例 29 and the applicant's category; no purpose."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from gongkai.publishing.rules import objections_to_marks
from gongkai.text.normalise import nfkc

from .models import ApplicantCategory, FormWanted, WayWanted

#: The check digit of a resident identity card (GB 11643) and of a 统一社会信用代码 (GB 32100).
_ID_WEIGHTS, _ID_DIGITS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"
_CREDIT_LETTERS, _CREDIT_WEIGHTS = "0123456789ABCDEFGHJKLMNPQRTUWXY", (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def right_id(number: str) -> bool:
    return number[17] == _ID_DIGITS[sum(int(digit) * weight for digit, weight in zip(number, _ID_WEIGHTS, strict=False)) % 11]


def right_credit_code(code: str) -> bool:
    total = sum(_CREDIT_LETTERS.index(letter) * weight for letter, weight in zip(code, _CREDIT_WEIGHTS, strict=False))
    return _CREDIT_LETTERS[(31 - total % 31) % 31] == code[17]


def _text(label: str, most: int, missing: str = "", **kwargs) -> forms.CharField:
    kwargs.setdefault("error_messages", {"required": missing, "max_length": f"{label}请不超过{most}字，现有%(show_value)d字"})
    return forms.CharField(label=label, max_length=most, required=bool(missing), **kwargs)


def _auto(name: str, **attrs) -> forms.TextInput:
    return forms.TextInput(attrs={"autocomplete": name, **attrs})


class FilingForm(forms.Form):
    """What both kinds of applicant say: how to reach them, what they want, in which form and by which way."""

    use_required_attribute = False
    error_css_class = "has-error"
    #: The parts of the page: a heading and the names of its fields.
    parts: tuple[tuple[str, tuple[str, ...]], ...] = ()

    phone = _text("联系电话", 50, "请填写联系电话：网上申请要与您确认后才算收到", widget=_auto("tel", inputmode="tel"), help_text="手机或者带区号的座机。我们用它与您确认收到申请。")
    email = _text("电子邮箱", 200, widget=_auto("email", inputmode="email"), help_text="选择用电子邮件获取的必须填写。")
    address = _text("通信地址", 300, widget=_auto("street-address"), help_text="写到门牌号和邮政编码。选择邮寄的必须填写。")
    description = _text(
        "需要什么信息", 2000, "请写明需要什么信息：名称、文号，或者便于查找的特征", widget=forms.Textarea(attrs={"rows": 7}),
        help_text="写明信息的名称或者文号；不知道的，写清楚哪一年、关于什么事、由谁作出，便于我们找到。例如：2021年度技术改造专项资金的分配结果。一张表写一项申请，答复会更快。",
    )  # fmt: skip
    form_wanted = forms.ChoiceField(label="希望得到什么形式的信息", choices=FormWanted.choices, widget=forms.RadioSelect, error_messages={"required": "请选择希望得到的形式"})
    way_wanted = forms.ChoiceField(
        label="希望怎样得到", choices=[(value, {"platform": "在本网站凭查询码下载"}.get(value, label)) for value, label in WayWanted.choices], widget=forms.RadioSelect,
        error_messages={"required": "请选择希望怎样得到信息"},
    )  # fmt: skip

    def __init__(self, data=None, **kwargs):
        if data is not None:
            data = data.copy()
            for name in self.base_fields:
                if name in data:
                    data[name] = data[name].replace("\x00", "")
        super().__init__(data, **kwargs)

    def clean_phone(self) -> str:
        phone = nfkc(self.cleaned_data["phone"]).strip()
        if len(re.sub(r"\D", "", phone)) < 7:
            raise ValidationError("联系电话的位数不够，请核对；座机请带区号")
        return phone

    def clean_email(self) -> str:
        if email := nfkc(self.cleaned_data["email"]).strip():
            EmailValidator("电子邮箱的写法不对，应当像 name@example.cn")(email)
        return email

    def clean(self) -> dict:
        said = super().clean() or self.cleaned_data
        if said.get("way_wanted") == WayWanted.EMAIL and not said.get("email") and "email" not in self.errors:
            self.add_error("email", "选择了用电子邮件获取，请填写电子邮箱")
        if said.get("way_wanted") == WayWanted.POST and not said.get("address") and "address" not in self.errors:
            self.add_error("address", "选择了邮寄，请填写通信地址")
        for name, value in list(said.items()):
            if name in self.fields and isinstance(value, str) and objections_to_marks(value):
                self.add_error(name, objections_to_marks(value)[0].sentence)
        return said

    def applicant(self) -> dict[str, str]:
        """For the sealed record of who applied."""
        raise NotImplementedError

    def facts(self) -> dict[str, str]:
        """For the application itself."""
        said = self.cleaned_data
        return {"applicant_category": said.get("category", ApplicantCategory.NATURAL), "description": said["description"], "form_wanted": said["form_wanted"], "way_wanted": said["way_wanted"]}

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(heading, [self[name] for name in names]) for heading, names in self.parts]

    def said(self) -> list[tuple[str, str, str]]:
        """What was filled in, for reading through: the field's name, its label, its value in words."""
        shown = []
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name, "")
            shown.append((name, str(field.label), str(dict(getattr(field, "choices", ())).get(value, value))))
        return [self_said for _, names in self.parts for wanted in names for self_said in shown if self_said[0] == wanted]


class PersonForm(FilingForm):
    name = _text("姓名", 200, "请填写姓名，与身份证明一致", widget=_auto("name"), help_text="与身份证明一致。")
    id_number = _text("证件号码", 50, widget=_auto("off"), help_text="可以不填，以上传的身份证明为准。")
    parts = (
        ("您是谁", ("name", "id_number")), ("怎样联系您", ("phone", "email", "address")),
        ("您需要什么", ("description", "form_wanted", "way_wanted")),
    )  # fmt: skip

    def clean_id_number(self) -> str:
        number = "".join(nfkc(self.cleaned_data["id_number"]).upper().split())
        if re.fullmatch(r"\d{17}[\dX]", number) and not right_id(number):
            raise ValidationError("居民身份证号码的校验位不符，请对照证件核对")
        return number

    def applicant(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("name", "id_number", "phone", "address", "email")}


class OrganisationForm(FilingForm):
    category = forms.ChoiceField(
        label="属于哪一类", choices=[choice for choice in ApplicantCategory.choices if choice[0] != ApplicantCategory.NATURAL], widget=forms.RadioSelect,
        error_messages={"required": "请选择属于哪一类，年度报告按类别统计"}, help_text="只用于年度报告的统计，不影响办理。",
    )  # fmt: skip
    name = _text("名称", 200, "请填写法人或者其他组织的名称，与证照一致", widget=_auto("organization"), help_text="全称，与证照一致。")
    credit_code = _text("统一社会信用代码", 50, widget=_auto("off"), help_text="18位。没有的不填。")
    representative = _text("法定代表人或者负责人", 40, "请填写法定代表人或者负责人的姓名", widget=_auto("off"))
    contact = _text("联系人", 40, "请填写联系人的姓名", widget=_auto("name"), help_text="就这件申请与我们联系的人。")
    parts = (
        ("您代表谁", ("category", "name", "credit_code", "representative")), ("怎样联系您", ("contact", "phone", "email", "address")),
        ("您需要什么", ("description", "form_wanted", "way_wanted")),
    )  # fmt: skip

    def clean_credit_code(self) -> str:
        code = "".join(nfkc(self.cleaned_data["credit_code"]).upper().split())
        if code and not (re.fullmatch(f"[{_CREDIT_LETTERS}]{{18}}", code) and right_credit_code(code)):
            raise ValidationError("统一社会信用代码应为18位，且校验位相符，请对照证照核对；没有的不填")
        return code

    def applicant(self) -> dict[str, str]:
        said = self.cleaned_data
        return {
            "name": said["name"], "id_number": said["credit_code"], "representative": f"{said['representative']}（法定代表人或者负责人）；联系人{said['contact']}",
            "phone": said["phone"], "address": said["address"], "email": said["email"],
        }  # fmt: skip
