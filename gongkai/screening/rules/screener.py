"""The screener: what an office knows, put to a draft."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date

from .citations import Lookup, judge_citations, judge_number_forms
from .days import Amiss, judge_days
from .findings import HINT, REFUSE, WARN, Draft, Finding, Passage
from .joined import Joined, half_width
from .layout import (
    Resolve,
    judge_numbering,
    judge_pairs,
    judge_placeholders,
    judge_punctuation,
    pairs_agree,
    trouble_with_link,
    trouble_with_picture,
)
from .leaders import LeaderFact, Leaders
from .marks import find_marks
from .personal import find_homes, find_numbers, names_with_money
from .sums import judge_sums, wrong_totals
from .terms import Matcher, Term

_SEVERITY = {
    "impossible_date": WARN, "weekday": WARN, "date_range": WARN, "sum": WARN, "count": HINT, "share": WARN, "expired": WARN, "number_form": HINT,
    "placeholder": WARN, "punctuation": HINT, "width": HINT, "numbering": HINT, "leader_title": WARN, "leader_left": WARN, "leader_order": WARN,
}  # fmt: skip

#: What each kind of number means for whoever publishes it: severity, why, suggestion.
_NUMBERS = {
    "id_number": (REFUSE, "这是有效的公民身份号码，公开前须去标识化", "隐去出生日期和顺序号，如“440***********1234”，或删去"),
    "old_id_number": (WARN, "像15位的旧身份证号码", "核对；是身份证号码的，隐去中间各位或删去"),
    "mobile": (WARN, "手机号码一般属于个人信息", "不是对外公布的工作电话的，隐去中间四位，如“138****1234”"),
    "landline": (HINT, "不是已登记的本机关对外电话", "核对是对外公布的办公电话；住宅电话应删去"),
    "bank_card": (WARN, "像银行卡号", "个人卡号只留末四位；对公收款账户请核对户名"),
}
_PRIVACY = "个人信息保护法 51"
# Published so that people call or pay: 咨询电话, 监督电话.
_OFFICIAL = re.compile(r"(?:咨询|监督|投诉|举报|服务|联系|办公|值班|受理|技术支持)[\u4e00-\u9fff]{0,4}(?:电话|热线|方式)[^。;\n\0]{0,20}$|传真[^。;\n\0]{0,6}$|热线[^。;\n\0]{0,8}$")


class Screener:
    """Explainable rules over a draft, offline. Takes what the office knows; reads no clock and no database.

    `terms` are entries or a compiled :class:`Matcher`; `documents` looks up a number's validity in other
    rooms; `own_hosts` are the hosts of the office's site; `resolve` says what stands at a path of it.
    """

    def __init__(
        self,
        terms: Matcher | Iterable[Term],
        leaders: Sequence[LeaderFact],
        documents: Lookup | None,
        today: date,
        *,
        own_hosts: Collection[str] = (),
        resolve: Resolve | None = None,
    ) -> None:
        self.terms = terms if isinstance(terms, Matcher) else Matcher(terms)
        self.leaders = Leaders(leaders, today)
        self.documents = documents
        self.today = today
        self.own_hosts = frozenset(host.lower() for host in own_hosts)
        self.resolve = resolve
        self._allowed_digits = {digits for form in self.terms.allowed if (digits := _digits(form))}

    def screen(self, draft: Draft) -> list[Finding]:
        """Everything found, in reading order."""
        joined = Joined(draft.passages)
        found = [
            *self._terms(joined),
            *self._numbers(joined),
            *self._homes(joined),
            *self._in_plain(joined),
            *self._as_typed(joined),
            *self._blocks(joined),
        ]
        order = {id(passage): index for index, passage in enumerate(draft.passages)}
        places = {passage.path: order[id(passage)] for passage in reversed(draft.passages)}
        unique: dict[tuple[str, str, int, int, str], Finding] = {}
        for finding in found:
            unique.setdefault((finding.rule, finding.path, finding.start, finding.end, finding.why), finding)
        return sorted(unique.values(), key=lambda f: (places[f.path], f.start, f.end, f.rule))

    def links(self, draft: Draft) -> list[Finding]:
        """What is wrong with where the draft leads, and nothing else."""
        return [found for passage in draft.passages if (found := self._link(passage))]

    def screen_numbers_and_terms(self, draft: Draft) -> list[Finding]:
        """The two passes that matter for volume: every term, and every number of a person."""
        joined = Joined(draft.passages)
        return [*self._terms(joined), *self._numbers(joined), *self._homes(joined)]

    # -- Where and what -----------------------------------------------------------------------------------------------

    def _at(self, joined: Joined, start: int, end: int, rule: str, severity: str, why: str, *, basis: str = "", suggestion: str = "", detail: str = "") -> Finding:
        index, first, last = joined.place(start, end)
        return _finding(joined.passages[index], first, last, rule, severity, why, basis, suggestion, detail)

    def _excused(self, quote: str) -> bool:
        """Whether the office's list says that this is never to be shown."""
        allowed = self.terms.allowed
        return bool(allowed) and (half_width(quote) in allowed or (_digits(quote) in self._allowed_digits))

    # -- Rules --------------------------------------------------------------------------------------------------------

    def _terms(self, joined: Joined) -> Iterator[Finding]:
        for term, start, end in self.terms.hits(joined.plain):
            why = term.why or (term.category or "用语表列出的写法") + (f"，应为“{term.right}”" if term.right else "")
            yield self._at(joined, start, end, "term", term.level, why, basis=term.source, suggestion=term.right)

    def _numbers(self, joined: Joined) -> Iterator[Finding]:
        plain = joined.plain
        for rule, start, end, sure in find_numbers(plain):
            severity, why, suggestion = _NUMBERS[rule]
            if rule == "id_number" and not sure:
                severity, why = WARN, "写作身份证号码，但校验位不符：可能写错，也可能不是身份证号码"
            elif rule == "landline" and _OFFICIAL.search(plain[max(0, start - 30) : start]):
                continue
            finding = self._at(joined, start, end, rule, severity, why, basis=_PRIVACY, suggestion=suggestion)
            if severity != REFUSE and self._excused(finding.quote):
                continue
            yield finding

    def _homes(self, joined: Joined) -> Iterator[Finding]:
        for start, end in find_homes(joined.plain):
            yield self._at(joined, start, end, "home_address", WARN, "像个人的详细住址", basis=_PRIVACY, suggestion="只写到镇街，如“某镇”；办公地址不受此限")

    def _in_plain(self, joined: Joined) -> Iterator[Finding]:
        plain = joined.plain
        amiss: list[Amiss] = [*judge_days(plain), *judge_sums(plain), *judge_citations(plain, self.today, self.documents), *judge_placeholders(plain)]
        amiss += [Amiss(*about) for about in self.leaders.found(plain)]
        for one in amiss:
            finding = self._at(joined, one.start, one.end, one.rule, _SEVERITY[one.rule], one.why, suggestion=one.suggestion, detail=one.why if one.rule in ("sum", "share", "count") else "")
            if not self._excused(finding.quote):
                yield finding

    def _as_typed(self, joined: Joined) -> Iterator[Finding]:
        told: set[tuple[int, str]] = set()
        for one in (*judge_punctuation(joined.typed), *judge_number_forms(joined.typed)):
            index, start, end = joined.place_typed(one.start, one.end)
            passage = joined.passages[index]
            if passage.kind == "link" or (one.rule != "number_form" and (passage.kind == "table" or (index, one.why) in told)):
                continue
            told.add((index, one.why))
            yield _finding(passage, start, end, one.rule, _SEVERITY[one.rule], one.why, "", one.suggestion, "")
        pairs = [] if pairs_agree(joined.typed) else [(index, one) for index, text in enumerate(joined.texts) for one in judge_pairs(text)]
        for index, one in (*pairs, *judge_numbering(joined.passages)):
            yield _finding(joined.passages[index], one.start, one.end, one.rule, _SEVERITY[one.rule], one.why, "", one.suggestion, "")

    def _blocks(self, joined: Joined) -> Iterator[Finding]:
        body_begun = False
        for passage, text in zip(joined.passages, joined.texts, strict=True):
            head = not body_begun
            body_begun = body_begun or ("/" in passage.path and bool(text.strip()))
            if "密" in text:
                for start, end in find_marks(text, head=head):
                    yield _finding(passage, start, end, "mark", REFUSE, "载有密级标识。本系统用于非涉密网络，不得录入涉密信息", "保密法 31(3)", "停止录入，按保密规定处理", "")
            if passage.kind == "heading" and not text.strip():
                yield _whole(passage, "empty_heading", WARN, "标题没有文字", "填写或删去")
            if passage.kind == "image" and (trouble := trouble_with_picture(passage.alt)):
                yield _whole(passage, "no_alternative", trouble[0], trouble[1], "用一句话写明图片内容")
            if astray := self._link(passage):
                yield astray
            if passage.kind == "table":
                yield from self._table(passage)

    def _link(self, passage: Passage) -> Finding | None:
        astray = trouble_with_link(passage.href, self.own_hosts, self.resolve) if passage.href or passage.kind == "link" else None
        return astray and _whole(passage, astray[1], astray[0], astray[2], astray[3], passage.href)

    def _table(self, passage: Passage) -> Iterator[Finding]:
        rows = [list(row) for row in passage.rows or ()]
        if not any(text.strip() for row in rows for text in row):
            yield _whole(passage, "empty_table", WARN, "表格没有内容", "填写或删去")
            return
        if found := names_with_money(rows):
            row, name, money = found
            why = f"表中“{rows[row][name].strip()}”和“{rows[row][money].strip()}”并列，逐人列出了领款情况"
            yield _finding(passage, *passage.cell(row, name), "names_with_money", WARN, why, _PRIVACY, "核对公示的依据和范围；确需公示的，隐去身份证号、账号、住址", "")
        for total in wrong_totals(rows):
            yield _finding(
                passage, *passage.cell(total.row, total.column), "table_sum", WARN, f"该列相加为{total.expected}，合计写的是{total.written}", "", total.expected, f"{total.row}:{total.column}:{total.expected}",
            )  # fmt: skip


def _finding(passage: Passage, start: int, end: int, rule: str, severity: str, why: str, basis: str, suggestion: str, detail: str) -> Finding:
    return Finding(rule, severity, passage.path, start, end, passage.written[start:end], why, basis, suggestion, passage.label, detail)


def _whole(passage: Passage, rule: str, severity: str, why: str, suggestion: str, detail: str = "") -> Finding:
    """A finding about a block that may hold no text at all."""
    return _finding(passage, 0, len(passage.written), rule, severity, why, "", suggestion, detail)


def _digits(text: str) -> str:
    return "".join(char for char in half_width(text) if char.isdecimal())
