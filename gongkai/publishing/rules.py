"""Law of publishing: what a secrecy review may conclude, what three reviews are, when a column is stale.

A record is refused only for what contradicts itself or can't have happened. What happened and was
wrong (a post without its three reviews) must be recordable, or the year's account could not name it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from html.parser import HTMLParser
from itertools import pairwise
from typing import NamedTuple

from gongkai.law import Clock, Objection, Start, Unit, WorkCalendar
from gongkai.law.clock import add_months
from gongkai.law.figures import Figure, figure
from gongkai.screening.rules.marks import bears_mark

# 公开属性
OPEN, ON_REQUEST, WITHHELD = "open", "on_request", "withheld"

# 文章种类
ARTICLE, NOTICE, PEOPLE, SPECIAL, GALLERY, VIDEO = "article", "notice", "people", "special", "gallery", "video"

# 有效性
VALIDITIES = {"valid": "有效", "expired": "失效", "repealed": "废止"}

# 不予公开的情形
SECRET, LAW_FORBIDS, SAFETY, THIRD_PARTY = "secret", "law_forbid", "safety", "third_party"
INTERNAL, PROCESS, CASE_FILE = "internal", "process", "case_file"
GROUND_BASES = {
    SECRET: "条例 14", LAW_FORBIDS: "条例 14", SAFETY: "条例 14", THIRD_PARTY: "条例 15",
    INTERNAL: "条例 16.1", PROCESS: "条例 16.2", CASE_FILE: "条例 16.2",
}

# 审查结论
MAY_OPEN, MAY_NOT_OPEN, REDACTED, REFERRED = "open", "withhold", "redact", "refer"


# The present 条例 is in force since.
PROACTIVE_SINCE = date(2019, 5, 15)

# What the body of an article may hold; whatever else an import brings would run or call out on the page.
_TAGS = frozenset({"p", "br", "hr", "h2", "h3", "h4", "b", "strong", "i", "em", "ul", "ol", "li", "a", "blockquote"})
_ATTRIBUTES = {"a": frozenset({"href", "linktype", "id"})}
_SCHEMES = ("http://", "https://", "mailto:", "tel:", "/", "#")


class Review(NamedTuple):
    """One of the three reviews of a post: which, by whom (an id), when."""

    step: str
    by: int | None
    on: date | None


def objections_to_marks(*texts: str) -> list[Objection]:
    """Why these texts may not be kept here: the system is for non-classified networks."""
    if any(bears_mark(text) for text in texts):
        # 保密法 31(三) in its present form; the older law said the same, but we hold only this text.
        return [Objection("classified", "内容载有密级标识。本系统用于非涉密网络，不得录入涉密信息，请改按保密规定办理", "保密法 31(3)")]
    return []


def objections_to_attribute(attribute: str, reason: str) -> list[Objection]:
    """80号 一(一): the attribute is settled at drafting, and one that is not 主动公开 gives its reason."""
    if attribute != OPEN and not reason.strip():
        return [Objection("no_reason", "公开属性不是主动公开的，须说明理由", "80号 一(一)")]
    return []


class _Body(HTMLParser):
    """Collects what a body should not hold."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, None] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            self.found[f"<{tag}>"] = None
        for name, value in attrs:
            allowed = name == "data-block-key" or name in _ATTRIBUTES.get(tag, ())
            if not allowed or (name == "href" and not (value or "").strip().lower().startswith(_SCHEMES)):
                self.found[f"{name}="] = None

    handle_startendtag = handle_starttag


def objections_to_body(html: str) -> list[Objection]:
    """Why a body of rich text may not be kept: tags, attributes or link schemes it may not hold."""
    body = _Body()
    body.feed(html)
    body.close()
    if body.found:
        return [Objection("markup", f"正文中有不允许的内容：{'、'.join(body.found)}。请只保留文字、标题、列表和链接")]
    return []


def objections_to_ground(attribute: str, ground: str) -> list[Objection]:
    """条例 13.1: what is withheld falls under a ground of 条例 14 to 16, and only that."""
    if attribute == WITHHELD and not ground:
        return [Objection("no_ground", "不予公开的，须写明属于哪一种情形", "条例 13.1")]
    if attribute != WITHHELD and ground:
        return [Objection("ground_unwanted", "填写了不予公开的情形，公开属性却不是不予公开，请核对", GROUND_BASES.get(ground, ""))]
    return []


def objections_to_publishing(attribute: str, published_on: date | None) -> list[Objection]:
    """What is not 主动公开 has no day of publication."""
    if published_on is not None and attribute != OPEN:
        return [Objection("not_open", "公开属性不是主动公开的，不能有公开日期", "80号 一(一)")]
    return []


def objections_to_expiry(published_on: date | None, expires_on: date | None) -> list[Objection]:
    """Nothing comes down before it went out."""
    if published_on and expires_on and expires_on < published_on:
        return [Objection("expires_before", "到期下线日期不能早于发布日期")]
    return []


class Weighing(NamedTuple):
    """What is put down when a 公开属性 is decided. `opinion` is that of the 政务公开 section."""

    attribute: str
    purpose: str
    effect: str
    consequence: str
    decided_on: date
    reason: str = ""
    ground: str = ""
    policy: bool = False
    opinion: str = ""
    opinion_on: date | None = None


def objections_to_weighing(weighed: Weighing) -> list[Objection]:
    """Why a decision on a 公开属性 can't stand.

    80号 一(一): it is decided together with the document; one that is not 主动公开 gives its reason, and a policy document
    not proposed as 主动公开 has been seen by the 政务公开 section before it is approved. 条例 13.1: what is withheld has a
    ground of 条例 14 to 16.
    """
    found = []
    missing = [label for label, text in (("目的", weighed.purpose), ("效果", weighed.effect), ("后果", weighed.consequence)) if not text.strip()]
    if missing:
        found.append(Objection("not_weighed", f"认定公开属性须权衡公开的{'、'.join(missing)}，请填写", "80号 一(一)"))
    found += objections_to_attribute(weighed.attribute, weighed.reason) + objections_to_ground(weighed.attribute, weighed.ground)
    if (weighed.opinion_on is None) != (not weighed.opinion.strip()):
        found.append(Objection("half_opinion", "政务公开工作机构的意见与日期应同时填写"))
    elif weighed.policy and weighed.attribute != OPEN and weighed.opinion_on is None:
        found.append(Objection("no_opinion", "政策性文件拟不主动公开的，报批前应先送政务公开工作机构审查，请填写其意见和日期", "80号 一(一)"))
    if weighed.opinion_on is not None and weighed.opinion_on > weighed.decided_on:
        found.append(Objection("opinion_late", "政务公开工作机构的意见应在认定之前，意见日期不能晚于认定日期", "80号 一(一)"))
    return found


def objections_to_changing(old: str, new: str, reason: str) -> list[Objection]:
    """Why a 公开属性 already decided may not be changed so. Every change says why, one towards 主动公开 too."""
    found = []
    if old == new:
        found.append(Objection("same", "公开属性没有变化"))
    if not reason.strip():
        found.append(Objection("no_reason", "变更公开属性须写明理由", "80号 一(一)"))
    return found


def proactive_clock(made_on: date, changed_on: date | None, calendar: WorkCalendar, adjustments: Iterable = ()) -> Clock | None:
    """The working days within which 主动公开 information is out: twenty from the day it was made, or changed.

    条例 26: both 形成 and 变更 begin a period; the day itself is day nought. An attribute that became 主动公开 later is read
    as such a change. None for what was made before the figure begins.
    """
    begins = max(made_on, changed_on) if changed_on else made_on
    if begins < PROACTIVE_SINCE:
        return None
    allowed = figure("publishing", "proactive_days", begins, adjustments)
    note = "公开属性变更" if changed_on and begins == changed_on else "信息形成"
    return Clock.run([Start(begins, allowed.value, unit=Unit.WORKDAY, basis=allowed.basis, note=note)], calendar)


def withheld_until(attribute: str, decided_on: date, adjustments: Iterable = ()) -> date | None:
    """By when an item decided as 不予公开 is looked at again (条例 18; the interval is a house figure); None for others."""
    if attribute != WITHHELD:
        return None
    return add_months(decided_on, figure("publishing", "reassess_months", decided_on, adjustments).value)


def index_number(credit_code: str, year: int, number: int) -> str:
    """索引号 in the shape the province's platform shows: code of the office, year, five figures."""
    return f"{credit_code}/{year}-{number:05d}"


def objections_to_content(kind: str, passages: Iterable) -> list[Objection]:
    """Why a content may not be submitted for review yet, though it may be kept as a draft.

    `passages` are those of `content`: kind, label, text, alt, href.
    """
    found = []
    kinds = set()
    for passage in passages:
        kinds.add(passage.kind)
        if passage.kind == "image" and not passage.alt:
            found.append(Objection("no_alt", f"{passage.label}没有替代文字，请写出图中内容"))
        if passage.kind == "video" and "\n" not in passage.text:
            found.append(Objection("no_transcript", f"{passage.label}没有文字稿，请补充"))
        if passage.kind == "table" and not any(cell.strip() for row in passage.rows for cell in row):
            found.append(Objection("empty_table", f"{passage.label}是空的，请填写或删去"))
    if kind == GALLERY and "image" not in kinds:
        found.append(Objection("no_image", "图集里还没有图片"))
    if kind == VIDEO and "video" not in kinds:
        found.append(Objection("no_video", "种类是视频，正文里还没有视频"))
    return found


def objections_to_place(fixture: str) -> list[Objection]:
    """Our choice, after the platforms that stand: their own columns stay."""
    return [Objection("fixed", "政府信息公开平台的固定栏目不能归档")] if fixture else []


def objections_to_entry(*, has_column: bool, none_reason: str | None) -> list[Objection]:
    """Why a catalogue entry can't be settled so. `none_reason` is None when 无 was not ticked."""
    if has_column and none_reason is not None:
        return [Objection("both", "选了栏目就不是“无”，请只选一样")]
    if none_reason is not None and not none_reason.strip():
        return [Objection("no_reason", "标明“无”的，须写明原因，公众才能分清是没有还是没有公开")]
    return []


def objections_to_review(
    *,
    result: str,
    attribute: str,
    ground: str,
    reason: str,
    marked: bool,
    safety: bool,
    rights: bool,
    handled_by: int | None,
    reviewed_by: int | None,
    referred_to: str,
    determined_on: date | None,
    may_open: bool | None,
) -> list[Objection]:
    """Why a secrecy review can't stand as it is recorded.

    `rights` is whether trade secrets or privacy are touched. 条例 14 knows no exception; 条例 15
    does (consent, or public interest), so there the reason has to be on record.
    """
    found = []
    opens = result in (MAY_OPEN, REDACTED)
    if marked and result == MAY_OPEN:
        found.append(Objection("marked", "载有密级标识的不能公开；标识有误的，先由定密机关更正", "条例 14"))
    if safety and result == MAY_OPEN:
        found.append(Objection("unsafe", "可能危及“三安全一稳定”的不予公开，没有例外", "条例 14"))
    if rights and result == MAY_OPEN and not reason.strip():
        found.append(Objection("rights", "涉及商业秘密或个人隐私仍公开的，须写明第三方同意，或不公开对公共利益的重大影响", "条例 15"))
    if opens and attribute == WITHHELD:
        found.append(Objection("contradiction", "结论是公开，公开属性却是不予公开，请核对"))
    if result == MAY_NOT_OPEN and attribute == OPEN:
        found.append(Objection("contradiction", "结论是不予公开，公开属性却是主动公开，请核对"))
    found += objections_to_attribute(attribute, reason) + objections_to_ground(attribute, ground)
    if handled_by is not None and handled_by == reviewed_by:
        found.append(Objection("same_person", "保密审查员不能与承办人是同一人"))
    if result == REFERRED and not referred_to.strip():
        found.append(Objection("referred_nowhere", "提请确定的，须写明报哪个主管部门或保密行政管理部门", "条例 17.3"))
    if result != REFERRED and (determined_on is not None or may_open is not None):
        found.append(Objection("not_referred", "没有提请确定，不应有确定日期和结果"))
    if result == REFERRED and (determined_on is None) != (may_open is None):
        found.append(Objection("half_determined", "确定日期与确定结果应同时填写"))
    return found


def reassess_by(
    *, result: str, attribute: str, reviewed_on: date, determined_on: date | None, may_open: bool | None, adjustments: Iterable = ()
) -> date | None:
    """By when something withheld is looked at again; None for what is not withheld.

    条例 18 asks for it periodically and sets no interval: ours is a house figure in months.
    """
    if attribute != WITHHELD or not (result == MAY_NOT_OPEN or (result == REFERRED and may_open is False)):
        return None
    decided_on = determined_on or reviewed_on
    return add_months(decided_on, figure("publishing", "reassess_months", decided_on, adjustments).value)


def objections_to_reviews(reviews: Sequence[Review]) -> list[Objection]:
    """Why the three reviews of a post contradict themselves. That one is missing is not refused but counted."""
    found = []
    for review in reviews:
        if (review.by is None) != (review.on is None):
            found.append(Objection("half_reviewed", f"{review.step}的人员与日期应同时填写"))
    dated = [(review.on, review.step) for review in reviews if review.on is not None]
    for (earlier_on, earlier), (later_on, later) in pairwise(dated):
        if later_on < earlier_on:
            found.append(Objection("out_of_order", f"{later}不能早于{earlier}"))
    return found


def passed_three_reviews(reviews: Sequence[Review], posted_on: date) -> bool:
    """三审三校: three reviews by three different people, each on or before the day of posting."""
    people = {review.by for review in reviews if review.by is not None and review.on is not None and review.on <= posted_on}
    return len(reviews) == 3 and len(people) == 3


def column_due(last: date | None, opened_on: date, every_days: int) -> date:
    """The last day (calendar) by which a column wants something new, counted from its last entry or its opening."""
    return (last or opened_on) + timedelta(days=every_days)


def column_period(column_type: str, on: date, adjustments: Iterable = ()) -> Figure | None:
    """The period after which a column of that type counts as not updated (19号), None where none is set."""
    name = {"news": "news_days", "notice": "notice_days", "policy": "notice_days"}.get(column_type)
    return figure("publishing", name, on, adjustments) if name else None
