"""Dated figures: which stands when, and which of them an office may change."""

from datetime import date

import pytest

from gongkai.law import figures as room_of_figures
from gongkai.law.figures import Adjustment, FigureError, Standing, check_adjustment, figure, figures

DAY = date(2026, 3, 2)


def test_a_figure_carries_its_unit_basis_and_standing():
    found = figure("foi", "reply_days", on=DAY)
    assert (found.value, found.unit, found.basis, found.standing, found.label) == (
        20, "工作日", "条例 33.2", Standing.LAW, "答复期限",
    )  # fmt: skip
    assert found.source() == "《中华人民共和国政府信息公开条例》第三十三条第二款"


@pytest.mark.parametrize(
    ("room", "name", "value", "standing"),
    [
        ("foi", "reply_days", 20, "law"),
        ("foi", "extension_limit", 20, "law"),
        ("foi", "correction_ask_days", 7, "law"),
        ("foi", "third_party_days", 15, "law"),
        ("foi", "co_maker_days", 15, "law"),
        ("foi", "count_first_day", False, "practice"),
        ("foi", "fee_restart", "full", "practice"),
        ("foi", "withdrawn_row", "other", "practice"),
        ("foi", "review_days", 60, "law"),
        ("consultation", "window", 30, "law"),
        ("consultation", "window_major", 30, "law"),
        ("consultation", "feedback_months", 1, "house"),
        ("documents", "proactive_days", 20, "law"),
        ("documents", "gazette_days", 30, "house"),
        ("documents", "interpretation_days", 3, "practice"),
        ("documents", "validity_years", 5, "practice"),
        ("documents", "trial_validity_years", 3, "practice"),
        ("concerns", "first_word_hours", 5, "law"),
        ("concerns", "press_hours", 24, "law"),
        ("concerns", "response_hours", 48, "law"),
        ("accountability", "report_per_year", 1, "house"),
    ],
)
def test_the_figures_the_office_works_with(room, name, value, standing):
    found = figure(room, name, on=DAY)
    assert (found.value, found.standing) == (value, standing)


def test_before_its_first_value_there_is_no_figure_and_it_says_so():
    with pytest.raises(FigureError, match="“答复期限”自2019年5月15日起才有收录，2019年5月14日没有可用的数值"):
        figure("foi", "reply_days", on=date(2019, 5, 14))


def test_an_unknown_figure_is_named():
    with pytest.raises(FigureError, match="没有名为“foi.reply_weeks”的数值"):
        figure("foi", "reply_weeks", on=DAY)


def test_an_office_may_choose_its_own_house_figure_from_a_day_on():
    own = [
        Adjustment("gazette_days", date(2025, 1, 1), 20, "市府办要求提前"),
        ("gazette_days", date(2026, 1, 1), 15, "再提前"),
        Adjustment("validity_years", date(2025, 1, 1), 3, "别的数值不受影响"),
    ]
    years = [figure("documents", "gazette_days", date(year, 6, 1), own) for year in (2024, 2025, 2026)]
    assert [(found.value, found.adjusted) for found in years] == [(30, False), (20, True), (15, True)]
    assert years[1].source().startswith("本机关自2025年1月1日起调整：市府办要求提前（参照《国务院办公厅")


@pytest.mark.parametrize(
    ("room", "adjustment", "said"),
    [
        pytest.param(
            "foi", Adjustment("reply_days", DAY, 30, "人手不够"), "“答复期限”出自《中华人民共和国政府信息公开条例》第三十三条第二款，属法定数值，本机关不能调整", id="法定数值",
        ),
        pytest.param("documents", Adjustment("gazette_days", DAY, 20, " "), "须写明理由", id="没有理由"),
        pytest.param("documents", Adjustment("gazette_days", DAY, "20", "x"), "应与“30”同类", id="文字当数字"),
        pytest.param("documents", Adjustment("gazette_days", DAY, True, "x"), "应与“30”同类", id="是否当数字"),
        pytest.param("documents", Adjustment("gazette_days", DAY, -1, "x"), "可以在1至90自然日之间调整", id="负数"),
        pytest.param("documents", Adjustment("gazette_days", DAY, 91, "x"), "可以在1至90自然日之间调整", id="超出范围"),
        pytest.param("documents", Adjustment("gazette_weeks", DAY, 1, "x"), "没有名为", id="不存在的数值"),
    ],
)  # fmt: skip
def test_an_adjustment_that_may_not_be_made_is_refused(room, adjustment, said):
    with pytest.raises(FigureError, match=said):
        check_adjustment(room, adjustment)
    if "没有名为" not in said:
        with pytest.raises(FigureError, match=said):
            figure(room, adjustment.name, DAY, [adjustment])


@pytest.fixture
def room(tmp_path, monkeypatch):
    """A room of its own with the figures a test writes."""
    folder = tmp_path / "trial" / "figures"
    folder.mkdir(parents=True)
    monkeypatch.setattr(room_of_figures, "PACKAGE", tmp_path)
    figures.cache_clear()
    yield lambda text: (folder / "trial.toml").write_text(text, encoding="utf-8")
    figures.cache_clear()


VALUE = '[[days.value]]\nfrom = {}\nvalue = {}\nbasis = "{}"\nstanding = "{}"\n'
HEAD = '[days]\nlabel = "天数"\nunit = "日"\nleast = 1\nmost = 90\n'


def test_a_change_in_the_law_adds_a_value_and_ends_the_offices_choice(room):
    room(
        HEAD
        + VALUE.format("2024-01-01", 10, "条例 33.2", "law")
        + VALUE.format("2020-01-01", 5, "条例 18", "house")
    )
    own = [Adjustment("days", date(2021, 1, 1), 7, "另有考虑")]
    assert [figure("trial", "days", date(year, 6, 1), own).value for year in (2020, 2021, 2023, 2024)] == [
        5,
        7,
        7,
        10,
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("[days", "trial.toml：不是有效的TOML", id="写坏的文件"),
        pytest.param(HEAD + VALUE.format("2024-01-01", 1, "", "law"), "没有依据", id="法定而无依据"),
        pytest.param(HEAD + VALUE.format("2024-01-01", 1, "115号", "law"), "不能作为法定依据", id="只知名称"),
        pytest.param(HEAD + VALUE.format("2024-01-01", 1, "条例 99", "law"), "没有收录“99”", id="没有的条文"),
        pytest.param(
            HEAD + VALUE.format("2024-01-01", 1, "条例 18", "rule"), "“days”写法有误", id="没有的性质"
        ),
        pytest.param("[days]\nvalue = [{from = 2024-01-01}]\n", "“days”写法有误", id="缺项"),
    ],
)
def test_a_figure_not_in_our_form_is_refused_with_its_file(room, text, said):
    room(text)
    with pytest.raises(FigureError, match=said):
        figures("trial")


def test_a_whole_number_an_office_may_adjust_says_how_far(room):
    room('[days]\nlabel = "天数"\nunit = "日"\n' + VALUE.format("2020-01-01", 5, "条例 18", "house"))
    with pytest.raises(FigureError, match="least和most"):
        figures("trial")
