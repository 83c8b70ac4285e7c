"""逐问定案: 补不补 → 该不该 → 有没有 → 给不给, one question at a time, each with the law beside it.

The answers lead to one result, and the result says everything that follows: the row of table three, the articles, the
letter, the remedies, what must be attached or kept. Plain Python, no clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from gongkai.letters.rules import Kind, kinds

from .result_rules import RESULTS, ROWS


class Option(NamedTuple):
    """One answer: `leads` is the next question's key, or a result."""

    key: str
    label: str
    leads: str


class Question(NamedTuple):
    key: str
    stage: str
    words: str
    basis: str
    law: str
    options: tuple[Option, ...]


def _q(key: str, stage: str, words: str, basis: str, law: str, *options: tuple[str, str, str]) -> Question:
    return Question(key, stage, words, basis, law, tuple(Option(*one) for one in options))


QUESTIONS = {
    question.key: question
    for question in (
        _q("clear", "补不补", "申请内容是否明确？", "条例 30", "内容不明确的，自收到之日起〈foi.correction_ask_days〉个工作日内一次性告知补正；收到补正后重新计算期限。",
           ("yes", "明确", "heard"), ("lapsed", "已告知补正，逾期未补正", "abandoned_fix"), ("still", "补正后仍不明确", "unclear_after_fix")),
        _q("heard", "该不该", "申请是否仍要办理？", "109号 6", "逾期未缴信息处理费的，视为放弃；申请人可以自行撤回。",
           ("yes", "要办理", "nature"), ("unpaid", "逾期未按收费通知缴费", "abandoned_fee"), ("withdrawn", "申请人主动撤回", "withdrawn")),
        _q("nature", "该不该", "它是不是一件政府信息公开申请？", "条例 39.1", "以申请公开的形式进行信访、投诉、举报的，不作为公开申请处理，可以告知相应渠道。",
           ("yes", "是公开申请", "repeated"), ("petition", "信访、投诉、举报", "petition"), ("publication", "要求提供公报、报刊、书籍等公开出版物", "publication"),
           ("confirm", "要求确认或重新出具已获取的信息", "confirm_or_reissue"), ("other", "以上都不是（如党务信息）", "other")),
        _q("repeated", "该不该", "是否重复，或者无正当理由大量反复？", "条例 36(6)", "同一申请人就相同信息向同一机关重复申请且已答复的，不予重复处理；数量、频次明显超过合理范围且理由不合理的，不予处理（第三十五条）。",
           ("no", "都不是", "special"), ("repeat", "同一申请人、相同信息，已答复过", "repeat"), ("massive", "大量反复，已要求说明理由且理由不合理", "massive")),
        _q("special", "该不该", "有关法律、行政法规对获取是否有特别规定？", "条例 36(7)", "工商、不动产登记资料等，依照有关法律、行政法规的规定办理。",
           ("no", "没有", "ours"), ("yes", "有，如不动产登记资料查询", "admin_query")),
        _q("ours", "有没有", "是否由本机关负责公开？", "条例 36(5)", "不属于本机关负责公开的，告知并说明理由；能够确定负责机关的，告知名称和联系方式。",
           ("yes", "由本机关负责", "found"), ("no", "不由本机关负责", "not_ours")),
        _q("found", "有没有", "经检索，本机关有没有现成的信息？", "条例 36(4)", "经检索没有的，告知不存在；需要对现有信息加工、分析的，可以不予提供（第三十八条）。检索过程应当留痕。",
           ("yes", "有", "public"), ("none", "没有", "not_exist"), ("make", "没有现成的，需要加工、分析", "need_creation")),
        _q("public", "给不给", "是否已经主动公开？", "条例 36(1)", "已经主动公开的，告知获取的方式、途径。",
           ("yes", "已主动公开", "already_public"), ("no", "没有", "open")),
        _q("open", "给不给", "可不可以公开？", "条例 36(3)", "公开为常态，不公开为例外；能够区分处理的，提供可以公开的部分并说明其余部分不公开的理由（第三十七条）。",
           ("yes", "可以全部公开", "granted"), ("partly", "部分可以公开", "partial"), ("no", "全部不予公开", "ground")),
        _q("ground", "给不给", "不予公开的理由是哪一项？", "条例 14", "国家秘密、法律行政法规禁止公开、危及三安全一稳定的，不予公开（第十四条）；损害第三方合法权益的，不得公开（第十五条）；内部事务、过程性信息和执法案卷可以不予公开（第十六条）。",
           ("secret", "国家秘密", "denied_secret"), ("law", "法律、行政法规禁止公开（规章不够）", "denied_law"), ("safety", "危及三安全一稳定", "denied_safety"),
           ("third", "损害第三方合法权益", "denied_third"), ("internal", "内部事务信息", "denied_internal"), ("process", "过程性信息", "denied_process"),
           ("case_file", "行政执法案卷", "denied_case_file")),
    )
}  # fmt: skip
FIRST = "clear"

#: What the file must hold for a result, beside the letter.
KEPT = {
    "denied_secret": "定密依据（只存编号，不存文件）", "denied_safety": "风险评估意见", "denied_third": "征求第三方意见的材料", "not_exist": "检索记录",
    "partial": "区分处理说明", "repeat": "原答复", "massive": "要求说明理由的告知书及申请人的说明", "unclear_after_fix": "补正告知书和补正材料",
    "abandoned_fix": "补正告知书的送达凭据", "abandoned_fee": "收费通知的送达凭据", "denied_law": "所依据的法律、行政法规条款",
}  # fmt: skip
_REFUSALS = {"denied_secret", "denied_law", "denied_safety", "denied_third", "denied_internal", "denied_process", "denied_case_file"}


class Decision(NamedTuple):
    """All that follows from a result."""

    result: str
    label: str
    row: str
    row_label: str
    articles: tuple[str, ...]
    letter: Kind
    encloses: str
    keeps: str

    @property
    def review_first(self) -> bool:
        """Whether the reply, since 2024, must send the applicant to 复议 first."""
        return self.letter.remedy == "review_first"


def decision(result: str) -> Decision:
    """What follows from a result."""
    known, letter = RESULTS[result], kinds()[result]
    articles = (known.basis, "条例 36(3)") if result in _REFUSALS else (known.basis,) if known.basis else ()
    labels = {row.key: row.label for row in ROWS}
    return Decision(result, known.label, known.row, labels[known.row], articles, letter, letter.encloses, KEPT.get(result, ""))


class Walk(NamedTuple):
    """How far the answers lead: what was answered, then the next question or the decision."""

    answered: tuple[tuple[Question, Option], ...]
    question: Question | None
    decision: Decision | None


def walk(answers: Sequence[str]) -> Walk:
    """Follow the answers (option keys, in order). One that the question does not know ends the walk there."""
    at, answered = FIRST, []
    for answer in answers:
        question = QUESTIONS[at]
        option = next((one for one in question.options if one.key == answer), None)
        if option is None:
            break
        answered.append((question, option))
        at = option.leads
        if at not in QUESTIONS:
            return Walk(tuple(answered), None, decision(at))
    return Walk(tuple(answered), QUESTIONS[at], None)


def paths(at: str = FIRST, before: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], str]]:
    """Every way through the tree: (answers, result)."""
    if at not in QUESTIONS:
        return [(before, at)]
    return [found for option in QUESTIONS[at].options for found in paths(option.leads, (*before, option.key))]
