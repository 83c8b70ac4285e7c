"""Typed figures against what the records say. The texts are those of the published account of 2022."""

import pytest

from gongkai.exchange.reading import read
from gongkai.ledger.matching import Verdict, apply, propose, same_unit
from gongkai.ledger.reading import read_plan
from gongkai.ledger.tokens import AS_OF
from gongkai.sockets import all_indicators

NUMBERS = {
    "documents.normative_published": 4, "foi.received": 11, "benefits.updated": 4, "documents.interpreted": 5, "events.briefings": 9,
    "events.enterprises": 1234, "events.enterprise_times": 1500, "events.interviews": 13, "publishing.wechat_posts": 278,
    "publishing.infographics": 45, "consultation.drafts": 14, "consultation.opinions": 14, "documents.benefit_policies": 4,
    "documents.gazette_due": 4,
}  # fmt: skip


def proposals(text, numbers=None, *, failing=()):
    known = dict.fromkeys(all_indicators(), 0) | (NUMBERS if numbers is None else numbers)
    holds = {(key, claim.key): key not in failing for key, indicator in all_indicators().items() for claim in indicator.claims}
    return propose(text, all_indicators().values(), known, holds)


def told(found):
    return [(p.text, p.verdict.value, p.candidates[0].key if p.candidates else None) for p in found if not p.candidates or p.candidates[0].key != AS_OF]


#: Every figure and every 均 of the published account that records stand behind, in the order of the paper.
FIGURES = [
    ("4份", "documents.normative_published"), ("11件", "foi.received"), ("均依据规定给予答复", "foi.received"), ("4份", "benefits.updated"),
    ("5份", "documents.interpreted"), ("9场", "events.briefings"), ("1200余家", "events.enterprises"), ("9场", "events.briefings"),
    ("1200余家", "events.enterprises"), ("9场", "events.briefings"), ("13次", "events.interviews"), ("278篇次", "publishing.wechat_posts"),
    ("45篇次", "publishing.infographics"), ("14份", "consultation.drafts"), ("14份", "consultation.opinions"),
    ("均于征求意见结束后1月内反馈", "consultation.drafts"), ("4份", "documents.benefit_policies"), ("278篇次", "publishing.wechat_posts"),
    ("4份", "documents.gazette_due"),
]  # fmt: skip


@pytest.fixture(scope="module")
def texts(shared):
    (path,) = (shared / "seed").glob("*.txt")
    return [measure.progress or "" for measure in read_plan(read(path)).measures()]


@pytest.mark.shared
def test_every_figure_of_the_published_account_finds_its_indicator(texts):
    assert [line for text in texts for line in told(proposals(text))] == [(text, "一致", key) for text, key in FIGURES]


@pytest.mark.shared
def test_a_wrong_figure_finds_its_indicator_too(texts):
    """Every record is one off: each figure keeps its indicator and none agrees, except 余, which leaves room."""
    found = [line for text in texts for line in told(proposals(text, {key: number + 1 for key, number in NUMBERS.items()}))]
    assert [key for _, _, key in found] == [key for _, key in FIGURES]
    assert {text for text, verdict, _ in found if verdict == "一致"} == {"1200余家", "均依据规定给予答复", "均于征求意见结束后1月内反馈"}


@pytest.mark.shared
def test_all_is_disputed_when_the_records_name_an_exception(texts):
    found = [line for text in texts for line in told(proposals(text, failing={"foi.received", "consultation.drafts"}))]
    assert [(text, key) for text, verdict, key in found if verdict == "不一致"] == [
        ("均依据规定给予答复", "foi.received"), ("均于征求意见结束后1月内反馈", "consultation.drafts"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "numbers", "expected"),
    [
        pytest.param("开展宣讲会9场。", {"events.briefings": 9}, [("9场", "一致", "events.briefings")], id="一致"),
        pytest.param("开展宣讲会10场。", {"events.briefings": 9}, [("10场", "不一致", "events.briefings")], id="不一致"),
        pytest.param("修缮档案室3间，购置设备12台。", {}, [("12台", "无佐证", None)], id="无佐证"),
        pytest.param("宣讲会惠及企业1200家。", {"events.enterprises": 1200, "events.enterprise_times": 1500}, [("1200家", "一致", "events.enterprises")], id="家"),
        pytest.param(
            "宣讲会参会企业家次1500家次。", {"events.enterprises": 1200, "events.enterprise_times": 1500}, [("1500家次", "一致", "events.enterprise_times")],
            id="家次",
        ),
        pytest.param("宣讲会惠及企业1500家。", {"events.enterprises": 1200, "events.enterprise_times": 1500}, [("1500家", "不一致", "events.enterprises")], id="把家次写成家"),
        pytest.param("接受媒体采访十三次。", {"events.interviews": 13}, [("十三次", "一致", "events.interviews")], id="中文数字"),
        pytest.param("接受媒体采访１３次。", {"events.interviews": 13}, [("１３次", "一致", "events.interviews")], id="全角数字"),
        pytest.param("惠及1200余家企业。", {"events.enterprises": 1200}, [("1200余家", "不一致", "events.enterprises")], id="整1200家不能写余"),
        pytest.param("发布图解45篇次。", {"publishing.infographics": 45, "publishing.wechat_posts": 278}, [("45篇次", "一致", "publishing.infographics")], id="图解"),
        pytest.param("共{{events.briefings}}场宣讲会。", {}, [], id="已是数据标记"),
        pytest.param("于1月内反馈，按〔2022〕8号文落实“三审三校”。", {}, [], id="期限、文号和固定说法不是数字"),
    ],
)  # fmt: skip
def test_a_figure_is_judged(text, numbers, expected):
    assert told(proposals(text, numbers)) == expected


def test_a_disagreement_says_both_numbers():
    (found,) = proposals("开展宣讲会10场。", {"events.briefings": 9})
    assert found.note == "记录为9场，文中写作10场"


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [("份", "件", True), ("场", "次", True), ("篇", "篇次", True), ("家", "户", True), ("家", "家次", False), ("人", "人次", False), ("件", "家", False)],
)
def test_which_units_count_the_same_thing(a, b, same):
    assert same_unit(a, b) is same and same_unit(b, a) is same


def test_chosen_proposals_become_tokens_and_the_unit_stays():
    text = "截至11月30日，收到政府信息依申请公开11件，均依据规定给予答复。惠及1200余家企业。"
    found = proposals(text)
    assert {p.verdict for p in found} == {Verdict.AGREES}
    assert apply(text, [(p.start, p.end, p.candidates[0].token) for p in found]) == (
        "截至{{截至}}，收到政府信息依申请公开{{foi.received}}件，{{foi.received|均 answered_lawfully：均依据规定给予答复}}。"
        "惠及{{events.enterprises|余}}家企业。"
    )
