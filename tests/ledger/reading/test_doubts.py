"""Each thing that can be wrong with a paper is said, with its place, and nothing else stops the import."""

import pytest

from gongkai.ledger.reading import read_plan

from .papers import codes, grid, grid_source, text_source

HEAD = ["工作任务", "具体要求", "责任科室"]


def paper(
    *rows: list[str], title: str = "青禾市水务局2023年政务公开任务分解表", head: list[str] | None = None
):
    return grid_source(title, grid(head or HEAD, *rows))


@pytest.mark.parametrize(
    ("rows", "code", "severity"),
    [
        pytest.param(
            [["一、甲项", "1.公布目录。", "办公室"], ["", "3.公布清单。", "办公室"]],
            "numbering_gap",
            "warn",
            id="措施缺号",
        ),
        pytest.param(
            [["一、甲项", "1.公布目录。", "办公室"], ["", "1.公布清单。", "办公室"]],
            "numbering_duplicate",
            "warn",
            id="措施重号",
        ),
        pytest.param(
            [["一、甲项", "2.公布目录。", "办公室"], ["", "1.公布清单。", "办公室"]],
            "numbering_order",
            "warn",
            id="措施次序颠倒",
        ),
        pytest.param(
            [["一、甲项", "公布目录。", "办公室"], ["三、乙项", "公布清单。", "办公室"]],
            "numbering_gap",
            "warn",
            id="章缺号",
        ),
        pytest.param([["二、甲项", "公布目录。", "办公室"]], "numbering_gap", "warn", id="章不从一开始"),
        pytest.param(
            [["一、甲项", "公布目录。", ""], ["", "公布清单。", "办公室"]],
            "empty_responsibility",
            "warn",
            id="责任空白",
        ),
        pytest.param(
            [["一、甲项", "公布目录。", "办公室"], ["二、乙项", "", "法规科"]],
            "empty_measure",
            "error",
            id="措施空白",
        ),
        pytest.param(
            [["一、甲项", "公布目录。", "办公室"], ["二、乙项", "", ""]],
            "empty_chapter",
            "warn",
            id="章下无措施",
        ),
        pytest.param([["一、甲项", "", ""], ["二、乙项", "", ""]], "empty_table", "error", id="单元格全丢"),
        pytest.param(
            [["一、甲项", "及时公布本年度目录。", "办公室"], ["", "及时公布本年度目录。", "法规科"]],
            "duplicate_measure",
            "warn",
            id="措施文字重复",
        ),
        pytest.param([["一、甲项", "落实2021年要求。", "办公室"]], "cited_year", "warn", id="年度不符"),
        pytest.param([["一、甲项", "公布目录……", "办公室"]], "truncated", "warn", id="原文截断"),
        pytest.param([["一、甲项", "公布目录（含附件。", "办公室"]], "unclosed", "warn", id="括号不闭合"),
        pytest.param([["一、甲项", "公布目录。", "办公室、法规科"]], "no_lead", "warn", id="未写明牵头"),
        pytest.param([["一、甲项", "公布目录。", "各科室配合"]], "lead_unclear", "warn", id="只有配合"),
    ],
)
def test_doubt_is_raised(rows, code, severity):
    draft = read_plan(paper(*rows))
    assert code in codes(draft, severity)
    assert all(doubt.sentence.endswith("。") for doubt in draft.doubts)


def test_a_clean_paper_raises_no_warning():
    draft = read_plan(
        paper(["一、甲项", "1.公布目录。", "办公室牵头，各科室配合"], ["二、乙项", "2.公布清单。", "法规科"]),
        sections=["办公室", "法规科"],
    )
    assert codes(draft, "error", "warn") == set()
    assert draft.importable


def test_document_number_is_no_cited_year():
    draft = read_plan(paper(["一、甲项", "按国办公开办函〔2019〕60号编制。", "办公室"]))
    assert "cited_year" not in codes(draft)


def test_year_asked_for_and_year_in_title_differ():
    draft = read_plan(paper(["一、甲项", "公布目录。", "办公室"]), year=2024)
    assert draft.year == 2024
    assert "year_mismatch" in codes(draft, "warn")


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("青禾市水务局２０２３年政务公开工作要点", 2023),
        ("青禾市水务局二〇二三年政务公开工作要点", 2023),
        ("青禾市水务局政务公开工作要点", None),
    ],
)
def test_year_is_read_from_the_title(title, year):
    assert read_plan(paper(["一、甲项", "公布目录。", "办公室"], title=title)).year == year


def test_blank_and_missing_progress_differ():
    without = read_plan(paper(["一、甲项", "公布目录。", "办公室"]))
    blank = read_plan(paper(["一、甲项", "公布目录。", "办公室", ""], head=[*HEAD, "落实情况"]))
    assert [measure.progress for measure in without.measures()] == [None]
    assert [measure.progress for measure in blank.measures()] == [""]


def test_ragged_row_that_content_cannot_place_is_doubted():
    text = "青禾市2023年政务公开任务分解表\n工作任务 | 具体要求 | 牵头单位 | 配合单位 |\n一、甲项 | 公布目录。 | 办公室 | 法规科 |\n公布清单。 | 财务科 |\n"
    assert "ragged_row" in codes(read_plan(text_source(text)), "warn")


def test_flat_table_with_progress_cannot_be_taken_apart():
    text = "青禾市2023年政务公开工作任务工作要求落实情况责任科室一、甲项1.公布目录。已公布。办公室2.公布清单。已公布。法规科"
    draft = read_plan(text_source(text))
    assert "cells_glued" in codes(draft, "error")
    assert not draft.importable


def test_table_of_something_else_is_named_and_set_aside():
    draft = read_plan(
        grid_source(
            "青禾市2023年政务公开任务分解表",
            grid(HEAD, ["一、甲项", "公布目录。", "办公室"]),
            grid(["姓名", "电话"], ["王五", "12345"], place="表2"),
        )
    )
    assert "table_unread" in codes(draft, "warn")
    assert draft.coverage == 1.0


def test_text_below_the_table_that_nobody_can_place_is_left_over():
    draft = read_plan(
        grid_source(
            "青禾市2023年政务公开任务分解表",
            grid(HEAD, ["一、甲项", "公布目录。", "办公室"]),
            "1.另有一项任务写在表外，由办公室负责办理完成。",
        )
    )
    assert [left.text for left in draft.leftovers] == ["1.另有一项任务写在表外，由办公室负责办理完成。"]
    assert "unplaced_text" in codes(draft, "warn")
    assert draft.coverage < 1.0


def test_json_is_plain():
    import json

    draft = read_plan(paper(["一、甲项", "公布目录。", "办公室"]))
    told = json.loads(json.dumps(draft.to_json(), ensure_ascii=False))
    assert told["chapters"][0]["entries"][0]["assignments"][0]["name"] == "办公室"
    assert told["chapters"][0]["entries"][0]["progress"] is None
