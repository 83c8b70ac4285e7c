"""What must add up, beside the tables and from year to year, and the records that break it."""

from datetime import date

import pytest

from gongkai.accounts.roles import Role
from gongkai.annual_report import actions, narrative, queries, tables
from gongkai.annual_report.forms import form_for
from gongkai.annual_report.models import GatheredReport
from gongkai.files.actions import keep
from gongkai.foi.models import Application
from gongkai.law.refusals import Refused
from gongkai.sockets import Scope
from tests.factories.accounts import OfficeFactory, UserFactory
from tests.factories.foi import ApplicationFactory

from .shapes import random_paper, written

PAGE = "/desk/report/2022/"


@pytest.fixture
def office(db):
    return OfficeFactory(name="青禾市工业和信息化局")


@pytest.fixture
def coordinator(office):
    return UserFactory(office=office, role=Role.COORDINATOR)


def freeze(office, by, year):
    for key in tables.to_enter(form_for(year)):
        actions.enter(office, year, key, "0", source="各科室报送", by=by)
    return actions.freeze(office, year, as_of=date(year, 12, 31), today=date(year + 1, 1, 9), by=by)


def test_identities_are_kept_open_or_broken():
    form = form_for(2022)
    cells = {f"three/{row.key}/{column.key}": 0 for row in form.table_three.rows for column in form.table_three.columns}
    words = {one.identity.key: one.word for one in tables.judged(form, cells)}
    assert words == {"I1": "相符", "I2": "相符", "I3": "相符", "I4": "待填写", "I5": "无上年数据", "V1": "无上年数据"}
    cells["three/new_received/total"] = 1
    wrong = {one.identity.key: [(b.place, b.left, b.right) for b in one.broken] for one in tables.judged(form, cells, dict(cells)) if one.broken}
    assert wrong == {"I1": [("总计", 1, 0)], "I3": [("一、本年新收政府信息公开申请数量", 1, 0)]}


def test_a_failing_identity_names_and_links_the_record_that_breaks_it(client, office, coordinator):
    good, wrong = (ApplicationFactory(office=office, answered=True) for _ in range(2))
    Application.objects.filter(pk=wrong.pk).update(report_row="nowhere")
    client.force_login(coordinator, backend="gongkai.accounts.backends.PostBackend")
    page = client.get(PAGE).content.decode()
    part = page[page.index("I2　") : page.index("I3　")]
    assert wrong.number in part and f"/{wrong.pk}/" in part and good.number not in part and "改正后才能冻结" in part


@pytest.mark.slow
def test_the_opening_balance_is_last_years_frozen_closing_list(office, coordinator):
    listed, gone = (ApplicationFactory(office=office, handed_in_on=date(2021, 12, 28)) for _ in range(2))
    account = freeze(office, coordinator, 2021)
    scope = Scope.of_year(office.pk, 2022, date(2022, 12, 31))
    assert queries.opening(scope, account, None).agrees
    late = ApplicationFactory(office=office, handed_in_on=date(2021, 12, 29))
    Application.objects.filter(pk=gone.pk).update(received_on=date(2022, 1, 4))
    found = queries.opening(scope, account, None)
    assert (found.listed, found.missing, found.extra) == (2, [gone], [late]) and listed not in found.missing
    before = narrative.last_year(office, 2022)
    made = queries.year_tables(office.pk, 2022, date(2022, 12, 31))
    assert not [one for one in tables.judged(made.form, made.cells, before.numbers) if one.identity.key == "I5" and one.broken]
    Application.objects.filter(pk=late.pk).update(applicant_category="business")
    made = queries.year_tables(office.pk, 2022, date(2022, 12, 31))
    broken = next(one for one in tables.judged(made.form, made.cells, before.numbers) if one.identity.key == "I5").broken
    assert [(b.place, b.left, b.right) for b in broken] == [("自然人", 1, 2), ("商业企业", 1, 0)]


def test_in_the_first_year_the_opening_list_is_brought_in_with_its_papers(client, office, coordinator):
    case = ApplicationFactory(office=office, handed_in_on=date(2021, 12, 28))
    client.force_login(coordinator, backend="gongkai.accounts.backends.PostBackend")
    assert "请写明依据的材料" in client.post(PAGE, {"do": "opening", "numbers": case.number, "source": ""}).content.decode()
    client.post(PAGE, {"do": "opening", "numbers": f"{case.number}\n青公开申〔2021〕999号", "source": "2021年度申请台账"})
    found = queries.opening(Scope.of_year(office.pk, 2022), None, queries.newest_opening(office.pk, 2022))
    assert not found.missing and not found.extra and found.absent == ("青公开申〔2021〕999号",)
    page = client.get(PAGE).content.decode()
    assert "登记簿里没有：青公开申〔2021〕999号" in page and "2件，依据2021年度申请台账" in page


@pytest.mark.slow
def test_last_years_published_report_is_read_for_the_comparison(tmp_path, office, coordinator):
    paper = random_paper(3)
    paper.year = 2021
    stored = keep(written(paper, "html", tmp_path), office=office, by=coordinator)
    with pytest.raises(Refused, match="2021年度的报告"):
        actions.bring_in(office, stored, by=coordinator, own=True, year=2020)
    row = actions.bring_in(office, stored, by=coordinator, own=True, year=2021, received_on=date(2022, 1, 20))
    assert len(row.cells) == 200 and row.agency == office.name and GatheredReport.objects.count() == 1
    before = narrative.last_year(office, 2022)
    assert before.numbers["three/carried_forward/total"] == int(paper.three["carried_forward"][6])
    one = narrative.narrative(office, 2022, date(2022, 12, 31))
    assert one.likeness is not None and "较上年" not in one.texts["on_request"]
    ApplicationFactory(office=office)
    assert "较上年" in narrative.narrative(office, 2022, date(2022, 12, 31)).said["on_request"]
    other = OfficeFactory(name="青禾市商务局")
    with pytest.raises(Refused, match="不是青禾市商务局的"):
        actions.bring_in(other, stored, by=coordinator, own=True, year=2021)
