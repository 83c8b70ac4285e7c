"""The file of a case (案卷): what it holds in order, as one paginated PDF with 目录 and digests, and with the originals as a zip.

What is printable stands in the PDF; of any other paper the PDF names the digest and the zip holds the file.
"""

from __future__ import annotations

import json
import re
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Sequence
from ctypes import c_float
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pylopdf_fonts_zh_cn
import typst
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from gongkai.accounts.models import User
from gongkai.accounts.permissions import refuse_unless
from gongkai.audit.actions import record
from gongkai.audit.models import Entry
from gongkai.audit.queries import told
from gongkai.files import pdfium
from gongkai.law import Objection
from gongkai.law.calendar import chinese_date
from gongkai.law.refusals import Refused, refuse_if
from gongkai.letters.models import Letter, Material

from . import actions, queries, rules
from .models import Application, Archive

SOURCE = Path(__file__).parent / "case_file.typ"
FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
HEX = re.compile(r"[0-9a-f]{32,}")
IMAGES = ("png", "jpg", "jpeg", "gif", "webp")


@dataclass(slots=True)
class Paper:
    """One paper of the file: its name, what it is numbered, its day, and its own bytes where it is a file of its own."""

    title: str
    number: str = ""
    on: date | None = None
    parts: list[dict] = field(default_factory=list)  # a sheet made here
    content: bytes = b""  # a paper that came or was printed before
    name: str = ""
    digest: str = ""
    first: int = 0
    pages: int = 0

    @property
    def suffix(self) -> str:
        return self.name.rpartition(".")[2].lower()

    def line(self) -> dict[str, Any]:
        """The line of the 目录."""
        return {
            "title": self.title, "number": self.number, "on": self.on.isoformat() if self.on else "", "page": self.first, "pages": self.pages,
            "sha256": self.digest, "name": self.name,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The finished file."""

    pdf: bytes
    papers: tuple[Paper, ...]
    pages: int

    @property
    def digest(self) -> str:
        return sha256(self.pdf).hexdigest()

    def contents(self) -> list[dict]:
        return [paper.line() for paper in self.papers]

    def zip(self) -> bytes:
        """The PDF, every original and a list of digests that `sha256sum -c` reads."""
        held, sums = BytesIO(), []
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
            named = [("案卷.pdf", self.pdf), *((f"原件/{n:02d}-{paper.name}", paper.content) for n, paper in enumerate(self.papers, 1) if paper.content)]
            for name, content in named:
                packed.writestr(name, content)
                sums.append(f"{sha256(content).hexdigest()}  {name}")
            packed.writestr("目录.json", json.dumps(self.contents(), ensure_ascii=False, indent=1))
            packed.writestr("SHA256SUMS", "\n".join(sums) + "\n")
        return held.getvalue()


def papers(application: Application, applicant) -> list[Paper]:
    """Everything the file holds, in the order of the procedure."""
    letters = list(Letter.objects.about(application).select_related("delivery", "receipt", "rendering", "stamp__scan", "drafted_by", "void"))
    found = [_facts(application, applicant)]
    if (page := queries.clock_sheet(application, as_of=application.closed_on)) is not None:
        found.append(Paper("时限计算书", on=application.closed_on, parts=[
            _pairs("", page.facts), _table("计算过程", ["日期", "事项", "依据", "其后最后一日"], [[s.on.isoformat(), s.sentence, s.basis, _day(s.last_day)] for s in page.steps], [7, 0, 9, 7]),
            _table("逐日计算", ["日期", "星期", "日别", "计数", "说明"], [[r.on.isoformat(), r.weekday, r.kind, f"第{r.running}日" if r.counts else "不计", r.remark] for r in page.rows], [7, 5, 7, 5, 0]),
        ]))  # fmt: skip
    for letter in letters:
        if not letter.frozen_at:
            continue
        void = hasattr(letter, "void")
        if hasattr(letter, "rendering"):
            found.append(Paper(letter.title + ("（作废）" if void else ""), letter.number, letter.written_on, content=b64decode(letter.rendering.pdf), name=f"{letter.number}.pdf"))
        found.append(_approval(letter))
        if hasattr(letter, "stamp"):
            found.append(_file(f"{letter.title}用印件", letter.stamp.scan, letter.number, letter.written_on))
        if hasattr(letter, "delivery") and letter.delivery.file:
            found.append(_file(f"{letter.title}送达凭据", letter.delivery.file, letter.number, letter.delivery.day))
    uncovered = set(application.redactions.values_list("material_id", flat=True))
    for one in Material.objects.about(application).select_related("file"):
        found.append(_file(one.label + ("（原件，含不予公开内容）" if one.pk in uncovered else ""), one.file, "", timezone.localtime(one.at).date()))
    for remedy in application.remedies.current().select_related("document"):
        if remedy.document:
            found.append(_file(f"{remedy.get_kind_display()}决定（裁判）文书", remedy.document, remedy.document_number, remedy.decided_on))
    found.append(_log(application, letters))
    return found


def make(application: Application, applicant, *, number: str = "", on: date | None = None) -> CaseFile:
    """The file as it is now. Each sheet is printed, the whole paginated, the contents put in front with what is where."""
    listed = papers(application, applicant)
    day = on or timezone.localdate()
    bodies = [_printed(application, paper, day) for paper in listed]
    for paper, body in zip(listed, bodies, strict=True):
        paper.digest = sha256(paper.content or body).hexdigest()
        paper.pages = pdfium.pages_in(body)
    front = _front(application, listed, day, number)
    at = pdfium.pages_in(front) + 1
    for paper in listed:
        paper.first, at = at, at + paper.pages
    front = _front(application, listed, day, number)
    with pdfium.opened() as whole:
        for body in [front, *bodies]:
            pdfium.append(whole, body)
        _paginate(whole)
        return CaseFile(pdfium.saved(whole), tuple(listed), len(whole))


def objections(application: Application) -> list[Objection]:
    """What is not settled yet in a closed case, and has to be before its file is put away."""
    pending = Letter.objects.about(application).filter(delivery=None, void=None)
    found = [Objection("letters_open", f"{one.title}{one.number}尚未送达，请先送达或作废", "条例 45") for one in pending]
    covering = application.redactions.filter(finished_at=None).select_related("material")
    found += [Objection("covering", f"“{one.material.label}”的区分处理还没有完成，请先完成或放弃", "条例 37") for one in covering]
    waiting = application.remedies.current().filter(decided_on=None)
    return found + [Objection("remedy_open", f"{one.get_kind_display()}尚未审结，审结后再归档", "条例 45") for one in waiting]


@transaction.atomic
def archive(application: Application, *, by: User, number: str, on: date) -> Archive:
    """归档。Afterwards the file as it is now is put away under its number, with its contents and digest (条例 45)."""
    held = Application.objects.held(application)
    refuse_if(rules.objections_to_moving("archive", held.case(with_letters=False)))
    refuse_if([Objection("before_close", "归档日期早于办结日期", "条例 45")] if held.closed_on and on < held.closed_on else [])
    refuse_if(rules.to_come((on,), timezone.localdate()))
    refuse_if(objections(held))
    made = make(held, actions.read_applicant(held, by=by), number=number, on=on)
    kept = Archive(application=held, number=number, on=on, by=by, contents=made.contents(), pages=made.pages, pdf=b64encode(made.pdf).decode(), pdf_sha256=made.digest)
    kept.full_clean(exclude=["application", "by"])
    kept.save()
    held.archived_on = on
    held.save(update_fields=["archived_on", "changed_at"])
    record("foi.archived", held, by=by, number=held.number, archive=number, pages=made.pages, digest=made.digest)
    return kept


@transaction.atomic
def pack(application: Application, *, by: User) -> CaseFile:
    """导出案卷。Afterwards the log says who took the file, with how many pages. Stops with 403 for those who may not."""
    refuse_unless(by, "foi.application", "pack", application)
    made = make(application, actions.read_applicant(application, by=by))
    record("foi.packed", application, by=by, number=application.number, pages=made.pages)
    return made


# Sheets


def _day(day: date | None) -> str:
    return chinese_date(day) if day else "—"


def _folded(said) -> str:
    """A digest may be broken across lines."""
    return HEX.sub(lambda found: "\u200b".join(found[0][n : n + 8] for n in range(0, len(found[0]), 8)), str(said))


def _pairs(title: str, pairs: Sequence[tuple[str, str]]) -> dict:
    return {"title": title, "pairs": [[str(k), _folded(v or "—")] for k, v in pairs], "head": [], "rows": [], "widths": []}


def _table(title: str, head: list[str], rows: list[list], widths: list[int]) -> dict:
    return {"title": title, "pairs": [], "head": head, "rows": [[_folded(cell or "") for cell in row] for row in rows], "widths": widths}


def _facts(application: Application, applicant) -> Paper:
    of = application
    parts = [_pairs("申请", [
        ("申请编号", of.number), ("事项摘要", of.subject), ("申请内容", of.description), ("提交渠道", of.get_channel_display()), ("提交日期", _day(of.handed_in_on)),
        ("收到日期", _day(of.received_on)), ("收到依据", of.received_on_basis), ("申请人类别", of.get_applicant_category_display()),
        ("所需形式", of.get_form_wanted_display()), ("获取途径", of.get_way_wanted_display()), ("承办科室", of.section),
    ])]  # fmt: skip
    if applicant is not None:
        parts.append(_pairs("申请人", [(str(applicant._meta.get_field(n).verbose_name), getattr(applicant, n)) for n in actions.APPLICANT_FIELDS]))
    parts.append(_table("征求意见", ["对象类别", "发出", "对方收到", "期满", "收到意见", "是否同意"], [
        [o.get_kind_display(), _day(o.sent_on), f"{_day(o.returned_on)}退回" if o.returned_on else _day(o.received_by_on), _day(o.expires_on), _day(o.opinion_on), {True: "同意", False: "不同意"}.get(o.agrees, "—")]
        for o in of.opinions.current()
    ], [0, 7, 7, 7, 7, 5]))  # fmt: skip
    if (fee := queries.fee_of(of)) is not None:
        parts.append(_table(f"信息处理费（{fee.get_mode_display()}，共{fee.amount}元）", ["自", "至", "标准（元）", "金额（元）"], fee.lines, [5, 5, 0, 0]))
    parts.append(_pairs("结果", [
        ("处理结果", of.get_result_display()), ("依据", of.article), ("答复文号", of.reply_number), ("送达方式", of.get_delivery_display()), ("答复日期", _day(of.reply_on)), ("办结日期", _day(of.closed_on)),
    ]))  # fmt: skip
    if of.reopenings.exists():
        parts.append(_table("重新办理", ["日期", "依据文书", "最后一日", "重新答复", "结果"], [
            [_day(r.on), r.document_number, _day(r.due_on), _day(r.reply_on), r.get_result_display()] for r in of.reopenings.select_related("remedy")
        ], [7, 0, 7, 7, 9]))  # fmt: skip
    parts.append(_table("复议诉讼", ["类别", "机关", "案号", "受理", "结案", "结果"], [
        [r.get_kind_display(), r.organ, r.case_number, _day(r.accepted_on), _day(r.decided_on), r.get_result_display()] for r in of.remedies.current()
    ], [0, 9, 7, 7, 7, 5]))  # fmt: skip
    parts.append(_table("系统外文书", ["事项", "文号", "补录原因"], [[actions.ACT_LABELS[o.act], o.number, o.reason] for o in of.outside_letters.all()], [9, 12, 0]))
    return Paper("申请及办理情况", of.number, of.received_on or of.handed_in_on, parts)


def _approval(letter: Letter) -> Paper:
    sent, got = getattr(letter, "delivery", None), getattr(letter, "receipt", None)
    rows = [[s.get_step_display(), s.by, f"{timezone.localtime(s.at):%Y-%m-%d %H:%M}", s.opinion or "同意", s.digest] for s in letter.signatures.select_related("by")]
    pairs = [
        ("文书", f"{letter.title}　{letter.number}"), ("拟稿", letter.drafted_by), ("内容摘要（SM3）", letter.digest),
        ("文书摘要（SHA-256）", letter.rendering.pdf_sha256 if hasattr(letter, "rendering") else ""), ("用印", "已用印" if hasattr(letter, "stamp") else "—"),
        ("送达", f"{sent.get_way_display()}　{sent.get_carrier_display()}　{chinese_date(sent.day)}　{sent.proof}" if sent else "—"),
        ("签收", f"{chinese_date(got.day)}　{got.proof}" if got else "—"), ("作废", letter.void.reason if hasattr(letter, "void") else "—"),
    ]  # fmt: skip
    return Paper(f"{letter.title}审批与送达", letter.number, letter.written_on, [_pairs("", pairs), _table("审核签发", ["环节", "办理人", "时间", "意见", "所审内容摘要（SM3）"], rows, [5, 5, 8, 0, 14])])


def _log(application: Application, letters: list[Letter]) -> Paper:
    subjects = Q(subject_kind=application._meta.label, subject_id=str(application.pk))
    subjects |= Q(subject_kind=Letter._meta.label, subject_id__in=[str(one.pk) for one in letters])
    rows = [[f"{timezone.localtime(e.at):%Y-%m-%d %H:%M}", e.actor_name, told(e).sentence] for e in Entry.objects.filter(subjects).order_by("pk")]
    return Paper("办理日志", parts=[_table("", ["时间", "办理人", "事项"], rows, [9, 6, 0])])


def _file(title: str, stored, number: str, on: date | None) -> Paper:
    with stored.content.open("rb") as opened:
        return Paper(title, number, on, content=opened.read(), name=stored.name)


# Printing


def _front(application: Application, listed: list[Paper], day: date, number: str) -> bytes:
    rows = [[n, paper.title, paper.number, paper.on.isoformat() if paper.on else "", paper.first or "", paper.pages or "", paper.digest[:16]] for n, paper in enumerate(listed, 1)]
    parts = [
        _pairs("", [("申请编号", application.number), ("事项", application.subject), ("办结日期", _day(application.closed_on)), ("档号", number), ("编制日期", _day(day))]),
        _table("卷内目录", ["序", "名称", "文号", "日期", "页", "页数", "摘要（SHA-256前16位）"], rows, [2, 0, 9, 6, 3, 3, 11]),
    ]  # fmt: skip
    return _typeset(application, "政府信息公开申请案卷", parts, day, cover=True)


def _printed(application: Application, paper: Paper, day: date) -> bytes:
    """The paper's pages; of what can't be printed, a sheet that says what and where it is."""
    if not paper.content:
        return _typeset(application, paper.title, paper.parts, day)
    if paper.suffix == "pdf":
        try:
            pdfium.pages_in(paper.content)
            return paper.content
        except pdfium.PdfiumError:
            pass
    if paper.suffix in IMAGES:
        try:
            return _typeset(application, paper.title, [], day, image=(f"image.{paper.suffix}", paper.content))
        except typst.TypstError:
            pass
    digest = sha256(paper.content).hexdigest()
    said = [("名称", paper.title), ("文件", paper.name), ("字节数", len(paper.content)), ("SHA-256", digest), ("说明", "此件不能直接打印，原件在案卷压缩包的“原件”文件夹中")]
    return _typeset(application, paper.title, [_pairs("", said)], day)


def _typeset(application: Application, heading: str, parts: list[dict], day: date, *, cover: bool = False, image: tuple[str, bytes] | None = None) -> bytes:
    data = {
        "title": f"{application.number}{heading}", "office": application.office.name, "heading": heading, "parts": parts, "cover": cover,
        "date": [day.year, day.month, day.day], "image": image[0] if image else "",
    }  # fmt: skip
    with TemporaryDirectory() as root:
        if image:
            (Path(root) / image[0]).write_bytes(image[1])
        return typst.compile(
            SOURCE.read_bytes(), root=root, font_paths=[str(FONTS)], ignore_system_fonts=True, sys_inputs={"data": json.dumps(data, ensure_ascii=False)}
        )


def _paginate(whole: pdfium.PdfDocument) -> None:
    """第几页/共几页 at the foot of every page, over whatever stands there."""
    count = len(whole)
    for n in range(count):
        page = whole[n]
        text = pdfium.raw.FPDFPageObj_NewTextObj(whole.raw, b"Helvetica", c_float(9))
        said = (f"{n + 1} / {count}\0").encode("utf-16-le")
        pdfium.raw.FPDFText_SetText(text, (pdfium.raw.FPDF_WCHAR * (len(said) // 2)).from_buffer_copy(said))
        pdfium.raw.FPDFPageObj_Transform(text, 1, 0, 0, 1, page.get_width() - 70, 22)
        pdfium.raw.FPDFPage_InsertObject(page.raw, text)
        pdfium.raw.FPDFPage_GenerateContent(page.raw)


def kept_pdf(archive_: Archive) -> bytes:
    """The bytes as they were put away; refused when they are not what the digest says."""
    pdf = b64decode(archive_.pdf)
    if sha256(pdf).hexdigest() != archive_.pdf_sha256:
        raise Refused([Objection("changed", "案卷内容与归档时的摘要不符，请联系系统管理员核查", "条例 45")])
    return pdf
