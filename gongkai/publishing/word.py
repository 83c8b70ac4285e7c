"""A Word file as the blocks of a draft, and a list of what could not be kept.

mammoth reads the document; what it says nothing about (formulas, charts, headers, comments) is looked for in the
package itself, because a thing lost without a word is worse than a thing refused.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import lxml.html
import mammoth
from lxml import etree

from gongkai.exchange.blocks import Unreadable

from . import markup

_STYLES = "\n".join((
    "p[style-name='Title'] => h1.title:fresh", "p[style-name='标题'] => h1.title:fresh", "p[style-name='Subtitle'] => h3:fresh",
    *(f"p[style-name='{name} {n}'] => h{n}:fresh" for n in range(1, 7) for name in ("标题", "heading")),
    "p[style-name='Quote'] => blockquote:fresh", "p[style-name='引用'] => blockquote:fresh",
))  # fmt: skip
#: What a page can show as a picture, by the type Word states.
_PICTURES = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}
_HEADINGS = {"h1": "2", "h2": "3", "h3": "4", "h4": "4", "h5": "4", "h6": "4"}
_GRID_LIMIT = 200 * 2000  # cells of one table


@dataclass(slots=True)
class Picture:
    """A picture of the document: its bytes and the name it is kept under."""

    name: str
    content: bytes


@dataclass(slots=True)
class Draft:
    """What came of a document. In an image block, `image` is a position in `pictures` until the files are kept."""

    title: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)


def read(path: Path, name: str) -> Draft:
    """The draft that a docx becomes. The file must have passed `files.inspect`; Unreadable with a sentence when it still can't be read."""
    draft = Draft(title="")
    unshown: list[str] = []

    @mammoth.images.img_element
    def keep(image):
        ending = _PICTURES.get(image.content_type or "")
        if ending is None:
            unshown.append(image.content_type or "未知类型")
            return {"src": "picture:lost"}
        with image.open() as stream:
            draft.pictures.append(Picture(f"图{len(draft.pictures) + 1}.{ending}", stream.read()))
        return {"src": f"picture:{len(draft.pictures) - 1}"}

    try:
        with path.open("rb") as source:
            made = mammoth.convert_to_html(source, convert_image=keep, style_map=_STYLES, id_prefix="w-")
        with zipfile.ZipFile(path) as package:
            draft.losses = list(_lost(package))
    except (KeyError, ValueError, AttributeError, OSError, zipfile.BadZipFile, etree.XMLSyntaxError, SyntaxError):
        raise Unreadable(f"“{name}”的内部结构不完整，无法读取。请用Word或WPS打开后另存为.docx再上传。", "broken") from None
    _Walk(draft).through(lxml.html.fragment_fromstring(made.value or "", create_parent="div"))
    if unshown:
        draft.losses.append(f"{len(unshown)}张图片是网页不能显示的格式（{'、'.join(sorted(set(unshown)))}），请另存为PNG后插入")
    if draft.pictures:
        draft.losses.append(f"{len(draft.pictures)}张图片的替代文字请逐张核对或补写")
    draft.title = (draft.title or _first_line(draft) or Path(name).stem)[:200]
    return draft


def _first_line(draft: Draft) -> str:
    for block in draft.blocks:
        if block["type"] == "heading":
            return block["value"]["text"]
    return ""


def _lost(package: zipfile.ZipFile) -> Iterator[str]:
    """What the package holds that a draft can't, in sentences."""
    names = package.namelist()
    document = package.read("word/document.xml").decode("utf-8", "replace")

    def count(pattern: str, text: str = document) -> int:
        return len(re.findall(pattern, text))

    if n := count(r"<m:oMath[ />]"):
        yield f"公式{n}处没有保留，请改用文字或图片"
    if n := count(r"<c:chart[ /]"):
        yield f"图表{n}个没有保留，请另存为图片后插入"
    if n := count(r"<dgm:relIds[ /]"):
        yield f"SmartArt图形{n}个没有保留，请另存为图片后插入"
    if n := count(r"<o:OLEObject[ /]"):
        yield f"嵌入对象{n}个没有保留，请作为附件上传"
    if n := count(r"<w:del ") + count(r"<w:ins "):
        yield f"文档里有{n}处未接受的修订，已按接受修订后的内容读取，请核对"
    if "word/comments.xml" in names and (n := count(r"<w:comment ", package.read("word/comments.xml").decode("utf-8", "replace"))):
        yield f"批注{n}条没有保留"
    for kind, label in (("header", "页眉"), ("footer", "页脚")):
        texts = [package.read(n).decode("utf-8", "replace") for n in names if re.fullmatch(rf"word/{kind}\d*\.xml", n)]
        if any(re.search(r"<w:t[ >][^<]*[^<\s]", text) for text in texts):
            yield f"{label}的文字没有保留"
    for file, label in (("footnotes", "脚注"), ("endnotes", "尾注")):
        if f"word/{file}.xml" in names and (n := count(rf"<w:{file[:-1]}Reference ")):
            yield f"{label}{n}条移到了文末，请核对位置"
    if "word/numbering.xml" in names and "<w:numPr>" in document:
        numbering = package.read("word/numbering.xml").decode("utf-8", "replace")
        if re.search(r'w:numFmt w:val="(?:chinese|japanese|ideograph|taiwanese)', numbering):
            yield "Word自动编的“一、（一）”这类序号改成了列表，请核对序号"


class _Walk:
    """One pass over mammoth's HTML, which is flat: paragraphs, headings, lists and tables."""

    def __init__(self, draft: Draft):
        self.draft, self.run = draft, []

    def through(self, root) -> None:
        for element in root:
            if not isinstance(element.tag, str):
                continue
            self._notes(element)
            if element.tag in _HEADINGS:
                self._heading(element)
            elif element.tag == "table":
                self._table(element)
            else:
                self._text(element)
        self._flush()

    def _notes(self, element) -> None:
        """A reference to a note stays as its number; the arrow back is no text of the author's."""
        for link in list(element.iter("a")):
            href = link.get("href") or ""
            if href.startswith("#w-") and "-ref-" in href:
                link.drop_tree()
            elif href.startswith("#w-"):
                link.drop_tag()

    def _flush(self) -> None:
        html = markup.clean("".join(self.run))
        self.run = []
        if html:
            self.draft.blocks.append({"type": "paragraph", "value": html})

    def _heading(self, element) -> None:
        self._pictures(element)
        text = " ".join(element.text_content().split())[:120]
        if not text:
            return
        if not self.draft.title and not self.draft.blocks and not self.run and (element.tag == "h1"):
            self.draft.title = text
            return
        self._flush()
        self.draft.blocks.append({"type": "heading", "value": {"text": text, "level": _HEADINGS[element.tag]}})

    def _text(self, element) -> None:
        pictures = list(element.iter("img"))
        made = [self._picture(img) for img in pictures]
        for img in pictures:
            img.drop_tree()
        self.run.append(etree.tostring(element, encoding="unicode", method="html", with_tail=False))
        if any(made):
            self._flush()
            self.draft.blocks += [block for block in made if block]

    def _pictures(self, element) -> None:
        for img in list(element.iter("img")):
            block = self._picture(img)
            img.drop_tree()
            if block:
                self._flush()
                self.draft.blocks.append(block)

    def _picture(self, img) -> dict[str, Any] | None:
        place = (img.get("src") or "").removeprefix("picture:")
        if not place.isdigit():
            return None
        return {"type": "image", "value": {"image": int(place), "alt": (img.get("alt") or "")[:200], "caption": ""}}

    def _table(self, table) -> None:
        self._flush()
        for inner in list(table.iter("table")):
            if inner is not table:
                self.draft.losses.append("表格里还套着表格，内层表格只保留了文字")
                break
        whole = markup.grid_of(table)
        width = len(whole[0]) if whole else 0
        if width * len(whole) > _GRID_LIMIT:
            raise Unreadable("有一张表格过大，请作为附件上传，或拆开后再导入。", "too_big")
        images = [block for img in table.iter("img") if (block := self._picture(img))]
        if len(whole) == 1 and width == 1:  # a frame around text, not a table
            self.run += [f"<p>{line}</p>" for line in map(markup.escaped, whole[0][0].split("\n")) if line]
        elif whole and width:
            self.draft.blocks.append({"type": "table", "value": {"caption": "", "rows": markup.as_lines(whole), "head_row": len(whole) > 1, "head_column": False}})
        if images:
            self.draft.losses.append(f"表格里的{len(images)}张图片移到了表格之后")
            self.draft.blocks += images
