"""The block editor in a real browser: a clerk writes an article, pastes from Word, links, and saves."""

import os
from pathlib import Path

import pytest
from django.test import Client

from gongkai.accounts.roles import Role
from gongkai.publishing import content
from tests.factories.accounts import UserFactory
from tests.factories.publishing import ArticleFactory

from .test_content import WORD, body

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def picture(page, name: str) -> None:
    """A screenshot for whoever asked for one."""
    if folder := os.environ.get("GONGKAI_PICTURES"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def test_a_clerk_writes_in_blocks_and_pastes_from_word(page, live_server):
    clerk = UserFactory(role=Role.COORDINATOR)
    article = ArticleFactory(title="关于申报的通知", body=body(("paragraph", "<p>第一段。</p>"), ("heading", {"text": "申报条件", "level": "2"})))
    client = Client()
    client.force_login(clerk, backend="gongkai.accounts.backends.PostBackend")
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page.set_default_timeout(150_000)
    page.goto(f"{live_server.url}/desk/registers/articles/{article.pk}/")
    editor = page.locator(".public-DraftEditor-content").first
    editor.wait_for()
    picture(page, "editor")
    editor.click()
    page.keyboard.press("Control+End")
    page.keyboard.press("Enter")
    editor.evaluate(
        """(box, html) => {
            const data = new DataTransfer();
            data.setData("text/html", html);
            data.setData("text/plain", "x");
            box.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        WORD,
    )
    page.locator('input[name="body-1-value-text"]').fill("申报对象")
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_load_state()
    picture(page, "saved")
    article.refresh_from_db()
    blocks = content.snapshot(article)["blocks"]
    assert blocks[1]["text"] == "申报对象"
    assert "第一段。" in blocks[0]["html"] and "11月30日" in blocks[0]["html"] and "营业执照" in blocks[0]["html"]
    assert not [mess for mess in ("mso", "style", "span", "class", "javascript", "clip_image") if mess in blocks[0]["html"]]
    # What is typed and not saved is kept, and given back when asked for.
    page.goto(f"{live_server.url}/desk/registers/articles/{article.pk}/")
    page.get_by_label("摘要").first.fill("写到一半的摘要")
    page.get_by_text("已暂存").wait_for()
    page.goto(f"{live_server.url}/desk/articles/{article.pk}/versions/")
    page.goto(f"{live_server.url}/desk/registers/articles/{article.pk}/")
    page.get_by_role("link", name="恢复这些修改").click()
    assert page.get_by_label("摘要").first.input_value() == "写到一半的摘要"
    article.refresh_from_db()
    assert article.summary == ""
    for path, name in (("versions", "versions"), ("attribute", "attribute"), ("preview", "preview")):
        page.goto(f"{live_server.url}/desk/articles/{article.pk}/{path}/")
        picture(page, name)
