"""Who leads and who helps, in the words of responsibility cells."""

import pytest

from gongkai.ledger.reading import parse_responsibility

SECTIONS = ("办公室", "产业政策与法制科", "运行监测与综合科", "组织人事科")


@pytest.mark.parametrize(
    ("text", "leads", "supports", "others", "doubts"),
    [
        ("产业政策与法制科牵头，各业务科室配合落实", ["产业政策与法制科"], ["各业务科室"], [], set()),
        (
            "办公室、产业政策与法制科牵头，各业务科室配合落实",
            ["办公室", "产业政策与法制科"],
            ["各业务科室"],
            [],
            set(),
        ),
        ("组织人事科牵头，\n\n相关科室配合落实。", ["组织人事科"], ["相关科室"], [], set()),
        ("办公室牵头,各科室配合", ["办公室"], ["各科室"], [], set()),
        (
            "市法制局牵头,市有关单位,各县(市、区)人民政府(管委会)负责",
            ["市法制局"],
            [],
            ["市有关单位", "各县(市、区)人民政府(管委会)"],
            set(),
        ),
        ("各科室", [], [], ["各科室"], {"group_only"}),
        ("办公室", ["办公室"], [], [], {"lead_alone"}),
        ("办公室负责", ["办公室"], [], [], {"lead_alone"}),
        ("由办公室负责", ["办公室"], [], [], {"lead_alone"}),
        ("办公室、运行监测与综合科", [], [], ["办公室", "运行监测与综合科"], {"no_lead"}),
        ("办公室\n组织人事科", [], [], ["办公室", "组织人事科"], {"no_lead"}),
        ("产业政策与\n法制科", ["产业政策与法制科"], [], [], {"lead_alone"}),
        ("牵头单位：办公室；配合单位：各科室", ["办公室"], ["各科室"], [], set()),
        ("（牵头科室：办公室、法规科；配合科室：各科室）", ["办公室", "法规科"], ["各科室"], [], set()),
        ("牵头单位：办公室\n配合单位：法规科、财务科", ["办公室"], ["法规科", "财务科"], [], set()),
        ("办公室（牵头）、法规科（配合）", ["办公室"], ["法规科"], [], set()),
        ("办公室会同有关科室落实", ["办公室"], ["有关科室"], [], set()),
        ("各科室配合", [], ["各科室"], [], {"lead_unclear"}),
        (
            "各区属事业单位，各区属国有企企",
            [],
            [],
            ["各区属事业单位", "各区属国有企企"],
            {"no_lead", "typo_unit"},
        ),
        ("区经济发展局区行政审批局牵头", ["区经济发展局", "区行政审批局"], [], [], {"glued_units"}),
        ("市教育局、科技局按职责分工负责", [], [], ["市教育局", "科技局"], {"elided_prefix", "no_lead"}),
        ("省人民政府各部门、各直属机构", [], [], ["省人民政府各部门", "各直属机构"], {"no_lead"}),
        ("机关党委（组织人事科", ["机关党委（组织人事科"], [], [], {"unclosed_bracket", "lead_alone"}),
        ("", [], [], [], set()),
        ("—", [], [], [], set()),
        ("  \n ", [], [], [], set()),
    ],
)
def test_words_name_parts(text, leads, supports, others, doubts):
    parsed = parse_responsibility(text)
    by_role = {
        role: [a.name for a in parsed.assignments if a.role == role]
        for role in ("lead", "support", "responsible")
    }
    assert by_role == {"lead": leads, "support": supports, "responsible": others}
    assert {doubt.code for doubt in parsed.doubts} == doubts
    assert parsed.raw == text


@pytest.mark.parametrize(
    "names", [["办公室", "产业政策与法制科"], ["运行监测与综合科", "组织人事科", "办公室"]]
)
def test_sections_run_together_are_known_apart(names):
    parsed = parse_responsibility("".join(names) + "牵头", sections=SECTIONS)
    assert [(a.name, a.section, a.role) for a in parsed.assignments] == [
        (name, name, "lead") for name in names
    ]
    assert [doubt.code for doubt in parsed.doubts] == ["glued_units"]


def test_a_name_with_and_in_it_is_one_section():
    (assignment,) = parse_responsibility("产业政策与法制科牵头", sections=SECTIONS).assignments
    assert assignment.section == "产业政策与法制科"


def test_unknown_section_comes_with_the_nearest():
    parsed = parse_responsibility("产业政策法制科牵头", sections=SECTIONS)
    (doubt,) = parsed.doubts
    assert (doubt.code, doubt.suggestion) == ("unknown_section", "是否为“产业政策与法制科”")
    assert parsed.assignments[0].section is None


def test_column_heading_gives_the_part_unless_the_words_do():
    assert [a.role for a in parse_responsibility("办公室、财务科", column="lead").assignments] == [
        "lead",
        "lead",
    ]
    assert [a.role for a in parse_responsibility("各科室配合", column="lead").assignments] == ["support"]
    assert [a.group for a in parse_responsibility("各科室", column="support").assignments] == [True]
