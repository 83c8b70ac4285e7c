"""What is screened and what is found: a draft of passages, and findings that point into them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, NamedTuple

Kind = Literal["text", "heading", "table", "image", "file", "link"]
REFUSE, WARN, HINT = "refuse", "warn", "hint"
SEVERITIES = {REFUSE: "必须改正", WARN: "请核对", HINT: "提示"}

#: Every rule, by key, as screens name it.
RULES = {
    "mark": "密级标识",
    "term": "用语",
    "id_number": "身份证号码",
    "old_id_number": "15位身份证号码",
    "mobile": "手机号码",
    "landline": "固定电话",
    "bank_card": "银行卡号",
    "home_address": "家庭住址",
    "names_with_money": "个人领款名单",
    "leader_title": "领导职务",
    "leader_left": "离任领导",
    "leader_order": "领导排序",
    "impossible_date": "日期不存在",
    "weekday": "星期不符",
    "date_range": "起止颠倒",
    "table_sum": "合计不符",
    "count": "数目不符",
    "sum": "分项与总数不符",
    "share": "占比之和",
    "expired": "失效文件",
    "number_form": "文号写法",
    "bad_link": "链接无效",
    "dead_link": "站内死链",
    "foreign_link": "站外链接",
    "no_alternative": "图片缺少替代文字",
    "empty_table": "空表格",
    "empty_heading": "空标题",
    "placeholder": "未填完",
    "punctuation": "标点",
    "width": "全角半角",
    "numbering": "序号不连续",
}


@dataclass(frozen=True, slots=True)
class Passage:
    """One block of a draft: a paragraph, a heading, a table, an image, a file, a link.

    `path` names the block to programs ("title", "body/3"), `label` to people (正文第3段). A table gives
    its `rows`; its text is then made of them, cells parted by tabs and rows by line breaks. A picture
    without text is read by its alternative text. `href` is the address of a link, a file or a picture.
    """

    path: str
    label: str
    text: str = ""
    kind: Kind = "text"
    rows: Sequence[Sequence[str]] | None = None
    alt: str = ""
    href: str = ""

    @property
    def written(self) -> str:
        """What findings point into: offsets count in this text."""
        if self.text:
            return self.text
        if self.rows:
            return "\n".join("\t".join(row) for row in self.rows)
        return self.alt

    def cell(self, row: int, column: int) -> tuple[int, int]:
        """Where a cell stands in `written`; the whole text when that was given apart from the rows."""
        if self.text or self.rows is None:
            return 0, len(self.written)
        start = sum(sum(map(len, line)) + len(line) for line in self.rows[:row])
        start += sum(len(text) + 1 for text in self.rows[row][:column])
        return start, start + len(self.rows[row][column])


@dataclass(frozen=True, slots=True)
class Draft:
    """A text before review, in reading order."""

    passages: Sequence[Passage]


class Dismissed(NamedTuple):
    """That a finding was looked at and left: why, by whom, when (ISO date)."""

    reason: str
    by: str
    on: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. `start` and `end` index the passage's `written`, and `quote` is what stands there.

    `basis` is short ("保密法 31(3)"), or says in words where a term comes from. `detail` tells apart
    findings in the same words whose grounds differ (the sum that was expected).
    """

    rule: str
    severity: str
    path: str
    start: int
    end: int
    quote: str
    why: str
    basis: str = ""
    suggestion: str = ""
    label: str = ""
    detail: str = ""
    dismissed: Dismissed | None = None

    @property
    def rule_label(self) -> str:
        return RULES[self.rule]

    @property
    def severity_label(self) -> str:
        return SEVERITIES[self.severity]

    @property
    def digest(self) -> str:
        """Alike for the same finding in the same words, wherever in the record they have moved to."""
        words = "".join(unicodedata.normalize("NFKC", self.quote).split())
        return sha256("\x1f".join((self.rule, words, self.detail)).encode()).hexdigest()
