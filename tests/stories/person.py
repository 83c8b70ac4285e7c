"""A person at a browser, who looks closely at every page that opens."""

import os
import re
from functools import cache
from itertools import count
from pathlib import Path

from gongkai.demo.cast import PASSWORD, PEOPLE
from tests.ui.reading import english

DESK, PHONE, ZOOMED = (1440, 900), (375, 812), (720, 450)
#: User names stand on the pages about people, a file's true kind in a refusal, ART in WeChat's receipts, EMS is the post's own name.
_NAMES = {member.username for member in PEOPLE} | {"PNG", "ART", "EMS"}
#: Tokens in the texts of the ledger, digests.
_NO_WORDS = re.compile(r"\{\{.*?\}\}|(?<![0-9A-Za-z])[0-9a-f]{12,}(?![0-9A-Za-z])", re.DOTALL)
#: Where to leave a picture of every page that is looked at, for a person to look too: STORIES_PICTURES=folder.
_PICTURES, _number = os.environ.get("STORIES_PICTURES"), count(1)
#: Pages built of the same parts are looked at once in a run: their address without numbers, and the classes on them.
_SHAPE = """() => location.pathname.replace(/[0-9]+/g, "0") + " " + [...new Set([...document.querySelectorAll("[class]")].flatMap(e => [...e.classList]))].sort().join(" ")"""
_seen: set[str] = set()
_OVERFLOW = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return "";
  const out = [...document.querySelectorAll("body *")].filter(e => { const r = e.getBoundingClientRect(); return r.width && r.right > wide + 1; });
  return out.slice(0, 4).map(e => `${e.localName}.${e.className} 到${Math.round(e.getBoundingClientRect().right)}像素`).join("，") || "整页";
}"""
_FOCUS = """() => {
  const e = document.activeElement, s = getComputedStyle(e), box = e.getBoundingClientRect();
  return {name: (e.innerText || e.value || e.labels?.[0]?.innerText || e.ariaLabel || "").trim(),
          seen: s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2 && box.width > 0 && box.bottom > 0 && box.top < innerHeight};
}"""


@cache
def _axe():
    # Installed with the browser's other needs; the fast tests collect this folder without them.
    from axe_playwright_python.sync_playwright import Axe

    return Axe()


class Person:
    """Opens pages as `username`, or as a stranger; what is wrong with any of them is kept in `troubles`."""

    def __init__(self, browser, address: str, username: str = "", *, scripts: bool = True, size=DESK, scale: int = 1, touch: bool = False):
        self.address, self.scripts, self.size, self.troubles, self.refused = address, scripts, size, [], set()
        self.context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, device_scale_factor=scale, locale="zh-CN", timezone_id="Asia/Shanghai",
            java_script_enabled=scripts, accept_downloads=True, has_touch=touch,
        )  # fmt: skip
        self.page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.page.on("pageerror", lambda error: self.trouble(f"脚本出错：{error}"))
        self.page.on("console", self._heard)
        self.page.on("request", self._asked)
        if username:
            self.sign_in(username)

    # -- What is wrong ---------------------------------------------------------------------------------------------

    def trouble(self, sentence: str) -> None:
        self.troubles.append(f"{self.page.url.removeprefix(self.address)}：{sentence}")

    def _heard(self, message) -> None:
        # The browser also writes down every 403 and 404; those the stories ask about themselves.
        # The block editor tries to style its placeholder in the page; the policy refuses, and nothing is missing.
        if "Applying inline style" in message.text and "/articles/" in self.page.url:
            return
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.trouble(f"控制台：{message.text[:200]}")

    def _asked(self, request) -> None:
        if request.url.startswith("http") and not request.url.startswith(self.address):
            self.trouble(f"请求了站外地址：{request.url}")

    def look(self) -> "Person":
        """Check the page that is open at a desk and on a phone: accessible, in Chinese, nothing cut off."""
        page = self.page
        page.wait_for_load_state()  # a click returns when the next page has begun to arrive
        html = _NO_WORDS.sub("", page.content())
        for sentence in english(html, _NAMES):
            self.trouble(f"英文：{sentence}")
        if (count := page.locator("h1").count()) != 1:
            self.trouble(f"有{count}个一级标题")
        if not self.scripts or (shape := f"{self.size} {page.evaluate(_SHAPE)}") in _seen:
            return self
        _seen.add(shape)
        for width, height in (DESK, PHONE) if self.size == DESK else (self.size,):
            page.set_viewport_size({"width": width, "height": height})
            if _PICTURES:
                page.screenshot(path=Path(_PICTURES) / f"{next(_number):03}-{width}.png", full_page=True)
            found = _axe().run(page, options={"preload": False}).response  # it would copy style sheets into the page, which its policy forbids
            assert found["passes"], "axe 没有运行"
            for fault in found["violations"]:
                if fault["impact"] in {"serious", "critical"}:
                    node = fault["nodes"][0]
                    self.trouble(f"{width}像素宽：{fault['id']}（{len(fault['nodes'])}处）{node['html'][:120]} {node['failureSummary'][:160]}")
            self._whole(width)
        if self.size == DESK:
            # What a page at 200 % zoom has room for on a screen of 1440.
            page.set_viewport_size({"width": ZOOMED[0], "height": ZOOMED[1]})
            self._whole(ZOOMED[0])
            page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
        return self

    def _whole(self, width: int) -> None:
        if over := self.page.evaluate(_OVERFLOW):
            self.trouble(f"{width}像素宽时横向溢出：{over}")

    # -- What a person does ----------------------------------------------------------------------------------------

    def open(self, path: str) -> "Person":
        self.answer = self.page.goto(self.address + path)
        return self.look()

    def follow(self, name: str, *, within: str = "main", exact: bool = False) -> "Person":
        """Click a link by its words."""
        link = self.page.locator(within).get_by_role("link", name=name, exact=exact).first
        with self.page.expect_navigation():
            link.click()
        return self.look()

    def press(self, name: str, *, exact: bool = False) -> "Person":
        """Click a button that sends a form."""
        button = self.page.get_by_role("button", name=name, exact=exact).first
        with self.page.expect_navigation():
            button.click()
        return self.look()

    def fill(self, label: str, value: str) -> "Person":
        self.page.get_by_label(label).first.fill(value)
        return self

    def choose(self, label: str, value: str) -> "Person":
        self.page.get_by_label(label).first.select_option(label=value)
        return self

    def download(self, name: str, to) -> str:
        """Click a link that hands over a file; where it was put."""
        with self.page.expect_download() as waiting:
            self.page.get_by_role("link", name=name, exact=True).first.click()
        path = to / waiting.value.suggested_filename
        waiting.value.save_as(path)
        return path

    def post(self, path: str, form: dict[str, str]):
        """What a forged form would get: the same cookies, no button."""
        token = next((c["value"] for c in self.context.cookies() if c["name"] == "csrftoken"), "")
        return self.context.request.post(self.address + path, form={**form, "csrfmiddlewaretoken": token}, max_redirects=0)

    def sign_in(self, username: str, password: str = PASSWORD) -> "Person":
        self.page.goto(self.address + "/desk/login/")
        self.fill("用户名", username).fill("密码", password)
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="登录").click()
        return self

    # -- What a person sees ----------------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        return self.page.locator("main").inner_text()

    @property
    def menu(self) -> list[str]:
        return [line.strip() for line in self.page.locator("#menu .nav").first.inner_text().splitlines() if line.strip()]

    def row(self, words: str):
        """The row of a table in which those words stand."""
        return self.page.locator("main tr").filter(has_text=words).first

    def buttons(self) -> list[str]:
        return [text.strip() for text in self.page.locator("main button, main a.button").all_inner_texts()]

    def tab_to(self, name: str, most: int = 60) -> None:
        """Reach a control with the Tab key alone, past the skip link, the focus visible at every step."""
        self.page.keyboard.press("Tab")
        assert self.page.evaluate(_FOCUS)["name"] == "跳到正文"
        self.page.keyboard.press("Enter")
        met = []
        for _ in range(most):
            self.page.keyboard.press("Tab")
            here = self.page.evaluate(_FOCUS)
            met.append(here["name"][:20])
            assert here["seen"], f"看不见焦点：{here['name']}"
            if here["name"].startswith(name):
                return
        raise AssertionError(f"按{most}次 Tab 键没有到达“{name}”：{met}")
