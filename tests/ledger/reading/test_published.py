"""The papers offices really published, read whole."""

import pytest

from gongkai.ledger.reading import PlanDraft, read_plan

from .papers import codes, text_source, told

pytestmark = pytest.mark.shared

SECTIONS = ["办公室", "产业政策与法制科", "运行监测与综合科", "组织人事科"]


def read(shared, pattern: str, **options) -> PlanDraft:
    (path,) = shared.glob(pattern)
    return read_plan(text_source(path.read_text(encoding="utf-8"), path.name), **options)


@pytest.mark.parametrize(
    ("pattern", "layout", "chapters", "points", "measures", "importable"),
    [
        pytest.param("seed/*.txt", "tab-cells", 5, 11, 22, True, id="中山市工业和信息化局"),
        pytest.param("data/plans/chizhou*", "vertical", 7, 0, 8, True, id="池州市信访局"),
        pytest.param("data/plans/fujian*", "list", 4, 17, 17, True, id="福建省政府办公厅"),
        pytest.param("data/plans/jiangmen*", "piped", 5, 0, 11, True, id="江门市土地储备中心"),
        pytest.param("data/plans/jieyang*", "piped", 2, 0, 6, True, id="揭阳市政府办公室"),
        pytest.param("data/plans/pingtan*", "flat", 8, 0, 18, True, id="平潭管委会办公室"),
        pytest.param("data/plans/jimei*", "vertical", 3, 0, 0, False, id="集美区政府办公室，单元格全丢"),
    ],
)
def test_paper_is_read_whole(shared, pattern, layout, chapters, points, measures, importable):
    draft = read(shared, pattern)
    assert draft.layout.name == layout
    assert len(draft.chapters) == chapters
    assert sum(len(chapter.points) for chapter in draft.chapters) == points
    assert len(list(draft.measures())) == measures
    assert draft.importable is importable
    assert draft.coverage == 1.0
    assert draft.leftovers == []


def test_seed_keeps_each_cell(shared):
    draft = read(shared, "seed/*.txt", sections=SECTIONS)
    assert (draft.title, draft.year, draft.issuer) == (
        "中山市工业和信息化局2022年政务公开工作要点分工方案",
        2022,
        "中山市工业和信息化局",
    )
    assert [(column.heading, column.role) for column in draft.columns] == [
        ("工作要求", "chapter"),
        ("一级要点", "point"),
        ("计划措施", "measure"),
        ("落实情况", "progress"),
        ("责任科室", "responsible"),
    ]
    assert [chapter.number for chapter in draft.chapters] == ["一、", "二、", "三、", "四、", "五、"]
    measures = list(draft.measures())
    assert all(measure.progress for measure in measures)
    assert all(measure.due is None and measure.status is None for measure in measures)
    last = draft.chapters[4]
    assert not last.points and len(last.measures) == 2
    listed = [measure for measure in measures if measure.items]
    assert [len(measure.items) for measure in listed] == [3, 2]
    assert listed[0].number is None
    assert listed[0].responsibility == "组织人事科牵头，\n\n相关科室配合落实。"
    assert [(a.name, a.role, a.section, a.group) for a in listed[0].assignments] == [
        ("组织人事科", "lead", "组织人事科", False),
        ("相关科室", "support", None, True),
    ]
    assert {"cited_year", "no_lead"} <= codes(draft, "warn")
    assert "unknown_section" not in codes(draft)


def test_seed_places_point_into_the_text(shared):
    (path,) = shared.glob("seed/*.txt")
    text = path.read_text(encoding="utf-8")
    draft = read_plan(text_source(text))
    for measure in draft.measures():
        assert text[measure.place.start : measure.place.end] == measure.raw


def test_unknown_section_is_named(shared):
    draft = read(shared, "seed/*.txt", sections=["办公室", "政策法规科", "运行监测与综合科", "组织人事科"])
    (doubt,) = [doubt for doubt in draft.doubts if doubt.code == "unknown_section"]
    assert "“产业政策与法制科”" in doubt.sentence


def test_jiangmen_rows_are_not_shifted(shared):
    draft = read(shared, "data/plans/jiangmen*")
    assert told(draft)[3:6] == [
        "2. 更新各类概况信息。|办公室",
        "3. 反馈网民对调查征集信息的意见。|各科室",
        "4. 更新微信公众号信息。|办公室牵头,各科室配合",
    ]
    assert {"truncated", "empty_responsibility", "year_unknown"} <= codes(draft, "warn")


def test_jieyang_brackets_are_not_split(shared):
    draft = read(shared, "data/plans/jieyang*")
    first = next(draft.measures())
    assert [(a.name, a.remark) for a in first.assignments] == [
        ("市政府办公室", ""),
        ("市有关单位", "(见附件1,下同)"),
        ("各县(市、区)人民政府(管委会)", ""),
    ]
    assert {"truncated", "no_lead", "year_from_comment"} <= codes(draft, "warn")
    assert draft.year == 2018


def test_chizhou_numbers_stand_in_no_heading(shared):
    draft = read(shared, "data/plans/chizhou*")
    assert told(draft)[4:8] == [
        "章 - 做好主动公开基础工作",
        "3 规范信息公开专栏;执行保密审查,防范泄密。|各科室|持续推进",
        "4 规范编制发布年度报告,重点任务落实情况纳入年报。|办公室|持续推进",
        "章 - 规范办理依申请公开",
    ]
    assert "number_column" in codes(draft)


def test_fujian_prefixes_are_doubted_and_not_filled_in(shared):
    draft = read(shared, "data/plans/fujian*")
    units = [a for measure in draft.measures() for a in measure.assignments if a.suggested]
    assert ("财政厅", "省财政厅") in [(a.name, a.suggested) for a in units]
    assert ("市场监管局", "省市场监管局") in [(a.name, a.suggested) for a in units]
    assert not [a for a in units if a.name.startswith(("省", "人行", "福建", "厦门"))]
    assert {"elided_prefix", "no_lead", "truncated"} <= codes(draft, "warn")
    assert [len(chapter.points) for chapter in draft.chapters] == [3, 7, 4, 3]


def test_pingtan_is_taken_apart_with_doubts(shared):
    draft = read(shared, "data/plans/pingtan*")
    measures = list(draft.measures())
    assert [measure.number for measure in measures] == [f"{n}." for n in range(1, 19)]
    assert [(a.name, a.role) for a in measures[2].assignments[:3]] == [
        ("区经济发展局", "lead"),
        ("区行政审批局", "lead"),
        ("区直各有关单位", "support"),
    ]
    assert [(a.name, a.role) for a in measures[0].assignments] == [
        ("区直各有关单位", "responsible"),
        ("各区属事业单位", "responsible"),
        ("各片区管理局", "responsible"),
        ("各乡镇人民政府（街道办事处）", "responsible"),
    ]
    assert {"glued_units", "typo_unit", "lead_unclear", "no_separators"} <= codes(draft, "warn")
    assert "repeated_chapter" in codes(draft, "note")
    reasons = {piece.reason for piece in draft.stripped}
    assert {"网页导航、分享按钮等文字", "附件下载文字", "换页或逐行重复的章标题", "标题", "落款"} <= reasons
    assert measures[-1].text.endswith("全面了解各项制度规定。")
    assert measures[-1].assignments[0].name == "政府信息公开工作部门"


def test_jimei_is_an_empty_table(shared):
    draft = read(shared, "data/plans/jimei*")
    assert "empty_table" in codes(draft, "error")
    assert "empty_chapter" in codes(draft, "warn")
