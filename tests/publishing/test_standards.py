"""Public pages against what they are measured by: the checker of HTML, the weight, the tags of 47号."""

import json
import os
import re
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from selectolax.lexbor import LexborHTMLParser

from tests.conftest import step_aside

from .standards import answered, built, office  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def checker() -> list[str]:
    """The command of the Nu Html Checker: $VNU_JAR, or the package vnu-jar that npm put beside the system's own."""
    java = shutil.which("java")
    jars = [os.environ.get("VNU_JAR", ""), *(f"{root}/node_modules/vnu-jar/build/dist/vnu.jar" for root in ("/usr/lib", "/usr/local/lib"))]
    jar = next((jar for jar in jars if jar and Path(jar).is_file()), None)
    if java is None or jar is None:
        step_aside("vnu", "没有找到 HTML 检查程序 vnu：运行 tools/ci-setup，或装好 Java 并用环境变量 VNU_JAR 指明 vnu.jar。")
    return [java, "-jar", jar, "--errors-only", "--asciiquotes"]


def test_no_page_has_an_error_of_html(built, answered, tmp_path):  # noqa: F811
    command, folder = checker(), tmp_path / "checked"
    for path, content in [*built.items(), *((f"live/{name}.html", content) for name, content in answered.items())]:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    (folder / "wrong.html").write_text('<!doctype html><html lang="zh-CN"><title>错</title><p><b>文<table><tr><td role="nothing"></table>')
    said = subprocess.run([*command, "--skip-non-html", str(folder)], capture_output=True, text=True, timeout=300).stderr
    lines = [line.replace(str(folder), "") for line in said.splitlines()]
    assert any("wrong.html" in line for line in lines), f"检查程序没有查出写错的一页：{said[:300]}"
    assert not [line for line in lines if "wrong.html" not in line]


STATED = ("ICP备00000000号", "党政机关网站标识", "我为政府网站找错", "公网安备", "网站地图", "网站标识码：0000000001", "主办单位：", "地址：", "电话：", "IPv6")


def test_every_page_has_what_a_government_site_owes(built, answered):  # noqa: F811
    """Tags of 47号, the foot, the way back, data that machines can parse; nothing in line, everything from the site itself."""
    troubles: list[str] = []
    for path, content in [*built.items(), *answered.items()]:
        text = content.decode()
        if path in ("bad_request", "denied", "failed"):  # said when nothing of ours may be counted on
            continue
        tree = LexborHTMLParser(text)
        tags = [(node.attributes["name"], node.attributes.get("content") or "") for node in tree.css("meta[name]")]
        names = [name for name, _ in tags]
        wrong = [f"没有内容的 {name}" for name, value in tags if not value.strip()]
        wrong += [f"重复的 {name}" for name in set(names) if names.count(name) > 1]
        wrong += [f"没有 {name}" for name in ("SiteName", "SiteDomain", "SiteIDCode", "Description") if name not in names]
        if path.startswith(("columns/", "xxgk/", "articles/", "documents/", "interpretations/", "guides/", "benefits/")) and "已撤回" not in text and path != "columns/index.html":
            wrong += [f"没有 {name}" for name in ("ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType") if name not in names]
        wrong += [f"页脚没有 {stated}" for stated in STATED if not re.search(stated, tree.css_first("footer").text())]
        if not tree.css_first("link[rel=canonical]"):
            wrong.append("没有规范地址")
        if path not in ("index.html", "404.html", "没有这一页") and [a.text() for a in tree.css("nav.crumbs a")][:1] != ["首页"]:
            wrong.append("没有当前位置")
        for node in tree.css("script[type='application/ld+json']"):
            said = json.loads(node.text())["@graph"]
            trail = [step["name"] for one in said if one["@type"] == "BreadcrumbList" for step in one["itemListElement"]]
            if trail and trail != [node.text() for node in tree.css("nav.crumbs li")]:
                wrong.append(f"机读的位置与页面不一致：{trail}")
            wrong += [f"日期不合 ISO 8601：{one['datePublished']}" for one in said if one["@type"] == "Article" and not datetime.fromisoformat(one["datePublished"])]
        wrong += ["行内样式" for _ in tree.css("style, [style]")]
        wrong += ["行内脚本" for node in tree.css("script:not([src])") if node.attributes.get("type") != "application/ld+json"]
        wrong += [f"站外的 {node.attributes}" for node in tree.css("script[src], link[rel=stylesheet], img[src]") if not (node.attributes.get("src") or node.attributes.get("href") or "").startswith("/")]
        troubles += [f"{path}：{one}" for one in wrong]
    assert not troubles, "\n".join(troubles[:30])


def test_no_page_weighs_150_kb(built, answered):  # noqa: F811
    """A page, its styles and its scripts, as they leave the server before compression; pictures aside."""
    heaviest = 0
    for path, content in [*built.items(), *answered.items()]:
        needs = {node.attributes.get("src") or node.attributes.get("href") for node in LexborHTMLParser(content.decode()).css("script[src], link[rel~=stylesheet]")}
        weight = len(content) + sum(Path(finders.find(name.removeprefix("/static/"))).stat().st_size for name in needs)
        assert weight < 150_000, f"{path}：{weight}字节"
        heaviest = max(heaviest, weight)
    assert heaviest > 20_000, "算上了样式和脚本"
