"""信息处理费: the worked examples, and that tiers only ever add."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.foi import fees


@pytest.mark.parametrize(("count", "yuan"), [(0, 0), (10, 0), (11, 100), (30, 2000), (31, 2200), (40, 4000), (41, 4300), (55, 9000)])
def test_by_number(count, yuan):
    assert fees.total(fees.by_cases(count)) == yuan


@pytest.mark.parametrize(("pages", "yuan"), [
    (0, 0), (30, 0), (31, 10), (100, 700), (101, 720), (150, 1700), (200, 2700), (201, 2740), (260, 5100),
])  # fmt: skip
def test_by_pages(pages, yuan):
    assert fees.total(fees.by_pages(pages)) == yuan


def test_the_thirty_fifth_alone_and_a_month_that_begins_anew():
    assert fees.total(fees.by_cases(35, before=34)) == 200
    assert fees.total(fees.by_cases(12)) + fees.total(fees.by_cases(9)) == 200


@given(st.integers(0, 300), st.integers(0, 300))
def test_a_month_in_two_parts_costs_what_it_costs_at_once(one, more):
    assert fees.total(fees.by_cases(one)) + fees.total(fees.by_cases(one + more, before=one)) == fees.total(fees.by_cases(one + more))


@given(st.integers(0, 1000))
def test_the_lines_cover_every_page_once(pages):
    assert [n for line in fees.by_pages(pages) for n in range(line.first, line.last + 1)] == list(range(1, pages + 1))
