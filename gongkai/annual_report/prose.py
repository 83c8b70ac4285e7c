"""The prose of the report: its parts, its tokens, its draft, and how near it is to last year's. Pure: numbers come in.

Tokens are the ledger's, with cells of the tables beside indicators:

    {{three/new_received/total}}         74
    {{three/new_received/total|较上年}}   较上年增加12件（增长19.4%）
    {{foi.received|均 answered_lawfully}} 均依据规定给予答复, or the exceptions by name
    {{年度}}                              2022

What people have to write themselves stands in the draft as 【请填写：…】, and no report goes out with it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from gongkai.ledger import tokens
from gongkai.text.figures import find_figures
from gongkai.text.tokens import SENTINEL, pieces

from .forms import Form
from .tables import Number

AGAINST_LAST_YEAR = "较上年"
TO_WRITE = re.compile(r"【请填写[^】]*】")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the prose: its section and heading. Those of section one are the five heads of 30号 一(一)."""

    key: str
    section: int
    heading: str


PARTS = (
    Part("proactive", 1, "（一）主动公开"), Part("on_request", 1, "（二）依申请公开"), Part("management", 1, "（三）政府信息管理"),
    Part("platform", 1, "（四）政府信息公开平台建设"), Part("supervision", 1, "（五）监督保障"),
    Part("problems", 5, ""), Part("other", 6, ""),
)  # fmt: skip
#: A house figure: how long the three sections are together, as offices' own notices ask for it. Nothing is refused for it.
LENGTH_GUIDE = 1000


def part(key: str) -> Part | None:
    return next((each for each in PARTS if each.key == key), None)


# -- What a token is worth ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Facts:
    """What the tokens are worth: numbers of this year and last year, claims in words, units for the trend."""

    year: int
    as_of_words: str
    numbers: Mapping[str, Number]
    last_year: Mapping[str, Number] = field(default_factory=dict)
    claims: Mapping[tuple[str, str], str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)

    def has(self, key: str) -> bool:
        return bool(self.numbers.get(key))


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text with its tokens worth something. `kind`: words, number, claim, date, fault or blank (still to be written)."""

    text: str
    kind: str = "words"
    key: str = ""


def resolved(text: str, facts: Facts) -> list[Piece]:
    """The text as it reads now."""
    out: list[Piece] = []
    for one in tokens.parse(text):
        if isinstance(one, tokens.Words):
            at = 0
            for gap in TO_WRITE.finditer(one.text):
                out += [Piece(one.text[at : gap.start()]), Piece(gap[0], "blank")]
                at = gap.end()
            out.append(Piece(one.text[at:]))
        else:
            out.append(_worth(one, facts))
    return [each for each in out if each.text]


def _worth(token: tokens.Token, facts: Facts) -> Piece:
    if token.form == tokens.YEAR:
        return Piece(str(facts.year), "date")
    if token.form == tokens.AS_OF:
        return Piece(facts.as_of_words, "date")
    if token.form == "均":
        said = facts.claims.get((token.key, token.claim))
        return Piece(token.phrase if said is not None and token.phrase and said.startswith("均") else said, "claim", token.key) if said is not None else Piece(token.source, "fault", token.key)
    number = facts.numbers.get(token.key)
    if number is None:
        return Piece(token.source, "fault", token.key)
    if token.form == AGAINST_LAST_YEAR:
        before = facts.last_year.get(token.key)
        return Piece(token.source, "fault", token.key) if before is None else Piece(trend(number, before, facts.units.get(token.key, "件")), "number", token.key)
    if token.form not in ("", "余"):
        return Piece(token.source, "fault", token.key)
    return Piece(tokens.rounded(number) if token.form == "余" else tokens.plain(number), "number", token.key)


def plain_text(parts: Sequence[Piece]) -> str:
    return "".join(each.text for each in parts)


def trend(now: Number, before: Number, unit: str) -> str:
    """This year against last, with the share where there is one to name."""
    if now == before:
        return "与上年持平"
    up = now > before
    share = ""
    if before:
        rate = (Decimal(abs(now - before)) * 100 / Decimal(before)).quantize(Decimal("0.1"), ROUND_HALF_UP)
        share = f"（{'增长' if up else '下降'}{rate}%）"
    return f"较上年{'增加' if up else '减少'}{tokens.plain(abs(now - before))}{unit}{share}"


def faults(text: str, facts: Facts) -> list[str]:
    """What keeps a text from being read as it stands, each as a sentence."""
    found = []
    for one in resolved(text, facts):
        if one.kind == "fault":
            trouble = "上年没有这个数字，请先登记上年的年度报告或删去比较" if AGAINST_LAST_YEAR in one.text and one.key in facts.numbers else "没有这个指标或表内还是空白"
            found.append(f"“{one.text}”：{trouble}。")
        elif one.kind == "blank":
            found.append(f"“{one.text}”还没有填写。")
    if text.count("{{") != len(tokens.TOKEN.findall(text)) or text.count("}}") != len(tokens.TOKEN.findall(text)):
        found.append("有不成对的“{{”或“}}”，请检查数据标记是否完整。")
    return found


# -- The draft ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Progress:
    """What the ledger's frozen account of the year says: material for section six."""

    title: str
    measures: int
    done: int
    rows: tuple[tuple[str, str, str], ...] = ()
    as_of_words: str = ""


#: With these words section six brings the ledger's table with it.
BELOW = "见下表"


def draft(form: Form, facts: Facts, progress: Progress | None = None) -> dict[str, str]:
    """A first text of every part, with tokens wherever a number is known. Only what there was is told of."""
    return {
        "proactive": _proactive(facts), "on_request": _on_request(form, facts), "management": _management(facts), "platform": _platform(facts),
        "supervision": _supervision(facts), "problems": _problems(facts), "other": _other(facts, progress),
    }  # fmt: skip


def _list(facts: Facts, *clauses: tuple[str, str]) -> list[str]:
    """The clauses whose number is there and not nothing."""
    return [words for key, words in clauses if facts.has(key)]


def _against(facts: Facts, key: str, lead: str = "，") -> str:
    return f"{lead}{{{{{key}|{AGAINST_LAST_YEAR}}}}}" if key in facts.last_year and key in facts.numbers else ""


def _sentence(parts: Sequence[str], joint: str = "，") -> str:
    return joint.join(parts) + "。" if parts else ""


def _proactive(facts: Facts) -> str:
    text = _sentence(["{{年度}}年，本机关通过网站主动公开政府信息{{publishing.articles}}条" + _against(facts, "publishing.articles")]) if facts.has("publishing.articles") else "{{年度}}年，【请填写：主动公开的重点领域和做法】。"
    if "two/item_1/normative/issued" in facts.numbers:
        text += "制发行政规范性文件{{two/item_1/normative/issued}}件，废止{{two/item_1/normative/repealed}}件，现行有效行政规范性文件{{two/item_1/normative/in_force}}件。"
    told = _list(
        facts, ("documents.interpretations", "发布政策解读{{documents.interpretations}}篇"), ("events.briefings", "举办惠企政策宣讲会{{events.briefings}}场"),
        ("benefits.updated", "更新惠企政策{{benefits.updated}}份"), ("consultation.drafts", "公开征求意见{{consultation.drafts}}次"),
        ("concerns.received", "回应社会关切{{concerns.received}}件"),
    )  # fmt: skip
    return text + (_sentence(["围绕政策落实，" + told[0], *told[1:]]) if told else "")


def _on_request(form: Form, facts: Facts) -> str:
    new, over, done, forward = (f"three/{row}/total" for row in ("new_received", "carried_over", "total_processed", "carried_forward"))
    if not facts.has(new) and not facts.has(over):
        text = "{{年度}}年，本机关新收政府信息公开申请{{" + new + "}}件，上年结转{{" + over + "}}件。"
    else:
        text = "{{年度}}年，本机关新收政府信息公开申请{{" + new + "}}件" + _against(facts, new) + "；上年结转{{" + over + "}}件，办结{{" + done + "}}件，结转下年度继续办理{{" + forward + "}}件。"
        results = _list(
            facts, ("three/granted/total", "予以公开{{three/granted/total}}件"), ("three/partial/total", "部分公开{{three/partial/total}}件"),
            ("three/denied", "不予公开{{three/denied}}件"), ("three/unable", "无法提供{{three/unable}}件"),
            ("three/unhandled", "不予处理{{three/unhandled}}件"), ("three/otherwise", "其他处理{{three/otherwise}}件"),
        )  # fmt: skip
        if facts.has(done) and results:
            text += "办结的申请中，" + _sentence(results)
        if ("foi.answered", "in_time") in facts.claims and facts.has(done):
            text += "办结的申请{{foi.answered|均 in_time}}。"
    suits, reviews = "four/suit/total", "four/reconsideration/total"
    if suits in facts.numbers and reviews in facts.numbers:
        text += "因政府信息公开申请行政复议{{" + reviews + "}}件，提起行政诉讼{{" + suits + "}}件。"
    return text


def _management(facts: Facts) -> str:
    told = _list(facts, ("publishing.secrecy_reviews", "对{{publishing.secrecy_reviews}}项拟公开信息进行保密审查"), ("documents.evaluations", "完成{{documents.evaluations}}份文件的实施效果评估"))
    return "严格执行信息发布三审三校和先审查后公开。" + (_sentence(["全年" + told[0], *told[1:]]) if told else "") + "【请填写：公开属性源头认定、规范性文件清理和目录维护的做法】"


def _platform(facts: Facts) -> str:
    told = _list(
        facts, ("publishing.wechat_posts", "微信公众号发布政策和解读类信息{{publishing.wechat_posts}}篇次"),
        ("publishing.infographics", "图解{{publishing.infographics}}篇次") if facts.has("publishing.wechat_posts") else ("", ""),
    )  # fmt: skip
    text = _sentence(told, "、") or "【请填写：网站和政务新媒体建设情况】"
    return text + ("全年网站和政务新媒体检查发现问题{{inspection.findings}}个，均已列入整改。" if facts.has("inspection.findings") else "")


def _supervision(facts: Facts) -> str:
    told = _list(facts, ("accountability.openness_reports", "{{年度}}年，局长办公会听取政务公开工作汇报{{accountability.openness_reports}}次"))
    return (_sentence(told) if told else "") + "【请填写：培训、考核、社会评议和责任追究情况】"


def _problems(facts: Facts) -> str:
    return "{{年度}}年，本机关政府信息公开工作存在的主要问题：一是【请填写：主要问题】；二是【请填写：主要问题】。\n下一步，【请填写：改进措施，与问题逐条对应；上年所列问题的改进情况】。"


def _other(facts: Facts, progress: Progress | None) -> str:
    text = ""
    if "fee/collected" in facts.numbers:
        text = "依据《政府信息公开信息处理费管理办法》，{{年度}}年本机关发出信息处理费收费通知{{fee/noticed}}件，总金额{{fee/billed}}元，实际收取信息处理费{{fee/collected}}元。"
    elif facts.year >= 2021:
        text = "依据《政府信息公开信息处理费管理办法》，{{年度}}年本机关【请填写：信息处理费，先在表格页填写三个数字，没有的填0】。"
    if progress:
        text += f"\n{progress.title}所列{progress.measures}项措施{'已全部完成，' if progress.done == progress.measures else '的'}落实情况{BELOW}{f'（截至{progress.as_of_words}）' if progress.as_of_words else ''}。"
    return text or "无其他需要报告的事项。"


# -- The figures on fees -----------------------------------------------------------------------------------------------

_FEE_SAID = (
    (re.compile(r"(?:发出|下达|送达)[^，。；]{0,8}(?:收费)?通知(?:书)?[^，。；]{0,6}$"), "件", "fee/noticed", "发出收费通知"),
    (re.compile(r"(?:通知|应收|应缴)[^，。；]{0,10}(?:总)?金额[^，。；]{0,6}$|(?:应收|应缴)[^，。；]{0,12}$"), "元", "fee/billed", "收费通知总金额"),
    (re.compile(r"(?:实际收取|实收|收取|实缴)[^，。；]{0,16}$"), "元", "fee/collected", "实际收取"),
)


def fee_doubts(cells: Mapping[str, Number], text: str = "") -> list[str]:
    """What does not agree among the fee figures of section six (109号), and between them and the text; each as a sentence."""
    noticed, billed, collected = (cells.get(key) for key in ("fee/noticed", "fee/billed", "fee/collected"))
    found = []
    if noticed is not None and billed is not None and bool(noticed) != bool(billed):
        found.append(f"发出收费通知{tokens.plain(noticed)}件，收费通知总金额却是{tokens.plain(billed)}元。")
    if billed is not None and collected is not None and collected > billed:
        found.append(f"实际收取{tokens.plain(collected)}元，多于本年收费通知总金额{tokens.plain(billed)}元；含上年发出的通知的，请在第六部分写明。")
    abandoned = cells.get("three/abandoned_fee/total")
    if noticed is not None and abandoned is not None and abandoned > noticed:
        found.append(f"逾期未缴费不再处理{tokens.plain(abandoned)}件，多于本年发出收费通知{tokens.plain(noticed)}件；含上年发出的通知的，请在第六部分写明。")
    for sentence in re.split(r"[。；;\n]", text):
        if "费" not in sentence:
            continue
        at = 0
        for figure in find_figures(sentence):
            lead, at = sentence[at : figure.start], figure.end
            for words, unit, key, label in _FEE_SAID:
                known = cells.get(key)
                if known is not None and figure.unit in (unit, "宗" if unit == "件" else unit) and words.search(lead):
                    if not figure.admits(known):
                        found.append(f"正文“{sentence[max(0, figure.start - 14) : figure.end]}”，{label}是{tokens.plain(known)}{unit}。")
                    break
    return found


# -- How near to last year's -------------------------------------------------------------------------------------------

SPAN = 4
#: From this share on a part is said to repeat last year's. A house figure: nothing is refused for it.
NEAR = Decimal("0.6")


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much of a text stood in last year's: `shared` of `total` runs of four characters, and the longest sentences taken over whole."""

    shared: int
    total: int
    repeated: tuple[str, ...] = ()

    @property
    def share(self) -> Decimal:
        return Decimal(self.shared) / Decimal(self.total) if self.total else Decimal(0)

    @property
    def percent(self) -> int:
        return int((self.share * 100).quantize(Decimal(1), ROUND_HALF_UP))

    @property
    def is_near(self) -> bool:
        return self.share >= NEAR


def likeness(now: str, before: str) -> Likeness:
    """The share of this year's runs of four neighbouring characters that also stand in last year's text; figures count as one and the same."""
    runs, held = _runs(now), _runs(before)
    known = {_bare(each) for each in re.split(r"[。；;！？\n]", before)}
    repeated = [each.strip() for each in re.split(r"[。；;！？\n]", now) if len(each.strip()) >= 12 and _bare(each) in known]
    return Likeness(sum((runs & held).values()), sum(runs.values()), tuple(dict.fromkeys(repeated)))


def _runs(text: str) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    stretch: list[str] = []
    for each in [*pieces(re.sub(r"\d+(?:\.\d+)?", "0", text)), SENTINEL]:
        if each == SENTINEL:
            found.update(tuple(stretch[n : n + SPAN]) for n in range(len(stretch) - SPAN + 1))
            stretch = []
        else:
            stretch.append(each)
    return found


def _bare(sentence: str) -> str:
    return re.sub(r"\W", "", re.sub(r"\d+(?:\.\d+)?", "0", sentence))


def length(text: str) -> int:
    """Characters without white space, as Word counts them."""
    return len(re.sub(r"\s", "", text))
