"""The desk's own frame: its menu, the stock screens it hides, its catalogue, its colours, what it loads."""

import gettext
import importlib.machinery
import importlib.util
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import get_resolver

from gongkai.accounts.roles import Role
from gongkai.ui import menu
from gongkai.ui.middleware import OPEN

UI = Path(settings.ROOT) / "gongkai" / "ui"


def labels(person) -> dict[str, list[str]]:
    from django.test import RequestFactory

    request = RequestFactory().get("/desk/")
    request.user = person
    return {entry.label: [child.label for child in entry.children] for entry in menu.entries(request)}


def test_the_menu_follows_the_post(people):
    coordinator, auditor, security = (labels(people[role]) for role in (Role.COORDINATOR, Role.AUDIT_ADMIN, Role.SECURITY_ADMIN))
    assert list(coordinator)[0] == "工作台" and {"信息发布", "政策文件", "依申请公开", "履责监督", "导入记录", "规则与日历", "机关与人员"} <= set(coordinator)
    assert "审计日志" not in coordinator and "审计日志" in auditor
    assert "政策文件" not in auditor and "政策文件" not in security
    assert "人员" in security["机关与人员"]


def test_nothing_of_wagtail_s_own_is_in_the_menu(people):
    for role, person in people.items():
        shown = str(labels(person))
        for stock in ("页面", "图像", "片段", "报告", "设置", "帮助", "Pages", "Snippets", "Settings"):
            assert f"'{stock}'" not in shown, role


def stock_names() -> list[str]:
    """Every named address under /desk/ whose view is Wagtail's and takes no argument."""

    def names(resolver, space=()):
        for entry in resolver.url_patterns:
            if hasattr(entry, "url_patterns"):
                yield from names(entry, (*space, entry.namespace) if entry.namespace else space)
            elif entry.name and not entry.pattern.converters and not entry.pattern.regex.groups and entry.callback.__module__.startswith("wagtail."):
                yield ":".join((*space, entry.name))

    return sorted(set(names(get_resolver("gongkai.urls_desk"))) - OPEN)


@pytest.mark.slow
def test_stock_screens_answer_that_there_is_nothing(at, people):
    from django.urls import NoReverseMatch, reverse

    browser, tried = at(people[Role.COORDINATOR]), 0
    for name in stock_names():
        try:
            address = reverse(name)
        except NoReverseMatch:
            continue
        if browser.get(address).resolver_match and not browser.get(address).resolver_match.func.__module__.startswith("wagtail."):
            continue  # ours stands before it
        tried += 1
        assert browser.get(address).status_code == 404, address
    assert tried > 20, f"只试了{tried}个"


def test_the_catalogue_in_use_is_the_one_we_wrote():
    loader = importlib.machinery.SourceFileLoader("messages", str(settings.ROOT / "tools" / "messages"))
    tool = importlib.util.module_from_spec(importlib.util.spec_from_loader("messages", loader))
    loader.exec_module(tool)
    for po in (UI / "locale").rglob("*.po"):
        with po.with_suffix(".mo").open("rb") as compiled:
            catalogue = gettext.GNUTranslations(compiled)
        written = {key: value for key, value in tool.entries(po).items() if key}
        assert written and {key: catalogue.gettext(key) for key in written} == written, "改了 .po 之后要运行 tools/messages"


# Colours

TOKENS = dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6});", (UI / "static" / "ui" / "tokens.css").read_text()))


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb (WCAG 2, 1.4.3)."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


TEXT = [
    *((ink, paper) for ink in ("ink", "ink-soft", "link", "seal", "overdue") for paper in ("paper", "paper-raised", "paper-sunk", "paper-hover")),
    *((f"{kind}", f"{kind}-wash") for kind in ("done", "pending", "risk", "overdue", "plain", "info")),
    *(("ink", f"{kind}-wash") for kind in ("done", "pending", "risk", "overdue", "info")),
    ("ink-on-dark", "seal"), ("ink-on-dark", "seal-deep"), ("ink-on-dark", "ink-panel"), ("ink-panel-soft", "ink-panel"), ("paper-raised", "done"), ("paper-raised", "overdue"), ("ink", "mark"), ("seal", "seal-wash"),
]  # fmt: skip


@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_stands_out_from_its_ground(ink, ground):
    assert contrast(TOKENS[ink], TOKENS[ground]) >= 4.5, f"--{ink} 在 --{ground} 上只有 {contrast(TOKENS[ink], TOKENS[ground]):.2f}"


@pytest.mark.parametrize(("edge", "ground"), [("line-strong", "paper"), ("line-strong", "paper-raised"), ("focus", "paper"), ("focus", "paper-raised"), ("focus", "paper-sunk"), ("seal", "paper")])
def test_edges_of_controls_and_focus_can_be_seen(edge, ground):
    assert contrast(TOKENS[edge], TOKENS[ground]) >= 3


def test_every_token_used_is_defined():
    css = "".join(path.read_text() for path in (UI / "static" / "ui").glob("*.css"))
    defined = set(re.findall(r"(--[a-z0-9-]+)\s*:", css))
    used = {name for name in re.findall(r"var\((--[a-z0-9-]+)", css)}
    assert not used - defined


def test_every_component_template_says_what_it_takes():
    silent = [path.name for path in (UI / "templates" / "ui").glob("*.html") if not path.read_text().startswith("{# ui/")]
    assert not silent


def test_every_component_is_on_the_specimen_page():
    page = (UI / "templates" / "ui" / "specimens.html").read_text()
    pages = {"desk", "public", "error", "specimens", "menu", "nonclassified", "field", "errors", "state", "deadline", "wagtail_scripts"}  # layouts, or drawn by a tag
    missing = [path.stem for path in (UI / "templates" / "ui").glob("*.html") if path.stem not in pages and not path.stem.startswith("public_") and f"ui/{path.name}" not in page]
    assert not missing, f"界面样例缺少：{missing}"
    for tag in ("{% field", "{% form_errors", "{% state", "{% deadline"):
        assert tag in page


@pytest.mark.slow
def test_pages_load_nothing_from_elsewhere_and_run_nothing_inline(at, people, records):
    browser = at(people[Role.COORDINATOR])
    for address in ("/desk/", "/desk/specimens/", "/desk/registers/documents/", "/desk/registers/documents/add/", "/desk/calendar/"):
        answer = browser.get(address)
        text = answer.content.decode()
        assert "script-src 'self'" in answer["Content-Security-Policy"] and "unsafe-inline" not in answer["Content-Security-Policy"].split("style-src-attr")[0]
        assert not re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", text), address
        assert not re.findall(r"<style|\sstyle=|\son(?:click|load|change|submit)=", text), address
        outside = [link for link in re.findall(r"(?:src|href|action)=[\"']?(https?:[^\"' >]+)", text) if "data-outside" not in text and "<link" in text and link.endswith((".js", ".css", ".woff2", ".png"))]
        assert not outside, outside


@pytest.mark.parametrize(
    ("text", "words", "html"),
    [
        ("制造业数字化", ["数字"], "制造业<mark>数字</mark>化"),
        ("<b>加粗", ["b"], "&lt;<mark>b</mark>&gt;加粗"),
        ("PLC与plc", ["plc"], "<mark>PLC</mark>与<mark>plc</mark>"),
        ("没有", ["找"], "没有"),
    ],
)
def test_found_words_are_marked_and_nothing_slips_through(text, words, html):
    from gongkai.ui.templatetags.gongkai_ui import marked

    assert marked(text, words) == html
