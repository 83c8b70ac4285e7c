"""The statutory forms are what the two notices print, and each is for its own report years."""

import pytest

from gongkai.annual_report.forms import form_for, forms


@pytest.mark.parametrize(("year", "key"), [(2018, None), (2019, "60"), (2020, "60"), (2021, "30"), (2025, "30"), (2030, "30")])
def test_a_report_year_has_its_form(year, key):
    form = form_for(year)
    assert (form and form.key) == key


@pytest.mark.parametrize(("key", "two", "three"), [("60", 22, 23), ("30", 10, 25)])
def test_a_form_has_its_cells(key, two, three):
    form = forms()[key]
    assert len(form.table_two.cells()) == two
    assert len(form.table_three.rows) == three
    assert len(form.table_three.columns) == 7
    assert len(form.table_four.groups) * len(form.table_four.columns) == 15


@pytest.mark.parametrize("key", ["60", "30"])
def test_results_between_first_and_total_are_what_the_total_adds(key):
    form = forms()[key]
    results = [row.key for row in form.table_three.rows_under("results") if row.key != "total_processed"]
    assert list(form.identity("I2").right) == results
    assert len(results) == {"60": 19, "30": 21}[key]


@pytest.mark.parametrize("key", ["60", "30"])
def test_every_key_of_an_identity_is_a_row_or_a_column(key):
    form = forms()[key]
    known = {row.key for row in form.table_three.rows} | {column.key for column in form.table_three.columns}
    known |= {column.key for column in form.table_four.columns} | {column.key for _, _, column in form.table_two.cells()}
    for identity in form.identities:
        assert {side.lstrip("-") for side in (*identity.left, *identity.right)} <= known
