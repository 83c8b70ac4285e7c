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


@pytest.mark.parametrize(
    "title",
    [
        "青禾市卫生健康局2023年政务公开工作任务分工",
        "青禾市水务局2023年政务公开工作任务清单",
        "青禾市水务局2023年政务公开工作要点分工方案",
        "2023年度政务公开重点任务推进表（水务局）",
        "青禾市水务局2023年政务公开要点进度表",
    ],
)
def test_a_title_is_read_to_its_end(title):
    draft = read_plan(paper(["一、甲项", "公布目录。", "办公室"], title=title))
    assert (draft.title, draft.year) == (title, 2023)


@pytest.mark.parametrize(
    ("points", "missing"),
    [
        pytest.param(["（一）", "（二）", "（三）", "（四）"], set(), id="要点通篇连号"),
        pytest.param(["（一）", "（二）", "（一）", "（二）"], set(), id="要点逐章编号"),
        pytest.param(["（一）", "（二）", "（四）", "（五）"], {"numbering_gap"}, id="通篇连号而缺一项"),
        pytest.param(["（一）", "（二）", "（二）", "（三）"], {"numbering_gap"}, id="第二章缺开头"),
    ],
)
def test_points_may_be_numbered_through_the_plan(points, missing):
    chapters = ["一、甲项", "", "二、乙项", ""]
    rows = [
        [chapter, f"{point}第{at}件", f"公布第{at}份目录。", "办公室"]
        for at, (chapter, point) in enumerate(zip(chapters, points, strict=True))
    ]
    draft = read_plan(paper(*rows, head=["工作要求", "一级要点", "计划措施", "责任科室"]))
    assert codes(draft, "warn") == missing


def test_decimal_numbers_are_counted_within_their_group():
    head = ["项目", "措施编号", "任务措施", "责任科室"]
    rows = [["政策公开", "1.1", "公布目录", "办公室"], ["", "1.2", "公布清单", "办公室"], ["平台建设", "2.1", "更新栏目", "办公室"]]
    draft = read_plan(paper(*rows, head=head))
    assert [m.number for m in draft.measures()] == ["1.1", "1.2", "2.1"]
    assert not codes(draft, "warn")
    short_of = read_plan(paper(*rows, ["", "2.3", "推送消息", "办公室"], head=head))
    assert [d.sentence for d in short_of.doubts if d.code == "numbering_gap"] == [
        "计划措施编号从第1项跳到“2.3”，缺1项。"
    ]
    late = read_plan(paper(*rows[:2], ["平台建设", "2.2", "更新栏目", "办公室"], head=head))
    assert "numbering_gap" in codes(late, "warn")


def test_a_short_text_below_the_table_that_may_be_tasks_is_left_over():
    """A converter may lose a table and leave its words as one line, which is no reason to say nothing."""
    draft = read_plan(
        grid_source(
            "青禾市2023年政务公开任务分解表",
            grid(HEAD, ["一、甲项", "公布目录。", "办公室"]),
            "4法规科按时答复申请。全年",
        )
    )
    assert [left.text for left in draft.leftovers] == ["4法规科按时答复申请。全年"]
    assert "unplaced_text" in codes(draft, "warn")


def test_a_row_with_its_own_lead_takes_no_helper_from_the_row_above():
    head = ["序号", "牵头", "配合", "工作事项"]
    draft = read_plan(
        paper(
            ["1", "水资源科", "办公室", "公布水资源公报"],
            ["2", "", "", "公布河湖长名单"],
            ["3", "建管科", "", "公布招投标信息"],
            head=head,
        )
    )
    assert [[(a.role, a.name) for a in m.assignments] for m in draft.measures()] == [
        [("lead", "水资源科"), ("support", "办公室")],
        [("lead", "水资源科"), ("support", "办公室")],
        [("lead", "建管科")],
    ]


def test_who_signed_a_paper_is_no_part_of_its_last_task():
    draft = read_plan(
        text_source(
            "青禾市水务局2023年政务公开工作方案\n一、公开\n1.公布目录。（责任科室：办公室）\n2.公布清单。（责任科室：办公室）\n\n青禾市水务局\n2023年4月18日\n"
        )
    )
    assert [m.text for m in draft.measures()] == ["公布目录。", "公布清单。"]
    assert ("青禾市水务局", "署名") in [(piece.text, piece.reason) for piece in draft.stripped]


@pytest.mark.parametrize(
    ("office", "doubted"),
    [
        pytest.param("青禾市水务局", False, id="本机关"),
        pytest.param("", False, id="不问机关"),
        pytest.param("青禾市司法局", True, id="别的机关"),
    ],
)
def test_a_plan_of_another_office_is_doubted(office, doubted):
    draft = read_plan(paper(["一、甲项", "公布目录。", "办公室"]), office=office)
    assert ("other_issuer" in codes(draft, "warn")) is doubted


def test_the_foot_of_a_page_is_no_task():
    draft = read_plan(
        grid_source(
            "青禾市2023年政务公开任务分解表",
            grid(HEAD, ["一、甲项", "公布目录。", "办公室"]),
            "截至2023年11月30日，第1版　第1页，共2页",
            kind="pdf",
        )
    )
    assert not draft.leftovers and not codes(draft, "warn")


def test_a_heading_over_a_single_task_is_a_heading_as_its_neighbours_are():
    draft = read_plan(
        text_source(
            "青禾市水务局2023年政务公开工作要点\n一、推进主动公开\n公布水质。（责任科室：供水科）\n公布停水。（责任科室：供水科）\n二、优化平台\n整改错链。（责任科室：办公室）\n"
        )
    )
    assert [(c.number, c.title, [m.text for m in c.all_measures()]) for c in draft.chapters] == [
        ("一、", "推进主动公开", ["公布水质。", "公布停水。"]),
        ("二、", "优化平台", ["整改错链。"]),
    ]


def test_a_row_with_its_own_section_takes_no_helper_from_the_row_above():
    draft = read_plan(
        paper(
            ["政策发布", "综合科", "办公室", "A-01", "发布政策并解读", "资金未到"],
            ["", "外贸科", "", "A-02", "公布资金安排", ""],
            head=["类别", "责任科室", "配合科室", "任务编号", "任务内容", "未完成原因"],
        )
    )
    assert [[a.name for a in m.assignments] for m in draft.measures()] == [["综合科", "办公室"], ["外贸科"]]
    assert "column_unrecognised" not in codes(draft)
