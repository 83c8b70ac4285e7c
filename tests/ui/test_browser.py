"""The desk in a real browser: nothing forbidden runs, nothing sticks out on a phone, axe finds nothing."""

import pytest

from gongkai.accounts.roles import Role
from tests.factories.accounts import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = (
    "/desk/", "/desk/specimens/", "/desk/registers/events/", "/desk/registers/events/add/", "/desk/registers/documents/import/",
    "/desk/registers/interviews/?q=转型", "/desk/calendar/?year=2022", "/desk/figures/", "/desk/permissions/", "/desk/account/", "/desk/people/",
)  # fmt: skip


@pytest.fixture
def opened(page, live_server, people, records):
    """Signed in as the coordinator; `opened(address)` goes there and tells what the browser complained of."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None)
    page.goto(f"{live_server.url}/desk/login/")
    page.fill("#id_username", people[Role.COORDINATOR].username)
    page.fill("#id_password", PASSWORD)
    page.click("button:has-text('登录')")

    def go(address: str) -> list[str]:
        complaints.clear()
        page.goto(live_server.url + address)
        page.wait_for_load_state("networkidle")
        return list(complaints)

    return go


def test_pages_are_sound(page, opened):
    """Axe, the console and the width, on a desk and on a phone, in one visit each: starting a browser costs more than looking."""
    from axe_playwright_python.sync_playwright import Axe

    axe, troubles = Axe(), []
    for width in (1440, 375):
        page.set_viewport_size({"width": width, "height": 900})
        for address in PAGES:
            troubles += [f"{width} {address}：浏览器报告 {text[:160]}" for text in opened(address)]
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                troubles.append(f"{width} {address}：横向溢出到{wide}像素")
            found = axe.run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
            assert found.response["passes"], "axe 没有运行"
            for violation in found.response["violations"]:
                nodes = "；".join(node["html"][:120] for node in violation["nodes"][:3])
                troubles.append(f"{width} {address}：{violation['id']}（{len(violation['nodes'])}处）{nodes}")
    assert not troubles, "\n".join(troubles)


def test_at_200_percent_nothing_sticks_out(page, opened):
    # 1280 wide at 200 % is a window of 640 CSS pixels.
    page.set_viewport_size({"width": 640, "height": 450})
    for address in PAGES:
        opened(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 640, address


def test_the_menu_stands_below_the_name_of_the_house(page, opened):
    """A popover has an end of its own to stick to, which draws a long menu up over what stands before it."""
    page.set_viewport_size({"width": 1440, "height": 700})
    opened("/desk/registers/events/")
    brand, menu = page.locator(".brand").bounding_box(), page.locator("#menu").bounding_box()
    assert menu["y"] >= brand["y"] + brand["height"]
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    assert page.locator("#menu").bounding_box()["y"] > -1


def test_the_menu_opens_on_a_phone_and_every_control_can_be_reached_by_keyboard(page, opened):
    page.set_viewport_size({"width": 375, "height": 800})
    opened("/desk/registers/events/")
    assert not page.locator("#menu").is_visible()
    page.click("text=菜单")
    assert page.locator("#menu").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#menu").is_visible()
    page.set_viewport_size({"width": 1280, "height": 900})
    opened("/desk/registers/events/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    for _ in range(12):
        page.keyboard.press("Tab")
        outline = page.evaluate("(() => { const s = getComputedStyle(document.activeElement); return [s.outlineStyle, parseFloat(s.outlineWidth)] })()")
        assert outline[0] == "solid" and outline[1] >= 2, page.evaluate("document.activeElement.outerHTML.slice(0, 120)")


def test_the_desk_works_without_script(browser, live_server, people, records):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{live_server.url}/desk/login/")
    page.fill("#id_username", people[Role.COORDINATOR].username)
    page.fill("#id_password", PASSWORD)
    page.click("button:has-text('登录')")
    page.click("summary:has-text('惠企与事项')")
    page.click("nav >> text=媒体采访")
    page.click("text=登记 >> nth=0") if page.locator("a.button:has-text('登记')").count() == 0 else page.click("a.button:has-text('登记')")
    page.fill("#id_interviewed_on", "2022-06-08")
    page.fill("#id_media", "青禾日报")
    page.select_option("#id_media_kind", label="报刊")
    page.fill("#id_subject", "没有脚本也能登记")
    page.click("button:has-text('保存') >> nth=0")
    assert "已登记" in page.content()
    context.close()
