"""The index follows the log: nothing withdrawn shows or counts, at any moment, and what was killed goes on."""

import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
from datetime import date

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai.publishing import log
from gongkai.publishing.models import Article, Publication
from gongkai.search import actions, queries, shelf
from gongkai.search.engine import Damaged, Reading, Writing
from gongkai.search.timers import follow as timed
from tests.factories.accounts import OfficeFactory
from tests.factories.documents import InterpretationFactory, NormativeDocumentFactory

pytestmark = pytest.mark.django_db
TODAY = date(2022, 11, 30)


def ask(office, text, **how):
    return queries.ask(office.pk, text, on=TODAY, widen=False, **how)


def titles(office, text):
    found = ask(office, text)
    assert found.count == len(found.results), "all on one page"
    return {result.record.title for result in found.results}


def test_what_is_published_is_found_once_the_index_has_followed(office, press):
    press.publish("技术改造扶持办法", "设备投资三百万元以上的企业可以申请。")
    assert press.follow().rebuilt, "there was no index yet"
    assert titles(office, "设备投资") == {"技术改造扶持办法"}
    press.publish("数字化转型行动方案", "设备投资奖补")
    assert titles(office, "设备投资") == {"技术改造扶持办法"}, "not read yet"
    kept = press.follow()
    assert (kept.entries, kept.records, kept.rebuilt) == (1, 2, False)
    assert titles(office, "设备投资") == {"技术改造扶持办法", "数字化转型行动方案"}
    assert str(press.follow()) == "没有新的发布，现收录2条"


def test_between_withdrawal_and_commit_nothing_withdrawn_shows_counts_or_is_suggested(office, press):
    gone, kept = press.publish("已撤回的技改通知", "技改贴息"), press.publish("现行技改通知", "技改贴息")
    press.follow()
    press.withdraw(gone)
    found = ask(office, "技改")
    assert (found.count, [r.record.title for r in found.results]) == (1, [kept.title])
    assert dict(found.facets["kind"]) == {"article": 1} and dict(found.facets["year"]) == {"2022": 1}
    assert queries.suggest(office.pk, "已撤回") == []
    assert ask(office, "已撤会").nearby == [], "nor offered for what sounds like it"
    press.follow()
    assert titles(office, "技改") == {kept.title} and len(shelf.reading(office.pk)) == 1


def test_a_corrected_item_is_not_shown_in_its_old_words(office, press):
    article = press.publish("申报通知", "截止日期为三月一日")
    press.follow()
    press.correct(article, body="<p>截止日期为四月一日</p>")
    assert titles(office, "三月一日") == set() and titles(office, "四月一日") == set(), "the index doesn't know the new words yet"
    press.follow()
    assert titles(office, "三月一日") == set() and titles(office, "四月一日") == {"申报通知"}


def test_what_ceased_to_be_public_without_a_word_in_the_log_is_counted_off_too(office, press):
    article, other = press.publish("甲通知", "技改贴息"), press.publish("乙通知", "技改贴息")
    press.follow()
    Article.objects.filter(pk=article.pk).update(voided_at=timezone.now())
    found = ask(office, "技改贴息")
    assert (found.count, [r.record.title for r in found.results]) == (1, [other.title])


def test_the_interpretation_goes_with_its_document(office):
    document = NormativeDocumentFactory(office=office, title="扶持办法", number="青工信规〔2022〕77号")
    interpretation = InterpretationFactory(office=office, document=document, title="一图读懂扶持办法", published_on=date(2022, 3, 2))
    actions.rebuild(office)
    assert titles(office, "青工信规〔2022〕77号") == {"扶持办法", "一图读懂扶持办法"}
    document.live = False
    document.save()
    log.tell(document, "withdrawn", keys=[f"document:{document.pk}"])
    assert titles(office, "扶持办法") == set()
    interpretation.refresh_from_db()


def test_another_office_is_another_index(office, press):
    press.publish("本局通知")
    other = OfficeFactory(name="禾丰市工业和信息化局")
    actions.rebuild(other)
    press.follow()
    assert ask(other, "本局通知").count == 0 and ask(office, "本局通知").count == 1


def contents(office) -> dict:
    """What the index answers, whole: the keys, and for each what finds it and what does not."""
    reading = Reading(shelf.opened(shelf.standing(office.pk)))
    words = ["公开", "政务", "意见", "办", "公开政务", "2022"]
    return {"keys": sorted(reading.keys()), "at": reading.position, "found": {word: sorted(reading.ask([word], limit=100).keys) for word in words}}


STEPS = st.lists(st.tuples(st.sampled_from(["publish", "withdraw", "correct", "restore", "follow", "follow"]), st.integers(0, 9), st.text("公开政务意见办，2", min_size=1, max_size=9)), max_size=12)


@pytest.mark.slow
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_random_publishing_against_a_plain_reading_of_the_texts(office, press, steps):
    """After every step, search agrees with `in` over the texts as they are public: exactly once it has followed, and before that with nothing withdrawn or outdated."""
    press.follow()
    articles: list = []
    before = set(Article.objects.of(office).public().values_list("pk", flat=True))
    for deed, which, text in steps:
        if deed == "publish":
            articles.append(press.publish(f"题{text}", text))
        elif deed == "follow":
            press.follow()
        elif articles:
            article = articles[which % len(articles)]
            {"withdraw": press.withdraw, "restore": press.restore, "correct": lambda a, text=text: press.correct(a, title=f"题{text}", body=f"<p>{text}</p>")}[deed](article)
        for word in ("公开", "政务", "意", "见办"):
            public = {a.pk for a in Article.objects.of(office).public() if word in a.title or word in a.body} - before
            found = ask(office, word, results=100)
            shown = {int(r.record.key.partition(":")[2]) for r in found.results} - before
            assert found.count == len(found.results)
            assert shown <= public
            if shelf.reading(office.pk).position.number == log.position(office.pk):
                assert shown == public
    press.follow()
    followed = contents(office)
    actions.rebuild(office)
    assert contents(office) == followed, "following comes to what building anew comes to"
    for article in articles:
        press.withdraw(article)
    press.follow()


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["put", "drop", "commit"])
def test_killed_between_log_and_commit_the_next_follower_comes_to_the_same(office, press, monkeypatch, moment):
    first = press.publish("公开政务指南", "公开")
    press.follow()
    press.publish("政务公开意见", "公开意见")
    press.withdraw(first)

    def killed(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Writing, moment, killed)
        press.follow()
    assert titles(office, "公开") == set(), "the new one is not in yet, the old one hidden"
    assert press.follow().entries == 2
    followed = contents(office)
    actions.rebuild(office)
    assert contents(office) == followed
    assert titles(office, "公开") == {"政务公开意见"}


def test_a_writer_that_dies_for_good_leaves_the_last_commit_and_no_lock(office, press, tmp_path):
    """Killed with SIGKILL after it has added and before it commits."""
    press.publish("公开政务指南")
    press.follow()
    path = shelf.standing(office.pk)
    code = (
        "import fcntl, os, signal, sys, tantivy\n"
        "lock = open(sys.argv[2], 'w'); fcntl.flock(lock, fcntl.LOCK_EX)\n"
        "writer = tantivy.Index.open(sys.argv[1]).writer(15_000_000, 1)\n"
        "doc = tantivy.Document(); doc.add_text('key', 'article:9'); writer.add_document(doc)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    died = subprocess.run([sys.executable, "-c", code, str(path), str(shelf.folder(office.pk) / "lock")], check=False)
    assert died.returncode == -signal.SIGKILL
    press.publish("政务公开意见")
    assert press.follow().entries == 1
    assert [key for key in contents(office)["keys"] if key == "article:9"] == [] and len(contents(office)["keys"]) == 2


@pytest.mark.slow
def test_two_followers_at_once_are_one_follower(office, press):
    press.publish("公开政务指南")
    press.follow()
    press.publish("政务公开意见")
    with shelf.held(office.pk, wait=False):
        with pytest.raises(shelf.Busy):
            actions.follow(office)
        assert timed() == "另一个进程正在更新检索索引"
    assert press.follow().entries == 1

    # A rebuild waits for its turn.
    done = []
    with shelf.held(office.pk, wait=False):
        waiting = threading.Thread(target=lambda: done.append(_hold(office.pk)))
        waiting.start()
        waiting.join(0.3)
        assert not done
    waiting.join(5)
    assert done == ["held"]


def _hold(office_id):
    with shelf.held(office_id, wait=True):
        return "held"


DAMAGE = {
    "没有索引": lambda path: shutil.rmtree(path.parent),
    "目录不在": lambda path: shutil.rmtree(path),
    "目录文件是半个": lambda path: (path / "meta.json").write_text("{"),
    "段文件截断": lambda path: [os.truncate(file, 10) for file in path.glob("*.idx")],
    "段文件缺失": lambda path: [file.unlink() for file in path.glob("*.term")],
    "别的版本": lambda path: (path.parent / "current").unlink() or (path.parent / "current").symlink_to("v0-1"),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_missing_or_damaged_index_is_said_and_built_anew(office, press, damage, caplog):
    press.publish("公开政务指南")
    press.follow()
    damage(shelf.standing(office.pk))
    shelf._open.clear()  # as a process does that starts now
    with pytest.raises(Damaged):
        ask(office, "公开")
    assert queries.status(office.pk, log.position(office.pk)).trouble
    with caplog.at_level(logging.WARNING):
        assert press.follow().rebuilt
    assert any("检索索引不可用" in line.getMessage() and "现在重建" in line.getMessage() for line in caplog.records)
    assert titles(office, "公开") == {"公开政务指南"}


def test_damage_that_only_a_reader_meets_is_mended_by_the_next_follower(office, press):
    press.publish("公开政务指南")
    press.follow()
    shelf.report(office.pk)
    assert press.follow().rebuilt and not press.follow().rebuilt


def test_a_log_that_was_put_back_is_noticed(office, press):
    """A backup of the database is older than the index, and the office goes on publishing from there."""
    article = press.publish("公开政务指南")
    press.publish("将要丢失的通知")
    press.follow()
    lost = log.position(office.pk)
    Publication.objects.of(office).filter(number=lost).delete()
    Article.objects.filter(title="将要丢失的通知").delete()
    with pytest.raises(Damaged):
        ask(office, "公开")
    Publication.objects.of(office).update(at=timezone.now())
    from gongkai.publishing.models import PublicationHead

    PublicationHead.objects.filter(office=office).update(last=lost - 1)
    press.correct(article, title="公开政务指南（2022年版）")
    with pytest.raises(Damaged):
        ask(office, "公开")
    assert press.follow().rebuilt
    assert titles(office, "公开") == {"公开政务指南（2022年版）"}


def test_a_failed_rebuild_leaves_the_standing_index(office, press, monkeypatch):
    press.publish("公开政务指南")
    press.follow()
    standing = shelf.standing(office.pk)
    with monkeypatch.context() as patched, pytest.raises(MemoryError):
        patched.setattr(Writing, "commit", lambda self, position: (_ for _ in ()).throw(MemoryError))
        actions.rebuild(office)
    assert shelf.standing(office.pk) == standing
    assert [p.name for p in shelf.folder(office.pk).glob("v*")] == [standing.name]
    assert titles(office, "公开") == {"公开政务指南"}


def test_following_asks_the_same_number_of_queries_for_one_and_for_three(office, press):
    press.publish("公开一")
    press.follow()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    asked = []
    for many in (1, 3):
        for n in range(many):
            press.publish(f"公开{many}之{n}")
        with CaptureQueriesContext(connection) as queries_made:
            press.follow()
        asked.append(len(queries_made))
    assert asked[0] == asked[1]
