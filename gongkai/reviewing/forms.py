"""What the review pages ask."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from . import queries

MARK_ROWS = 3


class ChannelsForm(forms.Form):
    """By which channels one record goes out, and under which title WeChat gets it."""

    channels = forms.MultipleChoiceField(label="发布渠道", widget=forms.CheckboxSelectMultiple)
    wechat_title = forms.CharField(label="公众号标题", required=False, max_length=200, help_text="平台对标题字数有限制，标题过长的另拟；不填的用原标题")

    def __init__(self, offered, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["channels"].choices = [(channel, queries.CHANNELS.get(channel, channel)) for channel in offered]
        if "wechat" not in offered:
            del self.fields["wechat_title"]

    @property
    def chosen(self) -> tuple[list[str], dict[str, str]]:
        return self.cleaned_data["channels"], {"wechat": self.cleaned_data.get("wechat_title", "")}


class SubmitForm(ChannelsForm):
    """送审: by which channels, and what the reviewers should know."""

    note = forms.CharField(label="送审说明", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text="如修改了哪里、需要特别核对什么")
    emergency = forms.BooleanField(label="应急发布", required=False, help_text="由一位领导签发；保密审查仍须先通过，初审、复审在发布后补办")
    reason = forms.CharField(label="应急理由", required=False, max_length=300)

    def __init__(self, offered, *args, may_hurry: bool, **kwargs):
        super().__init__(offered, *args, **kwargs)
        if not may_hurry:
            del self.fields["emergency"], self.fields["reason"]


class LookForm(forms.Form):
    """One opinion: the gates of the checklist, words, and marks on the text."""

    opinion = forms.CharField(label="意见", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, passages, *args, with_gates: bool = True, **kwargs):
        super().__init__(*args, **kwargs)
        self.gates = queries.gates() if with_gates else []
        for key, label in self.gates:
            self.fields[f"gate_{key}"] = forms.BooleanField(label=label, required=False)
        places = [("", "—"), *((p.path, f"{p.label}：{p.text[:16]}") for p in passages)]
        for n in range(MARK_ROWS):
            self.fields[f"path_{n}"] = forms.ChoiceField(label="位置", choices=places, required=False)
            self.fields[f"quote_{n}"] = forms.CharField(label="所指文字", max_length=300, required=False)
            self.fields[f"note_{n}"] = forms.CharField(label="标注", max_length=500, required=False)

    @property
    def checklist(self) -> dict[str, bool]:
        return {key: self.cleaned_data[f"gate_{key}"] for key, _ in self.gates}

    @property
    def marks(self) -> list[tuple[str, str, str]]:
        said = self.cleaned_data
        return [(said[f"path_{n}"], said[f"quote_{n}"], said[f"note_{n}"]) for n in range(MARK_ROWS)]

    @property
    def gate_fields(self):
        return [self[f"gate_{key}"] for key, _ in self.gates]

    @property
    def mark_rows(self):
        return [(self[f"path_{n}"], self[f"quote_{n}"], self[f"note_{n}"]) for n in range(MARK_ROWS)]


class ScheduleForm(forms.Form):
    release_at = forms.DateTimeField(label="发布时间", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}), input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])

    def clean_release_at(self):
        moment = self.cleaned_data["release_at"]
        if moment <= timezone.now():
            raise ValidationError("定时发布的时间须晚于现在。")
        return moment
