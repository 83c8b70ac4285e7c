"""Numbers as offices write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.text.numerals import from_chinese, outline, outline_number, to_chinese, to_chinese_year


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("十二", 12),
        ("一百二十", 120),
        ("二百零三", 203),
        ("二百〇三", 203),
        ("两千", 2000),
        ("一万零一十", 10010),
        ("二〇二二", 2022),
        ("廿五", 25),
        ("一百二", 120),
        ("三万五", 35000),
        ("壹佰贰拾叁", 123),
        ("一亿二千万", 120_000_000),
        ("十", 10),
        ("零", 0),
    ],
)
def test_a_chinese_numeral_is_read(written, number):
    assert from_chinese(written) == number


@pytest.mark.parametrize("written", ["", "二三十", "二十三十", "百百", "万", "十二家", "零十"])
def test_what_is_no_number_is_refused(written):
    with pytest.raises(ValueError):
        from_chinese(written)


@given(st.integers(0, 10**12 - 1))
def test_writing_and_reading_agree(number):
    assert from_chinese(to_chinese(number)) == number


@pytest.mark.parametrize(
    ("number", "written"),
    [(10, "十"), (12, "十二"), (110, "一百一十"), (203, "二百零三"), (10010, "一万零一十"), (100000, "十万")],
)
def test_a_number_is_written_as_it_is_said(number, written):
    assert to_chinese(number) == written


def test_a_year_is_written_digit_by_digit():
    assert to_chinese_year(2022) == "二〇二二"


@pytest.mark.parametrize(
    ("line", "level", "number", "rest"),
    [
        pytest.param("一、优化政务公开工作基础", 1, 1, "优化政务公开工作基础", id="一级"),
        pytest.param("（二）积极回应社会关切。", 2, 2, "积极回应社会关切。", id="二级"),
        pytest.param("(一)围绕建设法治政府", 2, 1, "围绕建设法治政府", id="半角括号"),
        pytest.param("3.落实制度", 3, 3, "落实制度", id="三级"),
        pytest.param("2. 涉及公共利益", 3, 2, "涉及公共利益", id="点后有空格"),
        pytest.param("１２．更新信息", 3, 12, "更新信息", id="全角"),
        pytest.param("（3）公开", 4, 3, "公开", id="四级"),
        pytest.param("②推进", 5, 2, "推进", id="五级"),
        pytest.param("第三部分：附则", 1, 3, "附则", id="第几部分"),
    ],
)
def test_an_outline_number_is_recognised(line, level, number, rest):
    found = outline(line)
    assert (found.level, found.number, found.rest) == (level, number, rest)


@pytest.mark.parametrize(
    "line",
    ["三是加强学习", "十四五规划", "1.5亿元投资", "2022.11.30", "2022年工作要点", "一体推进", "办公室"],
)
def test_what_only_begins_like_a_number_is_none(line):
    assert outline(line) is None


@given(st.integers(1, 5), st.integers(1, 20))
def test_outline_numbers_round_trip(level, number):
    found = outline(outline_number(level, number) + "加强公开")
    assert (found.level, found.number, found.rest) == (level, number, "加强公开")
