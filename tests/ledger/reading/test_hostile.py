"""Files that are no plan: each gives a doubt, none a crash, none a long wait."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.exchange.blocks import Source
from gongkai.ledger.reading import parse_responsibility, read_plan

from .papers import codes, grid, grid_source, text_source

NOISE = random.Random(7)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="空"),
        pytest.param(" \n\t\n　", id="只有空白"),
        pytest.param("工作任务 | 具体要求 | 责任科室 |\n", id="只有表头（竖线）"),
        pytest.param("\t工作任务\n\t具体要求\n\t责任科室\n", id="只有表头（制表符）"),
        pytest.param("工作任务\n具体要求\n责任科室\n", id="只有表头（竖排）"),
        pytest.param("工作任务具体要求责任科室", id="只有表头（连写）"),
        pytest.param("# 机关: 某局\n", id="只有文件头说明"),
        pytest.param("今天天气很好，适合出游。", id="散文"),
        pytest.param("|||||\n|||\n||", id="只有竖线"),
        pytest.param("一、二、三、四、", id="只有编号"),
        pytest.param("（" * 5000, id="只有左括号"),
        pytest.param(bytes(range(256)).decode("latin-1"), id="任意字节"),
        pytest.param(NOISE.randbytes(20000).decode("utf-8", "replace"), id="乱码"),
        pytest.param(NOISE.randbytes(20000).decode("gb18030", "replace"), id="乱码按国标解码"),
        pytest.param("\x00\x01\x02" * 100, id="控制字符"),
    ],
)
def test_what_is_no_plan_stops_the_import(text):
    draft = read_plan(text_source(text))
    assert not draft.importable
    assert codes(draft, "error")
    draft.to_json()


def test_only_headers_in_a_grid():
    assert "empty_table" in codes(read_plan(grid_source(grid(["工作任务", "具体要求", "责任科室"]))), "error")
    assert codes(read_plan(grid_source(grid(["", ""], ["", ""]))), "error")
    assert codes(read_plan(Source("空.docx", "docx", [], "", [])), "error")


MB5 = 5_000_000


@pytest.mark.slow
@pytest.mark.parametrize(
    ("unit", "size"),
    [
        pytest.param("及时公布目录。", MB5, id="五百万字散文"),
        pytest.param("一、公布目录。1.责任单位：办公室 ", 200_000, id="编号不断重复"),
        pytest.param("一、二、（一）1.", 200_000, id="只有编号"),
        pytest.param("工作任务", 200_000, id="只有表头词"),
        pytest.param("办公室、", 200_000, id="只有单位"),
        pytest.param(
            "工作任务 | 具体要求 | 责任科室 |\n一、甲 | 1.公布目录。 | 办公室 |\n2.公布清单。 | 办公室 | |\n",
            200_000,
            id="竖线行",
        ),
        pytest.param("\t一、甲\n\t公布目录。\n\t办公室\n\n", 150_000, id="制表符格"),
        pytest.param("（", 200_000, id="左括号"),
        pytest.param("责任单位：", 200_000, id="标签"),
        pytest.param("（责任单位：", 200_000, id="不闭合的标签括号"),
        pytest.param(" ", 200_000, id="空格"),
        pytest.param("|", 200_000, id="竖线"),
        pytest.param("局", 200_000, id="一个字"),
        pytest.param("1.1", 200_000, id="小数"),
        pytest.param('"', 200_000, id="引号"),
        pytest.param("\n", 200_000, id="换行"),
        pytest.param("附件下载 ", 200_000, id="下载文字"),
    ],
)
def test_a_long_file_is_answered_in_time(unit, size):
    text = (unit * (size // len(unit) + 1))[:size]
    began = time.process_time()
    draft = read_plan(text_source("青禾市2023年政务公开分工方案\n" + text))
    assert time.process_time() - began < 10
    assert draft.doubts


@given(
    st.text(
        alphabet='一二（）()1234.、。：|\t\n 责任单位科室工作任务具体要求牵头配合办公局#,"，；', max_size=300
    )
)
def test_any_jumble_of_the_right_signs_is_survived(text):
    draft = read_plan(text_source(text))
    assert draft.doubts
    assert 0 <= draft.coverage <= 1
    assert draft.coverage == 1 or draft.leftovers
    draft.to_json()


@given(
    st.lists(
        st.lists(
            st.text(alphabet="一、（）1.任务要求责任科室牵头。 \n", max_size=12), min_size=1, max_size=6
        ),
        max_size=8,
    )
)
def test_any_grid_is_survived(rows):
    draft = read_plan(grid_source("某局2023年政务公开分工方案", grid(*rows)))
    assert draft.doubts
    assert draft.coverage == 1 or draft.leftovers


@given(st.text(max_size=200))
def test_any_responsibility_is_survived(text):
    assert parse_responsibility(text, sections=["办公室", "法规科"]).raw == text
