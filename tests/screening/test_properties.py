"""Whatever the text: findings quote it, clean words before them only move them, and check digits tell numbers apart."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.screening.rules import Draft, Passage, Term
from gongkai.screening.rules.joined import Joined, half_width
from gongkai.screening.rules.personal import check_character, is_id_number, passes_luhn

from .desk import found, rules_and_quotes, screener

BY = screener([Term("青禾", "清河")])
PIECES = st.sampled_from([
    "攻府", "攻\u200b府", "关健", "青禾", "11010519491231002X", "１３８００１３８０００", "2022年2月30日", "2022年3月5日（星期五）", "国办公开办函〔2019〕60号", "副局长张建国", "机密★10年",
    "，，", "ａｂ", "①", "㎡", "…", "㍿", "ﬁ", "é", "か\u3099", "ｶﾞ", "한", "\u00ad", "\ufeff", "\0", "\n", "　", "🀄", "家庭住址：青禾市东路8号", "甲3件、乙4件，共计8件", "《", "XX", "一是甲。三是乙。",
])  # fmt: skip
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=8).map("".join)


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_a_finding_quotes_the_text_as_it_was_typed(texts):
    passages = [Passage(f"body/{n}", f"正文第{n}段", text) for n, text in enumerate(texts)]
    written = {p.path: p.written for p in passages}
    findings = BY.screen(Draft(passages))
    for finding in findings:
        assert 0 <= finding.start <= finding.end <= len(written[finding.path])
        assert written[finding.path][finding.start : finding.end] == finding.quote
        if finding.rule == "term":
            assert half_width(finding.quote) in {"攻府", "关健", "青禾", "法人代表"} or finding.suggestion
    keys = [(int(f.path.rsplit("/", 1)[1]), f.start, f.end) for f in findings]
    assert keys == sorted(keys)


@given(TEXTS)
def test_every_character_of_the_half_width_text_leads_back_to_what_it_was_made_of(text):
    joined = Joined([Passage("a", "", "前"), Passage("b", "", text)])
    typed = text.replace("\0", "\ufffd")
    for at in range(len("前\n\0\n"), len(joined.plain)):
        index, start, end = joined.place(at, at + 1)
        assert index == 1 and start < end <= len(typed)
        assert joined.plain[at] in half_width(typed[start:end])
    assert half_width(typed) == joined.plain[len("前\n\0\n") :]


@given(st.text(max_size=40))
def test_half_width_is_what_nfkc_makes_of_it_where_nothing_is_hidden_or_numbered(text):
    plain = half_width(text)
    if not re.search("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufff9-\ufffb\u00b2\u00b3\u00b9\u2070-\u2089\u2460-\u24ff\u2776-\u2793\u3220-\u3247\u3280-\u32b0…]", text):
        assert unicodedata.normalize("NFC", plain) == unicodedata.normalize("NFKC", text)


CLEAN = st.text(st.sampled_from("关于做好今年公开工作的说明和要求"), max_size=20).filter(lambda text: not rules_and_quotes(text, by=BY))


@given(CLEAN, st.lists(PIECES.filter(lambda p: p not in ("\0", "か\u3099")), max_size=5))
def test_clean_words_before_a_text_move_its_findings_and_change_nothing_else(clean, pieces):
    text = "。" + "。".join(pieces)
    before = [(f.rule, f.quote, f.start, f.severity) for f in found(text, by=BY) if f.rule not in ("mark", "punctuation")]
    after = [(f.rule, f.quote, f.start - len(clean), f.severity) for f in found(clean + text, by=BY) if f.rule not in ("mark", "punctuation")]
    assert after == before


@given(st.from_regex(r"(?:44|11|31)[0-9]{4}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|1[0-9]|2[0-8])[0-9]{3}", fullmatch=True), st.sampled_from("0123456789X"))
def test_just_one_character_closes_a_citizens_number(seventeen, last):
    assert is_id_number(seventeen + last) is (last == check_character(seventeen))


@given(st.from_regex(r"62[0-9]{14,16}", fullmatch=True), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_breaks_a_card_number(body, place, by):
    last = next(str(d) for d in range(10) if passes_luhn(body + str(d)))
    number = body + last
    place %= len(number)
    wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]
    assert passes_luhn(number) and not passes_luhn(wrong)


@pytest.mark.parametrize(("number", "valid"), [("11010519491231002X", True), ("440524188001010014", True), ("110105194912310021", False), ("910105194912310021", False)])
def test_numbers_printed_in_the_standard(number, valid):
    assert is_id_number(number) is valid
