"""The annual report on the public site: a page a report in the fixed column, its files, its former versions and what a correction changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from gongkai.publishing.entries import numbers_in, tombstones
from gongkai.publishing.pages import PLATFORM, tombstone_page
from gongkai.publishing.site import Crumb, Site, article_tags, pub_date, shard_at, sitemaps
from gongkai.sockets import Page, pages

from . import differences
from .composing import Composed
from .exports import WRITERS
from .models import Edition, Report

LIST = Crumb("政府信息公开年报", "/xxgk/reports/")
#: The forms the public takes away; the page itself is the HTML.
DOWNLOADS = ("docx", "pdf", "xlsx", "json", "csv")
_ITEM = re.compile(r"^reports/(\d{1,18})/[a-z0-9.-]+$")


@pages("annual_report", "政府信息公开工作年度报告", prefixes=("reports/", "sitemaps/report-"), touch=lambda o, k: touched(o, k), find=lambda o, p: found(o, p))
def produced(office_id: int) -> Iterator[Page]:
    site = Site.of(office_id)
    yield from _reports(site, Report.objects.public().of(office_id))
    yield from _tombstones(site, None)
    yield from sitemaps(site, "report", Report.objects.public().of(office_id), Report.path_of)


def touched(office_id: int, keys: frozenset[str]) -> set[str]:
    """Every file of the reports named, those of former versions included."""
    paths: set[str] = set()
    for pk in numbers_in(keys, "report"):
        paths |= {Report.path_of(pk), f"sitemaps/report-{pk // 500}.xml", *(_file(pk, form) for form in DOWNLOADS)}
        paths |= {_version(pk, version) for version in Edition.objects.filter(report_id=pk).values_list("version", flat=True)}
    return paths


def found(office_id: int, paths: Iterable[str]) -> Iterator[Page]:
    site, wanted = Site.of(office_id), set(paths)
    ids = {int(there[1]) for path in wanted if (there := _ITEM.match(path))}
    made = [*_tombstones(site, ids), *_reports(site, Report.objects.public().of(office_id).filter(pk__in=ids))] if ids else []
    yield from (page for page in made if page.path in wanted)
    yield from sitemaps(site, "report", Report.objects.public().of(office_id), Report.path_of, [n for path in wanted if (n := shard_at(path, "report")) is not None])


def _file(pk: int, form: str) -> str:
    return f"reports/{pk}/report.{form}"


def _version(pk: int, version: int) -> str:
    return f"reports/{pk}/version-{version}.html"


def _tombstones(site: Site, ids: Iterable[int] | None) -> Iterator[Page]:
    for pk, stone in tombstones(site.office.pk, Report, ids).items():
        yield tombstone_page(site, Report.path_of(pk), f"report:{pk}", stone)


def _reports(site: Site, reports) -> Iterator[Page]:
    for report in reports.select_related("column").prefetch_related("editions__submission"):
        yield from _report(site, report)


def _report(site: Site, report: Report) -> Iterator[Page]:
    own, editions = f"report:{report.pk}", list(report.editions.all())
    said = Composed.of(report.released)
    downloads = [{"address": f"/{_file(report.pk, form)}", "label": WRITERS[form].label} for form in DOWNLOADS]
    former = [
        {"edition": one, "address": f"/{_version(report.pk, one.version)}", "until": after.on, "correction": after.submission.content.get("correction", ""), "difference": differences.between(one.submission.content, after.submission.content)}
        for one, after in zip(editions, editions[1:], strict=False)
    ][::-1]  # fmt: skip
    shared = {"published": pub_date(report.published_on), "part": "reports"}
    yield site.page(
        Report.path_of(report.pk), "annual_report/public/report.html", said.title, keys=[own], column=report.column, crumbs=[PLATFORM, LIST], qr=True,
        article=article_tags(said.title, on=report.published_on, source=said.office, keywords="政府信息公开,年度报告", summary=said.period),
        context={"report": said, "downloads": downloads, "former": former, "version": editions[-1] if editions else None, **shared},
    )  # fmt: skip
    for form in DOWNLOADS:
        yield Page(_file(report.pk, form), f"{said.title}（{WRITERS[form].label}）", frozenset((own,)), lambda form=form: WRITERS[form].write(said))
    for one in editions[:-1]:
        old = Composed.of(one.submission.content)
        yield site.page(
            _version(report.pk, one.version), "annual_report/public/report.html", f"{old.title}（第{one.version}版，已更正）", keys=[own], column=report.column,
            crumbs=[PLATFORM, LIST], context={"report": old, "version": one, "superseded": f"/{Report.path_of(report.pk)}", **shared},
        )  # fmt: skip
