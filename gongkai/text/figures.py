"""Figures in prose: ``共计开展9场，惠及1200余家企业`` holds 9 场 and 1200余 家.

What is *not* a figure matters as much: years and dates, 文号, outline numbers, 第…, the numbers
inside set phrases (“三审三校”, “1+1+9”) and names in book-title marks are left alone, because a
token proposed for them would turn a name into a count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from gongkai.text.dates import find_dates
from gongkai.text.normalise import nfkc
from gongkai.text.numerals import from_chinese

# Longest first within the alternation: 篇次 before 篇, 个工作日 before 个. The second table is a
# span of time and not a count of anything: “于1月内反馈”, “30日内上报”.
COUNTS = (
    "篇次 人次 家次 场次 件次 条次 批次 户次 车次 期次 余次 场 家 份 件 条 次 篇 项 个 人 期 部 起 宗 张 幅 类 处 户 名 页 轮 批 门 套 本 册 讲 所 支 点 "
    "例 款 台 座 辆 字 段 集 桩 号次 亩 公里 平方米 吨 %"
).split()
MONEY = "万元 亿元 元".split()
SPANS = "个工作日 工作日 个自然日 自然日 个月 小时 分钟 星期 周 天 日 月 年".split()
_KIND = (
    {unit: "count" for unit in COUNTS} | {unit: "money" for unit in MONEY} | {unit: "span" for unit in SPANS}
)
_KIND["%"] = "share"
_UNITS = "|".join(re.escape(u) for u in sorted([*COUNTS, *MONEY, *SPANS, "％"], key=len, reverse=True))

# Chinese numerals count only before these, where they do not belong to a set phrase (一家、一个、一项…).
_CHINESE_UNITS = "|".join(
    "篇次 人次 家次 场次 件次 场 家 份 件 条 次 篇 项 期 个 批 个工作日 工作日 个月 天 日 小时".split()
)
_CHINESE_UNITS = "|".join(sorted(_CHINESE_UNITS.split("|"), key=len, reverse=True))

_BEFORE = "不少于|不低于|不超过|不足|不到|至少|最多|超过|突破|接近|将近|大约|约|近|超|逾|达到|达|均"
_APPROXIMATE = {
    "大约": "约",
    "将近": "近",
    "接近": "近",
    "超过": "超",
    "突破": "超",
    "不低于": "不少于",
    "达到": "",
    "达": "",
    "均": "",
}
_ARABIC = r"[0-9０-９]{1,3}(?:[,，][0-9０-９]{3})+(?![0-9０-９])|[0-9０-９]+(?:[.．][0-9０-９]+)?"
_CHINESE = "[〇零一二两三四五六七八九十百千]+"
_FIGURE = re.compile(
    rf"""(?P<before>{_BEFORE})?\s*
    (?:
      (?P<arabic>{_ARABIC})\s*(?P<scale>万|亿)?(?P<after>余|多|来|几)?\s*(?P<scale2>万|亿)?(?P<unit>{_UNITS})
      | (?P<chinese>{_CHINESE}(?:万|亿)?)(?P<after_c>余|多|来)?(?P<unit_c>{_CHINESE_UNITS})(?![审校])
    )(?P<within>以?内)?""",
    re.VERBOSE,
)
_LEFT_ALONE = [
    re.compile(r"[（(〔\[【［][0-9０-９]{4}[)）〕\]】］]\s*(?:第\s*)?[0-9０-９]+\s*号"),  # 〔2022〕8号
    re.compile(
        r"(?:19|20)[0-9０-９]{2}\s*年(?:度|来|底|初|末|以来|前|\s*(?:1[0-2]|0?[1-9])\s*月(?:份|底|初|末)?)?"
    ),
    re.compile(r"第\s*(?:[0-9０-９]+|[〇零一二两三四五六七八九十百千]+)"),
    re.compile(r"[0-9０-９]+(?:\s*[+＋\-—/×xX]\s*[0-9０-９]+)+"),  # 1+1+9, 7×24
    re.compile(r"《[^《》]*》"),
    re.compile(r"(?:1[0-2]|0?[1-9])\s*月份"),
    re.compile(r"(?:一|两)(?:个|家|项|件|次)(?=维护|性|样|致|般|起|体|旦)"),
    re.compile(r"(?:一|两)次性"),
    re.compile(r"(?m)^\s*[0-9０-９]{1,3}\s*[.．、](?![0-9０-９])"),
]
_CLAUSE_ENDS = re.compile(r"[，,。；;！!？?\n\r：:]")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as found.

    ``value``: the number written (1200 for “1200余”); ``unit``: 场, 篇次, 个工作日 …;
    ``modifier``: 余 多 约 近 超 逾 至少 不少于 不超过 不足 … or empty when the number is exact;
    ``kind``: ``count``, ``money`` (in 元), ``share`` (percent) or ``span`` (of time; not evidence of anything);
    ``start``/``end``: where in the text; ``phrase``: the clause around it; ``sentence``: the whole sentence.
    """

    value: int | Decimal
    unit: str
    modifier: str
    kind: str
    text: str
    start: int
    end: int
    phrase: str
    sentence: str

    @property
    def is_exact(self) -> bool:
        return not self.modifier

    def admits(self, number: int | Decimal) -> bool:
        """Whether a counted number is what the words say.

        1200余 admits 1201 to 1299: above the number written and below the next at its last written
        place, the way a reader takes it. 约 and 近 allow a tenth either way or below; house reading.
        """
        step = _place(self.value)
        match self.modifier:
            case "":
                return number == self.value
            case "余" | "多" | "来" | "几":
                return self.value < number < self.value + step
            case "超" | "逾":
                return number > self.value
            case "至少" | "不少于":
                return number >= self.value
            case "不超过" | "最多":
                return number <= self.value
            case "不足" | "不到":
                return number < self.value
            case "近":
                return self.value * Decimal("0.9") <= number <= self.value
            case "约":
                return self.value * Decimal("0.9") <= number <= self.value * Decimal("1.1")
        return False


@dataclass(frozen=True, slots=True)
class AllClaim:
    """A claim that something holds of every case: “均依据规定给予答复”, “全部办结”."""

    word: str
    text: str
    start: int
    end: int
    sentence: str


@dataclass(frozen=True, slots=True)
class AsOf:
    """A “截至11月30日”: the day as written, and where."""

    text: str
    month: int
    day: int
    year: int | None
    start: int
    end: int


def find_figures(text: str) -> list[Figure]:
    """The figures of a text in order; see :class:`Figure`."""
    closed = _closed_spans(text)
    found = []
    for match in _FIGURE.finditer(text):
        number = "arabic" if match["arabic"] else "chinese"
        start, end = match.start(number), match.end("unit" if match["unit"] else "unit_c")
        if any(start < stop and begin < end for begin, stop in closed):
            continue
        if start and (text[start - 1].isascii() and (text[start - 1].isalnum() or text[start - 1] in ".-_/")):
            continue  # the 5 of “V5个” or of “3-5个”: part of a name or of a range
        value = _value(match)
        if value is None:
            continue
        unit = (match["unit"] or match["unit_c"]).replace("％", "%")
        if number == "chinese" and _in_a_word(text, start, end, match["chinese"], unit):
            continue
        kind = _KIND[unit]
        if unit in ("日", "月", "年", "号") and not match["within"]:
            continue  # a bare 11月 or 30日 is a date cut in two, not a span
        if unit in ("万元", "亿元"):
            value, unit = value * (10**4 if unit == "万元" else 10**8), "元"
        before = match["before"] or ""
        after = match["after"] or match["after_c"] or ""
        modifier = after or _APPROXIMATE.get(before, before) or _floor_earlier(text, start)
        if kind == "span" and match["within"]:
            end = match.end("within")
        begin = match.start("before") if before and before != "均" else start
        found.append(
            Figure(
                value=_tidy(value),
                unit=unit + ("内" if kind == "span" and match["within"] else ""),
                modifier=modifier,
                kind=kind,
                text=text[begin:end],
                start=begin,
                end=end,
                phrase=_around(text, start, end, _CLAUSE_ENDS),
                sentence=_around(text, start, end, _SENTENCE_ENDS),
            )
        )
    return found


_SENTENCE_ENDS = re.compile(r"[。；;！!？?\n\r]")
_ALL = re.compile(
    r"(?<![平月年人日户篇次件])(均(?![衡匀等价值摊线质化])|全部|悉数|全都|100%|百分之百)[^，,。；;！!？?\n\r]*"
)


def find_all_claims(text: str) -> list[AllClaim]:
    """Claims that something is true of every case (均, 全部 …), to be backed by companions."""
    return [
        AllClaim(m[1], m[0], m.start(), m.end(), _around(text, m.start(), m.end(), _SENTENCE_ENDS))
        for m in _ALL.finditer(text)
    ]


def find_as_of(text: str) -> list[AsOf]:
    """The “截至…” days of a text; ``year`` is ``None`` where the paper leaves it out."""
    found = []
    for match in re.finditer(
        r"截[至止]到?\s*(?:([0-9０-９]{4})\s*年\s*)?([0-9０-９]{1,2})\s*月\s*([0-9０-９]{1,2})\s*日", text
    ):
        year = int(nfkc(match[1])) if match[1] else None
        month, day = int(nfkc(match[2])), int(nfkc(match[3]))
        found.append(AsOf(match[0], month, day, year, match.start(), match.end()))
    return found


def _closed_spans(text: str) -> list[tuple[int, int]]:
    spans = [m.span() for pattern in _LEFT_ALONE for m in pattern.finditer(text)]
    spans += [(d.start, d.end) for d in find_dates(text)]
    return spans


def _value(match: re.Match[str]) -> int | Decimal | None:
    if match["arabic"]:
        try:
            value = Decimal(nfkc(match["arabic"]).replace(",", ""))
        except InvalidOperation:
            return None
        scale = match["scale"] or match["scale2"]
        return value * {"万": 10**4, "亿": 10**8}.get(scale, 1)
    try:
        return from_chinese(match["chinese"])
    except ValueError:
        return None


def _floor_earlier(text: str, start: int) -> str:
    """The 至少 of “至少汇报1次”, which stands before the verb."""
    match = re.search(r"(至少|不少于|最多|不超过)[\u4e00-\u9fff]{1,4}$", text[max(0, start - 8) : start])
    return match[1] if match else ""


def _in_a_word(text: str, start: int, end: int, number: str, unit: str) -> bool:
    """Whether a Chinese numeral and what looks like its unit belong to a longer word."""
    if start and text[start - 1] in "第之十统唯专万不逐同其某每任另这那哪前后上下":
        return True
    if number == "一":  # 一次, 一家 and 一项 are more often an article than a count
        return (
            unit in ("个", "家", "项", "条", "次", "件", "天", "日", "批", "期")
            or text[end : end + 1] in "性般致起体"
        )
    # “两个维护”, “四个自信”, “三项制度”: numbered set phrases stand in quotation marks or name their noun.
    return bool(re.search(r"[“\"‘「]\s*$", text[:start]))


def _around(text: str, start: int, end: int, ends: re.Pattern[str]) -> str:
    begin = 0
    for match in ends.finditer(text, 0, start):
        if not _inside_a_number(text, match.start()):
            begin = match.end()
    stop = len(text)
    for match in ends.finditer(text, end):
        if not _inside_a_number(text, match.start()):
            stop = match.start()
            break
    return text[begin:stop].strip()


def _inside_a_number(text: str, position: int) -> bool:
    return (
        text[position] in ",，"
        and 0 < position < len(text) - 3
        and text[position - 1].isdigit()
        and text[position + 1 : position + 4].isdigit()
    )


def _tidy(value: int | Decimal) -> int | Decimal:
    return int(value) if value == int(value) else value


def _place(value: int | Decimal) -> int:
    """The value of the last written place: 100 for 1200, 10 for 30, 1 for 13."""
    number, step = int(value), 1
    while number and number % 10 == 0:
        number //= 10
        step *= 10
    return step


def iter_units() -> Iterator[str]:
    """Every unit a figure may carry, for forms that offer a choice."""
    yield from [*COUNTS, *MONEY, *SPANS]
