"""Web pages: the text and tables a reader came for, without scripts, navigation or share buttons."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode

from gongkai.exchange.blocks import Cell, Grid, Paragraph, Source, Unreadable
from gongkai.exchange.reading.encoding import decode
from gongkai.text.normalise import one_line

_NEVER = frozenset(
    "script style noscript template iframe object embed applet svg canvas audio video map head title link meta".split()
)
_CONTROLS = frozenset("nav button select input textarea option footer aside menu".split())
_BLOCKS = frozenset(
    "address article blockquote body center dd details div dl dt fieldset figcaption figure form h1 h2 h3 h4 h5 h6 header hr html "
    "li main ol p pre section summary table tbody td tfoot th thead tr ul caption ucaptitle".split()
)
# The class and id names site templates give to what surrounds an article, matched as whole words.
_AROUND = re.compile(
    r"(?:^|[\s_\-])(?:bdshare\w*|share\w*|social\w*|breadcrumbs?|crumbs?|nav|navbar|navigation|topnav|menu|footer|foot|sidebar|toolbar|"
    r"qrcode|ewm|pagination|pager|printbar|fontsize|dqwz|position|location|fenxiang)(?:$|[\s_\-])",
    re.I,
)
_FURNITURE = re.compile(
    r"""^\s*(?:
      (?:您?的?当前|您现在的|您所在的|所在)位置\s*[:：].* | 分享到?\s*[:：]?.{0,30} | (?:微信|微博|QQ空间|QQ好友|朋友圈|人人网|豆瓣|\s)+ |
      (?:打印(?:本页)?|关闭(?:窗口|本页)?|返回(?:顶部|首页)?|收藏|\s|[|｜【】\[\]])+ | (?:字体|字号)\s*[:：]?.{0,20} | 扫一扫.{0,25} | 相关链接\s*[:：]?\s*(?:-->)? |
      (?:上|下)一(?:篇|条)\s*[:：].* | (?:全真版|文字版|文件下载|附件下载|\s)+ | 浏览(?:次数|量)\s*[:：].{0,20} | 版权所有.* | .{0,20}ICP备.* | -->
    )\s*$""",
    re.X,
)
_DEPTH_LIMIT, _SPAN_LIMIT, _CELL_LIMIT = 400, 500, 2_000_000


def read_html(path: Path, name: str) -> Source:
    """The blocks of a page. Places: 第3段, 表1第3行第2列. ``text`` is all visible text, furniture included."""
    content = path.read_bytes()
    text, encoding = _decoded(content, name)
    tree = LexborHTMLParser(text)
    walk = _Walk(name)
    root = tree.body or tree.root
    if root is None:
        raise Unreadable(f"“{name}”里没有网页内容，请重新保存网页后上传。", "empty")
    walk.blocks_of(root, 0)
    walk.flush()
    if walk.removed:
        shown = "、".join(f"“{r[:12]}”" for r in walk.removed[:5])
        walk.warnings.append(
            f"略去了{len(walk.removed)}处导航、分享等与正文无关的文字：{shown}{'等' if len(walk.removed) > 5 else ''}。"
        )
    if not encoding.startswith("UTF-8"):
        walk.warnings.append(f"按{encoding}编码读取，请看一眼预览里的汉字是否正常。")
    whole = "\n".join(line for line in (one_line(part) for part in walk.visible) if line)
    return Source(name, "html", walk.out, whole, walk.warnings)


def _decoded(content: bytes, name: str) -> tuple[str, str]:
    """By what the page declares when that holds, else as any text: pages often declare one thing and are another."""
    declared = re.search(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_\-]+)", content[:4096])
    if declared and not content.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        codec = declared[1].decode().lower()
        if codec in ("gb2312", "gbk", "gb18030", "big5", "big5-hkscs"):
            try:
                return content.decode("gb18030" if codec.startswith("gb") else codec), codec.upper()
            except UnicodeDecodeError:
                pass
    return decode(content, name)


class _Walk:
    def __init__(self, name: str) -> None:
        self.name = name
        self.out: list[Paragraph | Grid] = []
        self.visible: list[str] = []
        self.warnings: list[str] = []
        self.removed: list[str] = []
        self.paragraphs = self.tables = 0
        self.pending: list[str] = []
        self.level: int | None = None
        self.typed = False  # within a pre, whose lines are as they were typed

    def blocks_of(self, node: LexborNode, depth: int) -> None:
        if depth > _DEPTH_LIMIT:
            raise Unreadable(
                f"“{self.name}”的网页层层嵌套过深，无法读取。请在浏览器中打开，把正文复制到Word后上传。",
                "nested",
            )
        for child in _children(node):
            tag = child.tag
            if tag == "-text" and self.typed:
                for line in (child.text_content or "").split("\n")[:-1]:
                    self.pending.append(line)
                    self.flush()
                self.pending.append((child.text_content or "").rpartition("\n")[2])
            elif tag == "-text":
                self.pending.append(child.text_content or "")
            elif tag == "br":
                self.flush()
            elif tag in _NEVER or _hidden(child):
                continue
            elif tag in _CONTROLS or self._is_around(child):
                if words := one_line(_words(child, 0)):
                    self.visible.append(words)
                    self.removed.append(words)
            elif tag == "table":
                self.flush()
                if _is_layout(child):
                    self.blocks_of(child, depth + 1)
                    self.flush()
                else:
                    self._table(child)
            elif tag in _BLOCKS:
                self.flush()
                if re.fullmatch("h[1-6]", tag):
                    self.level = int(tag[1])
                before, self.typed = self.typed, self.typed or tag == "pre"
                self.blocks_of(child, depth + 1)
                self.flush()
                self.level, self.typed = None, before
            else:
                self.blocks_of(child, depth + 1)

    def flush(self) -> None:
        words = one_line("".join(self.pending))
        self.pending.clear()
        if not words:
            return
        self.visible.append(words)
        if _FURNITURE.match(words):
            self.removed.append(words)
            return
        self.paragraphs += 1
        self.out.append(Paragraph(words, f"第{self.paragraphs}段", self.level))

    def _is_around(self, node: LexborNode) -> bool:
        """Whether a class or id says that this is not the article. Something holding a table or much text is kept:
        templates also call the whole page ``nav-content`` and the like."""
        names = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"
        if not _AROUND.search(names):
            return False
        return node.css_first("table") is None and len(_words(node, 0)) < 300

    def _table(self, table: LexborNode) -> None:
        rows = list(_rows(table))
        if not rows:
            return
        caption = next((c for c in _children(table) if c.tag == "caption"), None)
        if caption is not None and (words := one_line(_words(caption, 0))):
            self.visible.append(words)
            self.paragraphs += 1
            self.out.append(Paragraph(words, f"第{self.paragraphs}段"))
        self.tables += 1
        place = f"表{self.tables}"
        taken: dict[tuple[int, int], bool] = {}
        cells: list[list[Cell | None]] = []
        for row, tr in enumerate(rows):
            line: dict[int, Cell | None] = {c: None for (r, c) in list(taken) if r == row}
            column = 0
            for td in (c for c in _children(tr) if c.tag in ("td", "th")):
                while column in line:
                    column += 1
                down = min(_span(td, "rowspan") or len(rows), len(rows) - row)
                across = max(_span(td, "colspan"), 1)
                if len(taken) + down * across > _CELL_LIMIT:
                    raise Unreadable(
                        f"“{self.name}”的{place}过大，无法读取。请改用Excel文件上传。", "too_big"
                    )
                text = _cell_text(td)
                line[column] = Cell(text, row, column, down, across, f"{place}第{row + 1}行第{column + 1}列")
                for r in range(row, row + down):
                    for c in range(column, column + across):
                        if (r, c) != (row, column):
                            taken[r, c] = True
                            if r == row:
                                line[c] = None
                column += across
            width = max(line, default=-1) + 1
            cells.append([line.get(c) for c in range(width)])
            self.visible.append("\t".join(cell.text for cell in cells[-1] if cell))
            for key in [k for k in taken if k[0] <= row]:
                del taken[key]
        grid = Grid(cells, place)
        self.out.append(grid)


def _children(node: LexborNode) -> Iterator[LexborNode]:
    child = node.child
    while child is not None:
        yield child
        child = child.next


def _rows(table: LexborNode) -> Iterator[LexborNode]:
    for child in _children(table):
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from (c for c in _children(child) if c.tag == "tr")


def _is_layout(table: LexborNode) -> bool:
    """A table that holds tables, or a single cell, arranges a page."""
    if any(inner.mem_id != table.mem_id for inner in table.css("table")):
        return True
    rows = list(_rows(table))
    return len(rows) <= 1 and sum(c.tag in ("td", "th") for tr in rows for c in _children(tr)) <= 1


def _hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    style = (attributes.get("style") or "").replace(" ", "").lower()
    return "hidden" in attributes or "display:none" in style or "visibility:hidden" in style


def _span(node: LexborNode, name: str) -> int:
    value = (node.attributes.get(name) or "1").strip()
    return min(int(value), _SPAN_LIMIT) if value.isascii() and value.isdigit() else 1


def _cell_text(td: LexborNode) -> str:
    return "\n".join(line for line in (one_line(part) for part in _words(td, 0).split("\x00")) if line)


def _words(node: LexborNode, depth: int) -> str:
    """Text of a node, blocks parted by NUL; white space is left for :func:`one_line`."""
    if depth > _DEPTH_LIMIT:
        return ""
    words = []
    for child in _children(node):
        if child.tag == "-text":
            words.append(child.text_content or "")
        elif child.tag == "br":
            words.append("\x00")
        elif child.tag in _NEVER or _hidden(child):
            continue
        elif child.tag in _BLOCKS:
            words.append("\x00" + _words(child, depth + 1) + "\x00")
        else:
            words.append(_words(child, depth + 1))
    return "".join(words).strip("\x00") if depth == 0 else "".join(words)
