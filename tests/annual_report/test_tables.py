"""Tables two to four: every case in one row, and what must add up."""

from collections import Counter
from datetime import date
from itertools import product

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from gongkai.accounts.roles import Role
from gongkai.annual_report import actions, prose, queries, tables
from gongkai.annual_report.forms import form_for
from gongkai.evidence.actions import digest
from gongkai.foi.models import ApplicantCategory, Application, Fee, Remedy
from gongkai.foi.result_rules import ROWS
from gongkai.law.refusals import Refused
from gongkai.sockets import Scope, get_indicator
from tests.factories.accounts import OfficeFactory, UserFactory
from tests.factories.documents import NormativeDocumentFactory
from tests.factories.foi import ApplicationFactory

LAST = date(2022, 12, 31)


@pytest.fixture
def office(db):
    return OfficeFactory()


@pytest.fixture
def coordinator(office):
    return UserFactory(office=office, role=Role.COORDINATOR)


def fill(office, by, year=2022):
    for key in tables.to_enter(form_for(year)):
        actions.enter(office, year, key, "0", source="本机关执法台账", by=by)


def test_an_empty_office_has_zeros_and_nothing_broken(office):
    made = queries.year_tables(office.pk, 2022, LAST)
    assert len([key for key in made.cells if key.startswith("three/")]) == 25 * 7
    assert set(made.cells.values()) == {0} and not made.broken


def test_a_case_stands_in_its_row_and_opens(office):
    case = ApplicationFactory(office=office, applicant_category="legal_service", answered=True)
    carried = ApplicationFactory(office=office, handed_in_on=date(2021, 12, 30), answered=True, dispatched_on=date(2022, 1, 10))
    going = ApplicationFactory(office=office, handed_in_on=date(2022, 12, 30))
    made = queries.year_tables(office.pk, 2022, LAST)
    three = {key.removeprefix("three/"): n for key, n in made.cells.items() if key.startswith("three/") and n}
    assert three == {
        "new_received/law_firm": 1, "new_received/natural": 1, "new_received/total": 2, "carried_over/natural": 1, "carried_over/total": 1,
        "granted/law_firm": 1, "granted/natural": 1, "granted/total": 2, "total_processed/law_firm": 1, "total_processed/natural": 1,
        "total_processed/total": 2, "carried_forward/natural": 1, "carried_forward/total": 1,
    }  # fmt: skip
    assert not made.broken
    assert list(queries.behind(made.form, made.scope, "three/granted/law_firm").records) == [case]
    assert list(queries.behind(made.form, made.scope, "three/carried_over/total").records) == [carried]
    assert list(queries.behind(made.form, made.scope, "three/carried_forward/natural").records) == [going]


@pytest.mark.slow
def test_every_counted_cell_opens_as_many_records_as_it_says(office):
    for n, row in enumerate(ROWS):
        if row.key not in ("abandoned_fix", "abandoned_fee", "unclear_after_fix"):
            case = ApplicationFactory(office=office, answered=True, applicant_category=list(tables.COLUMN_OF)[n % 6])
            Application.objects.filter(pk=case.pk).update(report_row=row.key)
    NormativeDocumentFactory(office=office)
    for year in (2020, 2022):
        made = queries.year_tables(office.pk, year, date(year, 12, 31))
        assert not made.broken
        for key, number in made.cells.items():
            found = queries.behind(made.form, made.scope, key)
            if found is not None:
                assert found.records.count() == number, key


def test_a_row_the_form_does_not_have_breaks_the_sum_and_is_named(office):
    case = ApplicationFactory(office=office, answered=True)
    Application.objects.filter(pk=case.pk).update(report_row="nowhere")
    made = queries.year_tables(office.pk, 2022, LAST)
    assert {b.identity.key for b in made.broken} == {"I2"}
    assert list(queries.breaking(made.scope, "I2")) == [case]


def test_a_category_without_a_column_breaks_the_total_and_is_named(office):
    case = ApplicationFactory(office=office)
    Application.objects.filter(pk=case.pk).update(applicant_category="stray")
    made = queries.year_tables(office.pk, 2022, LAST)
    assert {b.identity.key for b in made.broken} == {"I3"}
    assert list(queries.breaking(made.scope, "I3")) == [case]


def test_a_case_closed_before_it_was_received_breaks_the_flow_and_is_named(office):
    case = ApplicationFactory(office=office, answered=True)
    Application.objects.filter(pk=case.pk).update(received_on=date(2023, 1, 5))
    made = queries.year_tables(office.pk, 2022, LAST)
    assert {b.identity.key for b in made.broken} == {"I1"}
    assert list(queries.breaking(made.scope, "I1")) == [case]


def test_three_tables_the_fees_and_what_was_typed_take_five_queries(office, django_assert_num_queries):
    with django_assert_num_queries(5):
        queries.year_tables(office.pk, 2022, LAST)


def test_an_entered_cell_keeps_its_source_and_the_newest_counts(office, coordinator):
    actions.enter(office, 2022, "two/item_8/fees/charged", "12.5", source="财务科", by=coordinator)
    actions.enter(office, 2022, "two/item_8/fees/charged", "13.25", source="财务科更正", by=coordinator)
    made = queries.year_tables(office.pk, 2022, LAST)
    assert str(made.cells["two/item_8/fees/charged"]) == "13.25"
    assert made.entered["two/item_8/fees/charged"].source == "财务科更正"


@pytest.mark.parametrize(("key", "number", "source"), [
    ("two/item_1/normative/issued", "1", "法制科"), ("three/granted/natural", "1", "法制科"), ("two/item_6/penalties/decisions", "1.5", "法制科"),
    ("two/item_6/penalties/decisions", "-1", "法制科"), ("two/item_6/penalties/decisions", "NaN", "法制科"), ("two/item_6/penalties/decisions", "3", " "),
])  # fmt: skip
def test_what_may_not_be_entered(office, coordinator, key, number, source):
    with pytest.raises(Refused):
        actions.enter(office, 2022, key, number, source=source, by=coordinator)


@pytest.mark.slow
def test_freezing_waits_for_blank_cells_and_for_the_years_end(office, coordinator):
    with pytest.raises(Refused, match="尚未填写"):
        actions.freeze(office, 2022, as_of=LAST, today=date(2023, 1, 5), by=coordinator)
    fill(office, coordinator)
    with pytest.raises(Refused, match="最后一日"):
        actions.freeze(office, 2022, as_of=LAST, today=LAST, by=coordinator)


@pytest.mark.slow
def test_no_frozen_byte_changes_with_a_record(office, coordinator):
    case = ApplicationFactory(office=office, answered=True)
    fill(office, coordinator)
    account = actions.freeze(office, 2022, as_of=LAST, today=date(2023, 1, 5), by=coordinator)
    before = digest(account)
    Application.objects.filter(pk=case.pk).update(report_row="other", applicant_category="business")
    actions.enter(office, 2022, "two/item_6/penalties/decisions", "9", source="更正", by=coordinator)
    account.refresh_from_db()
    assert digest(account) == before == account.digest
    assert account.content["cells"]["three/granted/natural"] == "1"


categories = st.sampled_from(list(tables.COLUMN_OF))
flows = st.lists(st.tuples(categories, st.sampled_from(["new_received", "carried_over"]), st.sampled_from([*(row.key for row in ROWS), "open"])), max_size=60)


@given(flows, st.sampled_from([2019, 2020, 2021, 2024]))
def test_simulated_years_add_up(cases, year):
    counts: dict[str, dict[str, int]] = {}
    for category, came, went in cases:
        line = counts.setdefault(category, {})
        for row in (came, *(("carried_forward",) if went == "open" else (went, "total_processed"))):
            line[row] = line.get(row, 0) + 1
    form = form_for(year)
    cells = tables.table_three(form, counts)
    assert not tables.broken(form, cells)
    assert cells["three/new_received/total"] + cells["three/carried_over/total"] == len(cases)


@given(st.lists(st.tuples(categories, st.sampled_from(ROWS)), min_size=1, max_size=30), st.data())
def test_any_cell_changed_breaks_an_identity(cases, data):
    counts: dict[str, dict[str, int]] = {}
    for category, row in cases:
        line = counts.setdefault(category, {})
        for key in ("new_received", row.key, "total_processed"):
            line[key] = line.get(key, 0) + 1
    form = form_for(2022)
    cells = tables.table_three(form, counts)
    key = data.draw(st.sampled_from(sorted(cells)))
    assert tables.broken(form, cells | {key: cells[key] + 1})


# -- Fees: the register knows them -------------------------------------------------------------------------------------


def charged(office, by, *, sent, amount=700, paid_on=None, paid=None, **facts):
    case = ApplicationFactory(office=office, handed_in_on=date(2022, 2, 1))
    Application.objects.filter(pk=case.pk).update(fee_sent_on=sent, fee_noticed_on=sent, fee_paid_on=paid_on, **facts)
    Fee.objects.create(application=case, mode="pages", pages=100, lines=[[31, 100, 10, 700]], amount=amount, reason="数量、频次明显超过合理范围", decided_by=by, decided_on=sent, paid=paid)
    return case


def test_the_fee_figures_come_from_the_fee_register(office, coordinator):
    assert {key: queries.year_tables(office.pk, 2022, LAST).cells[key] for key in tables.FEES} == dict.fromkeys(tables.FEES, 0)
    one = charged(office, coordinator, sent=date(2022, 3, 1), paid_on=date(2022, 3, 20), paid=700)
    charged(office, coordinator, sent=date(2022, 4, 1), amount=300)
    last = charged(office, coordinator, sent=date(2021, 12, 20), amount=500, paid_on=date(2022, 1, 10), paid=500)
    made = queries.year_tables(office.pk, 2022, LAST)
    assert [made.cells[key] for key in tables.FEES] == [2, 1000, 1200] and not made.unpriced and "fee/billed" not in made.missing
    assert list(queries.behind(made.form, made.scope, "fee/collected").records) == [last, one]
    with pytest.raises(Refused, match="由收费登记得出"):
        actions.enter(office, 2022, "fee/noticed", "5", source="财务科", by=coordinator)
    assert [queries.year_tables(office.pk, 2022, date(2022, 3, 10)).cells[key] for key in tables.FEES] == [1, 700, 500]


@pytest.mark.slow
def test_a_sum_the_register_does_not_know_is_entered_and_says_whose_it_is(client, office, coordinator):
    charged(office, coordinator, sent=date(2022, 3, 1))
    loose = ApplicationFactory(office=office, handed_in_on=date(2022, 2, 1))
    Application.objects.filter(pk=loose.pk).update(fee_noticed_on=date(2022, 3, 3))
    made = queries.year_tables(office.pk, 2022, LAST)
    assert made.cells["fee/noticed"] == 2 and "fee/billed" not in made.cells and made.cells["fee/collected"] == 0 and made.unpriced == 1
    client.force_login(coordinator, backend="gongkai.accounts.backends.PostBackend")
    page = client.get("/desk/report/2022/cell/?key=fee/billed").content.decode()
    assert loose.number in page and "没有费用计算单" in page
    actions.enter(office, 2022, "fee/billed", "1400", source="财务科收费台账", by=coordinator)
    assert queries.year_tables(office.pk, 2022, LAST).cells["fee/billed"] == 1400
    Fee.objects.create(application=loose, mode="pages", pages=100, lines=[[31, 100, 10, 700]], amount=600, reason="明显超过合理范围", decided_by=coordinator, decided_on=date(2022, 3, 2))
    made = queries.year_tables(office.pk, 2022, LAST)
    assert made.cells["fee/billed"] == 1300 and made.overruled["fee/billed"].number == 1400


@pytest.mark.parametrize(("cells", "text", "words"), [
    ((2, 1000, 300), "本年发出信息处理费收费通知2件，总金额1000元，实际收取信息处理费300元。", []), ((0, 0, 0), "2022年没有收取信息处理费。", []),
    ((2, 0, 0), "", ["总金额却是0元"]), ((0, 50, 0), "", ["总金额却是50元"]), ((1, 100, 300), "", ["多于本年收费通知总金额"]),
    ((2, 1000, 300), "本年发出收费通知3件，实际收取信息处理费400元。", ["发出收费通知是2件", "实际收取是300元"]), ((1, 100, 100), "实际收取信息处理费共计100元，收到申请5件。", []),
])  # fmt: skip
def test_fee_figures_that_do_not_agree_are_told(cells, text, words):
    found = prose.fee_doubts(dict(zip(tables.FEES, cells, strict=True)), text)
    assert len(found) == len(words) and all(word in said for word, said in zip(words, found, strict=True))


# -- Records that break what must agree ----------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_suit_with_a_result_the_form_does_not_have_breaks_table_four_and_is_named(client, office, coordinator):
    case = ApplicationFactory(office=office, answered=True)
    good, bad = (Remedy.objects.create(office=office, application=case, kind="direct_suit", organ="青禾市第一人民法院", case_number=f"（2022）行初{n}号", accepted_on=date(2022, 6, 1), decided_on=date(2022, 8, 1), result="upheld") for n in (1, 2))
    Remedy.objects.filter(pk=bad.pk).update(result="nowhere")
    made = queries.year_tables(office.pk, 2022, LAST)
    assert [(b.identity.key, b.left, b.right) for b in made.broken] == [("I4", 2, 1)]
    assert list(queries.breaking(made.scope, "I4")) == [bad]
    client.force_login(coordinator, backend="gongkai.accounts.backends.PostBackend")
    page = client.get("/desk/report/2022/").content.decode()
    part = page[page.index("I4　") : page.index("I5　")]
    assert bad.case_number in part and good.case_number not in part
    Remedy.objects.filter(pk=good.pk).update(decided_on=date(2022, 5, 1))
    assert list(queries.misdated(made.scope)) == [good]


def test_the_documents_that_move_the_stock_otherwise_are_named(office):
    NormativeDocumentFactory(office=office, signed_on=date(2022, 3, 1), effective_on=date(2022, 3, 1), expires_on=None)
    run_out = NormativeDocumentFactory(office=office, signed_on=date(2019, 3, 1), effective_on=date(2019, 3, 1), expires_on=date(2022, 6, 30))
    waits = NormativeDocumentFactory(office=office, signed_on=date(2022, 12, 1), effective_on=date(2023, 1, 1), expires_on=None)
    made = queries.year_tables(office.pk, 2022, LAST)
    before = {"two/item_1/normative/in_force": 1, "two/item_1/rules/in_force": 0}
    assert list(queries.breaking(made.scope, "V1")) == [run_out, waits]
    wrong = {b.place: (b.left, b.right) for b in tables.broken(made.form, made.cells, before) if b.identity.key == "V1"}
    assert wrong == {"行政规范性文件": (1, 3)}


def test_a_balance_that_is_not_last_years_names_what_was_carried(office):
    listed = ApplicationFactory(office=office, handed_in_on=date(2021, 12, 28))
    made = queries.year_tables(office.pk, 2022, LAST)
    assert list(queries.breaking(made.scope, "I5")) == [listed]


@pytest.mark.parametrize("as_of", [date(2022, 6, 30), date(2022, 12, 31)])
def test_table_three_counts_each_case_as_its_indicators_do_in_one_walk_and_in_parts(office, as_of):
    """Every order of receipt, end and span there can be, mistakes included: closed before it was received, received and never confirmed."""
    days = [None, date(2021, 3, 1), date(2021, 12, 31), date(2022, 1, 1), date(2022, 6, 30), date(2022, 7, 1), date(2022, 12, 31), date(2023, 2, 1)]
    categories, results = ApplicantCategory.values, ["granted", "not_exist", "withdrawn"]
    made = [
        Application(
            office=office, number=f"{n}", channel="counter", handed_in_on=date(2021, 1, 4), received_on=received, closed_on=closed,
            applicant_category=categories[n % 6], subject="某事", result=results[n % 3] if closed else "", report_row=ROWS[n % 5].key if closed else "",
            voided_at=timezone.now() if n % 11 == 0 else None,
        )
        for n, (received, closed) in enumerate(product(days * 3, days))
    ]  # fmt: skip
    Application.objects.bulk_create(made)
    scope = Scope.of_year(office.pk, 2022, as_of)
    found = Application.objects.of(office.pk).current()
    wanted = {
        row: Counter(found.filter(get_indicator(key).where(scope)).values_list("applicant_category", *(["report_row"] if row == "total_processed" else [])))
        for row, key in queries.FLOW_INDICATOR.items()
    }  # fmt: skip
    for way in (queries._walk, queries._parts):
        counted = {row: Counter() for row in wanted}
        for category, result, flows in way(scope):
            for row, number in flows.items():
                counted[row][(category, result) if row == "total_processed" else (category,)] += number
        assert {row: +cells for row, cells in counted.items()} == wanted, way.__name__
    assert all(sum(cells.values()) > 5 for cells in wanted.values())
