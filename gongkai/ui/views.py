"""The specimen page."""

from datetime import timedelta

from django import forms
from django.utils import timezone

from gongkai.accounts.desk import DeskPage
from gongkai.accounts.forms import Day

from .listing import Listing


class SpecimenForm(forms.Form):
    """One field of every kind."""

    title = forms.CharField(label="标题", help_text="不超过200字")
    kind = forms.ChoiceField(label="类别", choices=[("", "请选择"), ("a", "规范性文件"), ("b", "其他政策文件")])
    on = forms.DateField(label="发布日期", widget=Day(), required=False)
    count = forms.IntegerField(label="参加人次", required=False, min_value=0)
    channels = forms.MultipleChoiceField(label="发布渠道", choices=[("w", "网站"), ("g", "微信公众号"), ("b", "公报")], widget=forms.CheckboxSelectMultiple, required=False)
    way = forms.ChoiceField(label="方式", choices=[("a", "线上"), ("b", "线下")], widget=forms.RadioSelect, required=False)
    voided = forms.BooleanField(label="含作废", required=False)
    file = forms.FileField(label="附件", required=False, help_text="PDF 或 Word")
    remarks = forms.CharField(label="备注", widget=forms.Textarea(attrs={"rows": 3}), required=False)


class Specimens(DeskPage):
    """Every component with examples, also the page on which they are checked for accessibility."""

    template_name = "ui/specimens.html"
    title = "界面样例"
    lead = "界面由这些部件组成；每个部件是一个模板和一段样式，写法见各模板首行。"

    def get_context_data(self, **kwargs):
        today = timezone.localdate()
        return super().get_context_data(
            today=today, soon=today + timedelta(days=3), past=today - timedelta(days=2), later=today + timedelta(days=18), done=today - timedelta(days=5),
            form=SpecimenForm(), wrong=SpecimenForm({"title": "", "count": "-1"}, auto_id="wrong_%s", prefix="wrong"),
            listing=Listing(rows=[1] * 50, number=2, total=10_000, capped=True, has_next=True),
            facts=[("文号", "青工信〔2022〕8号"), ("成文日期", today), ("重要惠企政策", True), ("失效日期", None)],
            differences=[("媒体名称", "青禾日报", "青禾晚报"), ("备注", "", "补登")],
            heat=[("done", "1"), ("done", "2"), ("pending", "3"), ("risk", "4"), ("overdue", "5"), ("plain", "6")], **kwargs,
        )  # fmt: skip
