"""Rich text in a plain box."""

import pytest

from gongkai.registers.forms import Paragraphs
from gongkai.registers.paragraphs import as_typed, from_typed, holds_more, loses, shown, to_html, to_text


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("一段", "<p>一段</p>"),
        ("一段\n两行\n\n又一段", "<p>一段<br/>两行</p><p>又一段</p>"),
        ("5 < 6 & <b>不是标签</b>", "<p>5 &lt; 6 &amp; &lt;b&gt;不是标签&lt;/b&gt;</p>"),
        ("", ""),
    ],
)
def test_paragraphs_go_there_and_back(text, html):
    assert to_html(text) == html and to_text(html) == text and not holds_more(html)


@pytest.mark.parametrize("html", ["<h2>题</h2>", "<p>见<a href='/x'>这里</a></p>", "<ul><li>一</li></ul>", "<p><b>粗</b></p>"])
def test_what_a_plain_box_would_lose_is_noticed(html):
    assert holds_more(html)


@pytest.mark.parametrize(("text", "html"), [
    ("一段\n\n1. 申请表\n2. 营业执照\n\n末段", "<p>一段</p><ol><li>申请表</li><li>营业执照</li></ol><p>末段</p>"),
    ("• 申请表\n• A < B", "<ul><li>申请表</li><li>A &lt; B</li></ul>"),
    ("• 一件", "<ul><li>一件</li></ul>"),
    ("1. 总则", "<p>1. 总则</p>"),
    ("1. 甲\n3. 丙", "<p>1. 甲<br/>3. 丙</p>"),
    ("1. 甲\n随文", "<p>1. 甲<br/>随文</p>"),
    ("1、甲\n2、乙", "<p>1、甲<br/>2、乙</p>"),
])
def test_lists_are_typed_as_lines_and_come_back_as_they_were(text, html):
    assert from_typed(text) == html and as_typed(html) == text and not loses(html)


def test_a_list_of_any_length_is_exported_whole():
    html = f"<ol>{''.join(f'<li>第{n}样材料</li>' for n in range(1, 1201))}</ol>"
    assert as_typed(html).split("\n")[-1] == "1200. 第1200样材料"
    assert from_typed(as_typed(html)) == html and not loses(html)


@pytest.mark.parametrize("html", [
    "<h2>题</h2><ol><li>一</li></ol>", "<ol><li>见<a href='/x'>这里</a></li></ol>", "<ul><li>一<ul><li>其一</li></ul></li></ul>", "<ol><li>只有一条</li></ol>", "<ol><li><b>粗</b></li></ol>",
    "<ol><li><p>一</p></li></ol>", "<ol start='3'><li>三</li><li>四</li></ol>",
])
def test_what_a_box_with_lists_would_lose_is_noticed(html):
    assert loses(html)


@pytest.mark.slow
def test_a_text_with_links_survives_being_saved_in_a_plain_box(at, coordinator):
    from tests.factories.guides import GuideFactory

    body = '<ul><li><a href="/x">营业执照</a></li></ul>'
    from wagtail.fields import RichTextField

    from gongkai.guides.models import Guide

    name = next(f.name for f in Guide._meta.fields if isinstance(f, RichTextField))
    guide = GuideFactory(office=coordinator.office, **{name: body})
    browser = at(coordinator)
    page = browser.get(f"/desk/registers/guides/{guide.pk}/")
    assert "在此不能修改" in page.content.decode()
    values = {bound.name: ("" if bound.value() is None else bound.value()) for bound in page.context["form"] if bound.field.__class__.__name__ != "Upload"}
    values = {key: getattr(value, "pk", value) for key, value in values.items()} | {name: Paragraphs.KEPT, "remarks": "改了备注"}
    values = {key: ("on" if value is True else value) for key, value in values.items() if value is not False}
    for key, value in list(values.items()):
        if hasattr(value, "isoformat"):
            values[key] = value.isoformat()
    answer = browser.post(f"/desk/registers/guides/{guide.pk}/", {**values, "seen": page.context["seen"]})
    assert answer.status_code == 302, answer.context["form"].errors
    guide.refresh_from_db()
    assert getattr(guide, name) == body and guide.remarks == "改了备注"


@pytest.mark.parametrize("html", ["<script>alert(1)</script><p>好</p>", "<p onclick='x()'>好</p>", "<a href='javascript:x()'>好</a>", "<img src=x onerror=x()>好"])
def test_what_came_from_elsewhere_runs_nothing(html):
    clean = shown(html)
    assert "好" in clean and not any(bad in clean for bad in ("script", "onclick", "onerror", "javascript"))
