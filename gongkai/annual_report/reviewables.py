"""The annual report on its way through the review chain, and out of it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from gongkai.law import Objection
from gongkai.law.refusals import refuse_if
from gongkai.publishing.models import Attribute, Channel
from gongkai.publishing.reviewables import SecrecyForm, secrecy
from gongkai.reviewing.models import Submission
from gongkai.screening.rules import Draft
from gongkai.screening.rules import Passage as Screened
from gongkai.sockets import Outgoing, Reviewable, register_reviewable
from gongkai.text.differences import Passage

from . import actions, composing, narrative
from .checking.findings import Level
from .composing import Composed
from .models import Report
from .permissions import THING


def prepare(report: Report, by) -> None:
    """A report goes to review on frozen numbers, written out whole, and without an error of the form."""
    one = narrative.narrative(report.office, report.year, date(report.year, 12, 31))
    found = [] if one.account else [Objection("not_frozen", "数字还没有冻结，请先在表格页冻结本年度的数字。")]
    for part, fault in one.faults:
        where = f"{one.form.sections[part.section - 1]}{part.heading}"
        found.append(Objection("unwritten", f"{where}：{fault}"))
    if one.account:
        found += [Objection("contradicts", f"{each.where}：{each.sentence}", each.basis) for each in one.verdict().findings if each.level is Level.HARD]
    if report.editions.exists() and not report.correction.strip():
        found.append(Objection("no_correction", "年度报告已经公开，再次送审须先写明更正说明。"))
    refuse_if(found)


def gather(report: Report) -> Outgoing:
    one = composing.of_year(report.office, report.year, date(report.year, 12, 31))
    account = narrative.frozen(report.office_id, report.year)
    content = one.content() | {"account": account.version if account else None, "correction": report.correction}
    return Outgoing(
        title=one.title, content=content, section_id=report.section_id, attribute=Attribute.OPEN, channels=(Channel.WEBSITE,), author_ids=writers(report),
    )  # fmt: skip


def writers(report: Report) -> frozenset[int]:
    """Who wrote a part, what was put right, or entered a number. Whoever froze it wrote nothing, and may look at it like others."""
    return frozenset(report.written.values_list("by_id", flat=True)) | frozenset(report.entered.values_list("by_id", flat=True))


def body(copy: Mapping[str, Any]) -> str:
    return render_to_string("annual_report/_report.html", {"report": Composed.of(copy)})


def render(copy: Mapping[str, Any]) -> str:
    """As it goes out, from the copy alone."""
    return render_to_string("annual_report/desk/reading.html", {"report": Composed.of(copy), "correction": copy.get("correction", "")})


def passages(copy: Mapping[str, Any]) -> list[Passage]:
    """Title, prose paragraph by paragraph, and a line for each row of numbers."""
    report = Composed.of(copy)
    found = [Passage("title", "标题", report.title)]
    for section in report.sections:
        found += [Passage(f"prose{section.number}/{n}", f"{section.heading}第{n}段", line) for n, line in enumerate(section.paragraphs, 1)]
        if section.grid:
            for n, line in enumerate(section.grid.lines, 1):
                if any(cell.is_number for cell in line):
                    found.append(Passage(f"table{section.number}/{n}", f"{section.heading}第{n}行", " ".join(cell.text for cell in line)))
    return found + ([Passage("correction", "更正说明", copy["correction"])] if copy.get("correction") else [])


def draft(copy: Mapping[str, Any]) -> Draft:
    """For screening: the prose; the labels of the tables are the form's own words."""
    report = Composed.of(copy)
    found = [Screened("title", "标题", report.title, "text")]
    found += [Screened(f"prose{s.number}/{n}", f"{s.heading}第{n}段", line, "text") for s in report.sections for n, line in enumerate(s.paragraphs, 1)]
    return Draft(tuple(found))


def is_out(report: Report) -> bool:
    return Report.objects.out().filter(pk=report.pk).exists()


def release(submission: Submission, by) -> None:
    actions.release(Report.objects.get(pk=submission.record_id), submission, by=by, on=timezone.localdate(submission.release.at))


register_reviewable(Reviewable(
    kind=Report._meta.label, label="年度报告", thing=THING, gather=gather, render=render, body=body, passages=passages, draft=draft, prepare=prepare,
    release=release, withdraw=lambda report, reason, by: actions.withdraw(report, reason, by=by), is_out=is_out,
    url=lambda report: reverse("annual_report_prose", args=[report.year]), secrecy=secrecy, secrecy_form=SecrecyForm,
))  # fmt: skip
