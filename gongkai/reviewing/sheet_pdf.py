"""呈批单: what was sent, who said what of it and when, as PDF/A for the file. Texts go in as data, never as source."""

import json
import re
from collections.abc import Iterable
from pathlib import Path

import pylopdf_fonts_zh_cn
import typst
from django.utils import timezone

from gongkai.law.objections import Objection
from gongkai.law.refusals import Refused
from gongkai.sockets import get_reviewable

from . import queries
from .models import Look, Submission
from .rules import Step, chain

SOURCE = Path(__file__).parent / "sheet.typ"
FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
ATTRIBUTES = {"open": "主动公开", "on_request": "依申请公开", "withheld": "不予公开"}


def _moment(moment) -> str:
    local = timezone.localtime(moment)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def write(submission: Submission, looks: Iterable[Look]) -> bytes:
    """The bytes of the PDF. A character the fonts lack is refused by name."""
    gates = dict(queries.gates())
    entry = get_reviewable(submission.kind)
    secrecy_labels = {name: field.label for name, field in entry.secrecy_form().fields.items()} if entry.secrecy_form else {}
    looks = list(looks)
    sent = Submission.objects.filter(kind=submission.kind, record_id=submission.record_id, number__lte=submission.number)
    standing = {stage.look for stage in chain([one.sent for one in sent], [one.fact for one in looks]).stages}
    opinions = []
    for step in Step:
        for look in (one for one in looks if one.step == step):
            ticked = [gates.get(key) or secrecy_labels.get(key, key) for key, value in look.checklist.items() if value is True]
            said = look.opinion or ("无意见" if look.verdict != "return" else "见文中标注")
            words = said + (f"\n{'已核对' if step is not Step.SECRECY else '涉及'}：{'、'.join(ticked)}" if ticked else "")
            if look.verdict != "return" and look.fact not in standing:
                words += "\n（此后内容有改动，须重新办理）"
            who = look.by.name + (f"（{look.acting_for}）" if look.acting_for and look.acting_for.user_id != look.by_id else "")
            opinions.append([f"{look.get_step_display()}\n（第{look.submission.number}稿）", f"{look.get_verdict_display()}。{words}", f"{who}\n{_moment(look.at)}"])
    marks = [[mark.path, mark.quote, mark.note, mark.by.name] for mark in submission.marks.select_related("by")]
    labels = {p.path: p.label for p in entry.passages(submission.content)}
    data = {
        "office": submission.office.name, "title": submission.title, "section": submission.section.name if submission.section else "",
        "kind": entry.label, "number": submission.number, "attribute": ATTRIBUTES.get(submission.attribute, submission.attribute),
        "channels": queries.channels_said(submission), "class": queries.classes().get(submission.content_class, ""),
        "by": submission.submitted_by.name, "at": _moment(submission.submitted_at), "digest": submission.digest, "note": submission.note,
        "emergency": submission.emergency_reason if submission.emergency else "", "files": [name for _, name in submission.files],
        "companions": queries.companions(submission),
        "opinions": opinions, "marks": [[labels.get(path, path), quote, note, by] for path, quote, note, by in marks],
        "passages": [[p.label, p.text] for p in entry.passages(submission.content)],
        "date": list(timezone.localtime(submission.submitted_at).timetuple()[:3]),
    }  # fmt: skip
    try:
        return typst.compile(
            SOURCE.read_bytes(), root=str(SOURCE.parent), font_paths=[str(FONTS)], ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, pdf_standards=["a-2b"],
        )
    except typst.TypstError as error:
        missing = re.search(r'the text `?"(.+?)"`? could not be displayed', str(error))
        if missing is None:
            raise
        raise Refused([Objection("glyph", f"文中的“{missing[1]}”在公文字体中没有，不能生成呈批单：请改换该字")]) from None
