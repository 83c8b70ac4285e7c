"""What lies on the desks today, when the year that is shown is over: applications at every stage, two papers in review, a draft.

Told back from the day of loading, in working days, so that the queues, the calendar and what is due soon have something in
them whenever somebody looks. None of it belongs to the year shown, whose account stays as it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from gongkai.foi import rules as foi
from gongkai.law.calendar import WorkCalendar

from . import writing
from .cast import (
    CLERKS,
    CLUSTERS,
    DIGITAL,
    GREEN,
    HEADS,
    INNOVATION,
    OFFICE,
    OFFICE_SECTION,
    SECRECY,
    SMALL,
    consenter,
)
from .deeds import Days, Deed, In, Person, Story, Thing, Under


@dataclass(frozen=True, slots=True)
class Waiting:
    """An application: how it came, so many working days ago, about what, and what was done since: (verb, days ago)."""

    channel: str
    ago: int
    section: str
    category: str
    name: str
    subject: str
    wanted: str
    since: tuple[tuple[str, int], ...] = ()


APPLICATIONS = (
    Waiting("counter", 26, INNOVATION, "business", "青禾禾丰精密机械有限公司", "首台（套）装备认定专家评审意见", "本公司申报首台（套）装备认定的专家评审意见", (("extend", 8),)),
    Waiting("internet", 22, DIGITAL, "natural", "许知远", "工业互联网平台验收报告", "2025年度市级工业互联网平台项目验收报告", (("confirm", 22), ("reply", 9))),
    Waiting("internet", 18, SMALL, "natural", "苏禾", "专精特新企业奖励资金分配表", "2025年度专精特新中小企业奖励资金的分配表", (("confirm", 18),)),
    Waiting("post_signed", 15, GREEN, "research", "青禾市绿野环境研究院", "绿色工厂名单及评价材料", "绿色制造方面的材料", (("ask_to_correct", 13), ("correct", 10))),
    Waiting("internet", 13, CLUSTERS, "business", "青禾云帆信息技术有限公司", "产业集群公共服务平台采购合同", "产业集群公共服务平台建设项目的采购合同及补充协议", (("confirm", 12), ("consult", 9))),
    Waiting("fax", 9, SMALL, "natural", "沈青山", "融资担保补助名单", "2024年以来获得融资担保补助的企业名单", (("confirm", 8), ("withdraw", 6))),
    Waiting("post_signed", 6, DIGITAL, "natural", "陆一鸣", "数字化车间材料", "数字化车间方面的全部材料", (("ask_to_correct", 4),)),
    Waiting("counter", 3, GREEN, "legal_service", "青禾正衡律师事务所", "节能监察结果", "2026年上半年工业节能监察的结果"),
    Waiting("internet", 1, INNOVATION, "natural", "方小满", "企业技术中心复核结果", "市级企业技术中心最近一次复核的结果"),
)  # fmt: skip

#: Papers by how far the reviews have come: title, section, column, those who have passed it.
PAPERS = (
    ("中小企业数字化转型申报通知", SMALL, "tzgg", (("secrecy", SECRECY), ("first", HEADS[SMALL]))),
    ("绿色工厂培育申报通知", GREEN, "tzgg", ()),
    ("新能源装备产业申报通知", CLUSTERS, "tzgg", None),
)


def deeds(calendar: WorkCalendar, seed: int, today: date) -> Iterator[Deed]:
    """Everything, in no order: the caller sorts, and leaves out what has not happened yet."""
    days = Days(calendar, today.year)
    last = days.on_or_before(today)
    for n, waiting in enumerate(APPLICATIONS):
        yield from _application(Story(f"{seed}:underway:{n}", days), f"underway:{n}", waiting, days, last)
    for n, (title, section, column, passed) in enumerate(PAPERS):
        yield from _paper(Story(f"{seed}:underway:paper:{n}", days), f"underway:paper:{n}", title, section, column, passed, days, last)


def _application(story: Story, name: str, waiting: Waiting, days: Days, last: date) -> list[Deed]:
    ago = lambda n: days.before(last, n)  # noqa: E731
    handed_in, clerk = ago(waiting.ago), CLERKS[waiting.section]
    natural = waiting.category == "natural"
    facts = {"signed_on": handed_in} if waiting.channel == "post_signed" else {}
    story.tell(
        handed_in, CLERKS[OFFICE_SECTION], "foi.receive", "applications", name, channel=waiting.channel, handed_in_on=handed_in, applicant_category=waiting.category,
        subject=waiting.subject, description=f"申请公开{waiting.wanted}。", section=In(waiting.section), handler=Person(clerk), form_wanted="electronic", way_wanted="email",
        applicant={"name": waiting.name, "phone": f"000{story.rng.randrange(10**8):08d}", "address": f"青禾市禾新路{story.rng.randrange(1, 300)}号"} | ({} if natural else {"representative": "林知夏"}),
        **facts,
    )  # fmt: skip
    for verb, before in waiting.since:
        on = ago(before)
        tell = lambda who, verb, **more: story.tell(on, who, f"foi.{verb}", "applications", name, **more)  # noqa: B023, E731
        match verb:
            case "confirm":
                tell(CLERKS[OFFICE_SECTION], verb, confirmed_on=on)
            case "ask_to_correct":
                tell(clerk, verb, correction_asked_on=on, correction_due_on=foi.default_correction_due_on(on, days.calendar))
            case "correct":
                tell(clerk, "corrected", corrected_on=on)
            case "consult":
                letter = f"{name}/letter"
                story.tell(on, clerk, "foi.consult", "third-party-opinions", letter, application=Thing(name), kind="third_party", sent_on=on, received_by_on=on, recipient="青禾市稻香软件有限公司")
            case "extend":
                tell(clerk, verb, extended_on=on, extended_days=20, consented_by=Person(consenter(on)))
            case "reply":
                tell(clerk, verb, result="granted", delivery="network", dispatched_on=on, reply_number=f"{OFFICE['number_prefix']}公开答〔{on.year}〕1号")
            case "withdraw":
                tell(clerk, verb, result="withdrawn", withdrawn_on=on)
    return story.deeds


def _paper(story: Story, name: str, title: str, section: str, column: str, passed: tuple[tuple[str, str], ...] | None, days: Days, last: date) -> list[Deed]:
    written, writer = days.before(last, 2), CLERKS[section]
    text = writing.text_of(title, "notice", section, last, days)
    story.tell(
        written, writer, "add", "articles", name, column=Under(column), title=title, summary=text.summary, body=text.body, keywords=text.keywords,
        made_on=written, source=OFFICE["name"], editor="林小禾", section=In(section),
    )  # fmt: skip
    if passed is not None:
        story.tell(days.before(last, 1), writer, "reviewing.submit", "articles", name)
        for step, who in passed:
            story.tell(days.before(last, 1), who, "reviewing.look", "articles", name, step=step)
    return story.deeds
