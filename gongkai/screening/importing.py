"""A list of wording read from a table: what can be kept, and what is wrong in which row."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from gongkai.exchange.tables import Column, RowError, TableSpec, read_table

from . import rules
from .rules.joined import half_width

LIMIT = 200_000  # terms; the automaton of as many takes a few seconds to build

# The words of inspection reports are taken as well: 否决, 高, 中, 低.
_LEVELS = (
    *rules.LEVELS.items(), (rules.REFUSE, "否决"), (rules.WARN, "高"), (rules.WARN, "中"), (rules.HINT, "低"), (rules.ALLOW, "放行"),
)  # fmt: skip

SPEC = TableSpec(
    name="terms", label="用语表", key=("wrong",),
    columns=(
        Column("wrong", "出现形式", required=True, max_length=100, aliases=("错误用语", "错词", "敏感词"), help="文中出现就提示的写法，至少两个字"),
        Column("right", "应为", max_length=200, aliases=("应为/规则", "正确用语", "建议"), help="正确的写法；没有可不填"),
        Column("level", "级别", kind="choice", choices=_LEVELS, help="必须改正、请核对、提示；“不作提示”用于本机关电话等看似有误而正确的写法。不填为请核对"),
        Column("category", "类别", max_length=40),
        Column("why", "说明", max_length=200),
        Column("source", "依据或来源", max_length=200, aliases=("依据", "来源")),
        Column("exceptions", "例外", max_length=300, help="含有该形式而并无错误的较长写法，用分号隔开，如“逐条列出；分条列”"),
    ),
)  # fmt: skip


@dataclass(slots=True)
class TermsReading:
    """What a file holds: the terms that can be kept, what is wrong by row, what was noticed on the way."""

    terms: list[rules.Term] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def read_terms(path: Path, name: str) -> TermsReading:
    """Read a list of wording from xlsx, csv, tsv and what else tables come in. Raises Unreadable with a sentence."""
    table = read_table(path, SPEC, name=name)
    found = TermsReading()
    seen: dict[str, str] = {}
    for row in table:
        if row.duplicate_of is not None:
            found.errors.append(RowError(row.number, "出现形式", f"与第{row.duplicate_of}行重复。请留下一行。", row.place))
            continue
        if row.errors:
            found.errors += row.errors
            continue
        value = row.values
        form = half_width(value["wrong"]).strip()
        if len(form) < 2:
            found.errors.append(RowError(row.number, "出现形式", f"“{value['wrong']}”太短，会把许多正确的文字标出来。请写两个字以上。", row.place))
        elif form in seen:
            found.errors.append(RowError(row.number, "出现形式", f"“{value['wrong']}”与{seen[form]}的写法只有全角半角之别。请留下一行。", row.place))
        elif len(found.terms) >= LIMIT:
            found.errors.append(RowError(row.number, "", f"超过{LIMIT}条，请拆分或精简。", row.place))
            break
        else:
            seen[form] = row.place or f"第{row.number}行"
            exceptions = tuple(part.strip() for part in re.split(r"[；;\n|]", value.get("exceptions") or "") if part.strip())
            if astray := [longer for longer in exceptions if form not in half_width(longer)]:
                found.errors.append(RowError(row.number, "例外", f"例外“{astray[0]}”里没有“{value['wrong']}”。例外应是含有该形式的较长写法。", row.place))
                continue
            found.terms.append(rules.Term(
                value["wrong"], value.get("right") or "", value.get("level") or rules.WARN, value.get("category") or "",
                value.get("why") or "", value.get("source") or "", exceptions,
            ))  # fmt: skip
    table.close()
    found.warnings = list(table.warnings) + ([f"没有用到的列：{'、'.join(table.unknown)}"] if table.unknown else [])
    return found
