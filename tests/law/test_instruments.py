"""What we cite, whether it is in force, and what a paper's document numbers refer to."""

from datetime import date

import pytest

from gongkai.law.figures import Standing, figures, rooms_with_figures
from gongkai.law.instruments import (
    Basis,
    Held,
    UnknownBasis,
    chinese_number,
    cite,
    instruments,
    instruments_cited,
)

TODAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("basis", "said"),
    [
        ("条例 33.2", "《中华人民共和国政府信息公开条例》第三十三条第二款"),
        ("条例 36(4)", "《中华人民共和国政府信息公开条例》第三十六条第（四）项"),
        ("条例 20(10)", "《中华人民共和国政府信息公开条例》第二十条第（十）项"),
        ("条例 33", "《中华人民共和国政府信息公开条例》第三十三条"),
        ("行政复议法 23.1(4)", "《中华人民共和国行政复议法》第二十三条第一款第（四）项"),
        ("235号 四", "国办公开办函〔2016〕235号第四部分"),
        (
            "80号 一(一)",
            "《〈关于全面推进政务公开工作的意见〉实施细则》（国办发〔2016〕80号）第一部分（一）",
        ),
        ("条例　３３．２", "《中华人民共和国政府信息公开条例》第三十三条第二款"),
    ],
)
def test_a_basis_is_printed_as_a_letter_would(basis, said):
    found = cite(basis, TODAY)
    assert (found.text, found.in_force, found.warning) == (said, True, "")


@pytest.mark.parametrize("basis", ["条列 33.2", "条例 99", "条例 33.9", "条例 3", "", "30号 九"])
def test_a_basis_we_do_not_hold_is_refused(basis):
    with pytest.raises(UnknownBasis, match="没有收录"):
        Basis.parse(basis)


@pytest.mark.parametrize(
    ("on", "in_force", "successor"),
    [
        (date(2020, 12, 1), True, None),
        (date(2021, 9, 25), True, None),
        (date(2021, 9, 26), False, "30号"),
        (date(2022, 11, 30), False, "30号"),
    ],
)
def test_the_form_of_2019_was_replaced_on_26_september_2021(on, in_force, successor):
    found = cite("60号", on)
    assert (found.in_force, found.successor and found.successor.short) == (in_force, successor)
    assert bool(found.warning) is not in_force


def test_a_replaced_instrument_may_be_cited_and_is_flagged():
    assert cite("60号", date(2022, 11, 30)).warning == (
        "国办公开办函〔2019〕60号已于2021年9月26日被国办公开办函〔2021〕30号取代，请核对引用是否需要更新"
    )


def test_a_law_not_yet_in_force_is_flagged():
    found = cite("行政复议法 20.1", date(2023, 6, 1))
    assert not found.in_force
    assert found.warning == "《中华人民共和国行政复议法》自2024年1月1日起施行，2023年6月1日尚未施行"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("按国办公开办函〔2019〕60号编制", [("国办公开办函〔2019〕60号", "replaced")]),
        ("根据国办公开办函[2019]60号", [("国办公开办函〔2019〕60号", "replaced")]),
        ("根据国办公开办函（2019）60号", [("国办公开办函〔2019〕60号", "replaced")]),
        ("根据国办公开办函【2019】60 号", [("国办公开办函〔2019〕60号", "replaced")]),
        ("根据国办公开办函［２０１９］６０号", [("国办公开办函〔2019〕60号", "replaced")]),
        ("国办公开办函 〔 2021 〕 30号和国办函〔2020〕109号", [
            ("国办公开办函〔2021〕30号", "held"), ("国办函〔2020〕109号", "held"),
        ]),
        ("《条例》（国务院令第711号）、粤府令第277号", [("国务院令第711号", "held"), ("粤府令第277号", "held")]),
        ("国办发〔2018〕37号", [("国办发〔2018〕37号", "name")]),
        ("贯彻落实青工信规〔2022〕3号文件", [("青工信规〔2022〕3号", "unknown")]),
        ("办件第711号，2022年第3号公报", []),
        ("国办函〔2019〕60号", [("国办函〔2019〕60号", "unknown")]),
    ],
)  # fmt: skip
def test_document_numbers_are_found_however_they_are_typed(text, found):
    assert [(cited.number, cited.state) for cited in instruments_cited(text)] == found


def test_a_found_number_stands_where_the_text_has_it():
    text = "按照国办公开办函［２０１９］６０号要求"
    (cited,) = instruments_cited(text, on=date(2022, 11, 30))
    assert text[cited.start :].startswith(cited.found) and cited.found == "国办公开办函［２０１９］６０号"
    assert "被国办公开办函〔2021〕30号取代" in cited.sentence


def test_before_its_replacement_a_number_was_good():
    assert [cited.state for cited in instruments_cited("国办公开办函〔2019〕60号", on=date(2020, 12, 1))] == [
        "held"
    ]


def test_successors_are_held_and_follow_on():
    for instrument in instruments().values():
        if instrument.successor:
            heir = instruments()[instrument.successor]
            assert instrument.until is not None and (heir.from_on - instrument.until).days == 1


@pytest.mark.parametrize(
    ("n", "said"),
    [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (53, "五十三"), (103, "一百零三"), (110, "一百一十")],
)
def test_numbers_of_articles(n, said):
    assert chinese_number(n) == said


ALL_FIGURES = [
    pytest.param(value, id=f"{room}.{name}.{value.from_on}")
    for room in rooms_with_figures()
    for name, values in figures(room).items()
    for value in values
]


@pytest.mark.parametrize("value", ALL_FIGURES)
def test_every_basis_of_a_figure_names_an_article_we_hold_in_force_on_that_date(value):
    if not value.basis:
        assert value.standing is Standing.HOUSE, (
            "只有本机关自定的数值可以没有依据：请在 figures/*.toml 写上 basis"
        )
        return
    basis = Basis.parse(value.basis)
    # A notice without numbered articles, such as 19号, is cited whole.
    assert basis.article or not basis.instrument.articles, (
        f"“{value.basis}”只写了文件，请写明条款，例如“条例 33.2”"
    )
    found = basis.cite(value.from_on)
    assert found.in_force, found.warning
    if value.standing is Standing.LAW:
        assert basis.held is not Held.NAME, "只知道名称的文件不能作为法定数值的依据，请改为 practice 或 house"
