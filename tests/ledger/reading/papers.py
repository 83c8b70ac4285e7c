"""Papers to read: sources made from text and grids, and a draft told back in a few words."""

from __future__ import annotations

from gongkai.exchange.blocks import Cell, Grid, Paragraph, Source
from gongkai.ledger.reading import Measure, PlanDraft


def text_source(text: str, name: str = "方案.txt") -> Source:
    """Plain text as a file reader hands it over: the whole text, and a paragraph a line."""
    lines = text.split("\n")
    return Source(
        name,
        "text",
        [Paragraph(line, f"第{i + 1}行") for i, line in enumerate(lines) if line.strip()],
        text,
        [],
    )


def grid(*rows: list[str], place: str = "表1") -> Grid:
    """A grid from rows of texts; ``^`` continues the cell above, ``<`` the cell to the left."""
    cells: list[list[Cell | None]] = []
    for i, row in enumerate(rows):
        line: list[Cell | None] = []
        for j, text in enumerate(row):
            if text in ("^", "<"):
                line.append(None)
                continue
            across = 1
            while j + across < len(row) and row[j + across] == "<":
                across += 1
            down = 1
            while i + down < len(rows) and j < len(rows[i + down]) and rows[i + down][j] == "^":
                down += 1
            line.append(Cell(text, i, j, down, across, f"{place}第{i + 1}行第{j + 1}列"))
        cells.append(line)
    return Grid(cells, place)


def grid_source(*blocks: Grid | str, kind: str = "docx") -> Source:
    made = [
        block if isinstance(block, Grid) else Paragraph(block, f"第{i + 1}段")
        for i, block in enumerate(blocks)
    ]
    return Source(f"方案.{kind}", kind, made, "", [])


def told(draft: PlanDraft) -> list[str]:
    """The draft line by line: 章 number title, 要点 number title, and measures as number text|units|due|progress."""

    def line(measure: Measure) -> str:
        parts = [
            measure.text.replace("\n", "/"),
            measure.responsibility,
            measure.due,
            measure.progress,
            measure.status,
        ]
        while parts and parts[-1] is None:
            parts.pop()
        return f"{measure.number or '-'} " + "|".join(
            "∅" if part is None else part.replace("\n", "/") for part in parts
        )

    found: list[str] = []
    for chapter in draft.chapters:
        found.append(f"章 {chapter.number or '-'} {chapter.title}")
        for entry in chapter.entries:
            if isinstance(entry, Measure):
                found.append(line(entry))
            else:
                found.append(f"要点 {entry.number or '-'} {entry.title}")
                found += [line(measure) for measure in entry.measures]
    return found


def codes(draft: PlanDraft, *severities: str) -> set[str]:
    return {doubt.code for doubt in draft.doubts if not severities or doubt.severity in severities}


def characters(draft: PlanDraft) -> str:
    """Every character of the tree and of what was set aside: counted against the source, none may be missing."""
    parts: list[str] = []
    for chapter in draft.chapters:
        parts.append(chapter.raw + (chapter.number or ""))
        for entry in chapter.entries:
            measures = [entry] if isinstance(entry, Measure) else entry.measures
            if not isinstance(entry, Measure):
                parts.append(entry.raw + (entry.number or ""))
            for m in measures:
                parts += [
                    m.raw,
                    m.number or "",
                    m.progress or "",
                    m.responsibility or "",
                    m.due or "",
                    m.status or "",
                    m.basis or "",
                ]
                parts += m.extras.values()
    parts += [column.heading for column in draft.columns]
    parts += [piece.text for piece in (*draft.stripped, *draft.leftovers)]
    return "".join(parts)
