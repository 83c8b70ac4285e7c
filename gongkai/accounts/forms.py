"""What the pages about people and signing in ask."""

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils import timezone

from .models import Section, User
from .roles import Role


class Day(forms.DateInput):
    """The browser's own date picker; wants ISO whatever the locale."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class SignIn(AuthenticationForm):
    username = forms.CharField(label="用户名", widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}))
    password = forms.CharField(label="密码", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))
    error_messages = {
        "invalid_login": "用户名或密码不正确。连续输错五次，账号将锁定半小时。",
        "inactive": "该账号已停用，请联系本机关安全管理员。",
    }


class Code(forms.Form):
    """A six-digit code of the second factor."""

    code = forms.CharField(
        label="动态口令", max_length=6, min_length=6,
        help_text="打开手机上的身份验证器，输入当前显示的6位数字",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "pattern": "[0-9]{6}"}),
    )  # fmt: skip

    def clean_code(self) -> str:
        code = self.cleaned_data["code"].strip()
        if not (code.isascii() and code.isdigit()):
            raise ValidationError("动态口令是6位数字。")
        return code


class NewPassword(forms.Form):
    """修改密码: the old one, and the new one twice."""

    old = forms.CharField(label="现在的密码", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))
    new = forms.CharField(
        label="新密码", strip=False, help_text="至少10位，含大写字母、小写字母、数字、其他符号中的三种，不与用户名、姓名相近",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    again = forms.CharField(label="再输一遍新密码", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))

    def __init__(self, user: User, *args, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_old(self) -> str:
        if not self.user.check_password(self.cleaned_data["old"]):
            raise ValidationError("现在的密码不正确。")
        return self.cleaned_data["old"]

    def clean(self) -> dict:
        data = super().clean()
        new = data.get("new")
        if new and data.get("again") and new != data["again"]:
            self.add_error("again", "两次输入的新密码不一致。")
        if new and new == data.get("old"):
            self.add_error("new", "新密码不能与现在的密码相同。")
        elif new:
            try:
                password_validation.validate_password(new, self.user)
            except ValidationError as problem:
                self.add_error("new", problem)
        return data


class PersonForm(forms.Form):
    """登记人员: the account, with a first password that must be changed."""

    name = forms.CharField(label="姓名", max_length=50)
    username = forms.RegexField(
        r"^[a-z][a-z0-9._-]{2,29}$", label="用户名", help_text="小写字母开头，3至30位，建议用姓名拼音",
        error_messages={"invalid": "用户名须以小写字母开头，只含小写字母、数字、点、横线和下划线，3至30位。"},
    )  # fmt: skip
    password = forms.CharField(label="初始密码", strip=False, help_text="本人首次登录时须修改", widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))

    def clean_username(self) -> str:
        username = self.cleaned_data["username"]
        if User.objects.filter(username=username).exists():
            raise ValidationError("已有人使用这个用户名，请换一个。")
        return username


class ResetPassword(forms.Form):
    password = forms.CharField(label="新的初始密码", strip=False, help_text="本人下次登录时须修改", widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))


class PeriodForm(forms.Form):
    """A period whose end, when there is one, is not before its beginning."""

    def clean(self) -> dict:
        data = super().clean()
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", "结束日期不能早于开始日期。")
        return data


class PostForm(PeriodForm):
    """授予岗位."""

    role = forms.ChoiceField(label="角色", choices=Role)
    section = forms.ModelChoiceField(label="科室", queryset=Section.objects.none(), required=False, empty_label="（不限科室）")
    title = forms.CharField(label="职务名称", max_length=50, required=False, help_text="如“办公室副主任”，可不填")
    starts_on = forms.DateField(label="起", widget=Day(), required=False)
    ends_on = forms.DateField(label="止", widget=Day(), required=False, help_text="不填为长期")

    def __init__(self, office, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["section"].queryset = Section.objects.of(office.pk).standing(timezone.localdate())

    def clean(self) -> dict:
        data = super().clean()
        if data.get("role") in {Role.CLERK, Role.HEAD} and not data.get("section"):
            self.add_error("section", "经办人、科室负责人须写明科室。")
        return data


class DeputyForm(PeriodForm):
    """由他人代行."""

    user = forms.ModelChoiceField(label="代行人", queryset=User.objects.none(), empty_label="请选择")
    starts_on = forms.DateField(label="起", widget=Day())
    ends_on = forms.DateField(label="止", widget=Day())
    reason = forms.CharField(label="事由", max_length=200, help_text="如“外出培训”")

    def __init__(self, post, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = User.objects.filter(office_id=post.user.office_id, is_active=True).exclude(pk=post.user_id).order_by("name")


class SectionForm(forms.Form):
    """设立科室."""

    name = forms.CharField(label="科室名称", max_length=60)
    order = forms.IntegerField(label="排序", min_value=0, initial=0, help_text="数小的在前")
    is_business = forms.BooleanField(label="是业务科室", required=False, initial=True, help_text="“各业务科室”包括它")
    valid_from = forms.DateField(label="设立日期", widget=Day(), required=False)


class SectionEndForm(forms.Form):
    """撤销科室."""

    on = forms.DateField(label="撤销日期", widget=Day(), help_text="最后存续的一天")
    successor = forms.ModelChoiceField(label="承接科室", queryset=Section.objects.none(), required=False, empty_label="（无）")

    def __init__(self, section, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = Section.objects.of(section.office_id).standing(timezone.localdate()).exclude(pk=section.pk)


class TwoFactorRoles(forms.Form):
    roles = forms.MultipleChoiceField(label="下列岗位登录须两步验证", choices=Role, required=False, widget=forms.CheckboxSelectMultiple)
