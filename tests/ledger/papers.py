"""A plan of 青禾市 as a file an office would upload, in the founding document's five columns."""

from datetime import date

from gongkai.ledger.exports import writers
from gongkai.ledger.exports.table import PaperRow, PaperTable

HEADINGS = ("工作要求", "一级要点", "计划措施", "落实情况", "责任科室")
TITLE = "青禾市工业和信息化局2022年政务公开工作要点分工方案"

ROWS = (
    PaperRow("2022-01", "一、优化政务公开工作基础", "（一）集中公开规范性文件。", "集中公开现行有效的规范性文件。", "今年公开规范性文件4份。", "产业政策与法制科牵头，各业务科室配合落实", 3, 1),
    PaperRow("2022-02", "一、优化政务公开工作基础", "（二）规范依申请公开办理。", "做好申请登记、审核、办理、答复、归档工作。", "截至11月30日，收到申请11件，\n均依据规定给予答复。", "办公室", 0, 2),
    PaperRow("2022-03", "一、优化政务公开工作基础", "（二）规范依申请公开办理。", "按规定编制年度报告。", "", "办公室", 0, 0),
    PaperRow("2022-04", "二、强化指导监督", "", "每年至少向局长办公会汇报1次政务公开工作。", "计划于12月汇报。", "办公室、产业政策与法制科牵头，相关科室配合", 1, 1),
)  # fmt: skip


WORKING = "工作稿：截至2022年11月30日，未冻结"
FROZEN = "截至2022年11月30日，第2版，内容摘要0f3c9d2e7a51b846"


def paper(form: str = "docx", rows=ROWS, title: str = TITLE, note: str = WORKING) -> bytes:
    """The plan as a file of that form."""
    return writers()[form].write(PaperTable(title, "青禾市工业和信息化局", 2022, date(2022, 11, 30), HEADINGS, tuple(rows), note, frozen=note == FROZEN))
