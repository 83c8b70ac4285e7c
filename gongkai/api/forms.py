"""The desk's forms: a system, and a token for it."""

from django import forms

from .rules import Scope


class SystemForm(forms.Form):
    name = forms.CharField(label="系统名称", max_length=100, help_text="如“青禾市政务服务大厅”")
    keeper = forms.CharField(label="管理单位和联系人", max_length=200, help_text="令牌交给谁，出了事找谁")


class TokenForm(forms.Form):
    scopes = forms.MultipleChoiceField(label="可做的事", choices=[(scope.value, scope.label) for scope in Scope], widget=forms.CheckboxSelectMultiple, error_messages={"required": "请选择令牌可做的事"})
    expires_on = forms.DateField(label="最后有效日", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), error_messages={"required": "请填写最后有效日"})
