"""How an application may end (1.8), and the row of table three each result is counted in."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """A row of 三、本年度办理结果 in the annual report's table three, in the form's own words."""

    key: str
    label: str


ROWS = (
    Row("granted", "予以公开"),
    Row("partial", "部分公开"),
    Row("denied_secret", "不予公开—属于国家秘密"),
    Row("denied_law", "不予公开—其他法律行政法规禁止公开"),
    Row("denied_safety", "不予公开—危及“三安全一稳定”"),
    Row("denied_third", "不予公开—保护第三方合法权益"),
    Row("denied_internal", "不予公开—属于三类内部事务信息"),
    Row("denied_process", "不予公开—属于四类过程性信息"),
    Row("denied_case_file", "不予公开—属于行政执法案卷"),
    Row("admin_query", "不予公开—属于行政查询事项"),
    Row("not_held", "无法提供—本机关不掌握相关政府信息"),
    Row("need_creation", "无法提供—没有现成信息需要另行制作"),
    Row("unclear_after_fix", "无法提供—补正后申请内容仍不明确"),
    Row("petition", "不予处理—信访举报投诉类申请"),
    Row("repeat", "不予处理—重复申请"),
    Row("publication", "不予处理—要求提供公开出版物"),
    Row("massive", "不予处理—无正当理由大量反复申请"),
    Row("confirm_reissue", "不予处理—要求行政机关确认或重新出具已获取信息"),
    Row("abandoned_fix", "其他处理—申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"),
    Row("abandoned_fee", "其他处理—申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"),
    Row("other", "其他处理—其他"),
)
_ROW_KEYS = frozenset(row.key for row in ROWS)


class Result(NamedTuple):
    """How an application may end: its code, its name, the article it rests on, its row of table three.

    `basis` is empty where the regulation has no article of its own for it.
    """

    code: str
    label: str
    basis: str
    row: str


RESULTS = {
    result.code: result
    for result in (
        Result("already_public", "已主动公开，告知获取方式", "条例 36(1)", "granted"),
        Result("granted", "予以公开", "条例 36(2)", "granted"),
        Result("partial", "部分公开", "条例 37", "partial"),
        Result("denied_secret", "不予公开：国家秘密", "条例 14", "denied_secret"),
        Result("denied_law", "不予公开：法律、行政法规禁止公开", "条例 14", "denied_law"),
        Result("denied_safety", "不予公开：危及“三安全一稳定”", "条例 14", "denied_safety"),
        Result("denied_third", "不予公开：保护第三方合法权益", "条例 15", "denied_third"),
        Result("denied_internal", "不予公开：内部事务信息", "条例 16.1", "denied_internal"),
        Result("denied_process", "不予公开：过程性信息", "条例 16.2", "denied_process"),
        Result("denied_case_file", "不予公开：行政执法案卷信息", "条例 16.2", "denied_case_file"),
        Result("admin_query", "行政查询事项，依其他规定办理", "条例 36(7)", "admin_query"),
        Result("not_exist", "信息不存在", "条例 36(4)", "not_held"),
        Result("not_ours", "不属于本机关负责公开", "条例 36(5)", "not_held"),
        Result("need_creation", "需要另行制作，不予提供", "条例 38", "need_creation"),
        Result("unclear_after_fix", "补正后仍不明确", "条例 30", "unclear_after_fix"),
        Result("petition", "信访、投诉、举报，不作为申请处理", "条例 39.1", "petition"),
        Result("repeat", "重复申请，不予重复处理", "条例 36(6)", "repeat"),
        Result("publication", "要求提供公开出版物", "条例 39.2", "publication"),
        Result("massive", "无正当理由大量反复申请", "条例 35", "massive"),
        Result("confirm_or_reissue", "要求确认或重新出具已获取信息", "", "confirm_reissue"),
        Result("abandoned_fix", "逾期不补正，不再处理", "条例 30", "abandoned_fix"),
        Result("abandoned_fee", "逾期不缴费，不再处理", "109号 6", "abandoned_fee"),
        Result("withdrawn", "申请人撤回", "", "other"),
        Result("other", "其他处理", "", "other"),
    )
}
ABANDONED = frozenset({"abandoned_fix", "abandoned_fee"})


class Withheld(NamedTuple):
    """A ground on which a part of a paper is covered (条例 37), with its article."""

    code: str
    label: str
    basis: str


#: No 国家秘密 among them: what bears one may not be in this system at all (保密法 31(3)).
WITHHELD = tuple(
    Withheld(code, RESULTS[code].label.removeprefix("不予公开："), RESULTS[code].basis)
    for code in ("denied_third", "denied_internal", "denied_process", "denied_case_file", "denied_safety", "denied_law")
)


def row_of(result: str, withdrawn_row: str = "other") -> str:
    """The row of table three a result is counted in; blank while there is none. One result, one row.

    Where a withdrawn application goes is practice, so the office's own choice is handed in.
    Raises KeyError for a result we do not know and for a row the form does not have.
    """
    if not result:
        return ""
    row = withdrawn_row if result == "withdrawn" else RESULTS[result].row
    if row not in _ROW_KEYS:
        raise KeyError(row)
    return row
