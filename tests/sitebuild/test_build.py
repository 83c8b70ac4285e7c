"""The public site: whole or not at all, and only what was released."""

import gzip
import os
import re
from datetime import date
from importlib import import_module

import pytest
import typst
import zstandard
from click.testing import CliRunner
from django.urls import clear_url_caches
from django.urls import path as route
from hypothesis import given
from hypothesis import strategies as st

from gongkai.ledger import actions
from gongkai.publishing import log
from gongkai.publishing.models import Article
from gongkai.sitebuild.actions import build
from gongkai.sitebuild.commands import site
from gongkai.sitebuild.models import SiteBuild
from gongkai.sitebuild.queries import site_root, status, verify
from gongkai.sitebuild.rules import leads_to, links_of
from gongkai.sitebuild.timers import compare_all, follow_all
from gongkai.sitebuild.views import not_found
from gongkai.sockets import Page, pages, site_static
from tests.factories.accounts import OfficeFactory, UserFactory
from tests.factories.foi import ApplicationFactory
from tests.factories.ledger import MeasureFactory, PlanFactory

from .synthetic import Bureau, on_disk, plugged

pytestmark = pytest.mark.django_db
PLAN = "ledger/2022/index.html"


@pytest.fixture
def office(settings, tmp_path):
    settings.HOME = tmp_path
    return OfficeFactory()


@pytest.fixture
def plan(office):
    found = PlanFactory(office=office)
    MeasureFactory(plan=found, text="做好依申请公开。", progress="收到{{foi.received}}件。")
    return found


def page(name=PLAN) -> str | None:
    path = site_root() / "current" / name
    return path.read_text() if path.exists() else None


@pytest.mark.slow
def test_a_plan_is_public_from_its_release_until_its_withdrawal(office, plan):
    by = UserFactory(office=office)
    build(office)
    assert page() is None and plan.title not in page("index.html")
    actions.publish(plan, by=by)
    build(office)
    assert "做好依申请公开。" in page() and plan.title in page("index.html")
    actions.withdraw(plan, by=by, reason="表述有误")
    build(office)
    assert page() is None and plan.title not in page("index.html")


@pytest.mark.slow
def test_figures_are_public_only_once_frozen_and_stay_as_frozen(office, plan):
    by = UserFactory(office=office)
    actions.publish(plan, by=by)
    ApplicationFactory(office=office)
    build(office)
    assert "收到" not in page() and "落实情况将在年度账冻结后公布" in page()
    actions.freeze(plan, as_of=date(2022, 11, 30), today=date(2022, 12, 1), by=by)
    ApplicationFactory(office=office)
    build(office)
    assert "收到1件。" in page() and "截至2022年11月30日，第1版" in page()


@pytest.mark.slow
def test_the_site_stands_on_its_own(office, plan):
    """Whatever a page loads is a file of the site; nothing is fetched from elsewhere, and the one script is a file too."""
    actions.publish(plan, by=UserFactory(office=office))
    folder = build(office).folder
    for path in folder.rglob("*.html"):
        html = path.read_text()
        assert re.findall(r"<script([^>]*)>", html) in ([' src="/static/ui/public.js"'], [' src="/static/ui/public.js"', ' type="application/ld+json"']), path.name
        for address in re.findall(r'(?:<link rel="(?:icon|stylesheet|alternate stylesheet)" href|src)="([^"#]*)"', html):
            assert address.startswith("/") and (folder / address.lstrip("/")).is_file(), f"{path.name} → {address}"


def only(monkeypatch, *given: Page) -> None:
    """One source alone, with these pages and the two every site has."""
    monkeypatch.setattr(import_module("gongkai.sockets.pages"), "_sources", {})
    pages("test", "试验")(lambda office_id: [plain("index.html"), plain("404.html", "没有找到" * 100), *given])


def broken() -> bytes:
    raise ValueError("模板出错")


def plain(path: str, html: str = "x") -> Page:
    return Page(path, "页", frozenset(), html.encode)


@pytest.mark.slow
def test_a_build_that_fails_leaves_the_old_site_standing(office, plan, monkeypatch):
    actions.publish(plan, by=UserFactory(office=office))
    build(office)
    before, there = page(), sorted(path.name for path in site_root().iterdir())
    only(monkeypatch, plain("a.html"), Page("x.html", "坏页", frozenset(), broken))
    with pytest.raises(ValueError, match="页面“坏页”（x.html）未能生成：模板出错"):
        build(office)
    assert page() == before and sorted(path.name for path in site_root().iterdir()) == there
    assert SiteBuild.objects.filter(office=office).count() == 1


@pytest.mark.parametrize(
    ("paths", "sentence"),
    [
        pytest.param(["../outside.html"], "页面地址越界", id="越出目录"),
        pytest.param(["/etc/x.html"], "页面地址越界", id="绝对路径"),
        pytest.param(["a\\..\\x.html"], "页面地址越界", id="反斜线"),
        pytest.param(["a//x.html"], "页面地址不完整", id="空的一段"),
        pytest.param([".well/x.html"], "页面地址不能以点开头", id="隐藏"),
        pytest.param(["desk/index.html"], "会遮住工作台", id="遮住工作台"),
        pytest.param(["a.html.gz"], "与压缩文件重名", id="压缩文件"),
        pytest.param(["a/index.html", "a/index.html"], "两个页面同一地址", id="同一地址"),
        pytest.param(["a/index.html", "A/index.html"], "两个页面同一地址（不分大小写）", id="只差大小写"),
        pytest.param(["a", "a/index.html"], "与另一个页面或其目录重名", id="文件与目录重名"),
    ],
)
def test_an_address_out_of_place_stops_the_build(office, monkeypatch, tmp_path, paths, sentence):
    only(monkeypatch, *map(plain, paths))
    with pytest.raises(ValueError, match=sentence):
        build(office)
    assert not (tmp_path / "outside.html").exists() and not (site_root() / "current").exists()


def test_a_broken_link_stops_the_build_and_names_page_and_link(office, monkeypatch):
    only(monkeypatch, plain("a/index.html", '<a href="../b/">乙</a> <a href="https://example.com/c">外</a> <a href="#d">下</a>'))
    with pytest.raises(ValueError, match="站内链接打不开：页面 a/index.html 的链接 /b/"):
        build(office)
    assert not (site_root() / "current").exists()
    built = build(office, strict=False)
    assert built.broken == {"b/": "a/index.html"} and "站内链接打不开" in str(built)


def test_a_process_that_has_set_type_builds_without_forking(office, monkeypatch):
    printed = Page("a/form.pdf", "表", frozenset(), lambda: typst.compile(b"= A"))
    printed.render()  # from here on the typesetter's threads are in this process
    before = os.getpid()
    kept = Page("a/who.html", "谁", frozenset(), lambda: f"<!doctype html><p>{os.getpid()}".encode())
    only(monkeypatch, printed, plain("a/index.html"), kept)
    build(office, workers=2)
    assert str(before) in page("a/who.html") and (site_root() / "current" / "a/form.pdf").read_bytes().startswith(b"%PDF")


def test_a_link_quoted_in_a_text_is_no_link(office, monkeypatch):
    quoting = Page("a/index.html", "甲", frozenset(), lambda: '<!doctype html><p>写作 &lt;a href="/b/"&gt; 的链接</p><a href="c.html">丙</a>'.encode())
    only(monkeypatch, quoting, Page("a/c.html", "丙", frozenset(), lambda: b"<!doctype html>"))
    assert build(office).broken == {}


@given(st.lists(st.sampled_from(["/", "/b/", "b.html", "../c/?x=1#y", "https://example.cn/", "#z", "//a.cn/x", "mailto:a@b.cn", "/%E6%96%87/", "/d?a=1&amp;b=2", "", "javascript:x"]), max_size=6), st.sampled_from(["a.html", "a/b.html"]))
def test_no_link_escapes_the_quick_reading(values, path):
    html = "".join(f'<a class="x" href="{value}">甲="乙"</a><img alt="图" src="{value}"><form action="{value}"></form>' for value in values).encode()
    assert leads_to(path, html) == links_of(path, html)


def test_a_link_to_the_live_part_is_not_broken(office, monkeypatch):
    monkeypatch.setattr("gongkai.urls_public.urlpatterns", [route("search/", not_found)])
    clear_url_caches()
    only(monkeypatch, plain("a.html", '<form action="/search/"></form><a href="/">首页</a><a href="/a.html?x=1#y">自己</a>'))
    assert build(office).broken == {}
    clear_url_caches()


def test_text_is_kept_compressed_where_it_pays(office, monkeypatch):
    long, short, picture = "政务公开" * 400, "短", os.urandom(3000)
    only(monkeypatch, plain("long.html", long), plain("short.html", short), Page("p.png", "图", frozenset(), lambda: picture))
    folder = build(office).folder
    names = {path.name for path in folder.iterdir() if path.is_file()}
    assert {"long.html", "long.html.gz", "long.html.zst", "short.html", "p.png"} <= names
    assert not {"short.html.gz", "p.png.gz", "p.png.zst"} & names
    assert gzip.decompress((folder / "long.html.gz").read_bytes()).decode() == long
    assert zstandard.decompress((folder / "long.html.zst").read_bytes()).decode() == long


@pytest.mark.slow
def test_old_builds_are_cleared_away_and_the_one_served_is_kept(office):
    for _ in range(4):
        last = build(office).folder
    folders = [path for path in site_root().glob("build-*")]
    assert len(folders) == 2 and (site_root() / "current").resolve() == last.resolve()
    assert SiteBuild.objects.get(office=office).folder == last.name


@pytest.mark.slow
def test_the_timed_run_says_what_it_did(office):
    assert re.fullmatch(rf"{office.short_name}：已生成\d+个页面", follow_all())
    assert page("404.html") and office.name in page("index.html")
    assert follow_all() == f"{office.short_name}：跟进发布日志0条，更新0个页面，移除0个"
    assert compare_all() == f"{office.short_name}：抽查的页面与应有内容一致"


def test_the_timed_run_goes_on_to_the_next_office_when_one_fails(office, monkeypatch):
    other = OfficeFactory(name="禾丰市统计局", short_name="统计局")
    log.tell(Article(pk=1, office_id=other.pk, title="通知"), "published", keys=["article:1"])
    monkeypatch.setattr(import_module("gongkai.sockets.pages"), "_sources", {})
    pages("test", "试验")(lambda office_id: [Page("x.html", "坏页", frozenset(), broken)] if office_id == office.pk else [])
    with pytest.raises(ValueError, match="模板出错.*统计局：已生成"):
        follow_all()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_what_is_published_is_followed_at_once(settings, tmp_path):
    """Without waiting for the minute: the queue gets a run as soon as the log's row is committed."""
    settings.HOME, settings.SITE_FOLLOWS_AT_ONCE = tmp_path, True
    made = OfficeFactory()
    build(made, workers=1)
    told = log.tell(Article(pk=1, office_id=made.pk, title="通知"), "published", keys=["article:1"])
    assert status(made).position == told.number and status(made).waiting == 0


@pytest.mark.django_db(transaction=True)
def test_several_processes_make_the_same_site_as_one(settings, tmp_path, monkeypatch):
    settings.HOME = tmp_path
    made = OfficeFactory()
    with plugged(Bureau(made)) as bureau:
        for turn in range(30):
            bureau.publish(turn % 3 + 1)
        build(made, workers=1)
        alone = on_disk(site_root())
        build(made, workers=3)
        assert on_disk(site_root()) == alone and verify(made).faults == []
        monkeypatch.setattr(bureau, "_feed", broken)
        with pytest.raises(ValueError, match="模板出错"):
            build(made, workers=3)
        assert on_disk(site_root()) == alone


def test_the_commands_say_what_they_did(office, monkeypatch):
    said = CliRunner().invoke(site, ["status"])
    assert said.exit_code == 3 and "还没有生成过网站" in said.output
    only(monkeypatch, plain("a.html", '<a href="/b.html">乙</a>'))
    said = CliRunner().invoke(site, ["build", "--full"])
    assert said.exit_code == 3 and "页面 a.html 的链接 /b.html" in said.output
    said = CliRunner().invoke(site, ["build", "--full", "--lenient"], standalone_mode=False)
    assert said.return_value == 1 and f"已生成{len(site_static()) + 3}个页面" in said.output
    only(monkeypatch, plain("a.html"))
    assert "更新1个页面，移除0个" in CliRunner().invoke(site, ["build"]).output
    said = CliRunner().invoke(site, ["verify"], standalone_mode=False)
    assert said.return_value == 0 and said.output == f"核对了{len(site_static()) + 3}个文件，全部相符。\n"
    (site_root() / "current" / "a.html").write_text("被改过")
    said = CliRunner().invoke(site, ["verify"], standalone_mode=False)
    assert said.return_value == 1 and "内容与清单不符：a.html" in said.output
    assert "还有0条待跟进" in CliRunner().invoke(site, ["status"]).output
