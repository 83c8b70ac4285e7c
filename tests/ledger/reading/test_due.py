"""完成时限 in words: what names a day is a day, what leaves a choice is none, what cannot be is said."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.ledger.reading import read_plan
from gongkai.ledger.reading.due import last_day, trouble

from .papers import codes, grid, grid_source


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2023年9月30日", date(2023, 9, 30)),
        ("2023-09-30", date(2023, 9, 30)),
        ("２０２３年９月３０日前", date(2023, 9, 30)),
        ("9月30日前完成", date(2023, 9, 30)),
        ("6月底前", date(2023, 6, 30)),
        ("2月底", date(2023, 2, 28)),
        ("2024年2月底前完成", date(2024, 2, 29)),
        ("第三季度末", date(2023, 9, 30)),
        ("上半年", date(2023, 6, 30)),
        ("年底前", date(2023, 12, 31)),
        ("2024年底前", date(2024, 12, 31)),
        ("年内", date(2023, 12, 31)),
        ("6月前", None),
        ("一季度前", None),
        ("每月10日前", None),
        ("持续推进", None),
        ("3月、9月", None),
        ("2023年11月31日", None),
        ("11月31日前", None),
        ("44895", None),
        ("", None),
        (None, None),
    ],
)
def test_words_name_a_day_or_none(words, day):
    assert last_day(words, 2023) == day


def test_without_a_year_only_a_whole_date_is_a_day():
    assert last_day("6月底前", None) is None
    assert last_day("2023年6月30日", None) == date(2023, 6, 30)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_day_comes_back(day):
    assert last_day(f"{day.year}年{day.month}月{day.day}日前", 2001) == day
    assert last_day(f"{day.month}月{day.day}日", day.year) == day


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("2022年11月31日", "“2022年11月31日”不是存在的日期"),
        ("11月31日前", "“11月31日”不是存在的日期"),
        ("44895", "像是表格里日期的序列号"),
        ("11月30日前", None),
        ("持续推进", None),
    ],
)
def test_what_can_not_be_a_day_is_said(words, said):
    found = trouble(words, 2022)
    assert (said in found[0]) if said else found is None


def test_a_preview_says_how_each_limit_is_taken_and_which_can_not_be():
    draft = read_plan(
        grid_source(
            "青禾市水务局2022年政务公开任务分解表",
            grid(
                ["工作任务", "具体要求", "责任科室", "完成时限"],
                ["一、甲项", "公布目录。", "办公室", "2022年11月31日"],
                ["", "公布清单。", "办公室", "44895"],
                ["", "公布指南。", "办公室", "6月底前"],
            ),
        )
    )
    assert [(d.severity, d.sentence) for d in draft.doubts if d.code.startswith("due")] == [
        ("warn", "完成时限“2022年11月31日”中的“2022年11月31日”不是存在的日期。"),
        ("warn", "完成时限“44895”像是表格里日期的序列号。"),
        ("note", "完成时限“6月底前”按2022年6月30日计算状态。"),
    ]
    assert [d.suggestion for d in draft.doubts if d.code == "due_date"] == ["与原件核对日期", "是否为2022年11月30日"]


def test_the_same_row_twice_is_doubted_however_short():
    rows = [["一、甲项", "公布清单。", "办公室"], ["", "公布清单。", "办公室"]]
    twice = read_plan(grid_source("青禾市水务局2022年政务公开任务分解表", grid(["工作任务", "具体要求", "责任科室"], *rows)))
    assert "duplicate_measure" in codes(twice, "warn")
    rows[1][2] = "财务科"
    other = read_plan(grid_source("青禾市水务局2022年政务公开任务分解表", grid(["工作任务", "具体要求", "责任科室"], *rows)))
    assert "duplicate_measure" not in codes(other)
