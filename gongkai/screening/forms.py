"""What the pages of screening ask."""

from django import forms

from gongkai.accounts.forms import Day

LONGEST = 200_000  # characters a clerk may paste; a whole plan has some tens of thousands


class TryForm(forms.Form):
    """A text to be screened, pasted or as a file."""

    text = forms.CharField(
        label="文字", required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 10}),
        help_text="粘贴要发布的文字，每行算一段。只做检查，不保存。",
    )  # fmt: skip
    file = forms.FileField(label="或者选择文件", required=False, help_text="docx、txt、html、xlsx、pdf 等。只做检查，不保存。")

    def clean(self) -> dict:
        data = super().clean()
        if not self.errors and not (data.get("text") or "").strip() and not data.get("file"):
            raise forms.ValidationError("请粘贴文字，或选择一个文件。")
        return data


class TermsForm(forms.Form):
    """A list of wording to be imported as a new version."""

    file = forms.FileField(label="用语表文件", help_text="xlsx、csv 等表格，按表头认列。导入后先看一遍，再启用。")
    name = forms.CharField(label="名称", max_length=100, initial="用语表")
    source = forms.CharField(label="来源", max_length=200, required=False, help_text="由谁提供、依据什么整理")


class StartForm(forms.Form):
    """From which day a list is in force."""

    starts_on = forms.DateField(label="启用日期", widget=Day())
