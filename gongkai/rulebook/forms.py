"""What the pages about calendar and figures ask."""

import re
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from django import forms
from django.core.exceptions import ValidationError

from gongkai.accounts.forms import Day

_LINE = re.compile(r"^\s*(?P<first>\S+?)(?:\s*(?:至|到|~|～|—|--)\s*(?P<last>\S+?))?\s*[，,：:\s]\s*(?P<said>放假|休息|上班|补班)\s*$")


class NoticeForm(forms.Form):
    """One year's 放假通知, day by day."""

    year = forms.IntegerField(label="年度", min_value=2008, max_value=2099)
    number = forms.CharField(label="文号或标题", max_length=100, help_text="如“国办发明电〔2026〕1号”")
    published_on = forms.DateField(label="发布日期", widget=Day())
    address = forms.URLField(label="网址", required=False, assume_scheme="https", help_text="通知原文的网址")
    lines = forms.CharField(
        label="安排", widget=forms.Textarea(attrs={"rows": 12}),
        help_text="每行一段，如“1月1日至1月3日 放假”“2月14日 上班”。跨年的写上年份，如“2026年12月31日 放假”。没有写到的日子按周一至周五上班。",
    )  # fmt: skip

    def clean(self) -> dict:
        data = super().clean()
        if data.get("year") and data.get("lines"):
            try:
                data["days"] = read_lines(data["lines"], data["year"])
            except ValidationError as problem:
                self.add_error("lines", problem)
        return data


def read_lines(text: str, year: int) -> dict[str, str]:
    """ISO dates to 放假 or 上班. Raises ValidationError naming each line that can't be read."""
    found: dict[str, str] = {}
    problems = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        match = _LINE.match(line.replace("（", " ").replace("）", " "))
        if not match:
            problems.append(f"第{number}行“{line.strip()[:30]}”读不懂，请写成“1月1日至1月3日 放假”。")
            continue
        try:
            first = _day(match["first"], year)
            last = _day(match["last"], year, first) if match["last"] else first
        except ValueError as problem:
            problems.append(f"第{number}行：{problem}。")
            continue
        if not first <= last <= first + timedelta(days=20):
            problems.append(f"第{number}行的起止日期不对，请核对。")
            continue
        said = "上班" if match["said"] in {"上班", "补班"} else "放假"
        for n in range((last - first).days + 1):
            key = (first + timedelta(days=n)).isoformat()
            if found.get(key, said) != said:
                problems.append(f"第{number}行：{key}前面已写为{found[key]}。")
            found[key] = said
    if problems:
        raise ValidationError(problems)
    return found


def _day(text: str, year: int, after: date | None = None) -> date:
    match = re.fullmatch(r"(?:(\d{4})[年\-/.])?(?:(\d{1,2})[月\-/.])?(\d{1,2})日?", text)
    if not match or not (match[2] or after):
        raise ValueError(f"“{text}”不是日期")
    try:
        return date(int(match[1] or (after.year if after else year)), int(match[2] or after.month), int(match[3]))
    except ValueError:
        raise ValueError(f"“{text}”不是实有的日期") from None


class AdjustForm(forms.Form):
    """An office's own value of a practice or house figure."""

    value = forms.CharField(label="调整为", max_length=60)
    starts_on = forms.DateField(label="自", widget=Day(), help_text="从这一天起按新值")
    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}), help_text="写明依据的会议、文件或做法，日后可查")

    def __init__(self, present, words, *args, **kwargs):
        self.present = present
        super().__init__(*args, **kwargs)
        self.fields["value"].help_text = f"单位：{present.unit}" if present.unit else ""
        if present.least is not None:
            self.fields["value"].help_text = f"{present.least}至{present.most}{present.unit}"
        if isinstance(present.value, bool):
            self.fields["value"] = forms.ChoiceField(label="调整为", choices=[("1", "是"), ("0", "否")])
        elif isinstance(present.value, str) and present.value in words:
            offered = [present.value, *(word for word in words if word != present.value and word in present.note)]
            self.fields["value"] = forms.ChoiceField(label="调整为", choices=[(word, words[word]) for word in offered])

    def clean_value(self):
        """Of the same kind as the figure it replaces."""
        typed, kind = self.cleaned_data["value"], type(self.present.value)
        if kind is bool:
            return typed == "1"
        try:
            if kind is int:
                number, least, most = int(typed), self.present.least, self.present.most
                if least is not None and most is not None and not least <= number <= most:
                    raise ValidationError(f"应在{least}至{most}{self.present.unit}之间。")
                return number
            if kind is float:
                return float(Decimal(typed))
        except (ValueError, InvalidOperation):
            raise ValidationError("应填数字。") from None
        return typed
