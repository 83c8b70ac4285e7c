"""信息处理费: the worked examples, and that tiers only ever add."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.foi import fees
from gongkai.law.figures import FigureError

ON = date(2022, 3, 1)


@pytest.mark.parametrize(("count", "yuan"), [(0, 0), (10, 0), (11, 100), (30, 2000), (31, 2200), (40, 4000), (41, 4300), (55, 9000)])
def test_by_number(count, yuan):
    assert fees.total(fees.by_cases(count, on=ON)) == yuan


@pytest.mark.parametrize(("pages", "yuan"), [
    (0, 0), (30, 0), (31, 10), (100, 700), (101, 720), (150, 1700), (200, 2700), (201, 2740), (260, 5100),
])  # fmt: skip
def test_by_pages(pages, yuan):
    assert fees.total(fees.by_pages(pages, on=ON)) == yuan


def test_the_thirty_fifth_alone_and_a_month_that_begins_anew():
    assert fees.total(fees.by_cases(35, before=34, on=ON)) == 200
    assert fees.total(fees.by_cases(12, on=ON)) + fees.total(fees.by_cases(9, on=ON)) == 200


@given(st.integers(0, 300), st.integers(0, 300))
def test_a_month_in_two_parts_costs_what_it_costs_at_once(one, more):
    assert fees.total(fees.by_cases(one, on=ON)) + fees.total(fees.by_cases(one + more, before=one, on=ON)) == fees.total(fees.by_cases(one + more, on=ON))


@given(st.integers(0, 1000))
def test_the_lines_cover_every_page_once(pages):
    assert [n for line in fees.by_pages(pages, on=ON) for n in range(line.first, line.last + 1)] == list(range(1, pages + 1))


@pytest.mark.parametrize(("words", "nth", "yuan"), [
    ("1—5件0元；6件起8元", 5, 0), ("1—5件0元；6件起8元", 6, 8), ("1—10件0元；11—30件100元；31件起每10件递增100元", 41, 300), ("1—2页0元；3—4页7元；5页起9元", 4, 7),
])  # fmt: skip
def test_tiers_are_read_from_the_words_of_the_figure(words, nth, yuan):
    assert fees.read(words).rate_of(nth) == yuan


@pytest.mark.parametrize("words", ["", "31件起100元", "1—10件0元", "1—10件0元；12件起100元", "2—10件0元；11件起1元", "1—10件0元；5—30件1元；31件起2元", "1—10件零元；11件起100元"])
def test_tiers_with_a_gap_are_no_tiers(words):
    with pytest.raises(FigureError, match="写法有误"):
        fees.read(words)


def test_the_tiers_are_the_dated_ones_of_109号():
    assert (fees.case_tiers(ON).basis, fees.page_tiers(ON).basis, fees.case_tiers(ON).from_on) == ("109号 4", "109号 5", date(2021, 1, 1))
