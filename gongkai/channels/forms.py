"""What the pages of the channels ask."""

from django import forms

from gongkai.accounts.forms import Day
from gongkai.publishing.models import Channel

from .models import WECHAT_HOST
from .rules import State


class Filter(forms.Form):
    channel = forms.ChoiceField(label="渠道", required=False, choices=[("", "全部"), *Channel.choices])
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *((state.name, state.label) for state in State)])
    q = forms.CharField(label="标题或回执", required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"}))


class AccountForm(forms.Form):
    """The secret goes in and never comes out: the field is empty whenever it is shown."""

    name = forms.CharField(label="公众号名称", max_length=60)
    app_id = forms.CharField(label="AppID", max_length=64, help_text="在公众平台的开发接口管理中查看", widget=forms.TextInput(attrs={"autocomplete": "off"}))
    app_secret = forms.CharField(
        label="AppSecret", max_length=128, required=False, widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"}),
        help_text="加密保存，保存后不再显示。不改动时留空",
    )  # fmt: skip
    api_base = forms.CharField(label="接口地址", max_length=200, initial=WECHAT_HOST, help_text="一般不用改动；系统只向这个地址发送请求")
    author = forms.CharField(label="作者", max_length=16, required=False, help_text="显示在文章标题下，不超过16个字")
    cover = forms.FileField(label="默认封面", required=False, help_text="jpg或png；文章没有自己的封面时使用")
    enabled = forms.BooleanField(label="启用接口", required=False, initial=True, help_text="停用后，公众号文章由人复制粘贴发布并登记回执")


class ReceiptForm(forms.Form):
    receipt = forms.CharField(label="回执", max_length=120, help_text="公报填期号和页码，如“2022年第11期第4页”；公众号填文章编号或网址")
    url = forms.URLField(label="网址", required=False, max_length=500, assume_scheme="https")
    posted_on = forms.DateField(label="发布日期", widget=Day())
