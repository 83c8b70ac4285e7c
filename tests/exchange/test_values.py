"""What people type, as values; what cannot be one, as a sentence."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.exchange import values
from gongkai.exchange.values import NOT_APPLICABLE, BadValue

DAY = date(2022, 11, 30)


@pytest.mark.parametrize(
    "raw",
    [
        "2022年11月30日", "2022-11-30", "2022/11/30", "2022.11.30", "20221130", "二〇二二年十一月三十日", "二零二二年十一月三十日",
        "２０２２年１１月３０日", "2022 年 11 月 30 日", "2022年11月30号", "2022-11-30 09:30", "2022-11-30T09:30:00", "2022年11月30日（星期三）",
        " 2022-11-30\u3000", "44895", 44895, 44895.0, "44895.5", 20221130, DAY, datetime(2022, 11, 30, 9), "2022/11/30 0:00:00",
    ],
)  # fmt: skip
def test_a_date_is_read_however_it_is_written(raw):
    assert values.day(raw) == DAY


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("2022年11月31日", "11月只有30天"),
        ("2022-02-29", "2022年2月只有28天"),
        ("2022-13-01", "没有13月"),
        ("2022年0月1日", "没有0月"),
        ("11月30日", "没有写年份"),
        ("2022年11月", "没有写到日"),
        ("202211", "没有写到日"),
        ("2022年", "只有年份"),
        (2022, "只有年份"),
        ("11/30/2022", "看不出哪个是年"),
        ("22-11-30", "看不出哪个是年"),
        ("2022年11月30日（星期一）", "星期三"),
        ("2022-11-01至2022-11-30", "一段时间"),
        ("年底前", "不是日期"),
        ("0022-11-30", "年份"),
        (time(9, 30), "只有时间"),
        (True, "要填日期"),
    ],
)
def test_a_date_that_is_none_says_why(raw, words):
    with pytest.raises(BadValue) as caught:
        values.day(raw)
    assert words in caught.value.sentence


@pytest.mark.slow
@given(st.dates(date(1955, 1, 1), date(2100, 12, 31)))
def test_every_way_of_writing_a_day_gives_that_day(day):
    serial = (day - date(1899, 12, 30)).days
    written = [
        f"{day.year}年{day.month}月{day.day}日",
        day.isoformat(),
        f"{day:%Y/%m/%d}",
        f"{day:%Y%m%d}",
        serial,
        str(serial),
    ]
    assert {values.day(w) for w in written} == {day}


def test_a_serial_number_is_told_from_a_date():
    assert values.is_serial("44895") and values.is_serial(44895.0)
    assert (
        not values.is_serial("2022-11-30") and not values.is_serial("20221130") and not values.is_serial(DAY)
    )


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("12", 12), ("１２", 12), ("十二", 12), ("一百二十", 120), ("二百零三", 203), ("1,200", 1200), ("1，200", 1200), ("1200.0", 1200), (12.0, 12),
        ("0", 0), (0, 0), ("〇", 0), ("-3", -3), ("1.2万", 12000), (Decimal(5), 5), (" 7 ", 7), ("1E3", 1000),
    ],
)  # fmt: skip
def test_a_whole_number_is_read_however_it_is_written(raw, number):
    assert values.integer(raw) == number


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("1200余", "约数"),
        ("1200余家", "约数"),
        ("约300", "约数"),
        ("300左右", "约数"),
        ("9场", "单位“场”"),
        ("十二件", "单位“件”"),
        ("1.5", "不是整数"),
        ("1,20", "逗号"),
        ("二三十", "不像一个数"),
        ("98%", "百分数"),
        ("#REF!", "公式"),
        ("无数据", "不是数字"),
        (DAY, "日期"),
        (True, "是"),
    ],
)
def test_a_number_that_is_none_says_why(raw, words):
    with pytest.raises(BadValue) as caught:
        values.integer(raw)
    assert words in caught.value.sentence


@pytest.mark.parametrize(
    "read", [values.integer, values.count, values.decimal, values.day, values.moment, values.yes_no]
)
def test_blank_nought_and_slash_are_three_things(read):
    assert read("") is None and read(None) is None and read("\u3000") is None
    assert read("/") is NOT_APPLICABLE and read("／") is NOT_APPLICABLE and read("—") is NOT_APPLICABLE
    if read in (values.integer, values.count, values.decimal):
        assert read("0") == 0 and read("0") is not None


def test_a_count_is_never_negative():
    with pytest.raises(BadValue, match="负数"):
        values.count("-1")


def test_a_decimal_is_exact():
    assert values.decimal("1.10") == Decimal("1.10") and str(values.decimal("1.10")) == "1.10"
    assert values.decimal(0.1) == Decimal("0.1")


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        ("2022年11月30日9时30分", datetime(2022, 11, 30, 9, 30)),
        ("2022年11月30日下午3时", datetime(2022, 11, 30, 15)),
        ("2022-11-30 09:30", datetime(2022, 11, 30, 9, 30)),
        ("2022-11-30T09:30:15", datetime(2022, 11, 30, 9, 30, 15)),
        ("2022年11月30日上午10点半", datetime(2022, 11, 30, 10, 30)),
        (44895.5, datetime(2022, 11, 30, 12)),
    ],
)
def test_a_moment_is_read(raw, moment):
    assert values.moment(raw) == moment


@pytest.mark.parametrize(
    ("raw", "words"),
    [("2022年11月30日", "没有写时间"), ("2022-11-30 25:00", "时间不存在"), ("09:30", "没有日期")],
)
def test_a_moment_needs_both_parts(raw, words):
    with pytest.raises(BadValue, match=words):
        values.moment(raw)


@pytest.mark.parametrize(
    ("raw", "answer"),
    [
        ("是", True),
        ("√", True),
        ("Y", True),
        (1, True),
        ("否", False),
        ("无", False),
        ("×", False),
        (False, False),
    ],
)
def test_yes_and_no(raw, answer):
    assert values.yes_no(raw) is answer


def test_neither_yes_nor_no():
    with pytest.raises(BadValue, match="是还是否"):
        values.yes_no("大概")


CHANNELS = [("website", "网站"), ("wechat", "微信公众号"), ("press", "报刊、广播")]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("网站", "website"),
        ("wechat", "wechat"),
        ("微信 公众号", "wechat"),
        ("报刊,广播", "press"),
        ("", None),
    ],
)
def test_a_choice_goes_by_label_or_code(raw, code):
    assert values.choice(raw, CHANNELS) == code


def test_a_choice_outside_names_the_choices():
    with pytest.raises(BadValue, match="“网站”、“微信公众号”"):
        values.choice("抖音", CHANNELS)


def test_several_choices():
    assert values.several("网站、wechat；网站", CHANNELS) == ("website", "wechat")


def test_text_that_a_spreadsheet_spoilt_is_not_taken():
    assert values.text(" 公开\n指南 ") == "公开\n指南"
    for spoilt in ("9.14420E+17", 9.1442000e17):
        with pytest.raises(BadValue, match="科学计数"):
            values.text(spoilt)
    with pytest.raises(BadValue, match="超过5个字"):
        values.text("一二三四五六", max_length=5)
