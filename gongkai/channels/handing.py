"""What a person carries over by hand: the formatted text with its pictures, and the gazette's Word file."""

import io
import re
import zipfile
from html import escape
from html.parser import HTMLParser

import nh3
from django.utils import timezone
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from gongkai.exchange.undated import undated
from gongkai.files.models import StoredFile

from .models import Delivery
from .wechat_html import images_in, to_wechat

_HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
_BLOCKS = _HEADINGS | {"p", "li", "blockquote", "figcaption", "caption"}
_TAGS = _BLOCKS | {"br", "strong", "b", "em", "i", "ul", "ol", "table", "thead", "tbody", "tr", "td", "th", "img"}
# The fonts official documents are set in. They are named, not embedded: the receiving office has them.
TITLE_FONT, BODY_FONT = "方正小标宋简体", "仿宋_GB2312"


def picture_files(delivery: Delivery) -> dict[str, StoredFile]:
    """The pictures of the text by their address in it, in order of appearance."""
    given = delivery.content.get("files", {})
    files = StoredFile.objects.in_bulk(given.values())
    return {source: files[given[source]] for source in images_in(delivery.content["html"]) if given.get(source) in files}


def plain_name(title: str) -> str:
    """A title as a file name."""
    return re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", title)[:60] or "未命名"


def archive(delivery: Delivery) -> bytes:
    """A zip of the formatted text (one HTML file that shows its pictures) and the pictures, numbered as they appear."""
    pictures = picture_files(delivery)
    names = {source: f"图片{n}.{'jpg' if file.kind == 'jpeg' else file.kind}" for n, (source, file) in enumerate(pictures.items(), 1)}
    body = to_wechat(delivery.content["html"], names)
    page = f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(delivery.title)}</title></head>\n<body>\n{body}\n</body></html>\n'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(f"{plain_name(delivery.title)}.html", page)
        for source, file in pictures.items():
            with file.content.open("rb") as opened:
                packed.writestr(names[source], opened.read())
    return _the_same(delivery, out)


def gazette_docx(delivery: Delivery) -> bytes:
    """The text as the gazette's editors take it: a Word file with title, body, tables and pictures."""
    document = Document()
    style = document.styles["Normal"]
    style.font.size = Pt(16)
    _set_font(style.font, BODY_FONT)
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = title.add_run(delivery.title)
    run.font.size = Pt(22)
    _set_font(run.font, TITLE_FONT)
    cleaned = nh3.clean(
        delivery.content["html"], tags=_TAGS, clean_content_tags={"script", "style"}, attributes={"img": {"src", "alt"}}, link_rel=None
    )
    writer = _Word(document, picture_files(delivery))
    writer.feed(cleaned)
    writer.close()
    writer.finish()
    out = io.BytesIO()
    document.save(out)
    return _the_same(delivery, out)


def _the_same(delivery: Delivery, made: io.BytesIO) -> bytes:
    """Dated as what was released, not as of the minute somebody fetched it: who fetches it again has the same file."""
    return undated(made.getvalue(), timezone.localdate(delivery.asked_at))


def _set_font(font, name: str) -> None:
    font.name = name
    font.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


class _Word(HTMLParser):
    """Writes cleaned HTML into a document. A table in a table is written as its text."""

    def __init__(self, document, pictures: dict[str, StoredFile]) -> None:
        super().__init__()
        self.document, self.pictures = document, pictures
        self.paragraph = None
        self.bold, self.heading = 0, False
        self.tables = 0
        self.rows: list[list[str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables += 1
            if self.tables == 1:
                self.rows = []
        elif self.tables:
            if tag == "tr" and self.tables == 1:
                self.rows.append([])
            elif tag in {"td", "th"} and self.tables == 1:
                if not self.rows:
                    self.rows.append([])
                self.rows[-1].append("")
            elif tag == "img":
                self._picture(dict(attrs).get("src") or "")
            elif tag in _BLOCKS | {"br"} and self.rows and self.rows[-1] and self.rows[-1][-1]:
                self.rows[-1][-1] += "\n"
        elif tag in _BLOCKS:
            self._paragraph(tag)
        elif tag in {"strong", "b"}:
            self.bold += 1
        elif tag == "br" and self.paragraph is not None:
            self.paragraph.add_run().add_break()
        elif tag == "img":
            self._picture(dict(attrs).get("src") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self.tables -= 1
            if not self.tables:
                self._table()
        elif tag in {"strong", "b"} and not self.tables:
            self.bold = max(self.bold - 1, 0)
        elif tag in _BLOCKS and not self.tables:
            self.paragraph = None

    def handle_data(self, data: str) -> None:
        if self.tables:
            if self.rows and self.rows[-1]:
                self.rows[-1][-1] += data.strip("\n")
        elif data.strip() or self.paragraph is not None:
            if self.paragraph is None:
                self._paragraph("p")
            self.paragraph.add_run(data).bold = bool(self.bold or self.heading)

    def finish(self) -> None:
        if self.tables:
            self._table()

    def _paragraph(self, tag: str) -> None:
        self.heading = tag in _HEADINGS
        self.paragraph = self.document.add_paragraph()
        self.paragraph.paragraph_format.first_line_indent = Pt(32)

    def _table(self) -> None:
        width = max(map(len, self.rows), default=0)
        if width:
            table = self.document.add_table(len(self.rows), width)
            table.style = "Table Grid"
            for row, cells in zip(table.rows, self.rows, strict=True):
                for place, text in zip(row.cells, cells, strict=False):
                    place.text = text.strip()
        self.rows, self.paragraph = [], None

    def _picture(self, source: str) -> None:
        file = self.pictures.get(source)
        if file is None:
            return
        with file.content.open("rb") as opened:
            self.document.add_picture(opened, width=Cm(14))
        self.paragraph = None
