"""Search finds a word wherever it stands, and nowhere else."""

import re
import sqlite3

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gongkai.text.normalise import nfkc
from gongkai.text.tokens import SENTINEL, flat, flat_query, pieces, query, streams, tokens


def found_by_positions(text: str, words: str) -> bool:
    """Phrase search as an index with positions does it."""
    index: dict[int, set[str]] = {}
    for token in tokens(text):
        index.setdefault(token.position, set()).add(token.text)
    return all(
        any(
            all(term in index.get(start + offset, ()) for offset, term in enumerate(phrase.terms))
            for start in index
        )
        for phrase in query(words)
    )


def found_by_fts5(text: str, words: str) -> bool:
    with sqlite3.connect(":memory:") as db:
        db.execute(
            "create virtual table t using fts5(x, tokenize=\"unicode61 remove_diacritics 0 categories 'L* N* Co So'\")"
        )
        db.execute("insert into t values (?)", [flat(text)])
        return bool(db.execute("select count(*) from t where t match ?", [flat_query(words)]).fetchone()[0])


CASES = [
    pytest.param("政务公开工作要点", "公开", True, id="词在中间"),
    pytest.param("政务公开工作要点", "务公", True, id="跨词"),
    pytest.param("政务公开工作要点", "点", True, id="末字"),
    pytest.param("政务公开工作要点", "要", True, id="单字"),
    pytest.param("政务公开工作要点", "公点", False, id="不相邻"),
    pytest.param("依法公开，工作有序", "开工", False, id="不跨标点"),
    pytest.param("５Ｇ基站建设", "5g基", True, id="全角与大小写"),
    pytest.param("建设5G网络", "设5G", True, id="字接拉丁词"),
    pytest.param("建设5G网络", "5", False, id="拉丁词不拆开"),
    pytest.param("办 公\n室", "办公室", True, id="排版空白"),
    pytest.param("办公室、法制科", "办公室 法制", True, id="两个词都要有"),
    pytest.param("办公室、法制科", "办公室 财务", False, id="缺一个词"),
    pytest.param("公", "公", True, id="独字"),
]


@pytest.mark.parametrize(("text", "words", "found"), CASES)
def test_a_word_is_found_by_positions(text, words, found):
    assert found_by_positions(text, words) is found


@pytest.mark.parametrize(("text", "words", "found"), CASES)
def test_a_word_is_found_by_sqlite(text, words, found):
    assert found_by_fts5(text, words) is found


@given(st.text("公开政务意见", min_size=1, max_size=12), st.text("公开政务意见", min_size=1, max_size=4))
def test_chinese_is_found_exactly_when_it_is_there(text, words):
    assert found_by_positions(text, words) is (words in text)
    assert found_by_fts5(text, words) is (words in text)


@given(st.text(max_size=60))
def test_any_text_gives_tokens_at_rising_positions_without_blanks(text):
    found = tokens(text)
    assert all(token.text and not re.search(r"\s", token.text) for token in found)
    assert [t.position for t in found] == sorted(t.position for t in found)
    assert len(flat(text).split()) == (found[-1].position + 1 if found else 0)


@example("\x08\U0003134b")  # a code point of a Chinese block that nobody has assigned, after a mark
@given(st.text(max_size=60) | st.text("公开 5gＡ，。_\n\u200b办", max_size=30))
def test_the_two_streams_are_the_pieces_and_the_pairs(text):
    assert streams(text) == (" ".join(pieces(text)), flat(text))


def found_by_streams(text: str, words: str) -> bool:
    """Phrase search as an index over the two streams does it."""
    ones, twos = (f" {stream} " for stream in streams(text))
    return all(f" {' '.join(p.pieces)} " in ones if p.open_ended else f" {' '.join(p.terms)} " in twos for p in query(words))


@pytest.mark.parametrize(("text", "words", "found"), [*CASES, pytest.param("建设5基站", "设5基", True, id="拉丁词后的单字"), pytest.param("建设5站", "设5基", False, id="拉丁词后的另一字")])
def test_a_word_is_found_by_streams(text, words, found):
    assert found_by_streams(text, words) is found


def test_a_sentinel_parts_two_clauses_once():
    assert flat("公开。”（解读）") == f"公开 开 {SENTINEL} 解读 读"


def test_normalising_leaves_no_invisible_marks():
    assert nfkc("公\u200b开\ufeff（ＡＢ）") == "公开(AB)"
