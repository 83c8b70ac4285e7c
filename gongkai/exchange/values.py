"""What people type into cells, as values. Blank, 0 and “/” stay three different things.

Every function takes what a reader found (text, or a number or date from a workbook) and returns a
value, ``None`` for a blank cell, or raises :class:`BadValue` with a sentence that says what is
wrong and how to write it. Nothing is rounded, completed or guessed.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from enum import Enum

from gongkai.text.normalise import bare, nfkc, one_line
from gongkai.text.numerals import CHARACTERS, from_chinese

Raw = str | int | float | bool | date | datetime | time | timedelta | Decimal | None


class BadValue(ValueError):
    """A value that cannot be read; ``sentence`` is for the person who typed it, in Chinese."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Mark(Enum):
    """What stands in a cell instead of a value. A blank says nothing; “/” says that nothing applies."""

    NOT_APPLICABLE = "/"


NOT_APPLICABLE = Mark.NOT_APPLICABLE

_SLASHES = frozenset({"/", "\\", "／", "-", "--", "—", "——", "–", "无此项", "不适用"})
_EPOCH = date(1899, 12, 30)  # Excel's day 0; right for every serial from 61, 1 March 1900, on
_SERIALS = range(20_000, 80_000)  # 1954-10-03 to 2119-01-10
_WEEKDAYS = "一二三四五六日"


def text(raw: Raw, *, max_length: int | None = None) -> str | None:
    """The text with white space at its ends removed, inner line breaks kept; ``None`` when blank."""
    if raw is None:
        return None
    if isinstance(raw, float) and abs(raw) >= 1e15:
        raise BadValue(
            f"“{raw:.15g}”被表格软件改成了科学计数，末几位可能已丢失。请把这一列设为文本格式后重新填写。"
        )
    value = _plain(raw)
    if "E+" in value and re.fullmatch(r"\d(?:\.\d+)?E\+\d{2,}", value):
        raise BadValue(
            f"“{value}”被表格软件改成了科学计数，末几位可能已丢失。请把这一列设为文本格式后重新填写。"
        )
    # Our own csv files put an apostrophe before what a spreadsheet would take for a formula.
    if len(value) > 1 and value[0] == "'" and value[1] in "=+-@＝＋－＠":
        value = value[1:]
    if max_length is not None and len(value) > max_length:
        raise BadValue(f"有{len(value)}个字，超过{max_length}个字的上限。请缩短。")
    return value or None


def integer(raw: Raw) -> int | Mark | None:
    """A whole number: ``1,200``, ``１２``, ``十二``, ``二百零三``. “1200余” is a doubt and not a number."""
    value = decimal(raw)
    if value is None or isinstance(value, Mark):
        return value
    if value != int(value):
        raise BadValue(f"“{_plain(raw)}”不是整数。")
    return int(value)


def count(raw: Raw) -> int | Mark | None:
    """A whole number that is not negative."""
    value = integer(raw)
    if isinstance(value, int) and value < 0:
        raise BadValue(f"“{_plain(raw)}”是负数，这里只能填0或正整数。")
    return value


def decimal(raw: Raw) -> Decimal | Mark | None:
    """A number as written, exactly: Decimal("1.10") keeps its nought."""
    if isinstance(raw, bool):
        raise BadValue("这里要填数字，不是“是”或“否”。")
    if isinstance(raw, date | datetime | time | timedelta):
        raise BadValue(f"“{_plain(raw)}”是日期或时间，这里要填数字。请检查单元格格式。")
    if isinstance(raw, Decimal | int):
        return Decimal(raw)
    if isinstance(raw, float):
        return Decimal(int(raw)) if raw.is_integer() else Decimal(repr(raw))
    written = _plain(raw)
    if not written:
        return None
    if is_slash(written):
        return NOT_APPLICABLE
    plain = nfkc(written).replace(" ", "")
    if plain.startswith("#") or plain in ("N/A", "NaN"):
        raise BadValue(f"“{written}”是表格公式的出错提示，不是数字。请改正公式或直接填数字。")
    if found := re.search(r"[余多几约近超逾]|左右|以上|以下|至少|不足|不少于", plain):
        raise BadValue(f"“{written}”是约数（“{found[0]}”），这里要填确切的数字。")
    if re.fullmatch(r"[+\-−]?\d{1,3}(?:,\d{3})+(?:\.\d+)?", plain):
        plain = plain.replace(",", "")
    elif "," in plain:
        raise BadValue(f"“{written}”里的逗号位置不对，看不出是一个数还是几个数。请写成1200或1,200。")
    plain = plain.replace("−", "-")
    if re.fullmatch(r"[+\-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+\-]?\d{1,2})?", plain):
        try:
            return Decimal(plain)
        except InvalidOperation:  # pragma: no cover - the pattern admits only what Decimal does
            pass
    if scaled := re.fullmatch(r"(\d+(?:\.\d+)?)(万|亿)", plain):
        return Decimal(scaled[1]) * (10**4 if scaled[2] == "万" else 10**8)
    if all(c in CHARACTERS for c in plain):
        try:
            return Decimal(from_chinese(plain))
        except ValueError:
            raise BadValue(f"“{written}”不像一个数。请写成阿拉伯数字。") from None
    if re.fullmatch(r"\d+(?:\.\d+)?%", plain):
        raise BadValue(f"“{written}”是百分数，这里要填数字本身。")
    if found := re.match(r"([+\-]?[\d.,]+|[〇零一二两三四五六七八九十百千万]+)(\D+)$", plain):
        raise BadValue(f"“{written}”里带有单位“{found[2]}”，请只填数字。")
    raise BadValue(f"“{written}”不是数字。")


def day(raw: Raw) -> date | Mark | None:
    """A date: 2022年11月30日, 2022-11-30, 2022/11/30, 2022.11.30, 20221130, 二〇二二年十一月三十日, a serial number.

    A weekday in brackets must be the day's own. A serial number is a number of days that a workbook
    shows as a date when its cell is formatted so; see :func:`is_serial`.
    """
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    if isinstance(raw, bool):
        raise BadValue("这里要填日期，不是“是”或“否”。")
    if isinstance(raw, time | timedelta):
        raise BadValue(f"“{_plain(raw)}”只有时间，没有日期。请写成2022年11月30日。")
    written = _plain(raw)
    if not written:
        return None
    if is_slash(written):
        return NOT_APPLICABLE
    plain = re.sub(r"\s+", " ", nfkc(written)).strip()
    plain = re.sub(r"(?:T| |(?<=日))\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+\-]\d{2}:?\d{2})?$", "", plain)
    weekday = re.search(r"\(?(?:星期|周)([一二三四五六日天])\)?$", plain)
    if weekday:
        plain = plain[: weekday.start()]
    compact = plain.replace(" ", "")
    found = _day(compact, written)
    if weekday:
        expected = "日" if weekday[1] == "天" else weekday[1]
        if _WEEKDAYS[found.weekday()] != expected:
            raise BadValue(
                f"“{written}”：{_render(found)}是星期{_WEEKDAYS[found.weekday()]}，不是星期{expected}。请核对日期。"
            )
    return found


def is_serial(raw: Raw) -> bool:
    """Whether :func:`day` would take this for a workbook's serial number, which a preview should say."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return False
    plain = nfkc(_plain(raw)).strip()
    return re.fullmatch(r"\d{5}(?:\.\d+)?", plain) is not None and int(plain[:5]) in _SERIALS


def moment(raw: Raw) -> datetime | Mark | None:
    """A day with its time, Peking time, without a zone: 2022-11-30 09:30, 2022年11月30日9时30分, 2022年11月30日下午3时."""
    if isinstance(raw, datetime):
        return raw.replace(tzinfo=None)
    if isinstance(raw, date):
        raise BadValue(f"“{_render(raw)}”没有写时间。请写成{_render(raw)}9时30分。")
    written = _plain(raw)
    if not written:
        return None
    if is_slash(written):
        return NOT_APPLICABLE
    plain = re.sub(r"\s+", " ", nfkc(written)).strip()
    found = re.search(
        r"[T ]*(上午|中午|下午|晚上|晚)?\s*(\d{1,2})(?::(\d{2})(?::(\d{2}))?|[时点](?:(\d{1,2})分?|(半))?)$",
        plain,
    )
    if not found:
        if isinstance(raw, int | float) or re.fullmatch(r"\d{5}\.\d+", plain):
            number = float(plain)
            return datetime.combine(_EPOCH, time()) + timedelta(seconds=round(number * 86400))
        day(raw)
        raise BadValue(f"“{written}”没有写时间。请写成2022年11月30日9时30分。")
    of = day(plain[: found.start()])
    if not isinstance(of, date):
        raise BadValue(f"“{written}”只有时间，没有日期。请写成2022年11月30日9时30分。")
    hour, minute, second = (
        int(found[2]),
        int(found[3] or found[5] or (30 if found[6] else 0)),
        int(found[4] or 0),
    )
    if found[1] in ("下午", "晚上", "晚") and hour < 12:
        hour += 12
    if hour > 23 or minute > 59 or second > 59:
        raise BadValue(f"“{written}”里的时间不存在。请写成2022年11月30日9时30分。")
    return datetime.combine(of, time(hour, minute, second))


def yes_no(raw: Raw) -> bool | Mark | None:
    """是 or 否, and the ways people write them."""
    if isinstance(raw, bool):
        return raw
    written = _plain(raw)
    if not written:
        return None
    if is_slash(written):
        return NOT_APPLICABLE
    plain = nfkc(written).strip().lower()
    if plain in {"是", "有", "对", "yes", "y", "true", "1", "√", "✓", "✔", "已", "☑"}:
        return True
    if plain in {"否", "无", "不是", "没有", "no", "n", "false", "0", "×", "✗", "✘", "x", "未", "☐"}:
        return False
    raise BadValue(f"“{written}”看不出是还是否。请填“是”或“否”。")


def choice(raw: Raw, choices: Sequence[tuple[str, str]]) -> str | Mark | None:
    """The code of one of ``choices`` (code, label), given by either; punctuation and spaces do not matter."""
    written = _plain(raw)
    if not written:
        return None
    for code, label in choices:
        if written in (code, label):
            return code
    wanted = bare(written)
    found = [code for code, label in choices if wanted and wanted in (bare(code), bare(label))]
    if len(found) == 1:
        return found[0]
    if is_slash(written):
        return NOT_APPLICABLE
    shown = "、".join(f"“{label}”" for _, label in choices[:12]) + ("等" if len(choices) > 12 else "")
    raise BadValue(f"“{written}”不在可选范围内。请从{shown}中选择。")


def several(raw: Raw, choices: Sequence[tuple[str, str]]) -> tuple[str, ...] | Mark | None:
    """The codes of any number of choices, parted by 、，；, or line breaks; each once, in the order written."""
    written = _plain(raw)
    if not written:
        return None
    if is_slash(written) and "/" not in dict(choices):
        return NOT_APPLICABLE
    codes: dict[str, None] = {}
    for part in re.split(r"[、，,；;\n|]+", written):
        code = choice(part, choices)
        if isinstance(code, str):
            codes[code] = None
    return tuple(codes)


def is_slash(written: str) -> bool:
    """Whether a cell holds the mark for “does not apply” rather than a value or nothing."""
    return written.strip() in _SLASHES or nfkc(written).strip() in _SLASHES


def is_blank(raw: Raw) -> bool:
    """Whether a cell holds nothing. 0, “/” and 否 are something."""
    if isinstance(raw, str):
        stripped = raw.strip()
        return not stripped or (not stripped.isprintable() and not one_line(stripped))
    return raw is None


def _plain(raw: Raw) -> str:
    if raw is None:
        return ""
    if isinstance(raw, str):
        if raw.isprintable() and "  " not in raw:  # nearly every cell, a hundred thousand rows at a time
            return raw.strip()
        return "\n".join(one_line(line) for line in raw.strip().splitlines()).strip()
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        return str(int(raw))
    if isinstance(raw, datetime):
        return raw.isoformat(" ") if raw.time() != time() else raw.date().isoformat()
    return str(raw)


def _render(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


_C = "〇零○一二三四五六七八九十"
_DAYS = [
    re.compile(r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?P<d>\d{1,2})[日号]?"),
    re.compile(r"(?P<y>\d{4})(?P<sep>[-/.])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})"),
    re.compile(r"(?P<y>\d{4})、(?P<m>\d{1,2})、(?P<d>\d{1,2})"),
    re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"),
    re.compile(rf"(?P<y>[{_C}]{{4}})年(?P<m>[{_C}]{{1,3}})月(?P<d>[{_C}]{{1,3}})[日号]"),
]


def _day(compact: str, written: str) -> date:
    if re.fullmatch(r"\d{5}(?:\.\d+)?", compact) and int(compact[:5]) in _SERIALS:
        return _EPOCH + timedelta(days=int(compact[:5]))
    for pattern in _DAYS:
        if found := pattern.fullmatch(compact):
            try:
                year, month, number = (
                    int(v) if v.isdecimal() else from_chinese(v) for v in found.group("y", "m", "d")
                )
            except ValueError:
                break
            return _existing(year, month, number, written)
    if re.fullmatch(r"\d{1,2}月\d{1,2}[日号]?|\d{1,2}[-/.]\d{1,2}", compact):
        raise BadValue(f"“{written}”没有写年份。请写成2022年11月30日。")
    if re.fullmatch(r"\d{4}[年\-/.]\d{1,2}月?|\d{6}", compact):
        raise BadValue(f"“{written}”没有写到日。请写成2022年11月30日。")
    if re.fullmatch(r"\d{4}年?", compact):
        raise BadValue(f"“{written}”只有年份。请写成2022年11月30日。")
    if re.fullmatch(r"\d{1,2}[-/.年]\d{1,2}[-/.月]\d{1,4}日?", compact):
        raise BadValue(f"“{written}”看不出哪个是年、哪个是月。请写成2022年11月30日。")
    if re.search(r"\d.*[至~—–到].*\d|\d{4}-\d{1,2}-\d{1,2}-", compact):
        raise BadValue(f"“{written}”是一段时间，这里只填一个日期。请写成2022年11月30日。")
    raise BadValue(f"“{written}”不是日期。请写成2022年11月30日。")


def _existing(year: int, month: int, number: int, written: str) -> date:
    if not 1900 <= year <= 2100:
        raise BadValue(f"“{written}”的年份{year}不对，请核对。")
    if not 1 <= month <= 12:
        raise BadValue(f"“{written}”里没有{month}月这个月份，请核对。")
    last = calendar.monthrange(year, month)[1]
    if not 1 <= number <= last:
        of = f"{year}年{month}月" if month == 2 else f"{month}月"
        raise BadValue(f"“{written}”不存在：{of}只有{last}天。请核对日期。")
    return date(year, month, number)
