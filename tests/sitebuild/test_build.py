"""The public site: whole or not at all, and only what was released."""

import re
from datetime import date
from importlib import import_module

import pytest

from gongkai.ledger import actions
from gongkai.sitebuild import actions as sitebuild
from gongkai.sitebuild.actions import build, site_root
from gongkai.sitebuild.timers import build_site
from gongkai.sockets import Page, pages
from tests.factories.accounts import OfficeFactory, UserFactory
from tests.factories.foi import ApplicationFactory
from tests.factories.ledger import MeasureFactory, PlanFactory

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


def test_the_site_stands_on_its_own(office, plan):
    """Every address a page asks for is a file of the site; nothing is fetched from elsewhere, no script runs."""
    actions.publish(plan, by=UserFactory(office=office))
    folder = build(office).folder
    for path in folder.rglob("*.html"):
        html = path.read_text()
        assert "<script" not in html and "http://" not in html and "https://" not in html, path.name
        for address in re.findall(r'(?:href|src)="([^"#]*)"', html):
            target = (folder / address.lstrip("/")) if address.startswith("/") else (path.parent / address)
            assert target.exists() or (target / "index.html").exists(), f"{path.name} → {address}"


def test_a_build_that_fails_leaves_the_old_site_standing(office, plan, monkeypatch):
    actions.publish(plan, by=UserFactory(office=office))
    build(office)
    before, there = page(), sorted(path.name for path in site_root().iterdir())

    def broken():
        raise ValueError("模板出错")

    monkeypatch.setattr(sitebuild, "public_pages", lambda office: [Page("index.html", "首页", frozenset(), lambda: b"x"), Page("x.html", "坏页", frozenset(), broken)])
    with pytest.raises(ValueError, match="模板出错"):
        build(office)
    assert page() == before and sorted(path.name for path in site_root().iterdir()) == there


@pytest.mark.parametrize(
    ("paths", "sentence"),
    [
        pytest.param(["../outside.html"], "页面地址越界", id="越出目录"),
        pytest.param(["/etc/x.html"], "页面地址越界", id="绝对路径"),
        pytest.param(["a/index.html", "a/index.html"], "两个页面同一地址", id="同一地址"),
    ],
)
def test_an_address_out_of_place_stops_the_build(office, monkeypatch, tmp_path, paths, sentence):
    monkeypatch.setattr(import_module("gongkai.sockets.pages"), "_sources", {})
    pages("test", "试验")(lambda office_id: [Page(path, "页", frozenset(), lambda: b"x") for path in paths])
    with pytest.raises(ValueError, match=sentence):
        build(office)
    assert not (tmp_path / "outside.html").exists() and not (site_root() / "current").exists()


def test_old_builds_are_cleared_away_and_the_one_served_is_kept(office):
    for _ in range(4):
        last = build(office).folder
    folders = [path for path in site_root().glob("build-*")]
    assert len(folders) == 2 and (site_root() / "current").resolve() == last.resolve()


def test_the_timed_build_says_what_it_did(office):
    assert build_site() == "已生成2个页面"
    assert page("404.html") and office.name in page("index.html")
