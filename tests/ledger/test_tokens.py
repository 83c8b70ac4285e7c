"""Texts that say where their numbers come from."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.ledger.tokens import (
    ClaimFacts,
    Token,
    claim_sentence,
    faults,
    keys,
    month_day,
    named,
    parse,
    plain,
    rounded,
    tokens,
)
from gongkai.sockets import all_indicators


@pytest.mark.parametrize(
    ("text", "key", "form", "claim", "phrase"),
    [
        pytest.param("{{foi.received}}", "foi.received", "", "", "", id="数字"),
        pytest.param("{{ events.enterprises | 余 }}", "events.enterprises", "余", "", "", id="约数，写了空格"),
        pytest.param("{{foi.received|均 answered_lawfully}}", "foi.received", "均", "answered_lawfully", "", id="均"),
        pytest.param("{{foi.received|均 answered_lawfully：均按时答复}}", "foi.received", "均", "answered_lawfully", "均按时答复", id="均，用本机关的话"),
        pytest.param("{{foi.received|均 answered_lawfully: 均按时答复 }}", "foi.received", "均", "answered_lawfully", "均按时答复", id="半角冒号"),
        pytest.param("{{截至}}", "截至", "截至", "", "", id="截至日期"),
        pytest.param("{{年度}}", "年度", "年度", "", "", id="年度"),
        pytest.param("{{foi.received|大约}}", "foi.received", "大约", "", "", id="不认识的写法原样留下"),
    ],
)
def test_a_token_reads(text, key, form, claim, phrase):
    (token,) = parse(text)
    assert (token.key, token.form, token.claim, token.phrase, token.source) == (key, form, claim, phrase, text)


def test_words_between_tokens_stand_as_written():
    text = "截至{{截至}}，收到{{foi.received}}件{，}}。"
    assert "".join(part.source if isinstance(part, Token) else part.text for part in parse(text)) == text
    assert [(t.start, t.end) for t in tokens(text)] == [(2, 8), (11, 27)]


@given(st.text(alphabet="{}|均余截至年度 foi.received：a件，\n", max_size=60))
def test_nothing_of_a_text_is_ever_lost(text):
    assert "".join(part.source if isinstance(part, Token) else part.text for part in parse(text)) == text


def test_dates_are_no_indicators():
    assert keys(["{{截至}}{{年度}}", "{{foi.received}}与{{foi.received|余}}", "{{events.briefings}}"]) == {"foi.received", "events.briefings"}


@pytest.mark.parametrize(
    ("number", "written"),
    [
        pytest.param(0, "0", id="零"),
        pytest.param(9, "9", id="个位数不写余"),
        pytest.param(99, "99", id="两位数不写余"),
        pytest.param(100, "100", id="整百不写余"),
        pytest.param(105, "100余"),
        pytest.param(115, "110余", id="留前两位"),
        pytest.param(1200, "1200", id="一千二百整"),
        pytest.param(1201, "1200余"),
        pytest.param(1299, "1200余"),
        pytest.param(Decimal("1200.5"), "1200余", id="小数部分也是余"),
        pytest.param(123456, "120000余"),
    ],
)
def test_more_than(number, written):
    assert rounded(number) == written


@given(st.integers(0, 10**9))
def test_more_than_never_says_too_much(number):
    said = rounded(number)
    floor = int(said.removesuffix("余"))
    assert floor < number if said.endswith("余") else floor == number


@pytest.mark.parametrize(("number", "written"), [(11, "11"), (Decimal("11.0000"), "11"), (Decimal("2.5000"), "2.5"), (0, "0"), (Decimal("100"), "100"), (1000000, "1000000")])
def test_a_number_as_prose_writes_it(number, written):
    assert plain(number) == written


FOI = ("依据规定给予答复", "尚在办理期限内", "未按期答复", "件")


@pytest.mark.parametrize(
    ("held", "pending", "failed", "exceptions", "phrase", "sentence"),
    [
        pytest.param(11, 0, 0, (), "", "均依据规定给予答复", id="全部符合"),
        pytest.param(11, 0, 0, (), "均依法按期答复", "均依法按期答复", id="全部符合，用本机关的话"),
        pytest.param(0, 0, 0, (), "", "无应依据规定给予答复的事项", id="一件也没有，不写均"),
        pytest.param(9, 2, 0, (), "均依法按期答复", "其中9件依据规定给予答复，2件尚在办理期限内", id="有未到期的，本机关的话也不能用"),
        pytest.param(10, 0, 1, ("3号应于3月29日答复，3月30日答复",), "", "其中10件依据规定给予答复，1件未按期答复（3号应于3月29日答复，3月30日答复）", id="一件逾期，写明是哪一件"),
        pytest.param(0, 0, 1, (), "", "其中1件未按期答复", id="没有一件符合"),
        pytest.param(1, 1, 2, ("甲", "乙"), "", "其中1件依据规定给予答复，1件尚在办理期限内，2件未按期答复（甲；乙）", id="三种都有"),
        pytest.param(0, 0, 7, tuple("甲乙丙丁戊己"), "", "其中7件未按期答复（甲；乙；丙；丁；戊等7件）", id="逾期的多，写五件与总数"),
    ],
)
def test_a_claim_says_all_only_when_it_is_so(held, pending, failed, exceptions, phrase, sentence):
    held_phrase, pending_phrase, failed_phrase, unit = FOI
    facts = ClaimFacts(held, pending, failed, held_phrase, pending_phrase, failed_phrase, unit, exceptions)
    assert claim_sentence(facts, phrase) == sentence


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.sampled_from(["", "均按时办结"]))
def test_all_is_written_only_when_true_of_all(held, pending, failed, phrase):
    said = claim_sentence(ClaimFacts(held, pending, failed, *FOI), phrase)
    assert ("均" in said) == (held > 0 and not pending and not failed)


KNOWN = {"foi.received": {"answered_lawfully"}, "events.briefings": set()}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("收到{{foi.received}}件，{{foi.received|均 answered_lawfully}}，截至{{截至}}。", [], id="都对"),
        pytest.param("{{foi.recieved}}", ["没有“foi.recieved”这个指标，请从指标表中选取"], id="指标写错"),
        pytest.param("{{events.briefings|均 held}}", ["指标“events.briefings”没有“held”这项断言"], id="没有这项断言"),
        pytest.param("{{foi.received|大约}}", ["“{{foi.received|大约}}”中的“大约”无法识别，可用“余”或“均 …”"], id="写法不认识"),
        pytest.param("收到{{foi.received件", ["有不成对的“{{”或“}}”，请检查数据标记是否完整"], id="括号没有合上"),
        pytest.param("收到foi.received}}件", ["有不成对的“{{”或“}}”，请检查数据标记是否完整"], id="括号没有打开"),
        pytest.param("收到11件", [], id="没有数据标记"),
    ],
)
def test_what_is_wrong_with_a_text_is_said(text, found):
    assert faults(text, KNOWN.get) == found


def test_a_day_is_written_without_its_year():
    assert month_day(date(2022, 11, 30)) == "11月30日"


def test_a_text_is_read_by_the_names_of_its_tokens():
    """Who looks back at what was written reads Chinese, not keys."""
    known = all_indicators()
    text = "截至{{截至}}，收到{{foi.received}}件，{{foi.received|均 answered_lawfully}}；惠及{{events.enterprises|余}}家，{{no.such}}。"
    assert named(text, known) == "截至〔截至〕，收到〔本年新收政府信息公开申请〕件，〔均依据规定给予答复〕；惠及〔宣讲会惠及企业（余）〕家，〔no.such〕。"
