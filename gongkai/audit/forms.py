from datetime import date, datetime, time

from django import forms
from django.utils import timezone

#: No log is older, and a moment of the year 1 has no place in UTC.
FIRST_DAY = date(2000, 1, 1)


class Day(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class LogFilter(forms.Form):
    """What the reader of the log looks for."""

    since = forms.DateField(label="从", required=False, widget=Day())
    until = forms.DateField(label="到", required=False, widget=Day())
    who = forms.CharField(label="操作人", required=False, max_length=50)
    verb = forms.ChoiceField(label="动作", required=False)
    q = forms.CharField(label="对象或内容", required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"}))
    source = forms.CharField(label="来源地址", required=False, max_length=60)

    def __init__(self, verbs, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["verb"].choices = [("", "全部"), *verbs]

    def apply(self, entries):
        """The entries that fit; a filter that can't be understood is left out."""
        asked = getattr(self, "cleaned_data", {})
        zone = timezone.get_current_timezone()
        if asked.get("since"):
            entries = entries.filter(at__gte=datetime.combine(max(asked["since"], FIRST_DAY), time.min, zone))
        if asked.get("until"):
            entries = entries.filter(at__lte=datetime.combine(max(asked["until"], FIRST_DAY), time.max, zone))
        if asked.get("who"):
            entries = entries.filter(actor_name__icontains=asked["who"])
        if asked.get("verb"):
            entries = entries.filter(verb__startswith=asked["verb"]) if asked["verb"].endswith(".") else entries.filter(verb=asked["verb"])
        for word in asked.get("q", "").split():
            entries = entries.filter(subject_label__icontains=word) | entries.filter(facts__icontains=word)
        if asked.get("source"):
            entries = entries.filter(source__icontains=asked["source"])
        return entries
