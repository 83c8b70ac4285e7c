"""Doubts that show only when the whole plan is in view: numbering, repetition, years, truncation."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from .draft import Chapter, Measure, Place, Point
from .due import last_day, trouble
from .furniture import years_in
from .numbering import bare_number, number_at_start
from .tree import Builder, short

_TRUNCATED = re.compile(
    r"原文[^）)]{0,8}截断|[（(]?(?:以下|下文)?(?:省略|未完|节录|下略|截断)[）)]?$|……|\.{6}|。。。|…$|[（(]略[）)]"
)
_PAIRS = (("（(", "）)"), ("《", "》"), ("“", "”"), ("【", "】"))
_NUMBERED_YEAR = re.compile(r"[〔\[（(【]\s*20\d\d\s*[〕\]）)】]\s*\d*\s*号?")


def _value(number: str | None) -> tuple[str, int] | None:
    if not number:
        return None
    parsed = number_at_start(number)
    if parsed:
        # 2.3 is the third of the run below 2.
        below = ".".join(map(str, parsed.value[:-1]))
        return parsed.style + below, parsed.value[-1]
    bare = bare_number(unicodedata.normalize("NFKC", number))
    return ("bare", bare) if bare is not None else None


def check_tree(builder: Builder, year: int | None) -> None:
    """Add the doubts about the finished tree."""
    chapters = builder.chapters
    _check_run(builder, [(c.number, id(None), c) for c in chapters], "章")
    if _runs_through([[p.number for p in chapter.points] for chapter in chapters]):
        _check_run(builder, [(p.number, id(chapter), p) for chapter in chapters for p in chapter.points], "要点")
    else:
        for chapter in chapters:
            _check_run(
                builder,
                [(p.number, id(chapter), p) for p in chapter.points],
                f"“{short(chapter.title, 12)}”中的要点",
            )
    # Measures may be numbered through the plan, through each chapter or through each point.
    run: list[tuple[str | None, int, Chapter | Point | Measure]] = []
    for chapter in chapters:
        for entry in chapter.entries:
            if isinstance(entry, Point):
                run += [(measure.number, id(entry), measure) for measure in entry.measures]
            else:
                run.append((entry.number, id(chapter), entry))
    _check_run(builder, run, "计划措施")

    for chapter in chapters:
        if not any(True for _ in chapter.all_measures()):
            builder.doubt(
                "empty_chapter",
                "warn",
                f"“{short(chapter.title or chapter.raw)}”下没有计划措施。",
                chapter.place,
                "核对原表该章是否有内容丢失",
            )
        for point in chapter.points:
            if not point.measures and any(True for _ in chapter.all_measures()):
                builder.doubt(
                    "empty_point",
                    "warn",
                    f"要点“{short(point.title)}”下没有计划措施。",
                    point.place,
                    "核对是否有内容丢失",
                )

    seen: dict[str, Measure] = {}
    same: set[tuple[str, str, int]] = set()
    measures = [measure for chapter in chapters for measure in chapter.all_measures()]
    chapter_of = {id(measure): n for n, chapter in enumerate(chapters) for measure in chapter.all_measures()}
    for measure in measures:
        plain = re.sub(r"\W+", "", unicodedata.normalize("NFKC", measure.text))
        # A short text may well stand twice in a plan; not twice for the same unit in the same chapter.
        row = (plain, re.sub(r"\W+", "", measure.responsibility or ""), chapter_of[id(measure)])
        twice = bool(plain) and bool(row[1]) and row in same
        same.add(row)
        if (len(plain) >= 8 or twice) and plain in seen:
            other = seen[plain]
            builder.doubt(
                "duplicate_measure",
                "warn",
                f"“{short(measure.text)}”与{other.place.label}的计划措施文字相同。",
                measure.place,
                "核对是否重复",
            )
        else:
            seen[plain] = measure
        _check_text(builder, measure, year, measure.place)
        _check_due(builder, measure, year)
    for chapter in chapters:
        for node in (chapter, *chapter.points):
            _check_cut(builder, node.raw, node.place)
    _check_end(builder, measures)
    _check_names(builder, measures)


def _runs_through(chapters: Sequence[Sequence[str | None]]) -> bool:
    """Whether points are numbered through the plan: every later chapter goes on above the number the one before ended with."""
    values = [[found[1] for number in numbers if (found := _value(number))] for numbers in chapters]
    filled = [numbers for numbers in values if numbers]
    return len(filled) >= 2 and all(
        later[0] > before[-1] for before, later in zip(filled, filled[1:], strict=False)
    )


def _check_run(
    builder: Builder, run: Sequence[tuple[str | None, int, Chapter | Point | Measure]], what: str
) -> None:
    numbered = [(found, parent, node, number) for number, parent, node in run if (found := _value(number))]
    if not numbered:
        return
    bare = [node for number, _, node in run if _value(number) is None and not number]
    if bare and len(bare) < len(numbered) and what != "计划措施":
        builder.doubt("number_missing", "note", f"{what}多数有编号，有{len(bare)}处没有编号。", bare[0].place)
    passed = builder.passed if what == "章" else set()
    previous: tuple[str, int] | None = None
    parent_before: int | None = None
    for (style, value), parent, node, number in numbered:
        piece = node.place
        new_parent = parent != parent_before
        while passed and value - 1 in passed and (previous is None or previous[1] < value - 1):
            previous = (style, value - 1)
        if previous is None or (previous[0] != style and value == 1):
            if value > 1 and previous is None:
                builder.doubt(
                    "numbering_gap",
                    "warn",
                    f"{what}编号从“{number}”开始，前面缺少{value - 1}项。",
                    piece,
                    "核对开头是否有内容丢失",
                )
        elif previous[0] != style and style.startswith("decimal"):
            builder.doubt(
                "numbering_gap",
                "warn",
                f"{what}编号到“{number}”换了一组，前面缺少{value - 1}项。",
                piece,
                "核对是否有内容丢失",
            )
        elif value == previous[1] + 1 or (value == 1 and new_parent):
            pass
        elif value == previous[1]:
            builder.doubt("numbering_duplicate", "warn", f"{what}编号“{number}”重复。", piece, "核对编号")
        elif value < previous[1]:
            builder.doubt(
                "numbering_order",
                "warn",
                f"{what}编号“{number}”排在第{previous[1]}项之后，次序颠倒。",
                piece,
                "核对编号",
            )
        else:
            missing = value - previous[1] - 1
            builder.doubt(
                "numbering_gap",
                "warn",
                f"{what}编号从第{previous[1]}项跳到“{number}”，缺{missing}项。",
                piece,
                "核对是否有内容丢失",
            )
        previous, parent_before = (style, value), parent


def _check_due(builder: Builder, measure: Measure, year: int | None) -> None:
    wrong = trouble(measure.due, year)
    if wrong:
        builder.doubt("due_date", "warn", f"{wrong[0]}。", measure.place, wrong[1])
    elif day := last_day(measure.due, year):
        builder.doubt(
            "due_read",
            "note",
            f"完成时限“{measure.due}”按{day.year}年{day.month}月{day.day}日计算状态。",
            measure.place,
        )


def _check_text(builder: Builder, measure: Measure, year: int | None, piece: Place) -> None:
    for name, text in (
        ("计划措施", measure.raw),
        ("落实情况", measure.progress or ""),
        ("责任栏", measure.responsibility or ""),
    ):
        _check_cut(builder, text, piece)
        for left, right in _PAIRS:
            opened, closed = sum(text.count(char) for char in left), sum(text.count(char) for char in right)
            # 1） and 2） number items and open nothing.
            closed -= len(re.findall(r"(?:^|[\s。；;])\d{1,2}[）)]", text)) if right == "）)" else 0
            if opened > closed:
                builder.doubt(
                    "unclosed",
                    "warn",
                    f"{name}“{short(text)}”中“{left[0]}”没有配对的“{right[0]}”，可能截断或漏字。",
                    piece,
                    "与原件核对",
                )
            elif closed > opened:
                builder.doubt(
                    "unclosed", "note", f"{name}“{short(text)}”中多出“{right[0]}”。", piece, "与原件核对"
                )
    if year:
        for name, text in (("计划措施", measure.raw), ("落实情况", measure.progress or "")):
            others = sorted({found for found in years_in(_NUMBERED_YEAR.sub("", text)) if found != year})
            if others:
                named = "、".join(f"{found}年" for found in others)
                builder.doubt(
                    "cited_year",
                    "warn",
                    f"{name}提到{named}，与方案年度{year}年不同。",
                    piece,
                    "核对是引用以往文件还是沿用旧稿未改",
                )


def _check_cut(builder: Builder, text: str, piece: Place) -> None:
    found = _TRUNCATED.search(text)
    if found:
        if not text[: found.start()].strip():
            builder.doubt(
                "truncated",
                "warn",
                f"这一条只有“{found.group()}”，正文已被节录。",
                piece,
                "与原件核对，补全文字",
            )
            return
        builder.doubt(
            "truncated",
            "warn",
            f"“{short(text[: found.start()])}”处有“{found.group()}”，原文已截断或节录。",
            piece,
            "与原件核对，补全文字",
        )


def _check_end(builder: Builder, measures: Sequence[Measure]) -> None:
    """A paper whose last row lacks what all others have was probably cut there."""
    if len(measures) < 3:
        return
    last = measures[-1]
    others = [bool(measure.responsibility) for measure in measures[:-1]]
    if not last.responsibility and all(others):
        builder.doubt(
            "truncated",
            "warn",
            "最后一条缺少责任科室而其他各条都有，原文可能在此处截断。",
            last.place,
            "与原件核对是否完整",
        )


def _check_names(builder: Builder, measures: Sequence[Measure]) -> None:
    """A unit named once that is one character away from one named often is probably a slip."""
    counts = Counter(a.name for measure in measures for a in measure.assignments if not a.group)
    if len(counts) > 200:
        return
    often = [name for name, count in counts.items() if count >= 3 and len(name) >= 3]
    for measure in measures:
        for assignment in measure.assignments:
            name = assignment.name
            if counts.get(name) != 1 or len(name) < 3 or assignment.section:
                continue
            for other in often:
                if (
                    len(other) == len(name)
                    and sum(a != b for a, b in zip(name, other, strict=True)) == 1
                    and name[0] == other[0]
                ):
                    builder.doubt(
                        "typo_unit",
                        "warn",
                        f"“{name}”只出现一次，与多次出现的“{other}”只差一字，疑为笔误。",
                        measure.place,
                        f"是否应为“{other}”",
                    )
                    break


def count_measures(chapters: Sequence[Chapter]) -> int:
    return sum(1 for chapter in chapters for _ in chapter.all_measures())
