"""申请表 to be printed and filled in by hand: one description of the form, written as PDF and as docx, the same bytes each time."""

import json
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pylopdf_fonts_zh_cn
import typst
from docx import Document
from docx.enum.table import WD_ALIGN_VERTICAL
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from gongkai.accounts.models import Office
from gongkai.exchange.undated import undated

from .models import ApplicantCategory, FormWanted, WayWanted

SOURCE = Path(__file__).parent / "form.typ"
FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
#: 条例 in its present form: the day the form's text follows, in the files' properties.
SINCE = datetime.combine(date(2019, 5, 15), time())
WHO = {"person": "自然人", "organisation": "法人或者其他组织"}
WIDTHS = (Cm(1.8), Cm(4.4), Cm(10.4))
FORMS = tuple(f"{who}.{kind}" for who in WHO for kind in ("docx", "pdf"))


class Row(NamedTuple):
    label: str
    help: str = ""
    choices: tuple[str, ...] = ()
    lines: int = 1


class Part(NamedTuple):
    heading: str
    rows: tuple[Row, ...]


def parts(who: str) -> tuple[Part, ...]:
    """The form of 条例 29 with the applicant's category; no purpose."""
    if who == "person":
        applicant = (Row("姓名"), Row("证件名称和号码"), Row("联系电话"), Row("通信地址和邮编"), Row("电子邮箱"))
    else:
        kinds = tuple(str(label) for value, label in ApplicantCategory.choices if value != ApplicantCategory.NATURAL)
        applicant = (
            Row("名称"), Row("统一社会信用代码", "没有的不填"), Row("类别", choices=kinds, lines=2), Row("法定代表人或者负责人"), Row("联系人"), Row("联系电话"), Row("通信地址和邮编"), Row("电子邮箱"),
        )  # fmt: skip
    return (
        Part("申请人", applicant),
        Part("所需信息", (
            Row("名称、文号或者便于查找的其他特征", "不知道名称、文号的，写清楚哪一年、关于什么事、由谁作出", lines=9 if who == "person" else 7),
            Row("希望得到的形式", choices=tuple(str(label) for _, label in FormWanted.choices)),
            Row("希望获取的途径", choices=tuple(str(label) for value, label in WayWanted.choices if value != WayWanted.PLATFORM)),
        )),
        Part("确认", (Row("申请人签名" if who == "person" else "申请人盖章", lines=2), Row("申请日期", "　　　　年　　月　　日"))),
        Part("机关填写", (Row("收到日期和方式"), Row("登记编号"))),
    )  # fmt: skip


def notes(office: Office, who: str) -> list[str]:
    """What whoever fills it in needs to know."""
    papers = "身份证件的复印件" if who == "person" else "营业执照、登记证书等证照的复印件；委托他人办理的，另附授权委托书"
    reach = "，".join(filter(None, (f"地址：{office.address}" if office.address else "", f"电话：{office.phone}" if office.phone else "", f"传真：{office.fax}" if office.fax else "")))
    return [
        f"请附{papers}。不需要说明用途，申请不收费。", "一张表写一项申请。邮寄的，请在信封上注明“政府信息公开申请”。",
        "书写有困难的，可以当面口述，由工作人员代为填写（条例第二十九条）。",
        "当面提交的，提交之日为收到之日；邮寄的，以本机关签收之日为准；平常信函、传真和网上提交的，以双方确认之日为准（条例第三十一条）。",
        *([f"{reach}。"] if reach else []),
    ]  # fmt: skip


def title(who: str) -> str:
    return f"政府信息公开申请表（{WHO[who]}）"


def pdf(office: Office, who: str) -> bytes:
    data = {
        "title": title(who), "office": office.name, "notes": notes(office, who),
        "parts": [{"heading": part.heading, "rows": [row._asdict() for row in part.rows]} for part in parts(who)],
    }  # fmt: skip
    return typst.compile(SOURCE.read_bytes(), root=str(SOURCE.parent), font_paths=[str(FONTS)], ignore_system_fonts=True, sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, pdf_standards=["a-2b"])


def docx(office: Office, who: str) -> bytes:
    page = Document()
    section = page.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin, section.bottom_margin = Cm(2), Cm(1.6)
    page.core_properties.title, page.core_properties.author = title(who), office.name
    page.core_properties.created = page.core_properties.modified = SINCE
    _say(page.add_paragraph(), title(who), 18, bold=True).alignment = WD_ALIGN_PARAGRAPH.CENTER
    _say(page.add_paragraph(), f"向{office.name}申请", 12).alignment = WD_ALIGN_PARAGRAPH.CENTER
    rows = [(part, n, row) for part in parts(who) for n, row in enumerate(part.rows)]
    table = page.add_table(rows=len(rows), cols=3, style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, WIDTHS, strict=True):
        column.width = width
    for at, (part, n, row) in enumerate(rows):
        cells = table.rows[at].cells
        table.rows[at].height = Cm(0.95 + 0.6 * (row.lines - 1))
        for cell, width in zip(cells, WIDTHS, strict=True):
            cell.width, cell.vertical_alignment = width, WD_ALIGN_VERTICAL.CENTER if row.lines < 3 or cell is not cells[2] else WD_ALIGN_VERTICAL.TOP
        if n == 0:
            head = cells[0].merge(table.rows[at + len(part.rows) - 1].cells[0]) if len(part.rows) > 1 else cells[0]
            _say(head.paragraphs[0], part.heading, 11, bold=True)
        _say(cells[1].paragraphs[0], row.label, 11)
        _say(cells[2].paragraphs[0], "　".join(f"□{one}" for one in row.choices) or row.help, 11 if row.choices else 9)
    _say(page.add_paragraph(), "填表说明", 10, bold=True)
    for n, line in enumerate(notes(office, who), 1):
        _say(page.add_paragraph(), f"{n}．{line}", 9.5)
    held = BytesIO()
    page.save(held)
    return undated(held.getvalue(), SINCE)


def _say(paragraph, text: str, size: float, *, bold: bool = False):
    paragraph.paragraph_format.space_after = Pt(2)
    run = paragraph.add_run(text)
    run.font.size, run.font.name, run.bold = Pt(size), "宋体", bold
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
    return paragraph


def form(office: Office, name: str) -> bytes:
    """One of FORMS."""
    who, _, kind = name.partition(".")
    return pdf(office, who) if kind == "pdf" else docx(office, who)
