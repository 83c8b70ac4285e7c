"""Rich text in a plain box."""

import pytest

from gongkai.registers.paragraphs import holds_more, shown, to_html, to_text


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


def test_a_text_with_lists_survives_being_saved_in_a_plain_box(at, coordinator):
    from tests.factories.guides import GuideFactory

    body = "<ul><li>营业执照</li></ul>"
    from wagtail.fields import RichTextField

    from gongkai.guides.models import Guide

    name = next(f.name for f in Guide._meta.fields if isinstance(f, RichTextField))
    guide = GuideFactory(office=coordinator.office, **{name: body})
    browser = at(coordinator)
    page = browser.get(f"/desk/registers/guides/{guide.pk}/")
    assert "在此不能修改" in page.content.decode()
    values = {bound.name: ("" if bound.value() is None else bound.value()) for bound in page.context["form"] if bound.field.__class__.__name__ != "Upload"}
    values = {key: getattr(value, "pk", value) for key, value in values.items()} | {name: "（本文含有标题、列表或链接，在此不能修改）", "remarks": "改了备注"}
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
