"""Columns of a table: what each holds, and into which column a cell of a ragged row belongs.

Cells of a row whose merged neighbours were lost are never simply counted off from the left.
Each is weighed against every column by what it looks like (outline number, list of units, time
limit), and the order of the columns is kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from .headings import TEXT_ROLES, UNIT_ROLES, role_of
from .numbering import bare_number, number_at_start
from .page import Piece
from .responsibility import unit_likeness

DUE = re.compile(
    r"(?:\d{4}年)?(?:全年|年底前?|年内|年末|上半年|下半年|第?[一二三四1234]季度末?前?|\d{1,2}月(?:底|末|上旬|中旬|下旬|份|初)?(?:\d{1,2}日)?(?:之?前|底前|底|完成)?)(?:完成)?"
    r"|\d{4}[年./-]\d{1,2}(?:[月./-]\d{0,2}日?)?(?:底|前|底前|之前)?"
    r"|(?:长期|持续|常态化|即时|及时|按时|按要求|立即|适时|全程)(?:坚持|推进|实施|落实|开展|完成|性工作|做好|公开|更新)?"
    r"|(?:每年|每季度?|每月|每半年|每周|每日|全年)(?:底|末)?(?:持续推进|持续|推进|\d{1,2}[次月日])?(?:\d{0,2}日?前)?(?:完成)?"
    r"|持续推进|持续推进中|长期坚持|按时限要求(?:完成)?|(?:收到|发布|印发|形成|出台|生效)[^，。]{0,12}(?:个?工作日|日|天)内|\d{1,3}个?(?:工作日|日|天)内"
)
_STATUS = re.compile(
    r"已完成|未完成|完成|进行中|正在(?:推进|进行|落实)|推进中|未开始|未启动|已启动|已落实|基本完成|部分完成|按计划推进|达到时序进度|"
    r"序时进度|已办结|长期坚持|持续推进|持续推进中|持续开展|是|否|√|✓|✔|×|○|●|/|\d{1,3}[%％]|滞后|超期|逾期|已完成并持续推进|正常"
)

# A person's name or two, perhaps with a surname's title; units and times are told before.
_PERSON = re.compile(
    r"[一-鿿·]{2,4}(?:[（(]\d{7,12}[）)]|\s*\d{3,4}-?\d{7,8}|\s*1\d{10})?"
    r"|[一-鿿]{1,3}(?:局长|副局长|科长|主任|副主任|书记|处长|股长|同志|总)|1\d{10}|\d{3,4}-?\d{7,8}"
)

# What it costs to leave a column of this role without a cell: merged cells lose the outer ones.
SKIP = {
    "chapter": 0.2,
    "point": 0.2,
    "number": 0.3,
    "measure": 1.6,
    "progress": 0.8,
    "due": 0.5,
    "status": 0.5,
    "person": 0.5,
}
_SKIP_UNIT = {"responsible": 1.0, "lead": 0.5, "support": 0.5}
_USUAL: dict[str, dict[str | None, float]] = {
    "chapter": {"han": 0.45, "part": 0.1, "bracket_han": 0.1, None: 0.35},
    "point": {"bracket_han": 0.45, None: 0.35, "digit": 0.1, "decimal": 0.1},
    "measure": {None: 0.5, "digit": 0.3, "bracket_digit": 0.1, "circled": 0.05, "decimal": 0.05},
    "progress": {None: 0.8, "digit": 0.15, "circled": 0.05},
}


@dataclass(slots=True)
class Head:
    """A column: its heading as printed, its role, and the pieces the heading was read from."""

    heading: str
    role: str
    pieces: list[Piece] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Look:
    """What a cell looks like."""

    style: str | None
    units: float
    due: bool
    status: bool
    bare: bool
    length: int
    person: bool = False


def look_at(text: str) -> Look:
    number = number_at_start(text)
    return Look(
        style=number.style if number else None,
        units=unit_likeness(text),
        due=len(text) <= 30
        and all(
            DUE.fullmatch(part) for part in re.split(r"[，,、；;\s]+", text.strip().rstrip("。")) if part
        ),
        status=len(text) <= 10 and bool(_STATUS.fullmatch(text.strip().rstrip("。"))),
        bare=bare_number(text) is not None,
        length=len(text),
        person=len(text) <= 40
        and all(_PERSON.fullmatch(part) for part in re.split(r"[，,、；;/\s]+", text.strip()) if part),
    )


def is_heading_row(texts: Sequence[str]) -> bool:
    """Whether cells read as a header: most are known headings, and a task is among them."""
    filled = [text for text in texts if text.strip()]
    roles = [role_of(text) for text in filled]
    known = [role for role in roles if role]
    if len(known) < 2 or len(known) < 0.6 * len(filled):
        return False
    return bool(set(known) & set(TEXT_ROLES)) and len(set(known)) >= 2


def settle_roles(
    heads: list[Head], rows: Sequence[Sequence[Piece | None]], *, chapters_outside: bool
) -> list[str]:
    """Give every column its final role, in place, and return the decisions as Chinese sentences.

    The columns of task texts, from left to right, are chapter, point, measure as many as there are:
    the last is always what has to be done. Headings alone cannot say this, since 工作要求 heads the
    chapters of one office and the measures of the next.
    """
    notes: list[str] = []
    texts = [index for index, head in enumerate(heads) if head.role in TEXT_ROLES]
    if not texts:
        longest = _longest_extra(heads, rows)
        if longest is not None:
            heads[longest].role = "measure"
            texts = [longest]
            notes.append(f"“{_name(heads[longest])}”一列文字最长，按计划措施理解。")
    if len(texts) > 3:
        wanted: dict[str, int] = {}
        for index in texts:
            role = heads[index].role
            if role == "measure" or role not in wanted:
                wanted[role] = index
        keep = sorted(wanted.values())
        if len(keep) < 3:
            keep = sorted({*keep, *texts[: 3 - len(keep)]})[:3] if len(keep) < 3 else keep
        for index in texts:
            if index not in keep:
                heads[index].role = "extra"
                notes.append(f"“{_name(heads[index])}”一列另存，不作为任务层级。")
        texts = keep
    if len(texts) == 2 and _heads_follow(heads, texts, rows):
        return notes
    names = (
        {1: ["measure"], 2: ["chapter", "measure"], 3: ["chapter", "point", "measure"]}[len(texts)]
        if texts
        else []
    )
    if len(texts) == 2 and chapters_outside:
        names = ["point", "measure"]
    chinese = {"chapter": "章（工作要求）", "point": "要点", "measure": "计划措施"}
    for index, role in zip(texts, names, strict=True):
        if heads[index].role != role:
            sample = next((row[index].text for row in rows if index < len(row) and row[index]), "")
            why = f"（如“{_short(sample)}”）" if sample else ""
            notes.append(
                f"“{_name(heads[index])}”一列{why}按{chinese[role]}理解：任务文字共{len(texts)}列，本列为第{texts.index(index) + 1}列。"
            )
            heads[index].role = role
    return notes


def _heads_follow(heads: Sequence[Head], texts: Sequence[int], rows: Sequence[Sequence[Piece | None]]) -> bool:
    """Whether the headings stand right of the measures: named so, and numbered 一、 or said again row by row."""
    left, right = texts
    if heads[left].role != "measure" or heads[right].role == "measure":
        return False
    filled = [(row[left].text, row[right].text) for row in rows if right < len(row) and row[left] and row[right]]
    if len(filled) < 2:
        return False
    numbered = sum(1 for _, text in filled if (n := number_at_start(text)) and n.style in ("han", "part"))
    return 2 * numbered > len(filled) or len({text for _, text in filled}) * 2 <= len({text for text, _ in filled})


def _name(head: Head) -> str:
    return re.sub(r"\s+", "", head.heading) or "（无标题）"


def _short(text: str) -> str:
    text = re.sub(r"\s+", "", text)
    return text if len(text) <= 12 else text[:12] + "…"


def _longest_extra(heads: Sequence[Head], rows: Sequence[Sequence[Piece | None]]) -> int | None:
    best, length = None, 7.0
    for index, head in enumerate(heads):
        if head.role in ("extra", "basis", "target"):
            filled = [len(row[index].text) for row in rows if index < len(row) and row[index]]
            average = sum(filled) / len(filled) if filled else 0
            if average > length:
                best, length = index, average
    return best


def guess_heads(rows: Sequence[Sequence[Piece | None]], width: int) -> list[Head]:
    """Columns of a table without header, from what its cells look like. A guess, to be doubted."""
    heads: list[Head] = []
    for index in range(width):
        looks = [look_at(row[index].text) for row in rows if index < len(row) and row[index]]
        if not looks:
            heads.append(Head("", "extra"))
            continue
        share = {
            "number": sum(look.bare for look in looks) / len(looks),
            "responsible": sum(look.units >= 0.6 for look in looks) / len(looks),
            "due": sum(look.due for look in looks) / len(looks),
            "status": sum(look.status and not look.due for look in looks) / len(looks),
        }
        best = max(share, key=lambda role: share[role])
        heads.append(Head("", best if share[best] >= 0.6 else "measure"))
    return heads


class Weigher:
    """Weighs cells against columns, learning from rows whose cells are certain."""

    def __init__(self, heads: Sequence[Head]) -> None:
        self.heads = heads
        self._looks: dict[str, Look] = {}
        self._styles: list[Counter[str | None]] = [Counter() for _ in heads]
        self._shares: list[dict[str | None, float]] = []
        self._persons = any(head.role == "person" for head in heads)
        self._refresh()

    def learn(self, rows: Sequence[Sequence[Piece | None]]) -> None:
        """Take rows in which every cell stands in its column."""
        for row in rows:
            for index, piece in enumerate(row[: len(self.heads)]):
                if piece:
                    self._styles[index][self.look(piece).style] += 1
        self._refresh()

    def _refresh(self) -> None:
        self._shares = []
        for head, styles in zip(self.heads, self._styles, strict=True):
            usual = _USUAL.get(head.role, {None: 1.0})
            total = sum(styles.values()) + 2
            keys = set(styles) | set(usual)
            self._shares.append({key: (styles[key] + 2 * usual.get(key, 0.0)) / total for key in keys})

    def look(self, piece: Piece) -> Look:
        if piece.text not in self._looks:
            self._looks[piece.text] = look_at(piece.text)
        return self._looks[piece.text]

    def fit(self, piece: Piece, index: int) -> float:
        """How well a cell fits a column; below zero it does not."""
        look, role = self.look(piece), self.heads[index].role
        if role == "number":
            return 3.0 if look.bare else -5.0
        if role in UNIT_ROLES:
            return 3.0 * look.units - (3.0 if look.units < 0.3 else 0.0) - (1.0 if look.length > 200 else 0.0)
        if role == "due":
            return 3.0 if look.due else (-2.5 if look.length > 25 or look.units >= 0.6 else -0.5)
        if role == "person":
            return 2.0 if look.person and look.units < 0.6 and not look.due else -2.0
        if role == "status":
            return 3.0 if look.status else (-2.5 if look.length > 12 else -0.5)
        if role not in TEXT_ROLES and role != "progress":
            return 0.0
        score = 0.5
        if look.person and self._persons:
            score -= 3.0
        if look.bare:
            score -= 3.0
        if look.units >= 0.6:
            score -= 3.0 * look.units
        if look.due and look.length <= 12:
            score -= 2.0
        share = self._shares[index].get(look.style, 0.0)
        score += 2.5 * share
        if look.style is not None and share < 0.12:
            rival = max(
                (
                    self._shares[i].get(look.style, 0.0)
                    for i, head in enumerate(self.heads)
                    if i != index and head.role in (*TEXT_ROLES, "progress")
                ),
                default=0.0,
            )
            if rival >= 0.3:
                score -= 4.5 if look.style in ("han", "part") else 2.5
        if look.style is None and share < 0.12:
            score -= 1.2
        if role == "measure" and look.length >= 12:
            score += 0.3
        return score

    def skip(self, index: int) -> float:
        role = self.heads[index].role
        return SKIP.get(role, _SKIP_UNIT.get(role, 0.3))

    def align(self, cells: Sequence[Piece | None]) -> tuple[list[Piece | None], float]:
        """The cells of one row in their columns, and by how much this reading beats the next best.

        Order is kept. A blank cell may stand for any column or for none, since exporters pad rows.
        Two cells join in one column only when the row has more cells than the table has columns.
        """
        width, count = len(self.heads), len(cells)
        if count > 24 or width > 24:
            return [*cells[:width], *[None] * (width - count)], 0.0
        # best[i][j]: the two best ways to place the first i cells in the first j columns.
        start = [(0.0, ())]
        best: list[list[list[tuple[float, tuple[tuple[int, int], ...]]]]] = [
            [[] for _ in range(width + 1)] for _ in range(count + 1)
        ]
        best[0][0] = start
        crowded = sum(1 for cell in cells if cell) > width
        for i in range(count + 1):
            for j in range(width + 1):
                ways = list(best[i][j])
                if j > 0:
                    ways += [(score - self.skip(j - 1), path) for score, path in best[i][j - 1]]
                if i > 0:
                    cell = cells[i - 1]
                    if not cell:
                        ways += [(score - 0.3, path) for score, path in best[i - 1][j]]
                    if j > 0:
                        bonus = 0.5 if count == width and i == j else 0.0
                        if cell:
                            gain = self.fit(cell, j - 1) + bonus
                            ways += [
                                (score + gain, (*path, (i - 1, j - 1))) for score, path in best[i - 1][j - 1]
                            ]
                            if crowded:
                                ways += [
                                    (score - 2.5, (*path, (i - 1, j - 1)))
                                    for score, path in best[i - 1][j]
                                    if path and path[-1][1] == j - 1
                                ]
                        else:
                            ways += [(score + bonus, path) for score, path in best[i - 1][j - 1]]
                top: dict[tuple[tuple[int, int], ...], float] = {}
                for score, path in ways:
                    if path not in top or score > top[path]:
                        top[path] = score
                best[i][j] = sorted(((score, path) for path, score in top.items()), key=lambda way: -way[0])[
                    :2
                ]
        ways = best[count][width]
        if not ways:
            return [*cells[:width], *[None] * max(0, width - count)], 0.0
        placed: list[Piece | None] = [None] * width
        for i, j in ways[0][1]:
            cell = cells[i]
            if cell:
                placed[j] = placed[j].joined(cell) if placed[j] else cell
        margin = ways[0][0] - ways[1][0] if len(ways) > 1 else 9.0
        return placed, margin

    def cut_into_rows(self, cells: Sequence[Piece]) -> list[list[Piece | None]]:
        """Rows of a run of cells without row breaks, each row in the order of the columns.

        The best path through the columns, where going back to an earlier column begins a row.
        """
        width = len(self.heads)
        skips = [self.skip(index) for index in range(width)]
        sums = [0.0]
        for skip in skips:
            sums.append(sums[-1] + skip)
        stay = [
            -2.5
            if head.role in TEXT_ROLES or head.role == "progress"
            else (-1.0 if head.role in UNIT_ROLES else -3.0)
            for head in self.heads
        ]
        scores: list[list[float]] = []
        back: list[list[tuple[int, bool]]] = []
        for i, cell in enumerate(cells):
            fits = [self.fit(cell, j) for j in range(width)]
            if i == 0:
                scores.append([fits[j] - sums[j] for j in range(width)])
                back.append([(-1, True)] * width)
                continue
            row_scores, row_back = [], []
            before = scores[-1]
            for j in range(width):
                top, source = float("-inf"), (0, True)
                for k in range(width):
                    if k < j:
                        value, fresh = before[k] - (sums[j] - sums[k + 1]), False
                    else:
                        value, fresh = before[k] - (sums[width] - sums[k + 1]) - sums[j], True
                    if value > top:
                        top, source = value, (k, fresh)
                # What opens with an outline number goes on with no cell.
                further = (
                    before[j]
                    + stay[j]
                    - (3.0 if self.look(cell).style in ("han", "part", "bracket_han") else 0.0)
                )
                if further > top:
                    top, source = further, (j, False)
                row_scores.append(top + fits[j])
                row_back.append(source)
            scores.append(row_scores)
            back.append(row_back)
        if not cells:
            return []
        j = max(range(width), key=lambda k: scores[-1][k] - (sums[width] - sums[k + 1]))
        path: list[tuple[int, bool]] = []
        for i in range(len(cells) - 1, -1, -1):
            source, fresh = back[i][j]
            path.append((j, fresh))
            j = source
        path.reverse()
        rows: list[list[Piece | None]] = []
        for cell, (column, fresh) in zip(cells, path, strict=True):
            if fresh:
                rows.append([None] * width)
            held = rows[-1][column]
            rows[-1][column] = held.joined(cell) if held else cell
        return rows
