"""区分处理 of one paper: its pages as pictures, the words on them, and the covered copy made of those pictures alone.

The copy is built from pictures: nothing of the original's text layer, metadata, layers or attachments can come along,
since none of it is ever copied. Covering happens on the pixels, before the pictures are compressed. No Django here.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from ctypes import byref, c_double, c_int
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pylopdf_fonts_zh_cn
import typst
from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageOps, ImageSequence, UnidentifiedImageError

from gongkai.files import pdfium
from gongkai.law import Objection
from gongkai.law.refusals import Refused

#: Marks are measured in ten-thousandths of the page as it is seen: from the left, from the top.
WHOLE = 10_000
#: Dots an inch of the covered copy, and of the picture one marks on.
DPI, SCREEN_DPI = 200, 110
MOST_PAGES, MOST_PIXELS, MOST_MARKS = 80, 50_000_000, 1000
PICTURES = frozenset({"png", "jpeg", "gif", "bmp", "tiff", "webp"})
#: Through LibreOffice, where there is one.
CONVERTED = frozenset({"docx", "doc", "odt", "rtf"})
SOURCE = Path(__file__).parent / "redacted.typ"
FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent


class Box(NamedTuple):
    """A rectangle on a page, in ten-thousandths of its width and height."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.left + self.width

    @property
    def bottom(self) -> int:
        return self.top + self.height

    def around(self, other: Box) -> Box:
        left, top = min(self.left, other.left), min(self.top, other.top)
        return Box(left, top, max(self.right, other.right) - left, max(self.bottom, other.bottom) - top)

    def holds(self, other: Box) -> bool:
        return self.left <= other.left and self.top <= other.top and self.right >= other.right and self.bottom >= other.bottom

    def wider(self) -> Box:
        """A little larger on every side: ink may stand out of the space its character is given."""
        across, down = max(self.height // 10, 4), max(self.height // 8, 6)
        left, top = max(self.left - across, 0), max(self.top - down, 0)
        return Box(left, top, min(self.right + across, WHOLE) - left, min(self.bottom + down, WHOLE) - top)


class Cover(NamedTuple):
    """What is covered: the page (from 1), where, its number in the list, and the article printed on it."""

    page: int
    box: Box
    number: int
    article: str


class Letter(NamedTuple):
    """One character of a page and where it stands."""

    page: int
    text: str
    box: Box


class Line(NamedTuple):
    """A line of a page's text."""

    text: str
    box: Box


@dataclass(slots=True)
class Paper:
    """An opened paper: PDF pages, or the frames of a picture."""

    pdf: bytes | None
    frames: list[Image.Image]
    pages: int

    def __len__(self) -> int:
        return self.pages

    def size(self, page: int) -> tuple[float, float]:
        """Width and height in points, as the page is seen. A picture is taken to have the dots of the copy."""
        if self.pdf is not None:
            with pdfium.opened(self.pdf) as pdf:
                return pdf[page - 1].get_size()
        width, height = self.frames[page - 1].size
        scale = min(1.0, 842 / max(width, height) * DPI / 72) * 72 / DPI
        return width * scale, height * scale

    def picture(self, page: int, dpi: int) -> Image.Image:
        """The page as a picture, with its annotations and filled-in fields; white where it is transparent."""
        width, height = self.size(page)
        if width * height * (dpi / 72) ** 2 > MOST_PIXELS:
            raise Refused([Objection("too_large", f"第{page}页幅面过大，无法处理，请缩小后重新收存", "条例 37")])
        if self.pdf is not None:
            with pdfium.opened(self.pdf, forms=True) as pdf:
                return pdf[page - 1].render(scale=dpi / 72, may_draw_forms=True).to_pil().convert("RGB")
        return self.frames[page - 1].resize((max(round(width * dpi / 72), 1), max(round(height * dpi / 72), 1)), Image.Resampling.LANCZOS)

    def letters(self, page: int) -> list[Letter]:
        """The characters of a page's text layer in reading order, without blanks. A scan has none."""
        if self.pdf is None:
            return []
        with pdfium.opened(self.pdf) as pdf:
            leaf = pdf[page - 1]
            text = leaf.get_textpage()
            found = []
            for at in range(text.count_chars()):
                said = chr(pdfium.raw.FPDFText_GetUnicode(text.raw, at))
                if said.isspace() or not said.isprintable():
                    continue
                found.append(Letter(page, said, _seen(leaf, text.get_charbox(at, loose=True))))
            return found

    def all_letters(self) -> Iterator[Letter]:
        for page in range(1, len(self) + 1):
            yield from self.letters(page)


def _seen(leaf: pdfium.PdfPage, corners: tuple[float, float, float, float]) -> Box:
    """A box of the page's own coordinates as it is seen: turned and cropped like the picture."""
    x, y, points = c_int(), c_int(), []
    left, bottom, right, top = corners
    for across, up in ((left, bottom), (right, top)):
        pdfium.raw.FPDF_PageToDevice(leaf.raw, 0, 0, WHOLE, WHOLE, 0, c_double(across), c_double(up), byref(x), byref(y))
        points.append((min(max(x.value, 0), WHOLE), min(max(y.value, 0), WHOLE)))
    (one, two), (three, four) = points
    return Box(min(one, three), min(two, four), abs(three - one), abs(four - two))


def open_paper(content: bytes, kind: str) -> Paper:
    """Open a PDF or a picture.

    Raises Refused, with a sentence for the clerk, for anything else, for a damaged file, and for one that is too long or too large.
    """
    if kind == "pdf":
        try:
            paper = Paper(content, [], pdfium.pages_in(content))
        except pdfium.PdfiumError:
            raise Refused([Objection("broken", "文件损坏或者加了密码，打不开", "条例 37")]) from None
    elif kind in PICTURES:
        frames = _frames(content)
        paper = Paper(None, frames, len(frames))
    else:
        raise Refused([Objection("not_supported", "只有PDF、图片和Word文档可以在这里区分处理，请先另存或打印为PDF再收存", "条例 37")])
    if not 1 <= len(paper) <= MOST_PAGES:
        raise Refused([Objection("too_long", f"一份材料须在1至{MOST_PAGES}页之间，现有{len(paper)}页，请拆成几份收存", "条例 37")])
    return paper


def _frames(content: bytes) -> list[Image.Image]:
    try:
        with Image.open(BytesIO(content)) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Refused([Objection("too_large", "图片过大，无法处理，请缩小后重新收存", "条例 37")])
            frames = [_upright(frame).convert("RGBA") for frame, _ in zip(ImageSequence.Iterator(opened), range(MOST_PAGES + 1), strict=False)]
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise Refused([Objection("broken", "图片损坏，打不开", "条例 37")]) from None
    white = (255, 255, 255, 255)
    return [Image.alpha_composite(Image.new("RGBA", frame.size, white), frame).convert("RGB") for frame in frames]


def _upright(frame: Image.Image) -> Image.Image:
    """As the camera says it was held; as it lies where what it says can't be read."""
    try:
        return ImageOps.exif_transpose(frame)
    except (OSError, ValueError, SyntaxError, TypeError, KeyError):
        return frame.copy()


# Finding words


def folded(text: str) -> str:
    """Text as it is compared: full and half width alike, upper and lower case alike, no blanks."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if not c.isspace())


def find(letters: Iterable[Letter], words: str) -> list[tuple[int, Box]]:
    """Where these words stand: a box for each line they run over, also across a line's or a page's end."""
    wanted, known = folded(words), list(letters)
    if not wanted:
        return []
    said, at = [], []
    for n, letter in enumerate(known):
        for piece in folded(letter.text):
            said.append(piece)
            at.append(n)
    text, boxes, start = "".join(said), [], 0
    while (start := text.find(wanted, start)) >= 0:
        boxes += _by_line([known[n] for n in dict.fromkeys(at[start : start + len(wanted)])])
        start += 1
    return list(dict.fromkeys(boxes))


def _runs(letters: Iterable[Letter]) -> list[list[Letter]]:
    """Letters that follow one another on a line, whichever way the line lies."""
    made: list[list[Letter]] = []
    for letter in letters:
        if made and made[-1][-1].page == letter.page and _follows(made[-1][-1].box, letter.box):
            made[-1].append(letter)
        else:
            made.append([letter])
    return made


def _follows(one: Box, other: Box) -> bool:
    """Beside it, sharing most of the height; or, on a page that lies on its side, close above or below it, sharing most of the width."""
    if 2 * (min(one.bottom, other.bottom) - max(one.top, other.top)) > min(one.height, other.height):
        return True
    shared = min(one.right, other.right) - max(one.left, other.left)
    apart = max(other.top - one.bottom, one.top - other.bottom)
    return 2 * shared > min(one.width, other.width) and apart < min(one.height, other.height) // 3


def _around(letters: Sequence[Letter]) -> Box:
    box = letters[0].box
    for letter in letters[1:]:
        box = box.around(letter.box)
    return box.wider()


def _by_line(letters: Sequence[Letter]) -> list[tuple[int, Box]]:
    return [(run[0].page, _around(run)) for run in _runs(letters)]


def lines(letters: Iterable[Letter]) -> list[Line]:
    """The lines of a page, to be covered whole."""
    return [Line("".join(letter.text for letter in run), _around(run)) for run in _runs(letters)]


# What a reason may say

#: Kinds of things, which a reason names without saying which one: a paper's own headings are such words.
KINDS = sorted(
    (
        "姓名 名字 名称 联系人 联系电话 联系方式 电话 电话号码 手机 手机号 手机号码 号码 传真 邮箱 电子邮箱 电子邮件 地址 住址 家庭住址 通讯地址 通信地址 户籍 身份证 身份证号 身份证号码"
        " 证件 证件号 证件号码 护照 车牌 银行 银行卡 账号 账户 银行账号 卡号 开户行 户名 统一社会信用代码 签名 签字 手印 印章 照片 肖像 性别 年龄 出生 出生日期 日期 民族 学历 职务 职称 病历 健康"
        " 工资 薪酬 收入 财产 配偶 子女 家庭 亲属 家庭成员 未成年人 个人 个人信息 隐私 个人隐私 商业秘密 商业 秘密 技术 技术参数 工艺 配方 图纸 价格 单价 报价 金额 数量 成本 利润 合同 协议 条款 客户"
        " 客户名单 名单 供应商 第三方 第三人 企业 公司 单位 机关 部门 科室 内部 内部管理 内部事务 管理 事务 人员 人事 后勤 工作流程 流程 讨论 讨论记录 记录 会议 会议记录 过程 过程性 过程稿 草稿 磋商"
        " 信函 请示 报告 意见 内部意见 审批 审批意见 批示 案卷 执法 执法案卷 行政 询问 笔录 投诉人 举报人 信访人 当事人 证人 申请人 经办人 负责人 法定代表人 代表人 代理人 专家 评委 评审 评审意见 评分"
        " 得分 本人 他人 国家 国家安全 安全 公共 公共安全 经济 经济安全 社会 社会稳定 稳定 信息 内容 情况 部分 资料 材料 文件 涉及 属于 有关 相关 以及 不予 公开 不予公开 同意 不同意"
    ).split(), key=len, reverse=True,
)  # fmt: skip


def under(letters: Iterable[Letter], boxes: Sequence[Box]) -> list[str]:
    """What stands under these boxes of a page: a text for each stretch of letters that lie there one after another.

    A letter that the edge of a box cuts is under it, once a fifth of it is.
    """
    made, following = [], False
    for letter in letters:
        hidden = any(5 * _shared(letter.box, box) >= letter.box.width * letter.box.height > 0 for box in boxes)
        if hidden and following:
            made[-1] += letter.text
        elif hidden:
            made.append(letter.text)
        following = hidden
    return made


def _shared(one: Box, other: Box) -> int:
    across, down = min(one.right, other.right) - max(one.left, other.left), min(one.bottom, other.bottom) - max(one.top, other.top)
    return across * down if across > 0 and down > 0 else 0


def repeated(reason: str, hidden: Iterable[str]) -> str:
    """The longest stretch of a reason that says what a cover hides; blank where there is none.

    Two characters are enough, four for a piece of a number or a Latin word; a single character where it is all that is hidden.
    Words for kinds of things (`KINDS`) repeat nothing.
    """
    said = folded(reason)
    for kind in KINDS:
        said = said.replace(kind, "\n")
    pieces = [piece for piece in ("".join(c if c.isalnum() else "" for c in part) for part in said.split("\n")) if piece]
    longest = ""
    for text in ("".join(c for c in folded(one) if c.isalnum()) for one in hidden):
        for piece in pieces:
            for start in range(len(piece)):
                end = start + len(longest) + 1
                while end <= len(piece) and piece[start:end] in text:
                    if _tells(piece[start:end], text):
                        longest = piece[start:end]
                    end += 1
    return longest


def _tells(stretch: str, text: str) -> bool:
    return stretch == text or len(stretch) >= 4 or sum(not c.isascii() for c in stretch) >= 2


# Burning in


def burned(picture: Image.Image, covers: Sequence[Cover]) -> Image.Image:
    """The picture with every cover burned in: black, with its number and article where there is room.

    Of what stood under a cover nothing enters the result: the same covers on another page give the same pixels there.
    """
    made, (width, height) = picture.copy(), picture.size
    pen = ImageDraw.Draw(made)
    areas = []
    for cover in covers:
        # Every pixel the box touches, so that no edge of a letter shows.
        left, top = cover.box.left * width // WHOLE, cover.box.top * height // WHOLE
        right, bottom = -(-cover.box.right * width // WHOLE), -(-cover.box.bottom * height // WHOLE)
        areas.append((cover, max(left, 0), max(top, 0), min(right, width) - 1, min(bottom, height) - 1))
        pen.rectangle(areas[-1][1:], fill="black")
    for cover, left, top, right, bottom in areas:
        for said in (f"〔{cover.number}〕{cover.article}", f"〔{cover.number}〕"):
            size = min(int((bottom - top) * 0.62), round(width / 55))
            if size < 9:
                break
            font = ImageFont.truetype(str(FONTS / "NotoSansSC-Regular.otf"), size)
            if pen.textlength(said, font=font) <= right - left - 4:
                pen.text(((left + right) / 2, (top + bottom) / 2), said, fill="white", font=font, anchor="mm")
                break
    return made


def _packed(picture: Image.Image) -> tuple[str, bytes]:
    """The picture as a file: without loss where it is only grey, as text is."""
    held = BytesIO()
    red, green, blue = picture.split()
    if ImageChops.difference(red, green).getbbox() is None and ImageChops.difference(green, blue).getbbox() is None:
        red.save(held, "PNG", compress_level=6)
        return "png", held.getvalue()
    picture.save(held, "JPEG", quality=90, subsampling=0)
    return "jpg", held.getvalue()


class Listed(NamedTuple):
    """A line of the list at the end: the number, the page, the ground and its article, and why."""

    number: int
    page: int
    ground: str
    article: str
    reason: str


def covered(
    paper: Paper, covers: Sequence[Cover], listed: Sequence[Listed], *, title: str, office: str, number: str, on: date, progress: Callable[[int], None] | None = None
) -> bytes:
    """The covered copy as PDF: the pages as pictures, then the list of what is covered, with articles.

    `progress(pages)` is called after each page; what it raises ends the work.
    """
    pages = []
    with TemporaryDirectory() as root:
        for page in range(1, len(paper) + 1):
            here = [cover for cover in covers if cover.page == page]
            kind, content = _packed(burned(paper.picture(page, DPI), here))
            (Path(root) / f"{page}.{kind}").write_bytes(content)
            width, height = paper.size(page)
            pages.append({"name": f"{page}.{kind}", "width": width, "height": height, "alt": f"第{page}页" + (f"，遮盖{len(here)}处" if here else "")})
            if progress:
                progress(page)
        data = {
            "title": title, "office": office, "number": number, "date": [on.year, on.month, on.day], "pages": pages,
            "rows": [[str(one.number), f"第{one.page}页", one.ground, one.article, one.reason or "—"] for one in listed],
        }  # fmt: skip
        return typst.compile(
            SOURCE.read_bytes(), root=root, font_paths=[str(FONTS)], ignore_system_fonts=True, sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, pdf_standards=["a-2b"]
        )  # fmt: skip


def leaks(pdf: bytes, pages: int) -> bool:
    """Whether the copy carries anything but pictures on its pages: text, attachments, links. Asked before it is kept."""
    with pdfium.opened(pdf) as made:
        if pdfium.raw.FPDFDoc_GetAttachmentCount(made.raw):
            return True
        for page in range(pages):
            leaf = made[page]
            if leaf.get_textpage().count_chars() or pdfium.raw.FPDFPage_GetAnnotCount(leaf.raw):
                return True
    return False
