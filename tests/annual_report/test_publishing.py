"""The report through the chain and out: what keeps it back, what the public gets, what a correction shows, what is owed."""

import re
from datetime import date
from io import BytesIO
from pathlib import Path

import docx
import pytest
from django.contrib.staticfiles import finders
from django.utils import timezone

from gongkai.accounts.permissions import may
from gongkai.annual_report import actions, narrative, pages, prose, searchables, tables
from gongkai.annual_report.composing import Composed
from gongkai.annual_report.duties import publish
from gongkai.annual_report.exports import WRITERS
from gongkai.annual_report.forms import form_for
from gongkai.annual_report.models import Edition, Report
from gongkai.annual_report.permissions import THING
from gongkai.law.refusals import Refused
from gongkai.publishing import pages as columns
from gongkai.reviewing import actions as chain
from gongkai.reviewing.rules import Step
from tests.factories.foi import ApplicationFactory
from tests.factories.publishing import ColumnFactory
from tests.reviewing.conftest import cast, looked, office  # noqa: F401

pytestmark = pytest.mark.slow

LAST, JANUARY = date(2022, 12, 31), date(2023, 1, 16)


@pytest.fixture
def column(office):  # noqa: F811
    return ColumnFactory(office=office, slug="gknb", name="政府信息公开年报", column_type="catalogue", fixture="report")


@pytest.fixture
def frozen(office, cast, column):  # noqa: F811
    """Numbers entered and frozen, every part written by the clerk."""
    ApplicationFactory(office=office, answered=True)
    for key in tables.to_enter(form_for(2022)):
        actions.enter(office, 2022, key, "0", source="各科室报送", by=cast.clerk)
    actions.freeze(office, 2022, as_of=LAST, today=JANUARY, by=cast.clerk)
    for part in prose.PARTS:
        actions.write(office, 2022, part.key, f"{prose.part(part.key).section}部分的工作按要求完成。" if part.key != "on_request" else "2022年，新收政府信息公开申请{{three/new_received/total}}件。", by=cast.clerk)
    actions.write(office, 2022, "other", "2022年未收取信息处理费。", by=cast.clerk)
    return Report.objects.get()


def refused(deed, *codes):
    with pytest.raises(Refused) as caught:
        deed()
    assert {one.code for one in caught.value.objections} == set(codes)


def through(report, cast, looked):  # noqa: F811
    sent = chain.submit(report, by=cast.clerk)
    looked(sent)
    chain.release(sent, by=cast.disclosure_head)
    report.refresh_from_db()
    return sent


def test_nothing_goes_to_review_unfrozen_or_half_written(office, cast):  # noqa: F811
    actions.write(office, 2022, "problems", "一是【请填写：主要问题】。", by=cast.clerk)
    refused(lambda: chain.submit(Report.objects.get(), by=cast.clerk), "not_frozen", "unwritten")


def test_a_hand_typed_figure_that_contradicts_the_table_is_told_before_review(frozen, office, cast):  # noqa: F811
    actions.write(office, 2022, "other", "【请填写：收费情况】", by=cast.clerk)
    refused(lambda: chain.submit(frozen, by=cast.clerk), "unwritten")


def test_what_was_reviewed_goes_out_in_the_fixed_column_with_its_files(frozen, office, cast, looked, column):  # noqa: F811
    assert frozen.section == cast.room and not list(pages.produced(office.pk))
    sent = chain.submit(frozen, by=cast.clerk)
    with pytest.raises(Refused):
        chain.release(sent, by=cast.disclosure_head)
    looked(sent)
    actions.write(office, 2022, "problems", "夹带的文字，没有人看过。", by=cast.clerk)
    chain.release(sent, by=cast.disclosure_head)
    frozen.refresh_from_db()
    assert frozen.live and frozen.column == column and Edition.objects.get().submission == sent
    made = {page.path: page for page in pages.produced(office.pk)}
    page = made[f"reports/{frozen.pk}/index.html"].render().decode()
    assert "新收政府信息公开申请1件" in page and "夹带" not in page and "（七）总计" in page and f"/reports/{frozen.pk}/report.docx" in page
    assert "夹带" not in "".join(p.text for p in docx.Document(BytesIO(made[f"reports/{frozen.pk}/report.docx"].render())).paragraphs)
    assert set(made) >= pages.touched(office.pk, frozenset({f"report:{frozen.pk}"})) - {f"reports/{frozen.pk}/version-1.html"}
    assert {p.path for p in pages.found(office.pk, made)} == set(made)
    listed = next(p for p in columns.found(office.pk, ["xxgk/reports/index.html"])).render().decode()
    assert frozen.title in listed and f"/reports/{frozen.pk}/" in listed
    assert next(iter(searchables.produce(office.pk))).title == frozen.title
    assert "xxgk/reports/index.html" in columns.touched(office.pk, frozenset(actions.keys_of(frozen)))


def test_a_correction_is_a_new_version_with_its_difference_shown(client, frozen, office, cast, looked):  # noqa: F811
    first = through(frozen, cast, looked)
    actions.enter(office, 2022, "four/reconsideration/upheld", "2", source="法规科复议台账", by=cast.clerk)
    actions.freeze(office, 2022, as_of=LAST, today=JANUARY, by=cast.clerk, reason="补录复议案件")
    refused(lambda: chain.submit(frozen, by=cast.clerk), "no_correction")
    actions.correct(frozen, "补录行政复议案件2件。", by=cast.clerk)
    second = through(frozen, cast, looked)
    assert [(e.version, e.submission, e.account.version) for e in frozen.editions.all()] == [(1, first, 1), (2, second, 2)] and frozen.correction == ""
    made = {page.path: page for page in pages.produced(office.pk)}
    page, former = (made[f"reports/{frozen.pk}/{name}"].render().decode() for name in ("index.html", "version-1.html"))
    assert "表四 行政复议—结果维持" in page and "补录行政复议案件2件" in page and "第1版原文" in page
    assert "已被更正的第1版" in former and "下载" not in former
    client.force_login(cast.coordinator, backend="gongkai.accounts.backends.PostBackend")
    assert "第2版，截至2022-12-31" in client.get("/desk/report/2022/publish/").content.decode()


def dressed(html: str) -> str:
    """A page with its stylesheets in it, as a browser without our server reads it."""
    return re.sub(r'<link rel="stylesheet" href="/static/([^"?]+)[^>]*>', lambda link: f"<style>{Path(finders.find(link[1])).read_text(encoding='utf-8')}</style>", html)


#: The words of a table's heads that a line ends within. A page allows a fold between two nodes of a head's text.
BROKEN = """() => [...document.querySelectorAll('.statutory th:not([scope=row])')].flatMap(th => [...th.childNodes].filter(node => {
    const range = document.createRange()
    range.selectNodeContents(node)
    return node.data && /^[\u3400-\u9fff]+$/.test(node.data.trim()) && new Set([...range.getClientRects()].map(one => one.top)).size > 1
}).map(node => node.data))"""


@pytest.mark.browser
def test_the_tables_are_read_alike_on_the_site_on_the_desk_and_in_a_page_taken_away(client, page, frozen, office, cast, looked):  # noqa: F811
    sent = through(frozen, cast, looked)
    made = {one.path: one.render().decode() for one in pages.produced(office.pk) if one.path.endswith("index.html")}
    client.force_login(cast.coordinator, backend="gongkai.accounts.backends.PostBackend")
    read = {
        "公开页": made[f"reports/{frozen.pk}/index.html"], "审核页": client.get(f"/desk/reviewing/{sent.pk}/").content.decode(),
        "导出的网页": WRITERS["html"].write(Composed.of(frozen.released)).decode(),
    }  # fmt: skip
    for where, html in read.items():
        page.set_content(dressed(html))
        for width in (375, 768, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.locator(".statutory").count() >= 3 and page.evaluate(BROKEN) == [], f"{where} {width}"
            assert page.locator(".statutory caption").first.evaluate("caption => caption.clientWidth") <= 1, f"{where} {width}"
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), f"{where} {width}"


def test_who_says_what_is_put_right_does_not_review_it(frozen, office, cast, looked):  # noqa: F811
    through(frozen, cast, looked)
    actions.correct(frozen, "补充办理情况。", by=cast.coordinator)
    assert set(narrative.written(office.pk, 2022)) == {part.key for part in prose.PARTS}
    sent = chain.submit(frozen, by=cast.clerk)
    assert cast.coordinator.pk in sent.author_ids
    looked(sent, Step.FIRST)
    refused(lambda: looked(sent, Step.SECOND), "own_work")
    looked(sent, Step.SECOND, by=cast.disclosure_head)


@pytest.mark.browser
def test_what_a_correction_changed_is_read_on_a_phone_without_scrolling(page, frozen, office, cast, looked):  # noqa: F811
    through(frozen, cast, looked)
    actions.enter(office, 2022, "four/suit_after/otherwise", "12345", source="法规科复议台账", by=cast.clerk)
    actions.freeze(office, 2022, as_of=LAST, today=JANUARY, by=cast.clerk, reason="补录")
    actions.correct(frozen, "补录行政诉讼案件。", by=cast.clerk)
    through(frozen, cast, looked)
    page.set_viewport_size({"width": 375, "height": 900})
    page.set_content(dressed(next(one for one in pages.produced(office.pk) if one.path == f"reports/{frozen.pk}/index.html").render().decode()))
    changed = page.locator(".report-former .scroll")
    assert "12345" in changed.inner_text() and changed.evaluate("box => box.scrollWidth <= box.clientWidth")


def test_an_office_without_the_fixed_column_gets_it_with_its_first_report(office, cast):  # noqa: F811
    made = actions.column_of(office, JANUARY, cast.clerk)
    assert (made.fixture, made.slug, made.name) == ("report", "gknb", "政府信息公开年报") and actions.column_of(office, JANUARY, cast.clerk) == made


def test_a_withdrawn_report_leaves_a_tombstone(frozen, office, cast, looked):  # noqa: F811
    through(frozen, cast, looked)
    chain.withdraw(frozen, by=cast.disclosure_head, reason="数字有误")
    made = {page.path: page.render().decode() for page in pages.produced(office.pk)}
    assert list(made) == [f"reports/{frozen.pk}/index.html"] and "该内容已撤回" in made[f"reports/{frozen.pk}/index.html"] and not list(searchables.produce(office.pk))


def test_the_report_is_owed_by_the_end_of_january_and_done_when_out_and_handed_in(frozen, office, cast, looked):  # noqa: F811
    def owed(on):
        return [(d.due_on, d.done_on, d.is_overdue(on)) for d in publish(office.pk, on, on)]

    assert owed(date(2022, 12, 30)) == [] and owed(JANUARY) == [(date(2023, 1, 31), None, False)] and owed(date(2023, 2, 1)) == [(date(2023, 1, 31), None, True)]
    through(frozen, cast, looked)
    Report.objects.update(published_on=date(2023, 1, 20))
    assert owed(date(2023, 1, 21)) == [(date(2023, 1, 31), None, False)]
    refused(lambda: actions.hand_in(office, 2022, to=" ", on=date(2022, 12, 1), means="", today=JANUARY, by=cast.coordinator), "no_superior", "no_means", "wrong_day")
    actions.hand_in(office, 2022, to="青禾市人民政府办公室", on=date(2023, 1, 25), means="盖章纸质件", today=date(2023, 1, 25), by=cast.coordinator)
    assert [d.done_on for d in publish(office.pk, date(2023, 1, 21), date(2023, 1, 26))] == [date(2023, 1, 25)]


def test_the_page_says_what_comes_next(client, frozen, office, cast, looked):  # noqa: F811
    client.force_login(cast.coordinator, backend="gongkai.accounts.backends.PostBackend")
    page = client.get("/desk/report/2022/publish/").content.decode()
    assert "第1版，截至2022-12-31" in page and "7/7部分已保存" in page and f"/report/{frozen.pk}" not in page
    through(frozen, cast, looked)
    wrong = client.post("/desk/report/2022/publish/", {"do": "hand_in", "to": "市府办", "on": "2022-01-01", "means": "电子件"}).content.decode()
    assert "报送日期应在" in wrong
    client.post("/desk/report/2022/publish/", {"do": "hand_in", "to": "市府办", "on": timezone.localdate().isoformat(), "means": "电子件"})
    client.post("/desk/report/2022/publish/", {"do": "correct", "correction": "更正一处数字。"})
    page = client.get("/desk/report/2022/publish/").content.decode()
    assert "报送市府办" in page and "更正一处数字" in page and "现为第1版" in page
    client.force_login(cast.superior, backend="gongkai.accounts.backends.PostBackend")
    assert client.post("/desk/report/2022/publish/", {"do": "hand_in", "to": "市府办", "on": "2023-01-20", "means": "电子件"}).status_code == 403
    assert client.get(f"/desk/review/about/annual_report.Report/{frozen.pk}/").status_code in (200, 404)


def test_a_clerk_fills_in_and_whoever_froze_may_still_review(office, cast, column, looked):  # noqa: F811
    ApplicationFactory(office=office, answered=True)
    assert may(cast.clerk, THING, "report") and not may(cast.clerk, THING, "freeze") and not may(cast.clerk, THING, "gather")
    for key in tables.to_enter(form_for(2022)):
        actions.enter(office, 2022, key, "0", source="各科室报送", by=cast.clerk)
    for part in prose.PARTS:
        actions.write(office, 2022, part.key, "2022年未收取信息处理费。", by=cast.clerk)
    actions.freeze(office, 2022, as_of=LAST, today=JANUARY, by=cast.coordinator)
    sent = chain.submit(Report.objects.get(), by=cast.clerk)
    looked(sent)  # the coordinator among them
    chain.release(sent, by=cast.disclosure_head)
    assert Report.objects.get().live
