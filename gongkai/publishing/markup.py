"""What a paragraph may hold, and how what Word puts on the clipboard becomes that."""

import re
from typing import Any

import lxml.html
import nh3
from lxml import etree

from gongkai.registers.paragraphs import to_text

TAGS = frozenset({"p", "br", "hr", "h2", "h3", "h4", "b", "strong", "i", "em", "ul", "ol", "li", "a", "blockquote"})
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_GONE = {"script", "style", "title", "xml", "template", "noscript", "iframe", "object", "svg", "math"}  # with what is in them
_CONDITIONAL = re.compile(r"<!(?:--)?\[if[^\]]*\]>.*?<!\[endif\](?:--)?>", re.S | re.I)
_EMPTY = re.compile(r"<(p|li|h[2-4]|b|strong|i|em|blockquote)>(?:\s|<br\s*/?>)*</\1>")
#: What the site has no use for, and what it writes instead.
_INSTEAD = {"h1": "h2", "h5": "h4", "h6": "h4", "div": "p"}
_OTHERWISE = re.compile(r"<(/?)(h1|h5|h6|div)\b[^>]*>", re.I)
_CLEANER = nh3.Cleaner(tags=set(TAGS), attributes={"a": {"href"}}, url_schemes=set(SCHEMES), clean_content_tags=_GONE, link_rel=None, strip_comments=True)
# Word draws the sign of a list item as text of the symbol font and a run of spaces.
_BULLET = re.compile(r"<p>\s*[·•§]\s+")


def clean(html: str) -> str:
    """The paragraphs, headings, lists and links of a piece of rich text, without anything that runs or that Word left behind.

    Safe whatever comes in; what is clean already comes back as it was.
    """
    html = _CONDITIONAL.sub("", html or "").replace("&nbsp;", " ").replace("\xa0", " ")
    html = _OTHERWISE.sub(lambda found: f"<{found[1]}{_INSTEAD[found[2].lower()]}>", html)
    html = _CLEANER.clean(html)
    html = _BULLET.sub("<p>· ", html)
    before = None
    while before != html:
        before, html = html, _EMPTY.sub("", html)
    return html.strip()


def text_of(html: str) -> str:
    """The words of a piece of rich text, a line for each paragraph."""
    return "\n".join(line for line in (part.strip() for part in to_text(html).split("\n")) if line)


def links_in(html: str) -> list[str]:
    """Where the links of a piece of clean rich text lead, in order."""
    return [href.replace("&amp;", "&") for href in re.findall(r'<a href="([^"]*)"', html)]


# -- Tables ----------------------------------------------------------------------------------------------------------
# A table is kept as lines of text, so that it can be typed, pasted from a sheet and compared line by line. Cells are
# parted by a tab or by |; a cell of ← belongs to the one at its left, one of ↑ to the one above; ↵ is a new line.

LEFT, UP, NEWLINE = "←", "↑", "↵"


def cells_of(text: str) -> list[list[str]]:
    """The lines of a table as rows of one width."""
    rows = []
    for line in (text or "").replace("\r\n", "\n").split("\n"):
        if not line.strip():
            continue
        parts = line.split("\t") if "\t" in line else re.split(r"(?<!\\)\|", line.strip().removeprefix("|").removesuffix("|"))
        rows.append([part.strip().replace("\\|", "|").replace(NEWLINE, "\n") for part in parts])
    width = max((len(row) for row in rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]


def as_lines(rows: list[list[str]]) -> str:
    """Rows as the lines `cells_of` reads. A cell's own | and new lines are kept."""
    return "\n".join(" | ".join((cell or "").strip().replace("|", "\\|").replace("\n", NEWLINE).replace("\t", " ") or " " for cell in row) for row in rows)


def spans_of(rows: list[list[str]]) -> list[list[dict]]:
    """The cells a page writes: text, rowspan and colspan; covered positions are left out.

    A mark that covers nothing (← in the first column, ↑ in the first row, a shape that is no rectangle) is shown as
    an empty cell, so that no row loses its width.
    """
    taken: dict[tuple[int, int], tuple[int, int]] = {}
    made: list[list[dict]] = []
    for y, row in enumerate(rows):
        line = []
        for x, text in enumerate(row):
            if (y, x) in taken:
                continue
            wide = 1
            while x + wide < len(row) and row[x + wide] == LEFT and (y, x + wide) not in taken:
                wide += 1
            tall = 1
            while y + tall < len(rows) and rows[y + tall][x] == UP and all(rows[y + tall][x + n] in (UP, LEFT) for n in range(wide)):
                tall += 1
            for down in range(tall):
                for right in range(wide):
                    taken[y + down, x + right] = (y, x)
            line.append({"text": "" if text in (LEFT, UP) else text, "rowspan": tall, "colspan": wide, "column": x})
        made.append(line)
    return made


def grid_of(table) -> list[list[str]]:
    """A table of HTML as rows of one width, with the marks of what spans."""
    grid: list[list[str | None]] = []

    def line_at(y: int) -> list:
        while len(grid) <= y:
            grid.append([])
        return grid[y]

    rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
    for y, row in enumerate(rows):
        x = 0
        for cell in (cell for cell in row if cell.tag in ("td", "th")):
            while x < len(line_at(y)) and grid[y][x] is not None:
                x += 1
            tall, wide = (max(1, min(int(cell.get(name) or 1) if (cell.get(name) or "1").isdecimal() else 1, 500)) for name in ("rowspan", "colspan"))
            text = "\n".join(" ".join(part.split()) for part in _lines(cell) if part.strip())
            for down in range(min(tall, len(rows) - y)):
                for right in range(wide):
                    line = line_at(y + down)
                    line += [None] * (x + right + 1 - len(line))
                    line[x + right] = text if down == right == 0 else LEFT if right else UP
            x += wide
    width = max((len(line) for line in grid), default=0)
    return [[cell or "" for cell in line] + [""] * (width - len(line)) for line in grid]


def _lines(cell) -> list[str]:
    """The text of a cell, a line for each paragraph of it."""
    for element in cell.iter("p", "li", "br"):
        element.tail = "\n" + (element.tail or "")
    return cell.text_content().split("\n")


def blocks_of(html: str) -> list[dict[str, Any]]:
    """Rich text from elsewhere as the blocks of a body: tables are blocks of their own, what stands between them is one paragraph block."""
    if "<table" not in html:
        return [{"type": "paragraph", "value": html}]
    made: list[dict[str, Any]] = []
    run: list[str] = []

    def flush() -> None:
        if text := clean("".join(run)):
            made.append({"type": "paragraph", "value": text})
        run.clear()

    def through(root) -> None:
        for element in root:
            if not isinstance(element.tag, str):
                continue
            tail, element.tail = element.tail or "", None
            if element.tag == "table":
                flush()
                caption = " ".join(" ".join(found.text_content().split()) for found in element.iter("caption"))[:120]
                rows = grid_of(element)
                heads = [[cell.tag for cell in row if cell.tag in ("td", "th")] for row in element.iter("tr")]
                if rows:
                    made.append({"type": "table", "value": {
                        "caption": caption, "rows": as_lines(rows), "head_row": bool(heads) and all(tag == "th" for tag in heads[0]),
                        "head_column": len(heads) > 1 and all(line[:1] == ["th"] for line in heads[1:]),
                    }})
            elif next(element.iter("table"), None) is not None:
                run.append(f"<p>{escaped(element.text)}</p>")
                through(element)
            else:
                run.append(etree.tostring(element, encoding="unicode", method="html"))
            run.append(f"<p>{escaped(tail)}</p>")

    root = lxml.html.fragment_fromstring(html, create_parent="div")
    run.append(f"<p>{escaped(root.text)}</p>")
    through(root)
    flush()
    return made


def escaped(text: str | None) -> str:
    return (text or "").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
