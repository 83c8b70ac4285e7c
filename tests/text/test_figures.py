"""Figures in the founding document's own kind of sentence."""

from decimal import Decimal

import pytest

from gongkai.text.figures import find_all_claims, find_as_of, find_figures


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        pytest.param("共计开展9场，惠及1200余家企业.", [(9, "场", ""), (1200, "家", "余")], id="场与余家"),
        pytest.param(
            "接受13次媒体采访，公众号发布278篇次，图解45篇次。",
            [(13, "次", ""), (278, "篇次", ""), (45, "篇次", "")],
            id="篇次",
        ),
        pytest.param("截至11月30日，本年度收到11件", [(11, "件", "")], id="日期不是数字"),
        pytest.param("国办公开办函〔2019〕60号文件", [], id="文号"),
        pytest.param("省委“1+1+9”工作部署", [], id="固定说法"),
        pytest.param("落实“三审三校”和“一岗双责”，第1次会议", [], id="三审三校与第几"),
        pytest.param("2022年出台4份规范性文件", [(4, "份", "")], id="年份"),
        pytest.param("每年至少汇报1次政务公开工作", [(1, "次", "至少")], id="至少"),
        pytest.param("覆盖１，２００人次", [(1200, "人次", "")], id="全角千分位"),
        pytest.param("召开十二场宣讲会，答复三十五件", [(12, "场", ""), (35, "件", "")], id="汉字数"),
        pytest.param(
            "累计近300人参加，超1.2万人次观看", [(300, "人", "近"), (12000, "人次", "超")], id="近与超"
        ),
        pytest.param("满意率98.5%", [(Decimal("98.5"), "%", "")], id="百分比"),
        pytest.param("投入1.5亿元", [(150_000_000, "元", "")], id="亿元折为元"),
        pytest.param("1.加强公开\n2.做好解读3次", [(3, "次", "")], id="序号"),
        pytest.param("《2022年惠企政策5条》已印发2份", [(2, "份", "")], id="书名号内不算"),
        pytest.param("一次性告知，两个维护", [], id="一次性"),
        pytest.param("计划于12月份汇报", [], id="月份"),
    ],
)
def test_figures_are_found_with_unit_and_modifier(text, figures):
    assert [(f.value, f.unit, f.modifier) for f in find_figures(text)] == figures


def test_a_span_of_time_is_told_from_a_count():
    found = find_figures("收到14份企业或公众意见，均于征求意见结束后1月内反馈，30日内上报，5个工作日内办结")
    assert [(f.value, f.unit, f.kind) for f in found] == [
        (14, "份", "count"),
        (1, "月内", "span"),
        (30, "日内", "span"),
        (5, "个工作日内", "span"),
    ]


def test_a_figure_knows_its_place_and_phrase():
    text = "2022年度开展9场宣讲会，公众号发布政策和解读类新闻278篇次，图解45篇次。"
    figure = find_figures(text)[1]
    assert text[figure.start : figure.end] == figure.text == "278篇次"
    assert figure.phrase == "公众号发布政策和解读类新闻278篇次"


@pytest.mark.parametrize(
    ("text", "admitted", "refused"),
    [
        ("1200余家", [1201, 1299], [1200, 1300, 1199]),
        ("9场", [9], [8, 10]),
        ("至少1次", [1, 2], [0]),
        ("超300人", [301, 900], [300]),
        ("近300人", [299, 270, 300], [301, 200]),
        ("不足10件", [9], [10]),
    ],
)
def test_the_words_admit_the_numbers_they_mean(text, admitted, refused):
    (figure,) = find_figures(text)
    assert all(figure.admits(n) for n in admitted)
    assert not any(figure.admits(n) for n in refused)


def test_claims_of_all_and_as_of_are_found():
    text = "截至11月30日，收到11件，均依据规定给予答复。平均用时5天，全部办结。"
    assert [c.word for c in find_all_claims(text)] == ["均", "全部"]
    (as_of,) = find_as_of(text)
    assert (as_of.month, as_of.day, as_of.year) == (11, 30, None)


@pytest.mark.shared
def test_the_founding_documents_figures_are_all_found(shared):
    (path,) = (shared / "seed").glob("*.txt")
    counts = [
        (f.value, f.unit, f.modifier)
        for f in find_figures(path.read_text(encoding="utf-8"))
        if f.kind == "count"
    ]
    expected = {(4, "份", ""), (11, "件", ""), (5, "份", ""), (9, "场", ""), (1200, "家", "余"), (13, "次", ""),
                (278, "篇次", ""), (45, "篇次", ""), (14, "份", ""), (1, "次", "至少")}  # fmt: skip
    assert set(counts) == expected
