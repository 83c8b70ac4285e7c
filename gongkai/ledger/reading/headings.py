"""Column headings and the roles they usually play.

The same words serve different roles in different papers (工作要求 is the chapter in one plan and
the measure in another), so what stands here is only the usual reading; ``columns.py`` decides
with the whole table in view and says so.
"""

from __future__ import annotations

import re
import unicodedata

TEXT_ROLES = ("chapter", "point", "measure")
UNIT_ROLES = ("responsible", "lead", "support")

_WORDS = {
    "number": "序号 编号 序 号 项号 任务编号 任务序号 措施编号 措施序号 事项编号 项目编号 条目 条号 NO No no",
    "chapter": (
        "工作要求 工作任务 重点任务 主要任务 一级任务 任务类别 工作类别 类别 大类 工作板块 板块 重点领域 任务分类 目标任务 "
        "工作领域 重点工作 重点工作任务 主要工作任务 任务目标 工作目标任务 章节 一级指标 工作重点 工作项目 项目 任务 总体要求 主要工作 年度任务 工作大项"
    ),
    "point": (
        "一级要点 二级任务 二级要点 工作内容 工作要点 要点 重点内容 任务名称 工作事项 事项 二级指标 任务事项 重点事项 任务要点 "
        "要点内容 公开内容 公开事项 子任务 任务项目"
    ),
    "measure": (
        "计划措施 具体要求 工作措施 具体举措 具体措施 措施 举措 具体任务 任务分解 工作举措 主要举措 主要措施 落实措施 具体内容 "
        "任务内容 三级任务 细化措施 推进措施 具体工作 分解任务 主要内容 任务要求 工作任务及要求 具体工作任务 工作计划 任务措施 "
        "推进举措 工作目标和措施 目标措施 任务内容及要求 工作内容及要求 工作内容和要求 重点任务内容 任务及措施 工作任务和措施 任务描述 "
        "落实举措 实施措施 贯彻措施 具体事项 工作安排 分解任务措施 要求 具体工作内容 任务分解内容 三级要点 具体工作要求"
    ),
    "progress": (
        "落实情况 完成情况 进展情况 工作进展 推进情况 落实进度 办理情况 工作成效 完成进度 贯彻落实情况 工作进度 执行情况 "
        "进展 工作落实情况 落实成效 工作完成情况 工作进展情况 目前进展 任务完成情况 推进落实情况 进度 进度情况 落实进展"
    ),
    "responsible": (
        "责任科室 责任单位 责任部门 责任处室 责任股室 承办单位 承办科室 承办部门 承办处室 负责单位 负责科室 负责部门 分工 责任分工 "
        "落实单位 落实科室 任务分工 责任主体 实施单位 责任机构 责任科室单位 责任单位科室 责任处室单位 责任 科室 单位 部门 "
        "责任科 责任股 责任处 公开主体 公开责任主体 责任科室及单位 责任股室及单位 责任处室及单位 责任单位及科室 责任科室和单位 任务分工单位 责任落实单位 "
        "负责处室 完成单位 责任单位部门 责任部门单位 分工单位"
    ),
    "lead": "牵头单位 牵头科室 牵头部门 牵头处室 牵头股室 牵头 主办单位 主办科室 主办部门 主责单位 主责部门 主责科室 主办处室 主办股室 牵头责任单位 牵头落实单位",
    "support": (
        "配合单位 配合科室 配合部门 配合处室 配合股室 配合 配合责任单位 协办单位 协办科室 协办部门 参与单位 参与科室 参与部门 "
        "会办单位 会办科室 会办处室 会办部门 会办 协办处室 协办股室 参与处室 参加单位 其他责任单位 配合落实单位 "
        "协同单位 配合单位科室 配合责任科室 协助单位 协作单位 配合责任部门"
    ),
    "due": (
        "时限要求 完成时限 时间节点 完成时间 办结时限 时间要求 时间安排 工作时限 时限 期限 进度安排 计划完成时间 完成期限 进度要求 "
        "推进时限 落实时限 完成节点 节点 时间节点要求 报送时间 公开时限 更新频率 更新频次 公开频次 频次 时间 时间进度 完成日期 办理时限 时间期限"
    ),
    "status": "状态 是否完成 完成状态 进度状态 工作状态 任务状态 是否落实 完成与否 当前状态",
    "basis": "来源 依据 任务来源 文件依据 来源依据 政策依据 工作依据 来源文件 任务依据 要点来源 依据文件 上级要求",
    "person": "责任人 责任领导 分管领导 联系人 联系电话 联系方式 负责人 牵头领导 经办人 具体责任人 科室负责人 分管负责人 挂点领导 督办领导 包抓领导 牵头负责人 责任人及联系方式 电话 联络员 责任人员",
    "target": "完成标准 工作目标 目标 量化指标 成果形式 工作标准 预期成效 预期目标 指标 年度目标 目标要求 完成指标 成果 公开形式 公开方式 公开渠道 公开载体 公开平台 公开范围 预期成果 成果要求 成果形式及要求 评价标准 评分标准 分值 权重 考核分值 考核标准 完成标志",
    "remark": "备注 说明 备注说明 佐证材料 印证材料 证明材料 支撑材料 佐证材料链接 公开链接 链接 网址 链接地址 存在问题 问题及原因 未完成原因 未完成原因及下一步打算 原因 下一步工作 下一步打算 下一步计划 下步工作",
}

_BRACKETS = re.compile(r"[（(【\[][^（(【\[）)】\]]{0,20}[）)】\]]")
_NOISE = re.compile(r"[\s/／、，,；;:：*.。|·\-—_和及与]+")

# Read in this order when no whole word matches: the first that is contained decides.
_HINTS = (
    ("number", re.compile("编号$|序号$")),
    ("lead", re.compile("牵头|主办|主责")),
    ("support", re.compile("配合|协办|协同|会办|参与单位")),
    ("person", re.compile("责任人|领导|联系")),
    ("responsible", re.compile("(?:责任|承办|负责|实施|落实)(?:单位|部门|科室|处室|股室|机构|主体)")),
    ("progress", re.compile("(?:落实|完成|进展|推进|办理|执行)(?:的)?(?:具体)?情况|工作进展|成效")),
    ("due", re.compile("时限|时间|期限|节点")),
    ("status", re.compile("状态|是否")),
    ("basis", re.compile("依据|来源")),
    ("measure", re.compile("措施|举措|具体|细化")),
    ("point", re.compile("要点|二级")),
    ("chapter", re.compile("一级|任务")),
    ("remark", re.compile("^备注")),
)


# 2023年重点任务 and 截至11月30日落实情况: when is said before what.
_WHEN = re.compile(
    r"^(?:截至|截止|至)?(?:(?:20\d\d|本)年度?)?(?:\d{1,2}月(?:\d{1,2}日|份|底)?|第?[一二三四1-4]季度|上半年|下半年|\d{1,2}-\d{1,2}月)?(?=[一-鿿]{2})"
)


def normal_heading(text: str) -> str:
    """A heading without spaces, brackets, joining signs and the time put before it, in half-width form."""
    plain = unicodedata.normalize("NFKC", text[:80])
    return _WHEN.sub("", _NOISE.sub("", _BRACKETS.sub("", plain)))


ROLES: dict[str, str] = {
    form: role
    for role, words in _WORDS.items()
    for word in words.split()
    for form in (word, normal_heading(word) or word)
}


def role_of(text: str) -> str | None:
    """The usual role of a heading, or None when the text does not read as one.

    工作措施（分解） reads as 工作措施: what stands in brackets after a heading explains it.
    """
    if len(text) > 40 or not text.strip():
        return None
    word = normal_heading(text)
    if not word:
        word = _NOISE.sub("", unicodedata.normalize("NFKC", text))
    if word in ROLES:
        return ROLES[word]
    if len(word) > 12 or re.search(r"[。！？“”《》\d]", word) or not re.search(r"[一-鿿]", word):
        return None
    # A heading is a noun; what opens with an outline number or a verb of doing is content.
    if re.match(
        r"[（(]?[一二三四五六七八九十]+[、）).]|加强|做好|推进|深化|持续|进一步|规范|强化|提升|抓好|认真|加大|完善|优化|完成[^情时标期进]",
        text.strip(),
    ):
        return None
    if len(word) <= 10:
        for role, pattern in _HINTS:
            match = pattern.search(word)
            # The word that decides stands at the head or the tail of a heading, not amid a sentence.
            if match and (match.end() == len(word) or match.start() == 0 and len(word) <= 8):
                return role
    return None


def _run_pattern() -> re.Pattern[str]:
    words = sorted((word for word in ROLES if len(word) >= 2 and not word.isascii()), key=len, reverse=True)
    return re.compile(r"(?:(?:" + "|".join(words) + r")(?:[（(][^（()）]{1,6}[）)])?[\s/／、|]{0,3}){3,12}")


_RUN = _run_pattern()
_WORD = re.compile("|".join(sorted((word for word in ROLES if len(word) >= 2), key=len, reverse=True)))


def heading_run(text: str) -> tuple[int, int, list[tuple[int, int]]] | None:
    """Headings printed without separators (工作任务工作要求牵头单位配合/责任单位).

    Returns start, end and the span of each heading; None if no run of three names both a task
    and a unit. 配合/责任单位 is one heading: a slash joins, only adjacency separates.
    """
    for match in _RUN.finditer(text):
        spans: list[tuple[int, int]] = []
        for word in _WORD.finditer(text, match.start(), match.end()):
            joined = spans and text[spans[-1][1] : word.start()].strip() in ("/", "／", "、")
            if joined:
                spans[-1] = (spans[-1][0], word.end())
            else:
                spans.append((word.start(), word.end()))
        roles = {role_of(text[start:end]) for start, end in spans}
        if roles & set(TEXT_ROLES) and roles & set(UNIT_ROLES):
            return match.start(), spans[-1][1], spans
    return None
