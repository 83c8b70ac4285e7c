"""Responsibility cells: who leads, who cooperates, in the words offices use.

``产业政策与法制科牵头，各业务科室配合落实`` names one lead and one group. The words are kept as printed;
what they do not say (who leads, which 厅 is meant by 财政厅) becomes a doubt, never an answer.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from .draft import Assignment, AssignmentRole, Severity

SUFFIX = (
    "管理委员会|委员会|管委会|人民政府|办公室|办事处|支队|大队|中队|中心|公司|单位|部门|科室|处室|股室|机构|街道|镇街|乡镇|支行|分局|"
    "学校|集团|国企|企业|党组|小组|专班|协会|银行|海关|政府|法院|检察院|党委|支部|工会|团委|科|处|局|厅|委|办|股|室|部|院|所|站|队|镇|乡"
)
_ENDS_AS_UNIT = re.compile(f"(?:{SUFFIX})$")
_GROUP = re.compile("各|相关|有关|其他|其它|全体|所有")

# A cell longer than this holds something other than a list of units.
LONGEST = 3000

_VERBS: tuple[tuple[str, str], ...] = (
    ("牵头", "lead"),
    ("主办", "lead"),
    ("主责", "lead"),
    ("负总责", "lead"),
    ("协同配合", "support"),
    ("配合", "support"),
    ("协助", "support"),
    ("协办", "support"),
    ("参与", "support"),
    ("协同", "support"),
    ("参加", "support"),
    ("负责", "responsible"),
    ("承办", "responsible"),
    ("落实", "responsible"),
    ("实施", "responsible"),
    ("组织", ""),
    ("共同", ""),
    ("分别", ""),
    ("按照职责分工", ""),
    ("按职责分工", ""),
    ("按职能分工", ""),
    ("按各自职责", ""),
    ("按照各自职责", ""),
    ("按职责", ""),
    ("根据职责分工", ""),
    ("依职责", ""),
    ("工作", ""),
    ("抓好", ""),
    ("做好", ""),
    ("具体", ""),
    ("推进", ""),
    ("等", ""),
)
_WEIGHT = {"": 0, "responsible": 1, "support": 2, "lead": 3}
_BRACKET_ROLE = re.compile(r"[（(]\s*(牵头|主办|主责|配合|协办|参与|负责)(?:单位|部门|科室)?\s*[）)]$")
_BRACKET_REMARK = re.compile(r"[（(][^（()）]*(?:见附件|下同|以下简称|排名|按|详见|排第)[^（()）]*[）)]$")
_LABEL = re.compile(
    r"(?P<word>牵头|主办|主责|责任|承办|负责|配合|协办|参与|协同|实施|落实)(?:[、/／]?(?:责任))?"
    r"(?:单位|部门|科室|处室|股室|机构|主体)?(?:[（(](?:单位|部门|科室|处室)[）)])?\s*[：:]"
)
_ASIDE = re.compile(r"(?P<name>[^（()）]{2,30})[（(](?P<inner>[^（()）]{2,200}(?:配合|协办|协助|协同|参与))[）)]")
_JOINED = re.compile("会同|联合|商(?=[一-鿿]{2,}(?:局|科|委|办|厅|处|部门|单位))")
_OPEN, _CLOSE = "（(〔[【", "）)〕]】"
_SEPARATORS = "、，,；;\n\t /／|"
_REGION = re.compile("^(省|市|区|县|州)(?![政直级场域块])")
_ANY_REGION = re.compile("省|市|区|县|州|各|国家|中央|人行|人民银行|银保监|证监|海关|中国|全国")
_OFFICE_END = re.compile("(?:厅|局|委|办|委员会|办公室)$")
# 人民政府各部门 is one name, not a government and its departments.
_GLUE = re.compile(
    r"(?<=[一-鿿]{2})(?:管理局|委员会|管委会|人民政府|办公室|办事处|中心|支队|大队|局|委|办|厅|科|处|股)"
    r"(?=(?:省|市|区|县|州)[一-鿿]{2,}|各(?!部门|直属|组成|科室|处室|股室|内设|机关|单位|区|县|镇|街|业务)[一-鿿]{2,}|各区属|各区直)"
)
_DOUBLED = re.compile(r"(企企|局局|科科|位位|室室|门门|处处|委委|办办|厅厅|股股)$")


@dataclass(frozen=True, slots=True)
class UnitDoubt:
    code: str
    severity: Severity
    sentence: str
    suggestion: str = ""


@dataclass(slots=True)
class Responsibility:
    """A cell's words and what they were understood to say."""

    raw: str
    assignments: list[Assignment] = field(default_factory=list)
    doubts: list[UnitDoubt] = field(default_factory=list)


def is_group(name: str) -> bool:
    """Whether a name stands for several units without naming one (各科室, 市有关单位)."""
    return bool(_GROUP.search(name))


def ends_as_unit(text: str) -> bool:
    """Whether a text ends as the name of a unit does, its verb left out."""
    return bool(_ENDS_AS_UNIT.search(_strip_verbs(text.strip())[0]))


def unit_likeness(text: str) -> float:
    """How far a text reads as a list of units, from 0 to 1."""
    text = text.strip()
    if not text or len(text) > 800:
        return 0.0
    if "。" in text[:-1]:
        return 0.0
    tokens = [token for token, _ in _tokens(text.rstrip("。；;,，"))]
    if not tokens:
        return 0.0
    good = 0
    for token in tokens:
        if len(token) > 40:
            continue
        name, role = _strip_verbs(token)
        bare = re.sub(r"[（(][^（()）]*[）)]$", "", name)
        # 配合市司法局做好 is something to do; a unit's name does not open with its verb.
        if _ENDS_AS_UNIT.search(bare) and not re.match(
            "配合|会同|推动|推进|加强|做好|督促|指导|组织(?!人事|部|科|处)", bare
        ):
            good += 1
        elif role and (not name or is_group(name)):
            good += 1
    return good / len(tokens)


def _tokens(text: str) -> list[tuple[str, str]]:
    """Names with the separator before each; what stands in brackets is never split."""
    found: list[tuple[str, str]] = []
    depth, start, before = 0, 0, ""
    balanced = _balanced(text)
    for index, char in enumerate(text):
        if balanced and char in _OPEN:
            depth += 1
        elif balanced and char in _CLOSE:
            depth -= 1
        elif depth == 0 and char in _SEPARATORS:
            token = text[start:index].strip()
            if token:
                found.append((token, before))
                before = char
            elif char in "，,；;":
                before = char
            if token or start == index:
                start = index + 1
            else:
                start = index + 1
    token = text[start:].strip()
    if token:
        found.append((token, before))
    return found


def _balanced(text: str) -> bool:
    depth = 0
    for char in text:
        if char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            depth -= 1
            if depth < 0:
                return False
    return depth == 0


def _strip_verbs(token: str) -> tuple[str, str]:
    """A token without the verbs at its end, and the weightiest role among them."""
    role, name, cut = "", token, True
    marked = _BRACKET_ROLE.search(name)
    if marked:
        role = dict(_VERBS)[marked.group(1)]
        return name[: marked.start()].strip(), role
    while cut and name:
        cut = False
        for verb, meaning in _VERBS:
            if name.endswith(verb) and not (verb == "组织" and name.endswith("社会组织")):
                # 具体工作 and 组织 end real names too; without a verb behind them they stay.
                if (
                    not meaning
                    and not role
                    and verb not in ("等",)
                    and not verb.startswith(("按", "根据", "依"))
                ):
                    continue
                name, cut = name[: -len(verb)].strip(), True
                if _WEIGHT[meaning] > _WEIGHT[role]:
                    role = meaning
                break
    return name, role


def _join_broken_lines(text: str) -> str:
    """Line breaks inside a cell: between two units they separate, inside a name they do not."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    joined = ""
    for line in lines:
        if not joined:
            joined = line
        elif joined[-1] in "、，,；;（(" or line[0] in "、，,；;）)":
            joined += line
        elif _ENDS_AS_UNIT.search(_strip_verbs(joined)[0]) and len(re.split("[、，,；;\n]", joined)[-1]) > 1:
            joined += "\n" + line
        else:
            joined += line
    return joined


def _cut_known(token: str, known: Sequence[str]) -> list[str] | None:
    """A token as a row of the office's own sections written without separators, or None."""
    reach: dict[int, list[str]] = {0: []}
    for index in range(len(token)):
        if index not in reach:
            continue
        for name in known:
            if token.startswith(name, index):
                reach.setdefault(index + len(name), [*reach[index], name])
    parts = reach.get(len(token))
    return parts if parts and len(parts) > 1 else None


def _unglue(token: str) -> list[str]:
    cuts = [match.end() for match in _GLUE.finditer(token) if not re.search("[（(]", token[: match.end()])]
    edges = [0, *cuts, len(token)]
    parts = [token[a:b] for a, b in zip(edges, edges[1:], strict=False)]
    if (
        len(parts) > 1
        and all(len(part) >= 3 for part in parts)
        and _ENDS_AS_UNIT.search(re.sub(r"[（(].*", "", parts[-1]))
    ):
        return parts
    return [token]


def parse_responsibility(
    text: str, *, sections: Sequence[str] = (), column: AssignmentRole | None = None
) -> Responsibility:
    """Read a responsibility cell.

    ``column`` is the role its column's heading gives (牵头单位, 配合单位); words in the cell itself
    (X牵头，Y配合) come before it. ``sections`` are the office's own section names.
    """
    result = Responsibility(raw=text)
    body = unicodedata.normalize("NFC", text).strip()
    if not body or not re.search(r"\w", body):
        return result
    if len(body) > LONGEST:
        result.doubts.append(
            UnitDoubt("responsibility_too_long", "warn", f"责任栏有{len(body)}个字，不像单位名单，未拆分。")
        )
        return result
    body = _join_broken_lines(body).rstrip("。；;，,、. ")
    if body[0] in "（(【[" and body[-1] in "）)】]" and _balanced(body[1:-1]):
        body = body[1:-1].strip()
    if not _balanced(body):
        result.doubts.append(
            UnitDoubt("unclosed_bracket", "warn", f"责任栏“{_short(body)}”括号不成对。", "核对原文是否截断")
        )
    known = sorted(
        {unicodedata.normalize("NFKC", name).strip() for name in sections if name.strip()},
        key=len,
        reverse=True,
    )
    printed = {unicodedata.normalize("NFKC", name).strip(): name for name in sections}

    found: list[tuple[str, str, str]] = []  # name, role ("" = not said), separator before
    labels = list(_LABEL.finditer(body))
    if labels:
        edges = [match.start() for match in labels] + [len(body)]
        if labels[0].start() > 0:
            found += _clause(body[: labels[0].start()])
        for match, end in zip(labels, edges[1:], strict=True):
            role = {"牵头": "lead", "主办": "lead", "主责": "lead", "责任": "", "承办": "", "负责": ""}.get(
                match["word"], "support"
            )
            if match["word"] in ("实施", "落实"):
                role = ""
            segment = (
                body[match.end() : end].strip(" 。；;，,、\n）)")
                if end < len(body)
                else body[match.end() : end].strip()
            )
            found += [(name, said or role, before) for name, said, before in _clause(segment)]
    else:
        found = _clause(body)

    names: list[tuple[str, str, str, str]] = []  # name, role, separator, remark
    for token, role, before in found:
        remark = ""
        noted = _BRACKET_REMARK.search(token)
        if noted:
            token, remark = token[: noted.start()].strip(), noted.group()
        plain = unicodedata.normalize("NFKC", token)
        parts = [token] if plain in known else (_cut_known(plain, known) or _unglue(token))
        if len(parts) == 1 and plain not in known and known:
            parts = _split_at_and(plain, known) or parts
            if len(parts) > 1:
                names += [(part, role, before if i == 0 else "、", remark) for i, part in enumerate(parts)]
                continue
        if len(parts) > 1:
            result.doubts.append(
                UnitDoubt(
                    "glued_units",
                    "warn",
                    f"“{token}”疑为多个单位连写，暂分为“{'”“'.join(parts)}”。",
                    "逐个核对单位名称",
                )
            )
        for index, part in enumerate(parts):
            names.append((part, role, before if index == 0 else "", remark))
            if _DOUBLED.search(part):
                result.doubts.append(
                    UnitDoubt(
                        "typo_unit",
                        "warn",
                        f"单位名称“{part}”末字重复，疑为笔误。",
                        f"是否应为“{part[:-1]}”" if ends_as_unit(part[:-1]) else "与原件核对单位名称",
                    )
                )

    _assign(result, names, column, known, printed)
    return result


def _split_at_and(token: str, known: Sequence[str]) -> list[str] | None:
    for joint in ("和", "与", "及", "以及"):
        left, found, right = token.partition(joint)
        if found and left in known and (right in known or is_group(right)):
            return [left, right]
    return None


def _short(text: str, length: int = 24) -> str:
    text = re.sub(r"\s+", "", text)
    return text if len(text) <= length else text[:length] + "…"


def _clause(text: str) -> list[tuple[str, str, str]]:
    """Names of a text without labels, each with the role its verb gives.

    A verb reaches back over the names before it: in A、B牵头，C配合 both A and B lead.
    """
    waiting: list[tuple[str, str]] = []
    found: list[tuple[str, str, str]] = []
    for token, before in _tokens(text):
        token = re.sub("^由(?=.{2,})", "", token)
        pieces = [token]
        joint = _JOINED.search(token)
        if joint and joint.start() >= 2:
            pieces = [token[: joint.start()], token[joint.end() :]]
        elif joint and joint.start() == 0 and token.startswith(("会同", "联合")):
            # 办公室，会同有关科室: what came before leads.
            found += [(name, "lead", sep) for name, sep in waiting]
            waiting = []
            pieces = [token[joint.end() :]]
            name, _ = _strip_verbs(pieces[0])
            found.append((name, "support", before))
            continue
        if len(pieces) == 2:
            waiting.append((_strip_verbs(pieces[0])[0], before))
            found += [(name, "lead", sep) for name, sep in waiting]
            waiting = []
            name, _ = _strip_verbs(pieces[1])
            if name:
                found.append((name, "support", "会同"))
            continue
        aside = _ASIDE.fullmatch(token)
        if aside and not _BRACKET_ROLE.search(token):
            # 办公室（法规科配合）: who is named before the bracket leads those in it.
            found += [(name, "lead", sep) for name, sep in (*waiting, (aside["name"], before))]
            waiting = []
            found += [(name, role or "support", sep or "（") for name, role, sep in _clause(aside["inner"])]
            continue
        name, role = _strip_verbs(token)
        # 牵头单位办公室 and 配合科室法规科 lost their colon.
        headed = re.match("(牵头|配合|主办|协办)(?:单位|科室|部门)?为?(?=.{2,})", name)
        if headed and not role:
            role, name = dict(_VERBS)[headed.group(1)], name[headed.end() :]
        if name:
            waiting.append((name, before))
        if role:
            found += [(name, role, sep) for name, sep in waiting]
            waiting = []
    found += [(name, "", sep) for name, sep in waiting]
    return found


def _assign(
    result: Responsibility,
    names: list[tuple[str, str, str, str]],
    column: AssignmentRole | None,
    known: Sequence[str],
    printed: dict[str, str],
) -> None:
    leads = any(role == "lead" for _, role, _, _ in names)
    said = any(role for _, role, _, _ in names)
    alone = len(names) == 1
    region, elided, seen = "", [], set()
    for name, role, before, remark in names:
        final: AssignmentRole
        if role in ("lead", "support"):
            final = role  # type: ignore[assignment]
        elif column:
            final = column
        elif alone and not is_group(name):
            final = "lead"
        else:
            final = "responsible"
        plain = unicodedata.normalize("NFKC", name)
        section = printed[plain] if plain in known else None
        own = _REGION.match(name)
        if own and _OFFICE_END.search(name):
            region = own.group(1)
        elif before not in ("、", ""):
            region = ""
        suggested = ""
        if (
            region
            and not own
            and section is None
            and before == "、"
            and _OFFICE_END.search(name)
            and not _ANY_REGION.search(name.replace("市场", ""))
            and not is_group(name)
        ):
            suggested = region + name
            elided.append((name, suggested))
        if (plain, final) in seen:
            result.doubts.append(UnitDoubt("repeated_unit", "note", f"责任栏中“{name}”出现两次。"))
            continue
        seen.add((plain, final))
        result.assignments.append(Assignment(name, final, section, is_group(name), suggested, remark))
        if known and section is None and not is_group(name):
            near = (
                difflib.get_close_matches(plain, known, n=1, cutoff=0.6)
                or [k for k in known if plain.endswith(k)][:1]
            )
            result.doubts.append(
                UnitDoubt(
                    "unknown_section",
                    "warn",
                    f"“{name}”不在本机关科室名单中。",
                    f"是否为“{printed[near[0]]}”" if near else "在科室名单中补充，或改为外单位",
                )
            )
    if elided:
        pairs = "、".join(f"{short}（{full}）" for short, full in elided[:8])
        result.doubts.append(
            UnitDoubt(
                "elided_prefix",
                "warn",
                f"并列单位可能省略了层级前缀：{pairs}。",
                "确认后补全单位名称，未自动改写",
            )
        )
    if not names:
        result.doubts.append(UnitDoubt("no_unit", "warn", f"责任栏“{_short(result.raw)}”中没有认出单位。"))
    elif column in ("lead", "support") or leads:
        pass
    elif any(role == "support" for _, role, _, _ in names):
        if not any(role == "" for _, role, _, _ in names):
            result.doubts.append(
                UnitDoubt(
                    "lead_unclear",
                    "warn",
                    f"“{_short(result.raw)}”只写了配合单位，未写明牵头。",
                    "请指定牵头科室",
                )
            )
        else:
            result.doubts.append(
                UnitDoubt("no_lead", "warn", f"“{_short(result.raw)}”未写明牵头。", "请指定牵头科室")
            )
    elif alone and column:
        pass
    elif alone and not is_group(names[0][0]):
        result.doubts.append(UnitDoubt("lead_alone", "note", f"只有“{names[0][0]}”一个单位，按牵头理解。"))
    elif alone:
        result.doubts.append(
            UnitDoubt("group_only", "note", f"“{names[0][0]}”是统称，未写明牵头。", "可指定汇总科室")
        )
    elif column is None:
        word = "负责" if said else "牵头"
        result.doubts.append(
            UnitDoubt(
                "no_lead",
                "warn",
                f"“{_short(result.raw)}”列了{len(names)}个单位，未写明牵头{'（只写“负责”）' if word == '负责' else ''}。",
                "请指定牵头科室",
            )
        )
