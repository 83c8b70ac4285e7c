"""The incremental build: after whatever happened, and wherever it was cut off, the tree is the one a full build makes."""

import gzip

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai.publishing import log
from gongkai.publishing.models import Article
from gongkai.sitebuild import actions, tree
from gongkai.sitebuild.actions import Built, Busy, Followed, build, compare, follow
from gongkai.sitebuild.models import BuiltPage, PageKey, SiteBuild
from gongkai.sitebuild.queries import current, office_root, verify
from gongkai.sockets import Page, pages
from tests.factories.accounts import OfficeFactory

from .synthetic import Bureau, Deed, on_disk, plugged

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau(settings, tmp_path):
    settings.HOME = tmp_path
    with plugged(Bureau(OfficeFactory())) as made:
        yield made


def served(bureau) -> dict[str, bytes]:
    return {name: content for name, content in on_disk(office_root(bureau.office)).items() if not name.startswith("manifest:")}


def same_as_a_full_build(bureau) -> None:
    incremental = on_disk(office_root(bureau.office))
    assert verify(bureau.office).faults == []
    build(bureau.office)
    assert on_disk(office_root(bureau.office)) == incremental


def test_one_article_writes_its_own_pages_and_no_other(bureau):
    for column in (1, 1, 2):
        bureau.publish(column)
    build(bureau.office)
    bureau.publish(1, "新的通知")
    done = follow(bureau.office)
    assert done.written == {"a/4.html", "c/1/index.html", "feed.xml", "count/index.html"} and not done.removed
    assert "新的通知" in served(bureau)["c/1/index.html"].decode()
    assert follow(bureau.office).written == set(), "nothing new, nothing written"
    same_as_a_full_build(bureau)


def test_a_key_named_while_rendering_touches_the_page(bureau):
    """An article shows its column's name: it says so while it is rendered, and is rendered again when the name changes."""
    bureau.publish(2)
    build(bureau.office)
    bureau.rename(2, "政府文件")
    assert follow(bureau.office).written == {"a/1.html", "c/2/index.html"}
    assert "政府文件" in served(bureau)["a/1.html"].decode()
    same_as_a_full_build(bureau)


def test_what_is_withdrawn_is_gone_with_its_compressed_twins(bureau):
    number = bureau.publish(1, "误发的名单")
    build(bureau.office)
    assert {"a/1.html", "a/1.html.gz", "a/1.html.zst"} <= served(bureau).keys()
    bureau.withdraw(number)
    done = follow(bureau.office)
    assert done.removed == {"a/1.html"}
    assert not [name for name in served(bureau) if name.startswith("a/")]
    assert not BuiltPage.objects.filter(path="a/1.html").exists() and not PageKey.objects.filter(key="article:1", page__path="a/1.html").exists()
    for name, content in served(bureau).items():
        text = gzip.decompress(content) if name.endswith(".gz") else zstandard.decompress(content) if name.endswith(".zst") else content
        assert "误发的名单".encode() not in text, name
    same_as_a_full_build(bureau)


def test_withdrawn_content_does_not_stay_on_disk_in_an_older_folder(bureau):
    number = bureau.publish(1, "误发的名单")
    build(bureau.office)
    build(bureau.office)
    bureau.withdraw(number)
    follow(bureau.office)
    held = [path for path in office_root(bureau.office).rglob("*.html") if "误发的名单" in path.read_text()]
    assert held == []


def test_a_changed_navigation_builds_the_whole_site(bureau):
    bureau.publish(1)
    build(bureau.office)
    log.tell(Article(pk=1, office_id=bureau.office.pk, title="栏目"), Deed.TOUCHED, keys=["navigation"])
    assert isinstance(follow(bureau.office), Built)
    assert isinstance(follow(bureau.office), Followed)


def test_another_program_or_another_source_builds_the_whole_site(bureau):
    build(bureau.office)
    pages("more", "又一来源")(lambda office_id: [Page("more/index.html", "又一页", frozenset(), lambda: b"more")])
    assert isinstance(follow(bureau.office), Built) and served(bureau)["more/index.html"] == b"more"


def test_a_site_whose_rows_are_gone_is_built_again_and_served_meanwhile(bureau):
    """A database restored from an older backup doesn't know the folder that is served."""
    bureau.publish(1)
    folder = build(bureau.office).folder
    PageKey.objects.all().delete(), BuiltPage.objects.all().delete(), SiteBuild.objects.all().delete()
    assert current(bureau.office) is None and folder.is_dir()
    assert isinstance(follow(bureau.office), Built)
    assert verify(bureau.office).faults == []


def test_two_builders_at_once(bureau):
    with actions._builder(bureau.office):
        for verb in (build, follow):
            with pytest.raises(Busy, match="另一个生成程序正在生成这个网站"):
                verb(bureau.office)
    assert isinstance(follow(bureau.office), Built)


def test_two_offices_have_a_folder_each(bureau):
    bureau.publish(1)
    build(bureau.office)
    other = OfficeFactory(name="禾丰市统计局", short_name="统计局")
    build(other)
    assert office_root(other).parent == office_root(bureau.office)
    assert (office_root(other) / "current" / "a/1.html").is_file() and office_root(other) != office_root(bureau.office)
    follow(bureau.office)
    assert verify(other).faults == [] and verify(bureau.office).faults == []


def test_a_page_that_fails_does_not_keep_a_withdrawal_waiting(bureau, monkeypatch):
    for _ in range(2):
        bureau.publish(1)
    build(bureau.office)
    before = served(bureau)["c/1/index.html"]
    bureau.withdraw(1)
    whole = bureau._list
    monkeypatch.setattr(bureau, "_list", lambda *_: 1 / 0)
    done = follow(bureau.office)
    assert done.removed == {"a/1.html"} and set(done.failed) == {"c/1/index.html"} and "1个页面未能生成" in str(done)
    assert served(bureau)["c/1/index.html"] == before
    monkeypatch.setattr(bureau, "_list", whole)
    assert follow(bureau.office).written == {"c/1/index.html"}, "it is tried again although nothing more was told"
    same_as_a_full_build(bureau)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        pytest.param("a/../../x.html", "页面地址越界", id="越出目录"),
        pytest.param("b/1.html", "不在来源“试验文章”登记的地址之内", id="别人的地址"),
        pytest.param("desk/index.html", "遮住工作台", id="工作台"),
    ],
)
def test_an_address_out_of_place_stops_the_run_and_harms_nothing(bureau, monkeypatch, path, sentence):
    build(bureau.office)
    before = served(bureau)
    bureau.publish(1)
    with plugged(bureau):
        module = __import__("gongkai.sockets.pages", fromlist=["_sources"])
        pages("synthetic", "试验文章", prefixes=("a/", "c/", "feed.xml"), touch=lambda office_id, keys: [path], find=bureau.find)(module._sources["synthetic"].produce)
        with pytest.raises(ValueError, match=sentence):
            follow(bureau.office)
    assert served(bureau) == before
    follow(bureau.office)
    same_as_a_full_build(bureau)


def test_an_address_that_differs_only_in_case_is_refused(bureau, monkeypatch):
    bureau.publish(1)
    build(bureau.office)
    before = served(bureau)
    given = [Page(path, "页", frozenset(), lambda: b"x") for path in ("count/index.html", "Count/Index.html")]
    monkeypatch.setitem(__import__("gongkai.sockets.pages", fromlist=["_sources"])._sources, "count", pages_of(given))
    assert "不分大小写" in follow(bureau.office).failed["Count/Index.html"]
    assert "Count/Index.html" not in served(bureau) and served(bureau).keys() == before.keys()


def pages_of(given):
    from gongkai.sockets import PageSource

    return PageSource("count", "试验篇数", lambda office_id: given)


def test_the_sample_finds_a_page_somebody_changed_and_builds_anew(bureau):
    bureau.publish(1)
    build(bureau.office)
    assert compare(bureau.office) == []
    (office_root(bureau.office) / "current" / "a/1.html").write_text("被改过")
    found = compare(bureau.office)
    assert [(difference.path, difference.why) for difference in found] == [("a/1.html", "内容不同")]
    same_as_a_full_build(bureau)


def test_verification_names_every_kind_of_fault(bureau):
    for _ in range(3):
        bureau.publish(1)
    folder = build(bureau.office).folder
    (folder / "a/1.html").write_text("被改过")
    (folder / "a/2.html.gz").write_bytes(gzip.compress(b"x"))
    (folder / "a/3.html.zst").unlink()
    (folder / "a/9.html").write_text("多出来的")
    (folder / "c/1/index.html").unlink()
    BuiltPage.objects.filter(path="feed.xml").delete()
    faults = verify(bureau.office).faults
    assert {"内容与清单不符：a/1.html", "压缩文件与原文不符：a/2.html.gz", "缺少压缩文件：a/3.html.zst", "多余的文件：a/9.html", "缺少文件：c/1/index.html", "清单中有而记录中没有：feed.xml"} <= set(faults)


def test_a_link_to_what_is_gone_is_named(bureau, monkeypatch):
    bureau.publish(1)
    build(bureau.office)
    bureau.publish(1)
    monkeypatch.setattr(bureau, "_feed", lambda: b"<feed/>")
    monkeypatch.setattr(bureau, "_article", lambda number: b'<p><a href="/a/404.html">x</a></p>')
    done = follow(bureau.office)
    assert done.broken == {"a/404.html": "a/2.html"} and "页面 a/2.html 的链接 /a/404.html" in str(done)


# -- Any sequence of deeds, cut off anywhere -------------------------------------------------------------------------

DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("publish"), st.integers(1, 3)),
        st.tuples(st.just("correct"), st.integers(0, 30), st.integers(1, 3)),
        st.tuples(st.just("withdraw"), st.integers(0, 30)),
        st.tuples(st.just("rename"), st.integers(1, 3)),
        st.tuples(st.just("follow")),
        st.tuples(st.just("crash"), st.integers(1, 14)),
    ),
    min_size=3, max_size=16,
)  # fmt: skip


class Crash(BaseException):
    """The process is gone: nothing below may tidy up after it."""


def crash_at(step: int, monkeypatch) -> None:
    """Die at the step-th of the moments at which a file, the manifest or a row changes: half way through writing it, or before."""
    left = [step]
    for owner, name in ((tree.Tree, "_half"), (tree.Tree, "remove"), (tree, "_sync"), (tree.os, "replace"), (actions, "_store"), (tree.Tree, "forget")):
        whole = getattr(owner, name)

        def dying(*given, whole=whole, **named):
            left[0] -= 1
            if left[0] == 0:
                raise Crash
            return whole(*given, **named)

        monkeypatch.setattr(owner, name, dying)


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
@given(deeds=DEEDS)
def test_after_any_deeds_the_tree_is_what_a_full_build_makes(tmp_path_factory, settings, deeds):
    settings.HOME = tmp_path_factory.mktemp("site")
    with plugged(Bureau(OfficeFactory())) as bureau:
        build(bureau.office)
        for turn, (deed, *given_) in enumerate(deeds):
            public = bureau.public()
            if deed == "publish":
                bureau.publish(given_[0], f"通知{turn}")
            elif deed == "correct" and public:
                bureau.correct(public[given_[0] % len(public)], f"更正{turn}", given_[1])
            elif deed == "withdraw" and public:
                bureau.withdraw(public[given_[0] % len(public)])
            elif deed == "rename":
                bureau.rename(given_[0], f"栏目{turn}")
            elif deed == "follow":
                follow(bureau.office)
            elif deed == "crash":
                with pytest.MonkeyPatch.context() as patch:
                    crash_at(given_[0], patch)
                    try:
                        follow(bureau.office)
                    except Crash:
                        pass
        follow(bureau.office)
        same_as_a_full_build(bureau)


@pytest.mark.parametrize("step", range(1, 16))
def test_what_is_withdrawn_after_a_crash_does_not_stay(bureau, step):
    """The builder dies while it publishes; before it comes again the article is withdrawn, and its room no longer names the page."""
    build(bureau.office)
    bureau.publish(1, "误发的名单")
    with pytest.MonkeyPatch.context() as patch:
        crash_at(step, patch)
        try:
            follow(bureau.office)
        except Crash:
            pass
    bureau.withdraw(1)
    follow(bureau.office)
    assert not [name for name in served(bureau) if name.startswith("a/")]
    same_as_a_full_build(bureau)
