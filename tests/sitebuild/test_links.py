"""Links within the site: refused before a text goes out when they lead nowhere, and found wherever they stand."""

import json
from pathlib import Path
from tempfile import mkdtemp

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai.law.refusals import Refused
from gongkai.publishing import log
from gongkai.publishing.models import Article
from gongkai.reviewing import actions, bundles
from gongkai.screening.rules import Target
from gongkai.sitebuild import queries
from gongkai.sitebuild.actions import build, follow
from gongkai.sitebuild.links import _Reader, stands, sweep, sweep_tree
from gongkai.sitebuild.tree import Tree
from tests.factories.publishing import ArticleFactory
from tests.reviewing.conftest import article, cast, looked, office, text  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path


def out(office, column, **facts):  # noqa: F811
    made = ArticleFactory(office=office, column=column, published=True, **facts)
    log.tell(made, "published", keys=[f"article:{made.pk}", f"column:{column.pk}"])
    return made


def take_back(article):  # noqa: F811
    Article.objects.filter(pk=article.pk).update(live=False)
    log.tell(article, "withdrawn", keys=[f"article:{article.pk}", f"column:{article.column_id}"], reason="试")


def at(record) -> str:
    return f"/{Article.path_of(record.pk)}"


def refusal(work) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as caught:
        work()
    return [(o.code, o.sentence) for o in caught.value.objections]


@pytest.mark.slow
@pytest.mark.parametrize("way", ["没有生成过", "已经生成", "尚未跟进"])
def test_what_stands_at_an_address(office, article, way):  # noqa: F811
    """The same answer from the records, from the site as built, and while the site is behind the log."""
    if way == "尚未跟进":
        build(office)
    there, gone = out(office, article.column, title="在的"), out(office, article.column, title="撤回的")
    take_back(gone)
    if way == "已经生成":
        build(office)
    slug = article.column.slug
    for path, target in {
        at(there): Target.THERE, at(gone): Target.WITHDRAWN, at(article): Target.MISSING, "/": Target.THERE, "/index.html": Target.THERE, f"/columns/{slug}/": Target.THERE,
        f"/columns/{slug}": Target.THERE, f"/columns/{slug}/../{slug}/": Target.THERE, "/columns/none/": Target.MISSING, "/search/": Target.THERE, "/feedback/": Target.THERE, "/desk/": Target.MISSING,
        "/../../etc/passwd": Target.MISSING, "/%2e%2e/x": Target.MISSING, "/articles/0/99999999999999999999.html": Target.MISSING, "/\x00": Target.MISSING,
    }.items():  # fmt: skip
        assert stands(office.pk, path) is target, path


@pytest.mark.slow
def test_an_address_costs_a_handful_of_questions(office, article):  # noqa: F811
    build(office)
    there = out(office, article.column)
    follow(office)
    with CaptureQueriesContext(connection) as asked:
        assert stands(office.pk, at(there)) is Target.THERE and stands(office.pk, "/articles/0/999.html") is Target.MISSING
    assert len(asked) <= 12


def test_a_text_that_leads_nowhere_is_not_sent_for_review(office, article, cast):  # noqa: F811
    gone = out(office, article.column, title="旧通知")
    take_back(gone)
    article.body = text(f'见<a href="/articles/0/999.html">通知</a>和<a href="{at(gone)}">旧通知</a>。')
    article.save()
    assert refusal(lambda: actions.submit(article, by=cast.clerk)) == [
        ("screened", "筛查发现2处问题，其中2处必须改正：请改正，或逐条写明保留的理由"),
        ("dead_link", "正文1中的链接：站内没有“/articles/0/999.html”这个页面，请改为现有的页面，或去掉链接"),
        ("dead_link", f"正文1中的链接：站内地址“{at(gone)}”的内容已经撤回，请改为现行的页面，或去掉链接"),
    ]
    article.body = text(f'见<a href="{at(out(office, article.column))}#二">现行通知</a>，本页<a href="{at(article)}">网址</a>。')
    article.save()
    assert actions.submit(article, by=cast.clerk)


def test_what_was_taken_back_since_holds_up_the_release(office, article, cast, looked):  # noqa: F811
    other = out(office, article.column)
    article.body = text(f'见<a href="{at(other)}">通知</a>。')
    article.save()
    submission = actions.submit(article, by=cast.clerk)
    looked(submission)
    take_back(other)
    assert [code for code, _ in refusal(lambda: actions.release(submission, by=cast.coordinator))] == ["dead_link"]
    assert not Article.objects.public().filter(pk=article.pk).exists()


@pytest.mark.slow
def test_members_of_a_bundle_may_lead_to_each_other(office, article, cast, looked):  # noqa: F811
    other = ArticleFactory(office=office, section=cast.room, column=article.column, title="另一件", body=f'<p>见<a href="{at(article)}">通知</a>。</p>')
    assert [code for code, _ in refusal(lambda: actions.submit(other, by=cast.clerk))] == ["screened", "dead_link"]
    bundle = bundles.make(office, title="一并发布", items=[article, other], by=cast.clerk)
    for submission in bundles.submit(bundle, by=cast.clerk):
        looked(submission)
    bundles.release(bundle, by=cast.coordinator)
    assert Article.objects.public().filter(pk__in=[article.pk, other.pk]).count() == 2


@pytest.mark.slow
def test_every_page_is_swept(office, article):  # noqa: F811
    gone = out(office, article.column, title="撤回的")
    page = out(office, article.column, title="指向各处", body=f'<p>写着 href="/nowhere/" 的文字，<a href="/columns/{article.column.slug}/">栏目</a><a href="{at(gone)}">旧 通知</a><a href="https://else.example/x">站外</a></p>')
    build(office)
    assert sweep(office, workers=1).dead == []
    take_back(gone)
    follow(office)
    found = sweep(office, workers=1)
    assert [(dead.page, dead.link, dead.text, dead.why) for dead in found.dead] == [(at(page)[1:], at(gone), "旧 通知", "内容已撤回")]
    tree = Tree(queries.current(office) and queries.site_root() / queries.served(queries.site_root()))
    (tree.folder / "help" / "index.html").unlink()
    assert {(dead.link, dead.why) for dead in sweep(office, workers=1).dead} == {("/help/", "没有这个页面"), (at(gone), "内容已撤回")}
    assert sweep(office, workers=2).dead == sweep(office, workers=1).dead


ADDRESSES = (
    "/a.html", "/a.html?x=1#y", "/gone.html", "/c/", "/c", "c/", "../c/", "gone.html", "/c/./", "/c//", "/%61.html", "/no%20where", "#x", "?q", "", "mailto:a@b",
    "//else.example/", "https://own.example/taken.html", "/taken.html", "/search/", "/a&#46;html", "/gone.htm&#108;", "/写",
)  # fmt: skip
LINKS = st.builds(
    lambda tag, name, before, after, quote, address: f"<{tag} {name}{before}={after}{quote}{address}{quote or ' '}>",
    st.sampled_from(["a", "img", "form", "link rel=canonical"]), st.sampled_from(["href", "HREF", "src", "Src", "action", "data-href", "title"]), st.sampled_from(["", "", " ", "\n", "  "]), st.sampled_from(["", "", " ", "\t"]),
    st.sampled_from(['"', '"', "'", ""]), st.sampled_from(ADDRESSES),
)  # fmt: skip
TEXTS = st.sampled_from(["文字", " x = y ", 'href="/gone.html"', "src=/gone.html", "a=b", "<main>", "</main>", "<!-- <a href='/gone.html'> -->"])


@pytest.mark.slow
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.lists(LINKS | TEXTS, max_size=5).map("".join), min_size=3, max_size=3))
def test_the_sweep_finds_what_reading_every_tag_finds(tmp_path, contents):
    """However links are written, and wherever on a page they stand: what the quick look passes over is not dead."""
    folder = Path(mkdtemp(dir=tmp_path))
    tree = Tree(folder / "build-1")
    tree.lay_out()
    head = f"<body><header>{contents[0]}</header><main>"
    pages = {"a.html": head + contents[1], "c/index.html": head + contents[2], "taken.html": contents[0]}
    for path, content in pages.items():
        tree.lay(path, f"<!doctype html><title>页</title>{content}</main><footer>{contents[0]}</footer>".encode())
    tree.lay_manifest(dict.fromkeys(pages, ""))
    slow = _Reader(tree, "own.example", frozenset({"taken.html"}))
    expected = sorted(dead for path in pages for dead in slow._closely(path, tree.content(path)))
    assert sweep_tree(tree, domain="own.example", withdrawn=frozenset({"taken.html"}), workers=1).dead == expected


@pytest.mark.slow
def test_the_command_lists_them_and_ends_accordingly(office, article):  # noqa: F811
    from click.testing import CliRunner

    from gongkai.sitebuild.commands import site

    assert "还没有生成过网站" in CliRunner().invoke(site, ["links"]).output
    gone = out(office, article.column)
    page = out(office, article.column, body=f'<p><a href="{at(gone)}">旧通知</a></p>')
    build(office)
    fine = CliRunner().invoke(site, ["links"], standalone_mode=False)
    assert fine.return_value == 0 and "站内链接全部有效" in fine.output
    take_back(gone)
    follow(office)
    told = CliRunner().invoke(site, ["links"], standalone_mode=False)
    assert told.return_value == 1 and f"{at(page)[1:]}：链接“旧通知”指向 {at(gone)}，内容已撤回" in told.output
    assert json.loads(CliRunner().invoke(site, ["links", "--json"], standalone_mode=False).output)["dead"][0]["page"] == at(page)[1:]
