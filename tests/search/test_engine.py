"""The engine finds what holds the words, all of it and nothing else, whatever is typed."""

import random
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai.search import rules
from gongkai.search.engine import Position, Reading, Writing, in_memory
from gongkai.search.phrases import Sample
from gongkai.sockets.searchables import Searchable
from gongkai.text.normalise import bare
from gongkai.text.tokens import SENTINEL, pieces


def record(pk: int, title: str, body: str = "", **facts) -> Searchable:
    return Searchable(key=f"article:{pk}", path=f"articles/{pk}.html", kind=facts.pop("kind", "article"), title=title, body=body, **facts)


def reading(*records: Searchable) -> Reading:
    return Reading(in_memory(records))


def keys(found) -> set[str]:
    return set(found.keys)


CHINESE = st.text("公开政务意见补贴企业申请答复期限", min_size=1, max_size=8)
PROSE = st.lists(CHINESE | st.sampled_from(["5G", "2022", "app", "，", "。", " ", "\n\n", "〔2022〕3号"]), max_size=12).map("".join)


@pytest.mark.slow
@given(st.lists(st.tuples(CHINESE, PROSE), min_size=1, max_size=6), st.integers(0, 99), st.integers(1, 8))
def test_any_stretch_of_a_public_text_finds_its_record(texts, start, length):
    held = reading(*(record(n, title, body) for n, (title, body) in enumerate(texts)))
    for number, text in enumerate(text for title_and_body in texts for text in title_and_body):
        # Punctuation parts two stretches, and so does a new paragraph.
        for run in " ".join(pieces(text.replace("\n\n", "。"))).split(SENTINEL):
            words = run.split()
            at = start % len(words) if words else 0
            # Chinese is cut anywhere, Latin words stay whole; words between Chinese characters need no blank.
            asked = "".join(words[at : at + length])
            if words and pieces(asked) == words[at : at + length]:
                assert f"article:{number // 2}" in keys(held.ask([asked], limit=50)), (text, asked)


@pytest.mark.slow
@given(st.lists(st.text("公开政务意见，", max_size=12), min_size=1, max_size=6), st.lists(st.text("公开政务意见", min_size=1, max_size=4), min_size=1, max_size=3))
def test_what_is_found_is_exactly_what_holds_every_word(texts, words):
    held = reading(*(record(n, text) for n, text in enumerate(texts)))
    found = held.ask([" ".join(words)], limit=50)
    assert keys(found) == {f"article:{n}" for n, text in enumerate(texts) if all(word in text for word in words)}
    assert found.count == len(found.keys)


@pytest.mark.slow
@given(
    st.lists(st.text("公开政务意5，", max_size=14), min_size=1, max_size=6),
    st.lists(st.text("公开政务意", min_size=3, max_size=8), max_size=6),
    st.lists(st.text("公开政务意5", min_size=1, max_size=9), min_size=1, max_size=2),
    st.booleans(),
)
def test_which_phrases_are_held_as_terms_changes_nothing_of_what_is_found_and_counted(texts, held, words, cut):
    """Whatever the list of common phrases, in records of the first commit and of a later one; the words are often cut from a text."""
    if cut and len(texts[0]) > 3:
        words, held = [texts[0][1:], *words[1:]], [*held, texts[0][:8].strip("5，"), texts[0][1:5].strip("5，")]
    records = [record(n, "题", text, kind=("article", "document")[n % 2]) for n, text in enumerate(texts)]
    index = in_memory(records[::2], common=[phrase for phrase in dict.fromkeys(held) if 3 <= len(phrase) and phrase.isalpha()])
    writing = Writing(index)
    for later in records[1::2]:
        writing.put(later)
    writing.commit(Position())
    writing.close()
    index.reload()
    with_list, plain = Reading(index), reading(*records)
    assert sorted(with_list.keys()) == sorted(plain.keys())
    for asked in (" ".join(words), *words):
        found, expected = with_list.ask([asked], limit=50), plain.ask([asked], limit=50)
        assert keys(found) == keys(expected)
        assert (found.count, found.facets) == (expected.count, expected.facets)
        if "5" not in asked and pieces(asked):  # Latin is found in whole words
            naive = {f"article:{n}" for n, text in enumerate(texts) if all("".join(part) in text for part in asked.replace("，", " ").split())}
            assert keys(found) == naive


def test_phrases_of_most_texts_are_held_and_chance_neighbours_are_not():
    chance = random.Random(5)
    texts = [f"市工业和信息化局{chance.choice('甲乙丙丁')}于{''.join(chance.choices('天地玄黄宇宙洪荒', k=30))}，5G网络" for _ in range(300)]
    sample = Sample()
    for text in texts:
        sample.add(text)
    found = sample.common(among=300)
    assert not {phrase for phrase in found if "，" in phrase or "网" in phrase}, "punctuation parts, and Latin is no Chinese"
    whole = "市工业和信息化局"
    assert set(found) >= {whole[start : start + length] for length in (3, 5, 8) for start in range(len(whole) - length + 1)}
    assert all(any(phrase in text for text in texts) and 3 <= len(phrase) <= 8 for phrase in found)
    assert all(sum(phrase in text for text in texts) >= 30 for phrase in found)
    assert sample.count == 300 and sample.common() == [], "so few texts are soon looked through"


NUMBERED = [
    record(1, "扶持办法", number="青工信规〔2022〕3号", index_number="11370000MB284/2022-00014"),
    record(2, "另一办法", "依据青工信规〔2022〕3号制定", number="青工信规〔2022〕13号", index_number="11370000MB284/2022-00015"),
    record(3, "第三办法", number="青工信规〔2021〕3号"),
]


@pytest.mark.parametrize("asked", ["青工信规〔2022〕3号", "青工信规[2022]3号", "青工信规（2022）3号", "青工信规(2022)第3号", "青工信规【２０２２】３号", "青工信规 〔2022〕 3 号", "〔2022〕3号", "[2022]3号"])
def test_a_number_is_found_however_its_brackets_are_typed(asked):
    found = reading(*NUMBERED).ask([asked], number=rules.asked_number(asked))
    assert found.keys[0] == "article:1"
    assert "article:3" not in found.keys, "another year"


@pytest.mark.parametrize("asked", ["11370000MB284/2022-00014", "11370000mb284／2022－00014", "11370000MB2842022-00014"])
def test_an_index_number_is_found_in_any_width_and_case(asked):
    assert reading(*NUMBERED).ask([asked], number=rules.asked_number(asked)).keys == ["article:1"]


def test_the_title_counts_more_than_the_body_and_the_newer_more_than_the_older():
    held = reading(
        record(1, "春季工作安排", "其中谈到技改贴息。" * 3, published_on=date(2022, 3, 1)),
        record(2, "技改贴息办法", "正文", published_on=date(2020, 3, 1)),
        record(3, "技改贴息办法", "正文", published_on=date(2022, 3, 1)),
    )
    assert held.ask(["技改贴息"]).keys == ["article:3", "article:2", "article:1"]
    assert held.ask(["技改贴息"], order=rules.NEWEST).keys == ["article:3", "article:1", "article:2"]


def test_facets_count_the_whole_result_and_not_one_page_of_it():
    held = reading(
        *(record(n, f"公开事项{n}", column="要闻", published_on=date(2022, 1, 1)) for n in range(30)),
        *(record(100 + n, "公开办法", kind="document", validity="有效", published_on=date(2021, 1, 1)) for n in range(5)),
        record(200, "无关"),
    )
    found = held.ask(["公开"], limit=10)
    assert (found.count, len(found.keys)) == (35, 10)
    assert dict(found.facets["kind"]) == {"article": 30, "document": 5}
    assert dict(found.facets["year"]) == {"2022": 30, "2021": 5}
    assert dict(found.facets["validity"]) == {"有效": 5}
    narrowed = held.ask(["公开"], chosen={"kind": "document", "year": "2021"})
    assert narrowed.count == 5 and all(key.startswith("article:10") for key in narrowed.keys)
    second = held.ask(["公开"], limit=10, offset=30)
    assert len(second.keys) == 5, "the last page"


def test_what_is_hidden_is_neither_shown_nor_counted_nor_suggested():
    held = reading(record(1, "公开指南"), record(2, "公开年报", number="青工信〔2022〕9号"))
    hidden = {"article:2"}
    found = held.ask(["公开"], hidden=hidden)
    assert (found.count, found.keys, dict(found.facets["kind"])) == (1, ["article:1"], {"article": 1})
    assert held.ask(["青工信〔2022〕9号"], number=rules.asked_number("青工信〔2022〕9号"), hidden=hidden).count == 0
    assert held.ask([], hidden=hidden).count == 1
    assert held.begin_with("公开", limit=8, hidden=hidden) == ["article:1"]
    assert held.sounding(["gon", "kai"], limit=8, hidden=hidden) == ["article:1"]


@pytest.mark.parametrize("typed", ["政务", "zhengwu", "zwgk", "工作要点", "gzyd", "ZWGK"])
def test_a_title_is_suggested_from_its_characters_its_pinyin_and_its_initials(typed):
    held = reading(record(1, "政务公开：工作要点"), record(2, "办事指南"))
    assert held.begin_with(typed, limit=8) == ["article:1"]


def test_synonyms_widen_and_the_words_as_typed_come_first():
    held = reading(record(1, "企业奖补资金申报"), record(2, "对企业补贴的说明"))
    also = rules.variants("对企业补贴", date(2022, 11, 30))
    assert [variant.also for variant in also] == ["奖补", "惠企"]
    assert held.ask(["对企业补贴", *(variant.text for variant in also)]).keys == ["article:2", "article:1"]
    assert rules.variants("对企业补贴", date(2021, 12, 31)) == [], "not before the list's date"


HOSTILE = [
    '"', '"公开', "公开 AND", "title:公开", "公开*", "(((((", "公开 OR 1=1 --", "';DROP TABLE publishing_article;--", "😀公开", "\x00公开", "公\x00开",
    "<script>alert(1)</script>", "公开" * 5000, "\ud800公开", "␞", "␞publication-log", "\\", "~^+-!{}[]:/", "​\ufeff", "𠮷", "é" * 300, "a" * 70000, "%00", "\r\n公开",
]  # fmt: skip


@pytest.mark.parametrize("words", HOSTILE)
def test_no_query_is_an_error(words):
    held = reading(record(1, "公开指南", "正文"), record(2, "𠮷祥"))
    found = held.ask([words], number=rules.asked_number(words), chosen={"kind": "article", "column": ""} if len(words) > 9 else None)
    assert set(found.keys) <= {"article:1", "article:2"}
    held.begin_with(words, limit=8)


@pytest.mark.slow
@settings(max_examples=20)
@given(st.text(max_size=40), st.text(max_size=80))
def test_any_text_can_be_indexed_and_asked_for(words, text):
    held = reading(record(1, text, text))
    found = held.ask([words], number=rules.asked_number(words))
    if bare(words) and pieces(words):
        assert found.count in (0, 1)
    held.begin_with(words, limit=3)
