"""Plans written as numbered text: lists with 责任单位 lines, and tables flattened into one run of text.

Numbers are accepted where an outline can have them: at the head of a line always, inside a line only
when the value follows on from the number before it. The rest is prose that happens to hold a numeral.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field

from .columns import DUE, Head
from .furniture import aside_reason
from .headings import ROLES, TEXT_ROLES, UNIT_ROLES, role_of
from .numbering import BARE_HEAD, ORDER, PATTERN, Number, from_match, number_at_start
from .page import Page, Piece
from .responsibility import SUFFIX, parse_responsibility, unit_likeness
from .tree import NOTHING, Builder, Entry, short

_MARK = re.compile(PATTERN)
_LABEL_WORDS = sorted(
    (
        word
        for word, role in ROLES.items()
        if len(word) >= 3
        and role in (*UNIT_ROLES, "due", "progress", "status", "basis", "measure")
        and not word.isascii()
    ),
    key=len,
    reverse=True,
)
_LABEL = re.compile(
    r"(?P<open>[（(【\[〔])?\s*(?P<word>(?:"
    + "|".join(_LABEL_WORDS)
    + r"|配合[、/／]责任单位|牵头(?=[：:])|配合(?=[：:])))"
    r"(?:[（(](?:单位|部门|科室|处室)[）)])?(?P<shut>[】\]])?\s*(?P<colon>[：:]|[—－-]{1,2}(?=[\s一-鿿]))?"
)
_END = "。！？!?…"
_UNIT_END = re.compile(f"(?:{SUFFIX})$")
# 统一、 and 第二、 are words, not numbers of an outline.
_NOT_ONE = "统唯万单专同划合归逐如另均"
_NEVER = "第其之"
_DUE_TAIL = re.compile(f"(?:{DUE.pattern})$")
# A unit of a city or county behind a task without full stop; what tasks are made of is no part of its name.
_REGION_UNIT = re.compile(f"(?=([省市区县州][一-鿿]{{1,14}}?(?:{SUFFIX})$))")
_NO_NAME = re.compile("公开|清单|事项|信息|情况|政策|结果|目录|工作|制度|公布|发布|推进|加强")
_BRACKET = re.compile(r"[（(]((?:[^（()）]|[（(][^（()）]{0,40}[）)]){2,200})[）)]\s*[。；;]?\s*$")
_BRACKETS = re.compile(r"[（(]((?:[^（()）\n]|[（(][^（()）\n]{0,40}[）)]){2,200})[）)]")
_SAID = re.compile("牵头|负责|配合|落实|承办|主办|(?:责任|实施)(?:单位|部门|科室|处室|股室)")
# What opens a paper and is nobody's task.
_GENERAL = re.compile("(?:总体要求|指导思想|总体目标|工作目标|基本原则|工作思路|总体思路|目标要求)[。：:]?")
_CLOSERS = {"（": "）)", "(": "）)", "【": "】", "[": "]", "〔": "〕"}


@dataclass(slots=True)
class Mark:
    """A number of the outline and the text up to the next."""

    start: int
    end: int
    number: Number
    stop: int = 0
    at_line: bool = False


@dataclass(slots=True)
class Parts:
    """A segment's text, and what its labels name."""

    body: Piece
    entry: Entry
    labelled: bool = False
    lead_blank: bool = False
    measured: Piece = field(default_factory=lambda: NOTHING)
    tail: Piece = field(default_factory=lambda: NOTHING)


def find_marks(page: Page, start: int, end: int) -> list[Mark]:
    """The numbers of the outline between two offsets, in order."""
    text = page.text
    found: list[Mark] = []
    counters: dict[str, tuple[int, ...]] = {}
    heads: dict[tuple[str, tuple[int, ...]], str] = {}
    bare = [
        (match, Number("digit", (int(match[1]),), match[1], match.end())) for match in _bare_heads(text, start, end)
    ]
    marked = [(match, from_match(match)) for match in _MARK.finditer(text, start, end)]
    for match, number in sorted([*bare, *marked], key=lambda pair: pair[0].start()):
        at = match.start()
        before = text[at - 1] if at > start else "\n"
        line_start = at
        while line_start > start and text[line_start - 1] in " \t\u3000\r*#>-":
            line_start -= 1
        at_line = line_start == start or text[line_start - 1] == "\n"
        after = text[match.end() : match.end() + 1]
        previous = counters.get(number.style)
        if not at_line:
            if (
                number.style in ("bracket_digit", "circled", "decimal")
                and number.style not in counters
                and number.value[-1] != 1
            ):
                continue
            if after in "，,。；;、）)章条款项":
                continue
            follows = (
                previous is not None
                and number.value[:-1] == previous[:-1]
                and previous[-1] < number.value[-1] <= previous[-1] + (3 if number.style != "han" else 2)
            )
            fresh = number.value[-1] == 1 and (
                previous is None
                or any(
                    mark.number.rank < number.rank and mark.start > _last_of(found, number.style)
                    for mark in found[-1:]
                )
            )
            again = (
                previous == number.value
                and heads.get((number.style, number.value), "-")[:6]
                == text[match.end() : match.end() + 40].strip()[:6]
            )
            if number.style == "decimal" and previous is not None:
                follows = previous < number.value
            boundary = before in '。；;！？!?…：:）)”"」 \t\u3000' or not before.isalnum()
            jump = (
                previous is not None
                and boundary
                and number.value > previous
                and number.style in ("han", "bracket_han")
                and number.value[-1] <= previous[-1] + 3
            )
            if not (follows or fresh or again or jump):
                continue
            if (
                number.style == "han"
                and not boundary
                and (before in _NEVER or number.value == (1,) and before in _NOT_ONE)
            ):
                continue
            if (
                number.style == "han"
                and fresh
                and not boundary
                and not _UNIT_END.search(text[max(0, at - 6) : at])
                and previous is None
                and not _heading_ends(text[max(0, at - 12) : at])
            ):
                continue
            if (
                number.style in ("digit", "bracket_han", "bracket_digit")
                and not boundary
                and not re.match(r"[一-鿿“《]", text[match.end() : match.end() + 2].strip() or "-")
            ):
                continue
            if number.style == "bracket_han" and re.search(
                r"[第条款]\s*[一二三四五六七八九十百零\d]*$|第$", text[max(0, at - 6) : at]
            ):
                continue
        elif number.style == "han" and after == "是":
            continue
        if number.style == "article" and not at_line:
            continue
        counters[number.style] = number.value
        for style in list(counters):
            if _rank(style) > number.rank and style != "digit":
                del counters[style]
        heads[(number.style, number.value)] = text[match.end() : match.end() + 40].strip()
        found.append(Mark(at, match.end(), number, at_line=at_line))
    for mark, later in zip(found, found[1:], strict=False):
        mark.stop = later.start
        # The signs of a Markdown heading belong to the heading that follows them.
        while later.at_line and mark.stop > mark.end and text[mark.stop - 1] in "#* \t":
            mark.stop -= 1
    if found:
        found[-1].stop = end
    return found


def _bare_heads(text: str, start: int, end: int) -> list[re.Match[str]]:
    """Lines 1 主动公开 whose number has no sign, where lines 1.1 … stand below them."""
    found = list(BARE_HEAD.finditer(text, start, end))
    if not found or len(found) > 200:
        return []
    return [
        match
        for match in found
        if re.compile(rf"^[ \t\u3000]*{match[1]}[.．]1(?!\d)", re.MULTILINE).search(text, match.end(), end)
    ]


def _rank(style: str) -> int:
    return ORDER.index(style)


def _last_of(found: list[Mark], style: str) -> int:
    for mark in reversed(found[-200:]):
        if mark.number.style == style:
            return mark.start
    return -1


def _heading_ends(text: str) -> bool:
    return any(text.endswith(word) for word in ROLES if len(word) >= 2)


class OutlineReader:
    """Reads numbered text into the tree. ``heads`` are columns named before flat text, if any."""

    def __init__(self, page: Page, builder: Builder, heads: list[Head]) -> None:
        self.page = page
        self.builder = builder
        self.heads = heads
        self.flat = False
        self._split_tails = False
        self._heading_units: tuple[int, Entry] | None = None
        self._usual_names: re.Pattern[str] | None = None
        self._usual_tails: Counter[str] = Counter()

    def read(self, start: int, end: int) -> bool:
        """Read the text between two offsets; False when it holds no outline."""
        marks = find_marks(self.page, start, end)
        if not marks:
            return False
        labels = [match.start() for match in self._labels(start, end)]
        styles = sorted({mark.number.style for mark in marks}, key=_rank)
        level = self._measure_style(marks, styles, labels)
        depth = styles.index(level)
        outer = styles[: depth + 1]
        merged = self._merge(marks, set(outer))
        if merged and merged[0].start > start:
            self.front_end = merged[0].start
        self._learn_tails(merged, level, bool(labels))
        point_style = outer[depth - 1] if depth >= 2 else None
        if depth >= 3:
            self.builder.doubt(
                "levels_flattened",
                "warn",
                "原文层级多于三级，最外层标题单列为一章。",
                self.page.piece(merged[0].start, merged[0].stop),
            )
        # Where one heading holds several tasks without numbers, one that holds a single task is a heading too.
        self._headed = depth == 0 and any(len(self._bracketed(mark.end, mark.stop)) > 1 for mark in merged)
        passed = -1
        for index, mark in enumerate(merged):
            following = merged[index + 1] if index + 1 < len(merged) else None
            number = self.page.piece(mark.start, mark.end)
            if mark.start < passed:
                continue
            if mark.number.style == outer[0] and (labels or self._bracket_units) and depth:
                passed = self._general_part(mark, merged[index + 1 :], labels)
                if passed > mark.start:
                    continue
            if self._heading_units and mark.number.rank <= self._heading_units[0]:
                self._heading_units = None
            if mark.number.style == level:
                self._measure(mark, number, alone=depth == 0, pointed=level == "bracket_han" and depth == 1)
            elif mark.number.style == point_style:
                self._heading(
                    mark, number, "point", following is not None and following.number.rank > mark.number.rank
                )
            else:
                self._heading(
                    mark,
                    number,
                    "chapter",
                    following is not None and following.number.rank > mark.number.rank,
                )
        return True

    front_end = 0
    _bracket_units = False
    _headed = False

    # -- structure ------------------------------------------------------------------------------------------------

    def _labels(self, start: int, end: int) -> list[re.Match[str]]:
        return [match for match in _LABEL.finditer(self.page.text, start, end) if self._is_label(match)]

    @staticmethod
    def _is_label(match: re.Match[str]) -> bool:
        if match["colon"]:
            return True
        return bool(match["shut"] and match["open"] in ("【", "["))

    def _measure_style(self, marks: list[Mark], styles: list[str], labels: list[int]) -> str:
        """The innermost level that carries its own responsibility; deeper numbers are items of a measure."""
        texts = sum(1 for head in self.heads if head.role in TEXT_ROLES)
        if self.heads and texts:
            return styles[min(max(texts - 1, 0), len(styles) - 1)]
        counts: dict[str, list[bool]] = {style: [] for style in styles}
        lasts: dict[str, list[bool]] = {style: [] for style in styles}
        heads: dict[str, list[str]] = {style: [] for style in styles}
        for mark, following in zip(marks, [*marks[1:], None], strict=True):
            index = bisect_left(labels, mark.end)
            bracket = self._closing_bracket(mark.end, mark.stop) is not None
            self._bracket_units |= bracket
            carries = index < len(labels) and labels[index] < mark.stop or bracket
            if carries and following is not None and following.at_line and following.number.rank > mark.number.rank:
                heads[mark.number.style].append(following.number.style)
            counts[mark.number.style].append(carries)
            lasts[mark.number.style].append(following is None or following.number.rank < mark.number.rank)
        if any(any(found) for found in counts.values()):
            for style in reversed(styles):
                if sum(counts[style]) >= 0.6 * len(counts[style]):
                    below = Counter(heads[style])
                    # Units named in the heading, before its items, are those of every item.
                    if below and len(heads[style]) >= 0.6 * sum(counts[style]):
                        return below.most_common(1)[0][0]
                    return style
            inner = max(
                (style for style in styles if any(counts[style])),
                key=lambda style: (sum(counts[style]), _rank(style)),
            )
            at = styles.index(inner)
            # Labels that only ever close a group of items speak of the group, one level up.
            if (
                at
                and all(last for carries, last in zip(counts[inner], lasts[inner], strict=True) if carries)
                and not all(lasts[inner])
            ):
                first = next(mark for mark in marks if mark.number.style == inner)
                self.builder.doubt(
                    "items_kept",
                    "note",
                    "责任单位写在一组分项之后，按整组为一条计划措施、分项列于其中理解。",
                    self.page.piece(first.start, first.stop),
                )
                return styles[at - 1]
            return inner
        tails = {
            style: sum(1 for mark in marks if mark.number.style == style and self._tail_likeness(mark) >= 0.6)
            for style in styles
        }
        for style in reversed(styles):
            if tails[style] and tails[style] * 2 >= len(counts[style]):
                return style
        return styles[min(2, len(styles) - 1)]

    def _merge(self, marks: list[Mark], styles: set[str]) -> list[Mark]:
        """Marks of the given styles, each reaching to the next of them."""
        found: list[Mark] = []
        for mark in marks:
            if mark.number.style in styles:
                found.append(Mark(mark.start, mark.end, mark.number, mark.stop, mark.at_line))
            elif found:
                found[-1].stop = mark.stop
        return found

    def _general_part(self, mark: Mark, later: list[Mark], labels: list[int]) -> int:
        """Set aside 总体要求 and the like, where nobody is named though the tasks name somebody; where it ends."""
        end = next((other.start for other in later if other.number.rank <= mark.number.rank), None)
        title = self.page.piece(mark.end, self._title_end(mark.end, mark.stop))
        if end is None or not _GENERAL.fullmatch(title.text):
            return -1
        if any(mark.end <= label < end for label in labels) or self._bracketed(mark.end, end):
            return -1
        whole = self.page.piece(mark.start, end)
        self.builder.passed.add(mark.number.value[-1])
        for line in re.finditer(r"[^\n]+", self.page.text[mark.start : end]):
            self.page.strip(self.page.piece(mark.start + line.start(), mark.start + line.end()), "总体要求，不是任务")
        self.builder.doubt(
            "general_part", "note", f"“{short(title.text)}”一章没有责任单位，未作为计划措施。", whole, "如需列入，请补上责任单位"
        )
        return end

    # -- headings -------------------------------------------------------------------------------------------------

    def _heading(self, mark: Mark, number: Piece, kind: str, has_children: bool) -> None:
        page, builder = self.page, self.builder
        if has_children and self._headed_units(mark, number, kind):
            return
        parts = self._parts(mark.end, mark.stop) if self._labels(mark.end, mark.stop) else None
        title_end = mark.stop
        text = page.text[mark.end : mark.stop]
        prose = not has_children and "。" in text.strip()[:-1]
        if len(text.strip()) > 60 or "\n" in text.strip() or parts or prose:
            cut = self._title_end(mark.end, mark.stop)
            title_end = cut
        # A number without any sign is no part of the title that could be told from it again.
        bare = number_at_start(page.text[mark.start : title_end]) is None
        title = page.piece(mark.end if bare else mark.start, title_end)
        rest = page.piece(title_end, mark.stop) if title_end < mark.stop else NOTHING
        if kind == "chapter":
            builder.chapter(title, number if bare else None)
        else:
            builder.point(title, number if bare else None)
        if not rest:
            return
        if parts and parts.labelled or not has_children and len(rest.text) > 4:
            found = self._parts(title_end, mark.stop)
            builder.measure(found.body, found.entry)
            return
        reason = "章、要点标题下的引言"
        for line in re.finditer(r"[^\n]+", page.text[rest.start : rest.end]):
            piece = page.piece(rest.start + line.start(), rest.start + line.end())
            page.strip(piece, aside_reason(piece.text) or reason)
        builder.doubt(
            "lead_in",
            "note",
            f"标题“{short(title.text)}”下有一段引言，未作为计划措施。",
            rest,
            "如需导入，请在预览中改为计划措施",
        )

    def _headed_units(self, mark: Mark, number: Piece, kind: str) -> bool:
        """Whether a heading names the units of all that stands under it; if so it has been read."""
        page, builder = self.page, self.builder
        if not self._labels(mark.end, mark.stop) and self._closing_bracket(mark.end, mark.stop) is None:
            return False
        parts = self._parts(mark.end, mark.stop)
        if not parts.entry.units or not parts.body or "\n" in parts.body.text or "。" in parts.body.text[:-1]:
            return False
        title = page.piece(mark.start, parts.body.end)
        if kind == "chapter":
            builder.chapter(title)
        else:
            builder.point(title)
        for _, _, piece in parts.entry.units:
            page.keep(piece)
        self._heading_units = (mark.number.rank, parts.entry)
        builder.doubt(
            "heading_units",
            "note",
            f"“{short(title.text)}”的责任单位写在标题处，其下各条未另写的按此理解。",
            number,
            "核对各条责任单位",
        )
        return True

    def _title_end(self, start: int, stop: int) -> int:
        """Where a title ends: at its line, its first full stop, or its first label."""
        text = self.page.text
        ends = [stop]
        lead = start + len(text[start:stop]) - len(text[start:stop].lstrip())
        line = text.find("\n", lead, stop)
        if line >= 0:
            ends.append(line)
        full = min((at for at in (text.find(char, start, stop) for char in "。！？") if at >= 0), default=-1)
        if full >= 0:
            ends.append(full + 1)
        for match in self._labels(start, min(stop, start + 2000))[:1]:
            ends.append(match.start())
        return min(ends)

    # -- measures -------------------------------------------------------------------------------------------------

    def _measure(self, mark: Mark, number: Piece, *, alone: bool, pointed: bool) -> None:
        page, builder = self.page, self.builder
        spans = self._bracketed(mark.end, mark.stop)
        below = self._headed and len(spans) == 1 and "\n" in page.text[mark.end : spans[0][1]].strip()
        if len(spans) > 1 or below:
            self._several(mark, number, spans, alone=alone, pointed=pointed)
            return
        parts = self._parts(mark.end, mark.stop)
        self._furniture(parts)
        self._inherit(mark, parts.entry)
        if alone and not builder.chapters:
            first = page.piece(mark.start, min(mark.stop, mark.start + 40))
            builder.doubt("no_chapter", "note", "全文只有一级编号，按没有章的计划措施清单理解。", first)
        if parts.measured:
            if pointed and parts.body:
                builder.point(page.piece(mark.start, parts.body.end))
                builder.measure(parts.measured, parts.entry)
                return
            parts.body = parts.body.joined(parts.measured)
        if pointed and parts.body:
            cut = self._title_end(parts.body.start, parts.body.end)
            rest = page.piece(cut, parts.body.end)
            if rest:
                title = page.piece(mark.start, cut)
                builder.point(title)
                builder.measure(Piece(rest.text, rest.start, rest.end, parts.body.more), parts.entry)
                return
            builder.no_point()
        builder.measure(parts.body, parts.entry, number)

    def _bracketed(self, start: int, stop: int) -> list[tuple[int, int]]:
        """The stretches of a segment that each close with units in brackets: measures without numbers of their own."""
        text = self.page.text
        spans: list[tuple[int, int]] = []
        at = start
        for match in _BRACKETS.finditer(text, start, stop):
            inner = match.group(1)
            if not (_SAID.search(inner) and (_LABEL.match(inner) or unit_likeness(inner) >= 0.8)):
                continue
            rest = text[match.end() : stop].lstrip("。；; \t\u3000")
            stands = not rest or rest[0] == "\n" or text[match.start() - 1] in "。！；;" or text[match.end()] in "。；;"
            if not stands or not text[at : match.start()].strip(" 。；;\n"):
                continue
            end = match.end() + (len(text[match.end() : stop]) - len(rest))
            spans.append((at, end))
            at = end
        if spans and text[at:stop].strip() and not all(
            aside_reason(line) for line in text[at:stop].split("\n") if line.strip()
        ):
            spans.append((at, stop))
        return spans

    def _several(
        self, mark: Mark, number: Piece, spans: list[tuple[int, int]], *, alone: bool, pointed: bool
    ) -> None:
        page, builder = self.page, self.builder
        first, end = spans[0]
        line = page.text.find("\n", first + len(page.text[first:end]) - len(page.text[first:end].lstrip()), end)
        full = page.text.find("。", first, end)
        cut = line if line >= 0 else full + 1 if pointed and 0 <= full < end - 2 else -1
        if cut >= 0 and page.text[cut:end].strip():
            title = page.piece(mark.start, cut)
            if alone:
                builder.chapter(title)
            else:
                builder.point(title)
            spans = [(cut, end), *spans[1:]]
        else:
            page.keep(number)
        for start, stop in spans:
            parts = self._parts(start, stop)
            self._furniture(parts)
            builder.measure(parts.body, parts.entry)
        if page.text[spans[-1][1] : mark.stop].strip():
            for found in re.finditer(r"[^\n]+", page.text[spans[-1][1] : mark.stop]):
                piece = page.piece(spans[-1][1] + found.start(), spans[-1][1] + found.end())
                if reason := aside_reason(piece.text):
                    page.strip(piece, reason)

    def _inherit(self, mark: Mark, entry: Entry) -> None:
        """Give a measure the units its heading names, when it names none itself."""
        if self._heading_units and not any(piece for _, _, piece in entry.units):
            rank, above = self._heading_units
            if mark.number.rank > rank:
                entry.units, entry.has_units = list(above.units), True
                entry.due = entry.due or above.due

    def _furniture(self, parts: Parts) -> None:
        """Lines in the last segment that are no task: page numbers, notes, signatures."""
        body = parts.body
        text = self.page.text[body.start : body.end]
        if "\n" not in text:
            return
        lines = [(body.start + m.start(), body.start + m.end()) for m in re.finditer(r"[^\n]+", text)]
        first, kept_from = True, body.start
        pieces: list[Piece] = []
        del kept_from
        for a, b in lines:
            piece = self.page.piece(a, b)
            reason = None if first else aside_reason(piece.text)
            first = False
            if reason:
                self.page.strip(piece, reason)
            elif piece:
                pieces.append(piece)
        if len(pieces) < len([1 for a, b in lines if self.page.piece(a, b)]):
            whole = pieces[0] if pieces else NOTHING
            for piece in pieces[1:]:
                whole = whole.joined(piece)
            parts.body = whole

    def _parts(self, start: int, stop: int) -> Parts:
        page, text = self.page, self.page.text
        labels = self._labels(start, stop)
        entry = Entry(has_units=any(head.role in UNIT_ROLES for head in self.heads))
        if not labels:
            return self._unlabelled(start, stop, entry)
        entry.has_units = True
        bodies: list[Piece] = []
        measured = NOTHING
        at = start
        index = 0
        closing = -1  # where the bracket around （责任单位：…；完成时限：…） closes
        while index < len(labels):
            match = labels[index]
            if match.start() < at:
                index += 1
                continue
            bodies.append(page.piece(at, match.start()))
            if match["open"] and not match["shut"]:
                closing = self._closing(match.start("open"), stop, match["open"])
            bracketed = match.start() < closing
            limit = closing if bracketed else stop
            following = next((other.start() for other in labels[index + 1 :] if other.start() < limit), limit)
            value_end = following
            if not bracketed:
                # A value ends with its line; prose may go on below it.
                line = text.find("\n", match.end(), following)
                while line >= 0 and (
                    not text[match.end() : line].strip()
                    or text[match.end() : line].rstrip()[-1:] in "、，,；;"
                ):
                    line = text.find("\n", line + 1, following)
                if line >= 0:
                    value_end = line
            page.sign(match.start(), match.end())
            value = page.piece(match.end(), value_end)
            trimmed = value.text.rstrip("；;，, ")
            if trimmed != value.text:
                page.sign(value.start + len(trimmed), value.end)
                value = Piece(trimmed, value.start, value.start + len(trimmed))
            if role_of(match["word"]) == "measure":
                measured = measured.joined(value)
            else:
                self._give(entry, match["word"], value)
            at = value_end
            index += 1
            if bracketed and value_end == limit:
                at = min(stop, limit + 1)
                page.sign(limit, at)
        bodies.append(page.piece(at, stop))
        body = NOTHING
        for piece in bodies:
            if piece and not re.fullmatch(r"[\s。；;，,]+", piece.text):
                body = body.joined(piece)
            elif piece:
                page.sign(piece.start, piece.end)
        return Parts(body, entry, labelled=True, measured=measured)

    def _closing(self, at: int, stop: int, opener: str) -> int:
        """The offset of the bracket that closes the one at ``at``; the end of the line if none does."""
        depth = 0
        text = self.page.text
        closers = _CLOSERS[opener]
        openers = "（(" if opener in "（(" else opener
        for index in range(at, min(stop, at + 4000)):
            if text[index] in openers:
                depth += 1
            elif text[index] in closers:
                depth -= 1
                if depth == 0:
                    return index
        line = text.find("\n", at, stop)
        return line if line >= 0 else stop

    def _give(self, entry: Entry, word: str, value: Piece) -> None:
        role = role_of(word) or "responsible"
        if role in UNIT_ROLES:
            entry.units.append((None if role == "responsible" else role, re.sub(r"\s", "", word), value))  # type: ignore[arg-type]
        elif role in ("due", "progress", "status", "basis"):
            held = getattr(entry, role)
            setattr(entry, role, value if not held else held.joined(value))
        else:
            key = re.sub(r"\s", "", word)
            entry.extras[key] = entry.extras[key].joined(value) if key in entry.extras else value

    # -- text without labels --------------------------------------------------------------------------------------

    def _unlabelled(self, start: int, stop: int, entry: Entry) -> Parts:
        page = self.page
        whole = page.piece(start, stop)
        value = self._closing_bracket(start, stop)
        if value is not None:
            opening = page.text.rfind(page.text[value.start - 1], start, value.start)
            page.sign(opening, whole.end)
            entry.units.append((None, "", value))
            entry.has_units = True
            return Parts(page.piece(start, opening), entry)
        if not self._split_tails:
            return Parts(whole, entry)
        cut = self._tail_start(start, stop)
        if cut is None:
            return Parts(whole, entry)
        tail = page.piece(cut, stop)
        blank = page.text[cut : cut + 1].isspace()
        if not tail:
            return Parts(whole, entry)
        before = page.text[start:cut].rstrip()
        if before and before[-1] not in _END + "”」』）)" and not blank:
            self.builder.doubt(
                "tail_without_stop",
                "warn",
                f"“{short(before)}”后面没有句号，按单位名称在“{short(tail.text)}”之前分开。",
                tail,
                "对照原表核对",
            )
        entry.has_units = True
        self._split_tail(tail, entry, blank)
        return Parts(page.piece(start, cut), entry, lead_blank=blank, tail=tail)

    def _closing_bracket(self, start: int, stop: int) -> Piece | None:
        """The units in brackets at the end of a segment: （办公室牵头，各科室配合）."""
        tail_start = max(start, stop - 400)
        tail = self.page.text[tail_start:stop]
        bracket = _BRACKET.search(tail)
        if not bracket or unit_likeness(bracket.group(1)) < 0.8:
            return None
        # 各乡镇人民政府（街道办事处） is one name: its bracket hangs on a unit and says nobody's part.
        said = re.search("牵头|负责|配合|落实|承办|主办", bracket.group(1))
        if not said and _UNIT_END.search(tail[: bracket.start()]):
            return None
        inner = self.page.piece(tail_start + bracket.start(1), tail_start + bracket.end(1))
        return inner if inner.start == tail_start + bracket.start(1) else None

    def _tail_start(self, start: int, stop: int) -> int | None:
        """Where the cells after the task begin: behind its last full stop."""
        text = self.page.text[start:stop]
        trimmed = text.rstrip()
        body = trimmed[:-1] if trimmed[-1:] == "。" else trimmed
        at = max(body.rfind(char) for char in _END)
        if at < 0:
            for tail, count in self._usual_tails.most_common(3):
                if count >= 2 and trimmed.endswith(tail) and len(tail) < len(trimmed):
                    return start + len(trimmed) - len(tail)
            cut = self._names_at_end(trimmed)
            return start + cut if cut is not None else None
        # A closing quotation mark belongs to the sentence.
        while at + 1 < len(body) and body[at + 1] in "”」』）)…":
            at += 1
        tail = body[at + 1 :]
        return start + at + 1 if tail.strip() else None

    def _names_at_end(self, text: str) -> int | None:
        """Where units begin behind a task without full stop: names other tasks have, or one that shows by its region."""
        due = _DUE_TAIL.search(text[-40:])
        body = text[: len(text) - len(due.group())].rstrip() if due else text
        if self._usual_names is not None:
            known = self._usual_names.search(body[-200:])
            if known and len(body) - len(known.group()) > 4:
                return len(body) - len(known.group())
        for blank in re.finditer(r"(?<=\S)\s+(?=\S)", body[-200:]):
            at = max(0, len(body) - 200) + blank.start()
            if at > 4 and unit_likeness(body[at:]) >= 0.8:
                return at
        for found in _REGION_UNIT.finditer(body[-20:]):
            if not _NO_NAME.search(found[1]) and len(body) - len(found[1]) > 4:
                return len(body) - len(found[1])
        return None

    def _tail_likeness(self, mark: Mark) -> float:
        cut = self._tail_start(mark.end, mark.stop)
        if cut is None:
            return 0.0
        tail = self.page.text[cut : mark.stop].strip()
        due = _DUE_TAIL.search(tail[-40:])
        if due:
            tail = tail[: len(tail) - len(due.group())]
        return unit_likeness(tail.strip() or "-")

    def _learn_tails(self, marks: list[Mark], level: str, labelled: bool) -> None:
        """Decide whether tasks are followed by unlabelled cells, and which tails keep coming back."""
        measures = [mark for mark in marks if mark.number.style == level]
        if labelled or not measures:
            return
        named = any(head.role in UNIT_ROLES for head in self.heads)
        good = sum(1 for mark in measures if self._tail_likeness(mark) >= 0.6)
        self._split_tails = named or good * 2 >= len(measures)
        if not self._split_tails:
            return
        self.flat = True
        names: set[str] = set()
        for mark in measures[:500]:
            if self._tail_likeness(mark) >= 0.6:
                tail = self.page.text[self._tail_start(mark.end, mark.stop) : mark.stop].strip()
                due = _DUE_TAIL.search(tail[-40:])
                words = tail[: len(tail) - len(due.group())] if due else tail
                names |= {a.name for a in parse_responsibility(words).assignments if len(a.name) >= 3}
        if 0 < len(names) <= 500:
            listed = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
            self._usual_names = re.compile(f"(?:(?:{listed})(?:牵头|主办|负责|配合|协助|落实){{0,2}}[、，,；;]?)+$")
        for mark in measures:
            cut = self._tail_start(mark.end, mark.stop)
            if cut is None:
                continue
            tail = self.page.text[cut : mark.stop]
            self._usual_tails[tail.strip()] += 3 if tail[:1].isspace() else 1
            for match in re.finditer(f"(?:{SUFFIX})(?=(?:省|市|区|县|各|本|全))", tail[:400]):
                self._usual_tails[tail[match.end() :].strip()] += 1
        if any(head.role == "progress" for head in self.heads):
            first = measures[0]
            self.builder.doubt(
                "cells_glued",
                "error",
                "原文各单元格之间没有分隔符，计划措施与落实情况连成一段，无法区分。",
                self.page.piece(first.start, first.stop),
                "请改用原表格文件（docx、xlsx）导入",
            )

    def _split_tail(self, tail: Piece, entry: Entry, blank: bool) -> None:
        page = self.page
        roles = [head.role for head in self.heads if head.role in (*UNIT_ROLES, "due")]
        names = {head.role: head.heading for head in self.heads}
        due = _DUE_TAIL.search(tail.text[-40:])
        if due and ("due" in roles or not roles):
            cut = tail.end - len(due.group())
            entry.due = page.piece(cut, tail.end)
            tail = page.piece(tail.start, cut)
        elif "due" in roles:
            entry.due = NOTHING
        if not ("lead" in roles and ("support" in roles or "responsible" in roles)):
            role = "lead" if roles[:1] == ["lead"] else None
            entry.units.append((role, names.get(role or "responsible", ""), tail))  # type: ignore[arg-type]
            return
        second = "support" if "support" in roles else "responsible"
        second_role = "support" if second == "support" else None
        if blank:
            entry.units.append(("lead", names["lead"], NOTHING))
            entry.units.append((second_role, names[second], tail))  # type: ignore[arg-type]
            return
        edge = self._lead_ends(tail)
        if edge is None:
            group = re.match("各|区直各|市直各|县直各|相关|有关|本", tail.text)
            if group:
                entry.units += [("lead", names["lead"], NOTHING), (second_role, names[second], tail)]  # type: ignore[list-item]
            else:
                entry.units += [("lead", names["lead"], tail), (second_role, names[second], NOTHING)]  # type: ignore[list-item]
            self.builder.doubt(
                "lead_unclear",
                "warn",
                f"“{short(tail.text)}”前后没有分隔，无法确定属于牵头还是配合、责任单位一栏。",
                tail,
                "对照原表核对",
            )
            return
        lead, rest = page.piece(tail.start, edge), page.piece(edge, tail.end)
        entry.units += [("lead", names["lead"], lead), (second_role, names[second], rest)]  # type: ignore[list-item]
        self.builder.doubt(
            "glued_cells",
            "note",
            f"牵头单位与配合、责任单位两格连写，在“{short(lead.text)}”之后分开。",
            tail,
            "对照原表核对",
        )

    def _lead_ends(self, tail: Piece) -> int | None:
        """Where the lead cell ends and the next begins, if anything shows it."""
        text = tail.text
        cuts = [
            match.end()
            for match in re.finditer(f"(?:{SUFFIX})(?=(?:省|市|区|县|各|本|全|相关|有关)[一-鿿])", text[:600])
        ]
        spaced = re.search(r"(?<=[一-鿿）)])\s+(?=[一-鿿])", text)
        if spaced:
            return tail.start + spaced.end()
        cuts = [cut for cut in cuts if "，" not in text[:cut] and "、" not in text[max(0, cut - 1) : cut]]
        usual = [cut for cut in cuts if self._usual_tails[text[cut:].strip()] >= 3]
        if usual:
            # The longest rest that keeps coming back: each shorter one is part of it.
            return (
                tail.start + usual[0]
                if len(usual) == 1
                else tail.start + max(usual, key=lambda cut: self._usual_tails[text[cut:].strip()])
            )
        grouped = [cut for cut in cuts if re.match(r"各|[省市区县]直|相关|有关|本", text[cut:])]
        if grouped:
            return tail.start + grouped[0]
        return tail.start + cuts[-1] if cuts else None
