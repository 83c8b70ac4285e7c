"""Dates in prose."""

from datetime import date

import pytest

from gongkai.text.dates import find_dates, render, render_range


def test_a_date_is_written_without_leading_noughts():
    assert render(date(2022, 3, 5)) == "2022年3月5日"


@pytest.mark.parametrize(
    ("first", "last", "written"),
    [
        (date(2022, 11, 1), date(2022, 11, 30), "2022年11月1日至30日"),
        (date(2022, 11, 1), date(2022, 12, 3), "2022年11月1日至12月3日"),
        (date(2022, 11, 1), date(2023, 1, 3), "2022年11月1日至2023年1月3日"),
        (date(2022, 11, 1), date(2022, 11, 1), "2022年11月1日"),
    ],
)
def test_a_range_does_not_repeat_what_it_shares(first, last, written):
    assert render_range(first, last) == written


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("于2022年11月30日印发", date(2022, 11, 30)),
        ("截至11月30日，本年度", date(2022, 11, 30)),
        ("２０２２年１１月３０日", date(2022, 11, 30)),
        ("二〇二二年十一月三十日", date(2022, 11, 30)),
        ("时间：2022-06-08 08:53", date(2022, 6, 8)),
        ("2022.6.8发布", date(2022, 6, 8)),
        ("2022年11月31日", None),
    ],
)
def test_a_date_is_found_where_it_stands(text, day):
    (found,) = find_dates(text, year=2022)
    assert found.day == day
    assert text[found.start : found.end] == found.text


def test_as_of_and_the_missing_year_are_told():
    (found,) = find_dates("截至11月30日我局共发出14份征求意见稿")
    assert (found.as_of, found.year_written, found.day) == (True, False, None)
