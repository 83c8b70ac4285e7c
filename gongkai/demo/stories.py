"""What may happen in a year, matter by matter: each function tells one story from its first deed to its last.

The days are those the law and the office's habits would give; where a last day matters it is asked of
the rooms' own rules.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from gongkai.events.rules import check_character
from gongkai.foi import rules as foi
from gongkai.law.clock import add_months

from . import stock, writing
from .cast import (
    BUSINESS,
    CLERKS,
    CONTENT,
    COORDINATOR,
    DISCLOSURE_HEAD,
    HEADS,
    LEADER,
    LEGAL,
    MONITORING,
    NAMES,
    OFFICE,
    OFFICE_SECTION,
    PERSONNEL,
    POLICY,
    SECRECY,
    SECTIONS,
    SMALL,
    consenter,
)  # fmt: skip
from .deeds import ZONE, Days, In, Person, Story, Thing, Under, moment

SITE = OFFICE["website"]


@dataclass(frozen=True, slots=True)
class Frame:
    """The year a story belongs to: its seed, its working days, and the day by which it accounts."""

    seed: int
    year: int
    days: Days
    cut: date
    settled: bool

    def story(self, key: str) -> Story:
        return Story(f"{self.seed}:{self.year}:{key}", self.days)

    def finish_by(self, begun_on: date) -> date:
        """The day by which something begun then is to be finished: the cut when the year is settled, else long after."""
        return self.cut if self.settled and begun_on <= self.cut else date(self.year + 1, 4, 15)


# -- 依申请公开 ------------------------------------------------------------------------------------------------------

_RESULTS = (
    ("granted", 34), ("already_public", 22), ("partial", 9), ("not_exist", 12), ("not_ours", 9), ("need_creation", 5),
    ("denied_internal", 3), ("denied_process", 3), ("petition", 2), ("admin_query", 1),
)
_CHANNELS = (("internet", 48), ("post_signed", 20), ("counter", 18), ("fax", 5), ("post_plain", 5), ("oral", 4))
_APPLICANTS = (("natural", 74), ("business", 16), ("legal_service", 5), ("research", 2), ("welfare", 2), ("other", 1))
#: The turns the first eleven applications take in every year, so that each kind is there to be looked at.
TURNS = ("plain", "correction", "third_party", "extension", "plain", "post", "holiday", "plain", "co_maker", "makeup", "withdrawn")
_LATER_TURNS = (("plain", 66), ("correction", 12), ("third_party", 6), ("extension", 9), ("co_maker", 1), ("abandoned", 2), ("fee", 1), ("withdrawn", 3))


def _choose(rng: Random, weighted) -> str:
    return rng.choices([name for name, _ in weighted], [weight for _, weight in weighted])[0]


def later_turn(rng: Random) -> str:
    """What becomes of an application after the first eleven."""
    return _choose(rng, _LATER_TURNS)


def person(rng: Random) -> str:
    return rng.choice(stock.SURNAMES) + rng.choice(stock.GIVEN)


def application(frame: Frame, n: int, handed_in: date, turn: str, *, late: bool = False) -> Story:
    """One application, from its arrival to its end."""
    story = frame.story(f"application:{n}")
    rng, days, name = story.rng, frame.days, f"application:{n}"
    section = rng.choice(BUSINESS) if rng.random() < 0.7 else rng.choice((POLICY, OFFICE_SECTION))
    clerk, desk = CLERKS[section], CLERKS[OFFICE_SECTION]
    channel = {"post": "post_signed", "makeup": "counter", "holiday": "internet"}.get(turn) or _choose(rng, _CHANNELS)
    if channel in ("counter", "oral", "post_signed", "post_plain"):
        handed_in = days.on_or_after(handed_in)
    entered = days.on_or_after(handed_in)
    category = _choose(rng, _APPLICANTS)
    subject = rng.choice(stock.FOI_SUBJECTS).format(s=rng.choice(stock.SUBJECTS))
    facts = {
        "channel": channel, "handed_in_on": handed_in, "applicant_category": category, "subject": subject,
        "description": f"申请公开{frame.year - 1}年以来{subject}的有关材料。", "section": In(section),
        "form_wanted": rng.choice(("electronic", "electronic", "paper")), "way_wanted": rng.choice(("email", "post", "collect", "platform")),
    }
    if channel == "post_signed":
        facts["signed_on"] = handed_in
    if channel == "post_plain":
        facts["confirmed_on"] = handed_in
    who = person(rng)
    applicant = {"name": who if category == "natural" else f"青禾{rng.choice(stock.MARKS)}{rng.choice(stock.MARKS)}{'律师事务所' if category == 'legal_service' else '有限公司'}"}
    if category != "natural":
        applicant["representative"] = who
    applicant |= {"phone": f"000{rng.randrange(10**8):08d}", "address": f"青禾市{rng.choice(stock.TOWNS)}禾新路{rng.randrange(1, 300)}号"}
    story.tell(entered, desk, "foi.receive", "applications", name, applicant=applicant, **facts)
    if channel in ("internet", "fax"):
        facts["confirmed_on"] = days.draw(rng, entered, days.add(handed_in, 1))
        story.tell(facts["confirmed_on"], desk, "foi.confirm", "applications", name, confirmed_on=facts["confirmed_on"])
    case = foi.Case(channel=channel, handed_in_on=handed_in, signed_on=facts.get("signed_on"), confirmed_on=facts.get("confirmed_on"))
    at = case.received_on
    end = frame.finish_by(at)
    consulted: list[foi.Consulted] = []
    result = _choose(rng, _RESULTS)

    def room(steps: int) -> bool:
        """Whether that many working days are left before everything has to be finished."""
        return days.add(at, steps) <= end

    if turn == "withdrawn":
        at = days.draw(rng, days.add(at, 2), min(days.add(at, 9), end))
        story.tell(at, clerk, "foi.withdraw", "applications", name, result="withdrawn", withdrawn_on=at)
        return story
    if turn in ("correction", "abandoned"):
        at = days.draw(rng, days.add(at, 1), days.add(at, 5))
        due = foi.default_correction_due_on(at, days.calendar)
        case = replace(case, correction_asked_on=at, correction_due_on=due)
        story.tell(at, clerk, "foi.ask_to_correct", "applications", name, correction_asked_on=at, correction_due_on=due)
        if turn == "abandoned":
            at = days.draw(rng, days.add(due, 1), days.add(due, 4))
            story.tell(at, clerk, "foi.set_aside", "applications", name, result="abandoned_fix", delivery="none", dispatched_on=at)
            return story
        at = days.draw(rng, days.add(at, 2), due if room(40) else days.add(at, 4))
        case = replace(case, corrected_on=at)
        story.tell(at, clerk, "foi.corrected", "applications", name, corrected_on=at)
    if turn == "fee":
        at = days.draw(rng, days.add(at, 3), days.add(at, 10))
        case = replace(case, fee_noticed_on=at)
        story.tell(at, clerk, "foi.ask_fee", "applications", name, fee_noticed_on=at)
        at = days.draw(rng, days.add(at, 1), days.add(at, 12))
        case = replace(case, fee_paid_on=at)
        story.tell(at, clerk, "foi.fee_paid", "applications", name, fee_paid_on=at)
    if turn in ("third_party", "co_maker"):
        at = days.draw(rng, days.add(at, 1), days.add(at, 4))
        got = days.draw(rng, at, days.add(at, 3))
        letter = {"kind": turn, "sent_on": at, "received_by_on": got, "recipient": f"青禾{rng.choice(stock.MARKS)}{rng.choice(stock.TRADES)}有限公司" if turn == "third_party" else "青禾市发展和改革局"}
        story.tell(got, clerk, "foi.consult", "third-party-opinions", f"{name}/letter", application=Thing(name), **letter)
        at = days.draw(rng, days.add(got, 3), days.add(got, 12))
        agrees = rng.random() < 0.5
        story.tell(
            at, clerk, "foi.opinion_received", "third-party-opinions", f"{name}/letter", opinion_on=at, agrees=agrees,
            opinion="同意公开" if agrees else "涉及本单位生产工艺和成本构成，不同意公开",
        )
        consulted.append(foi.Consulted(turn, letter["sent_on"], got, at))
        case = replace(case, consulted=tuple(consulted))
        if turn == "third_party":
            result = "granted" if agrees else rng.choice(("denied_third", "partial"))
    if turn == "extension":
        due = foi.reply_clock(case, days.calendar).last_day
        at = days.draw(rng, days.add(due, -4), days.add(due, -1))
        extra = rng.choice((10, 15, 20))
        case = replace(case, extended_on=at, extended_days=extra, consented=True)
        story.tell(at, clerk, "foi.extend", "applications", name, extended_on=at, extended_days=extra, consented_by=Person(consenter(at)))
    due = foi.reply_clock(case, days.calendar).last_day
    if late:
        on = days.add(due, rng.randrange(1, 4))
    else:
        last = min(due, end)
        on = days.draw(rng, max(days.add(at, 1), days.add(last, -8)), days.on_or_before(last))
    delivery = _choose(rng, (("network", 45), ("post", 40), ("direct", 15)))
    facts = {"result": result, "delivery": delivery, "dispatched_on": on, "reply_number": f"{OFFICE['number_prefix']}公开答〔{on.year}〕{n}号"}
    if delivery == "direct":
        facts["signed_for_on"] = on
    story.tell(on, clerk, "foi.reply", "applications", name, **facts)
    return story


# -- 信息发布 --------------------------------------------------------------------------------------------------------


def platform(frame: Frame, day: date) -> Story:
    """What the platform's fixed columns hold: the guide, a rule of the office's own, and one item of each column below 法定主动公开内容."""
    story, days = frame.story("platform"), frame.days
    writer = CLERKS[OFFICE_SECTION]
    for column, title, words in (
        ("gkzn", "青禾市工业和信息化局政府信息公开指南", "本机关的政府信息按公开目录分类编排，可在本网站检索、查阅、下载，也可以依法申请获取。"),
        ("gkzd", "青禾市工业和信息化局政府信息公开审查制度", "公开前逐项进行保密审查，先审查、后公开；发布实行三审三校。"),
        *((slug, title.format(year=frame.year), words) for _, slug, _, title, words in CONTENT),
    ):
        name = f"platform:{column}"
        story.tell(
            day, writer, "add", "articles", name, column=Under(column), title=title, summary=words,
            body=writing.platform(column, words, frame.year), source=OFFICE["name"], editor="林小禾", section=In(OFFICE_SECTION),
        )
        story.tell(day, writer, "reviewing.submit", "articles", name)
        _secrecy(story, f"{name}/secrecy", day, title, OFFICE_SECTION, "网站")
        for step, who in (("secrecy", SECRECY), ("first", HEADS[OFFICE_SECTION]), ("second", COORDINATOR), ("third", LEADER)):
            story.tell(day if step in ("secrecy", "first") else days.add(day, 1), who, "reviewing.look", "articles", name, step=step)
        story.tell(days.add(day, 1), COORDINATOR, "reviewing.release", "articles", name, published_on=days.add(day, 1))
        day = days.add(day, 1)
    return story


#: Since this month and day the bureau's site is built here; what is older stays at its earlier address.
SITE_OPENED = (11, 1)


def item(
    frame: Frame, key: str, posted: date, category: str, channels: tuple[str, ...], *, infographic: bool = False, title: str = "", section: str = ""
) -> Story:  # fmt: skip
    """Something published: drafted, reviewed for secrets, reviewed three times, posted on its channels."""
    story = frame.story(key)
    rng, days = story.rng, frame.days
    section = section or rng.choice(BUSINESS)
    writer, title = CLERKS[section], title or _title(rng, category, infographic)
    reviewed = days.draw(rng, days.add(posted, -3), days.add(posted, -1))
    _secrecy(story, f"{key}/secrecy", reviewed, title, section, "、".join({"wechat": "微信公众号", "website": "网站"}[c] for c in channels))
    steps = sorted(days.draw(rng, reviewed, posted) for _ in range(3))
    # What explains or sets policy is read by the disclosure office, or its lawyer where that is the section's own head.
    second = COORDINATOR if category not in ("policy", "interpretation") else LEGAL if HEADS[section] == DISCLOSURE_HEAD else DISCLOSURE_HEAD
    reviews = {
        "first_reviewed_by": Person(HEADS[section]), "first_reviewed_on": steps[0],
        "second_reviewed_by": Person(second), "second_reviewed_on": steps[1],
        "third_reviewed_by": Person(LEADER), "third_reviewed_on": steps[2],
    }
    article, chained = None, posted >= date(days.year, *SITE_OPENED)
    number = key.split(":")[-1]
    if "website" in channels:
        text = writing.text_of(title, category, section, posted, days)
        column = {"policy": "zcwj", "interpretation": "zcjd", "news": "gzdt"}.get(category, "tzgg")
        if title.endswith(stock.NOTICES):
            column = "tzgg"
        article = Thing(f"{key}/article")
        earlier = {} if chained else {"published_on": posted, "url": f"{SITE}{column}/{posted:%Y%m}/{key.replace(':', '-')}.html"}
        story.tell(
            reviewed if chained else posted, writer, "add", "articles", article.name, column=Under(column), title=title, summary=text.summary, body=text.body, keywords=text.keywords,
            made_on=reviewed if column == "tzgg" else None, source=OFFICE["name"], editor="林小禾", section=In(section), **earlier,
        )
        if chained:
            if text.picture:
                story.tell(reviewed, writer, "publishing.illustrate", "articles", article.name, title=title, steps=text.picture)
            story.tell(reviewed, writer, "reviewing.submit", "articles", article.name)
            story.tell(reviewed, SECRECY, "reviewing.look", "articles", article.name, step="secrecy")
            for day, step, who in zip(steps, ("first", "second", "third"), (HEADS[section], second, LEADER), strict=True):
                story.tell(day, who, "reviewing.look", "articles", article.name, step=step)
    for channel in channels:
        url = f"{SITE}{channel}/{posted:%Y%m}/{key.replace(':', '-')}.html"
        story.tell(
            posted, CLERKS[MONITORING], "add", "posts", f"{key}/{channel}", channel=channel, category=category, is_infographic=infographic and channel == "wechat",
            title=title, posted_on=posted, url=url, receipt=f"{channel.upper()}-{posted:%Y%m%d}-{number}", article=article,
            secrecy_review=Thing(f"{key}/secrecy"), section=In(section), **reviews,
        )
    if article is not None and chained:
        story.tell(posted, COORDINATOR, "reviewing.release", "articles", article.name, published_on=posted)
    return story


def _title(rng: Random, category: str, infographic: bool) -> str:
    subject = rng.choice(stock.SUBJECTS)
    if category == "policy":
        return f"{subject}{rng.choice(stock.POLICY_ANGLES)}"
    if category == "interpretation":
        return f"一图读懂：{subject}" if infographic else f"{subject}{rng.choice(stock.INTERPRETATION_ANGLES)}"
    if category == "news":
        return f"我局开展{subject}{rng.choice(stock.NEWS_ANGLES)}"
    return f"图说{rng.choice(stock.OTHER_ANGLES)}（{rng.choice(stock.TOWNS)}专场）"


def _secrecy(story: Story, name: str, on: date, title: str, section: str, channels: str, **facts) -> None:
    story.tell(
        on, SECRECY, "add", "secrecy-reviews", name, title=title, made_on=on, channels=channels, handled_by=Person(CLERKS[section]),
        reviewed_by=Person(SECRECY), reviewed_on=on, section=In(section),
        **({"attribute": "open", "result": "open", "opinion": "经逐项检查，可以公开"} | facts),
    )


def withheld(frame: Frame, n: int, on: date) -> Story:
    """Something the review keeps from publication, and what is kept is looked at again later."""
    story = frame.story(f"withheld:{n}")
    ground = story.rng.choice((("internal", "属于内部管理信息"), ("process", "属于讨论过程中的记录"), ("third_party", "含企业工艺参数，第三方不同意公开")))
    title = f"{story.rng.choice(stock.SUBJECTS)}{story.rng.choice(('评审打分明细', '内部讨论纪要', '企业申报材料'))}"
    _secrecy(
        story, f"withheld:{n}", on, title, story.rng.choice(BUSINESS), "网站", attribute="withheld", ground=ground[0], reason=ground[1],
        result="withhold", trade_secret=ground[0] == "third_party", opinion="不予公开",
    )
    return story


def reassessed(frame: Frame, on: date) -> Story:
    """Something withheld last year, looked at again within the year (条例 18)."""
    story = frame.story("reassessed")
    first = frame.days.add(on, -230)
    title = "产业集群规划编制讨论纪要"
    kept = {"attribute": "withheld", "ground": "process", "reason": "规划尚在编制", "result": "withhold", "opinion": "不予公开"}
    _secrecy(story, "reassessed:first", first, title, POLICY, "网站", **kept)
    _secrecy(story, "reassessed:second", on, title, POLICY, "网站", reassesses=Thing("reassessed:first"))
    return story


# -- 政策文件 --------------------------------------------------------------------------------------------------------


def _subject_of(frame: Frame, n: int) -> str:
    return stock.SUBJECTS[(n * 7 + frame.seed) % len(stock.SUBJECTS)]


def document_title(frame: Frame, n: int, kind: str) -> str:
    if kind == "normative":
        return f"青禾市{_subject_of(frame, n)}{stock.DOCUMENT_KINDS[n % len(stock.DOCUMENT_KINDS)]}"
    return f"青禾市{_subject_of(frame, n)}工作规划（{frame.year}—{frame.year + 3}年）"


#: Where the bureau's older documents were public, and those whose interpretation came late, before there was a chain to go through.
ELSEWHERE = "青禾市工业和信息化局网站（模拟年度）"


def document(
    frame: Frame, n: int, signed: date, kind: str, *, number: int, replaces: str = "", late_interpretation: bool = False, late_gazette: bool = False
) -> Story:  # fmt: skip
    """A document of the year: signed, reviewed, published with its interpretation, sent to the gazette."""
    name = f"document:{n}"
    story = frame.story(name)
    rng, days = story.rng, frame.days
    section = BUSINESS[n % len(BUSINESS)]
    subject, title, is_normative = _subject_of(frame, n), document_title(frame, n, kind), kind == "normative"
    published = days.draw(rng, days.add(signed, 1), days.add(signed, 3))
    if frame.settled and signed <= frame.cut:
        published = min(published, frame.cut)
    # One whose interpretation came late went out alone, which the chain would refuse: it stands as what it is, public before.
    chained = not late_interpretation
    first = signed if chained else published
    explained = days.add(published, 6) if late_interpretation else published
    reading, reading_title = f"{name}/interpretation", f"《{title}》解读"
    went = {} if chained else {"published_elsewhere": ELSEWHERE}
    story.tell(
        first, CLERKS[section], "add", "documents", name, title=title, number=_doc_number(frame, number, is_normative),
        code=f"QHGXJ{frame.year}{number:03d}" if is_normative else "", kind=kind, issuer=OFFICE["name"],
        index_number=f"{OFFICE['credit_code']}/{frame.year}-{n + 1:05d}", subject_words=f"工业 {subject}", column=Under("zcwj"),
        summary=f"规定{subject}的对象、条件、标准和程序。", body=writing.paper(subject, section, is_normative, published),
        signed_on=signed, effective_on=published, expires_on=add_months(published, 60) if is_normative else None,
        is_benefit=is_normative, section=In(section), **went, **({} if chained else {"published_on": published}),
    )
    story.tell(
        first, CLERKS[section], "add", "document-relations", f"{name}/basis", document=Thing(name), relation="rests_on",
        other_title="青禾市促进工业高质量发展若干意见", other_number=f"青府〔{frame.year - 1}〕12号", section=In(section),
    )
    forms = {"in_text": True, "in_graphics": n % 2 == 0 or rng.random() < 0.5, "in_video": n % 3 == 1}
    story.tell(
        first if chained else explained, CLERKS[section], "add", "interpretations", reading, document=Thing(name), column=Under("zcjd"),
        title=reading_title, summary=f"从制定背景、主要内容、新旧差异和办事指引四个方面解读{title}。", interpreter=f"{section}负责人",
        body=writing.explanation(title, subject, section, is_normative),
        covers_background=True, covers_content=True, covers_changes=is_normative, covers_guidance=is_normative, covers_standard=n % 2 == 0,
        url=f"{SITE}zcjd/{explained:%Y%m}/doc-{n}.html", section=In(section), **forms, **went, **({} if chained else {"published_on": explained}),
    )
    seen = days.on_or_after(signed)
    if chained:
        story.tell(seen, CLERKS[section], "reviewing.bundle", "documents", f"{name}/bundle", title=f"《{title}》及其解读", document=Thing(name), interpretation=Thing(reading))
    _secrecy(story, f"{name}/secrecy", seen, title, section, "网站、公报", document_number=_doc_number(frame, number, is_normative))
    _secrecy(story, f"{name}/interpretation/secrecy", seen if chained else days.on_or_after(published), reading_title, section, "网站、微信公众号")
    if chained:
        for day, step, who in ((seen, "secrecy", SECRECY), (seen, "first", HEADS[section]), (published, "second", LEGAL), (published, "third", LEADER)):
            for item in (name, reading):
                story.tell(day, who, "reviewing.look", "documents", item, step=step)
        story.tell(published, COORDINATOR, "reviewing.release_bundle", "documents", f"{name}/bundle", document=Thing(name), interpretation=Thing(reading), published_on=published)
    if not is_normative:
        return story
    due = signed + timedelta(days=30)
    sent = days.on_or_after(due + timedelta(days=3)) if late_gazette else days.draw(rng, days.add(published, 2), days.on_or_before(min(due, frame.finish_by(published))))
    story.tell(
        sent, CLERKS[POLICY], "add", "gazette-submissions", f"{name}/gazette", document=Thing(name), submitted_on=sent, received_by="青禾市人民政府办公室", section=In(POLICY),
    )
    printed = days.draw(rng, days.add(sent, 10), days.add(sent, 25))
    story.tell(
        printed, CLERKS[POLICY], "change", "gazette-submissions", f"{name}/gazette", issue=f"{printed.year}年第{printed.month}期", page=str(rng.randrange(3, 60)), printed_on=printed,
    )
    if replaces:
        story.tell(published, LEGAL, "documents.repeal", "documents", replaces, repealed_on=published, successor=Thing(name), section=In(section))
    return story


def _doc_number(frame: Frame, number: int, is_normative: bool) -> str:
    return f"{OFFICE['number_prefix']}{'规字' if is_normative else ''}〔{frame.year}〕{number}号"


def older_documents(frame: Frame, entered: date) -> Story:
    """What stood already when the bureau began to keep its library here."""
    story = frame.story("library")
    days = frame.days
    library = (
        ("old:0", "青禾市技术改造项目管理暂行办法", "normative", (2018, 3, 20), None),
        ("old:1", "青禾市工业设计中心认定办法", "normative", (2019, 6, 12), date(frame.year + 2, 6, 12)),
        ("old:2", "青禾市中小企业服务机构管理办法", "normative", (2018, 9, 5), date(frame.year + 1, 12, 31)),
        ("old:3", f"青禾市高端装备产业发展行动方案（2018—{frame.year}年）", "scheme", (2018, 8, 10), date(frame.year, 12, 31)),
    )
    for n, (name, title, kind, signed, expires) in enumerate(library):
        signed = days.on_or_after(max(date(*signed), date(frame.year - 3, 1, 2)))
        is_normative = kind == "normative"
        story.tell(
            entered, CLERKS[POLICY], "add", "documents", name, title=title, kind=kind, issuer=OFFICE["name"],
            number=f"{OFFICE['number_prefix']}{'规字' if is_normative else ''}〔{signed.year}〕{n + 1}号", code=f"QHGXJ{signed.year}{n + 1:03d}" if is_normative else "",
            signed_on=signed, published_on=days.add(signed, 2), published_elsewhere=ELSEWHERE, effective_on=days.add(signed, 2), expires_on=expires, column=Under("zcwj"),
            needs_interpretation=False, interpretation_exemption="入库前发布，已随文件解读", interpretation_exempted_on=signed, section=In(POLICY),
        )
        if is_normative:
            sent = days.add(signed, 12)
            story.tell(
                entered, CLERKS[POLICY], "add", "gazette-submissions", f"{name}/gazette", document=Thing(name), submitted_on=sent, received_by="青禾市人民政府办公室",
                issue=f"{sent.year}年第{sent.month}期", page="15", printed_on=days.add(sent, 15), section=In(POLICY),
            )
    return story


def evaluation(frame: Frame, n: int, finished: date) -> Story:
    """How a policy has worked: decided, done, reported."""
    story = frame.story(f"evaluation:{n}")
    decided = frame.days.add(finished, -75)
    subject = {"document": Thing("old:3")} if n == 0 else {"document_title": f"青禾市{stock.SUBJECTS[n]}专项方案"}
    story.tell(
        decided, CLERKS[POLICY], "add", "evaluations", f"evaluation:{n}", decided_on=decided, evaluator="青禾市产业研究院", section=In(POLICY), **subject
    )
    story.tell(
        finished, CLERKS[POLICY], "change", "evaluations", f"evaluation:{n}", finished_on=finished, report_title="实施效果评估报告",
        result="amend", opinion="目标总体完成，建议到期后修订接续，补充公共服务平台和人才条款。",
    )
    return story


# -- 惠企政策 --------------------------------------------------------------------------------------------------------

PLATFORM = "青禾惠企通"


def policy(frame: Frame, n: int, on: date, *, of: str = "", adjusted: date | None = None) -> Story:
    """A policy put on the benefits platform, and adjusted later."""
    name = f"policy:{n}"
    story = frame.story(name)
    rng, section = story.rng, BUSINESS[n % len(BUSINESS)]
    subject = _subject_of(frame, n)
    story.tell(
        on, CLERKS[section], "add", "benefit-policies", name, name=f"{subject}支持政策", issuer=OFFICE["name"] if of else "青禾市人民政府办公室", level="city",
        document=Thing(of) if of else None, published_on=on, published_elsewhere=PLATFORM, effective_on=on, expires_on=add_months(on, 36), industries="制造业", scale="规模以上工业企业和中小企业", region="青禾市",
        qualifications=rng.choice(("专精特新", "高新技术企业", "创新型中小企业")), support=rng.choice(("reward", "interest", "recognition")),
        standard=f"每家最高{rng.choice((20, 50, 100, 200))}万元", conditions="在本市登记、正常生产经营的工业企业", materials="申报表、项目合同、付款凭证",
        phone=OFFICE["phone"], needs_no_application=n % 3 == 0, entry_url=f"{SITE}apply/{n}", section=In(section),
    )
    story.tell(on, CLERKS[section], "add", "benefit-updates", f"{name}/added", policy=Thing(name), kind="added", updated_on=on, platform=PLATFORM, url=f"{SITE}benefit/{n}", section=In(section))
    if adjusted:
        story.tell(
            adjusted, CLERKS[section], "add", "benefit-updates", f"{name}/adjusted", policy=Thing(name), kind="adjusted", updated_on=adjusted, platform=PLATFORM,
            reason="更新申报时间和材料清单", url=f"{SITE}benefit/{n}", section=In(section),
        )
    return story


def expiring_policy(frame: Frame) -> Story:
    """Last year's policy whose term ends in December, and which is taken down then."""
    story = frame.story("policy:expiring")
    added, expires = frame.days.on_or_after(date(frame.year - 1, 4, 12)), date(frame.year, 12, 15)
    story.tell(
        added, CLERKS[SMALL], "add", "benefit-policies", "policy:expiring", name="小微工业企业稳岗补助", issuer=OFFICE["name"], level="city",
        published_on=added, published_elsewhere=PLATFORM, effective_on=added, expires_on=expires, support="reward", standard="每家最高5万元", phone=OFFICE["phone"], section=In(SMALL),
    )
    story.tell(added, CLERKS[SMALL], "add", "benefit-updates", "policy:expiring/added", policy=Thing("policy:expiring"), kind="added", updated_on=added, platform=PLATFORM, section=In(SMALL))
    down = frame.days.add(expires, 2)
    story.tell(down, CLERKS[SMALL], "benefits.take_down", "benefit-updates", "policy:expiring/removed", policy=Thing("policy:expiring"), updated_on=down, reason="政策有效期届满", platform=PLATFORM, section=In(SMALL))
    return story


# -- 宣讲、采访 ------------------------------------------------------------------------------------------------------


def enterprise(n: int) -> tuple[str, str]:
    """The n-th enterprise of the city: name and 统一社会信用代码 with its right check character. 449900 is no place."""
    body = f"91449900MA{n:07d}"
    rng = Random(n)
    return f"青禾市{rng.choice(stock.MARKS)}{rng.choice(stock.MARKS)}{rng.choice(stock.TRADES)}有限公司（{n + 1}）", body + check_character(body)


def briefing(frame: Frame, n: int, planned: date, held: date, first: int, fresh: int, repeats: float) -> Story:
    """A briefing on the year's plan: put off if need be, held, its attendance brought in from the sign-in sheet.

    `first` to `first + fresh` come to a briefing for the first time; `repeats` times as many of the
    earlier ones come again.
    """
    name = f"briefing:{n}"
    story = frame.story(name)
    rng, section = story.rng, BUSINESS[n % len(BUSINESS)]
    mode = ("both", "on_site", "online")[n % 3] if n else "both"
    entered = frame.days.on_or_after(date(frame.year, 2, 21))
    story.tell(
        min(entered, frame.days.add(planned, -1)), CLERKS[POLICY], "add", "events", name, kind="briefing", part="host", mode=mode,
        title=f"{frame.year}年惠企政策宣讲会（第{n + 1}场：{section.removesuffix('科')}专题）", planned_on=planned,
        place="线上直播间" if mode == "online" else f"{stock.TOWNS[n % len(stock.TOWNS)]}会议中心", topics="政策要点、新旧差异、申报流程、答疑", section=In(section),
    )
    if held > planned:
        story.tell(frame.days.add(planned, -1), CLERKS[POLICY], "events.postpone", "events", name, planned_on=held, reason="场地调整")
    story.tell(held, CLERKS[POLICY], "events.hold", "events", name, held_on=held)
    who = list(range(first, first + fresh)) + sorted(rng.sample(range(first), min(first, round(fresh * repeats))))
    rows = []
    for number in who:
        title, code = enterprise(number)
        rows.append({
            "enterprise": title, "credit_code": code, "persons": rng.choice((1, 1, 1, 2, 2, 3)), "town": stock.TOWNS[number % len(stock.TOWNS)],
            "is_key_enterprise": number % 9 == 0, "way": mode if mode != "both" else rng.choice(("online", "on_site")),
        })
    story.tell(frame.days.add(held, 1), HEADS[POLICY], "bring_in", "attendances", f"{name}/attendance", rows=rows, event=Thing(name), section=In(section))
    return story


def other_event(frame: Frame, n: int, on: date) -> Story:
    """A press conference, an interview, a broadcast or a training."""
    kinds = (
        ("press_conference", "host", "on_site", "制造业数字化转型政策新闻发布会"), ("press_conference", "support", "on_site", "人才政策新闻发布会"),
        ("broadcast", "attend", "online", "“民声在线”直播节目"), ("online_interview", "host", "online", "中小企业纾困政策在线访谈"),
        ("training", "host", "on_site", "镇街政务公开业务培训"), ("training", "host", "online", "信息发布“三审三校”培训"),
    )
    kind, part, mode, title = kinds[n % len(kinds)]
    story = frame.story(f"event:{n}")
    story.tell(
        on, CLERKS[MONITORING], "add", "events", f"event:{n}", kind=kind, part=part, mode=mode, title=f"{title}（{frame.year}年）", held_on=on,
        place="市政府新闻发布厅" if kind == "press_conference" else "", host="" if part == "host" else "青禾市人民政府新闻办公室", topics="政策解读", section=In(MONITORING),
    )
    return story


def interview(frame: Frame, n: int, on: date) -> Story:
    story = frame.story(f"interview:{n}")
    media, kind = story.rng.choice(stock.MEDIA)
    section = story.rng.choice(BUSINESS)
    story.tell(
        on, CLERKS[MONITORING], "add", "interviews", f"interview:{n}", interviewed_on=on, media=media, media_kind=kind,
        subject=f"{story.rng.choice(stock.SUBJECTS)}有关情况", interviewee=f"{section}负责人", published_on=frame.days.draw(story.rng, on, frame.days.add(on, 3)), section=In(section),
    )
    return story


# -- 征求意见、社会关切 ----------------------------------------------------------------------------------------------


def consultation(
    frame: Frame, n: int, published: date, opinions: int, *, by: date | None = None, late: bool = False, of: tuple[str, str, date] | None = None
) -> Story:  # fmt: skip
    """A draft put to the public, what was said of it, and the answer.

    `by` is the last day for its feedback; `of` is the document it became: name, title, day of signing.
    """
    name = f"consultation:{n}"
    story = frame.story(name)
    rng, days, section = story.rng, frame.days, BUSINESS[n % len(BUSINESS)]
    kind = "normative" if of else ("other", "other", "major")[n % 3]
    window = 30 if kind != "other" else rng.choice((10, 15, 30))
    ends = published + timedelta(days=window)
    title = f"{of[1] if of else '青禾市' + rng.choice(stock.SUBJECTS) + '工作方案'}（征求意见稿）"
    story.tell(
        published, CLERKS[section], "consultation.open_consultation", "consultations", name, title=title, kind=kind, published_on=published, ends_on=ends,
        ways=f"电子邮箱{OFFICE['email']}；电话{OFFICE['phone']}；来信地址{OFFICE['address']}", section=In(section),
    )
    outlets = [("website", "意见征集", f"{SITE}yjzj/{n}.html"), ("new_media", "青禾工信公众号", f"{SITE}wx/yjzj-{n}.html")]
    if n % 4 == 0:
        outlets.append(("radio", "青禾人民广播电台", f"{SITE}media/radio-{n}.html"))
    if n % 5 == 0:
        outlets.append(("television", "青禾电视台", f"{SITE}media/tv-{n}.html"))
    for channel, outlet, url in outlets:
        story.tell(published, CLERKS[section], "consultation.announce", "consultation-notices", f"{name}/{channel}", consultation=Thing(name), channel=channel, outlet=outlet, posted_on=published, url=url)
    answers = []
    came = sorted(published + timedelta(days=rng.randrange(0, window + 1)) for _ in range(opinions))
    for m, day in enumerate(came, 1):
        content, disposition, reason = rng.choice(stock.OPINIONS)
        answers.append((disposition, reason))
        one = f"{name}/opinion:{m}"
        arrived = datetime.combine(day, datetime.min.time(), ZONE) + timedelta(hours=rng.randrange(8, 22), minutes=rng.randrange(60))
        story.tell(
            arrived, CLERKS[section], "consultation.receive", "opinions", one, consultation=Thing(name), number=m,
            source=_choose(rng, (("enterprise", 45), ("public", 35), ("association", 12), ("department", 8))),
            way=_choose(rng, (("email", 50), ("website", 30), ("phone", 10), ("letter", 10))), received_on=day, content=content, public_content=content,
            giver_name=person(rng), giver_contact=f"000{rng.randrange(10**8):08d}",
        )
    after = days.add(ends, 1)
    for m, (disposition, reason) in enumerate(answers, 1):
        on = days.draw(rng, after, days.add(ends, 6))
        story.tell(on, CLERKS[section], "consultation.dispose", "opinions", f"{name}/opinion:{m}", disposition=disposition, reason=reason)
    due = add_months(ends, 1)
    decided = story.deeds[-1].at.date()
    if late:
        on = days.on_or_after(due + timedelta(days=2))
    else:
        last = days.on_or_before(min(due, by or due))
        on = days.draw(rng, max(after, decided), last)
    if opinions or rng.random() < 0.5:
        story.tell(on, HEADS[section], "consultation.feed_back", "consultations", name, feedback_on=on, feedback_url=f"{SITE}yjzj/{n}-feedback.html")
    if of:
        story.tell(days.add(of[2], 5), CLERKS[section], "change", "consultations", name, document=Thing(of[0]))
    return story


def concern(frame: Frame, n: int, found: date, *, grave: bool = False, false: bool = False, late: bool = False) -> Story:
    """A matter people are concerned about, from the moment it was found."""
    story = frame.story(f"concern:{n}")
    rng, name = story.rng, f"concern:{n}"
    subject = rng.choice(stock.MISINFORMATION if false else stock.CONCERN_SUBJECTS).format(s=rng.choice(stock.SUBJECTS))
    if grave:
        subject = "某工业园区厂房火情后的复工安排"
    at = moment(rng, found)
    source = "public" if false or grave else _choose(rng, (("hotline", 50), ("mailbox", 25), ("website", 25)))
    desk = CLERKS[OFFICE_SECTION]
    story.tell(
        at, desk, "concerns.find", "concerns", name, subject=subject, source=source, source_number=f"R{found:%Y%m%d}{n:03d}" if source == "hotline" else "",
        found_at=at, kind="emergency" if grave else "policy" if false else rng.choice(("interests", "livelihood", "other")), section=In(rng.choice(BUSINESS)),
    )
    graded = at + timedelta(minutes=rng.randrange(10, 50))
    story.tell(graded, HEADS[PERSONNEL], "concerns.grade", "concerns", name, grade="major" if grave else "ordinary", graded_at=graded)
    hours = rng.uniform(1.2, 4) if grave else rng.uniform(51, 60) if late else rng.uniform(2, 40)
    spoke = at + timedelta(hours=hours)
    story.tell(spoke, desk, "concerns.respond", "concerns", name, first_response_at=spoke)
    if grave:
        spoke = at + timedelta(hours=rng.uniform(10, 20))
        story.tell(spoke, HEADS[OFFICE_SECTION], "concerns.press", "concerns", name, press_at=spoke)
    if false:
        spoke = spoke + timedelta(hours=rng.uniform(1, 4))
        story.tell(spoke, desk, "concerns.clarify", "concerns", name, is_misinformation=True, clarified_at=spoke)
    done = spoke + timedelta(hours=rng.uniform(3, 46))
    story.tell(done, desk, "concerns.reply", "concerns", name, replied_at=done, reply_summary="已向来源方说明政策口径和办理途径。", reply_url="")
    return story


# -- 会议、述责述廉 --------------------------------------------------------------------------------------------------


def directors_meeting(frame: Frame, n: int, on: date) -> Story:
    """A meeting of the directors that deals with other things."""
    story = frame.story(f"directors:{n}")
    name = f"meeting:directors:{n}"
    _meet(story, name, "directors", f"{frame.year}年第{n + 1}次局长办公会", on, OFFICE_SECTION, n + 1, frame)
    story.tell(on, CLERKS[OFFICE_SECTION], "add", "agenda-items", f"{name}/1", meeting=Thing(name), order=1, topic="other", title=f"研究{story.rng.choice(stock.SUBJECTS)}工作", reporter="科室负责人", section=In(OFFICE_SECTION))
    return story


def openness_report(frame: Frame, planned: date) -> Story:
    """The year's report on openness, planned in October for a meeting in December, and held then; and the one of the year before."""
    story = frame.story("openness")
    before = frame.days.on_or_after(date(frame.year - 1, 12, 15))
    _meet(story, "meeting:openness:before", "directors", f"{frame.year - 1}年12月局长办公会", before, OFFICE_SECTION, 12, frame)
    story.tell(before, COORDINATOR, "add", "agenda-items", "meeting:openness:before/1", meeting=Thing("meeting:openness:before"), order=1, topic="openness", title=f"{frame.year - 1}年政务公开工作情况汇报", reporter="办公室主任", section=In(OFFICE_SECTION))
    name, entered = "meeting:openness", frame.days.on_or_after(date(frame.year, 10, 20))
    story.tell(entered, COORDINATOR, "add", "meetings", name, kind="directors", title=f"{frame.year}年12月局长办公会", planned_on=planned, section=In(OFFICE_SECTION))
    story.tell(entered, COORDINATOR, "add", "agenda-items", f"{name}/openness", meeting=Thing(name), order=1, topic="openness", title=f"{frame.year}年政务公开工作情况汇报", reporter="办公室主任", section=In(OFFICE_SECTION))
    story.tell(planned, COORDINATOR, "accountability.hold", "meetings", name, held_on=planned, expected=12, present=11, minutes_number=f"局长办公会纪要〔{frame.year}〕12号")
    return story


def ideology_meeting(frame: Frame, n: int, on: date) -> Story:
    """A party-group meeting, each quarter, on ideology; twice a year on the network's."""
    story = frame.story(f"ideology:{n}")
    name = f"meeting:party:{n}"
    _meet(story, name, "party_group", f"{frame.year}年第{n + 1}季度局党组会", on, PERSONNEL, n + 1, frame)
    for order, (topic, title) in enumerate((("ideology", "研究意识形态工作"), ("network_ideology", "研究网络意识形态工作"))[: 1 + n % 2], 1):
        story.tell(on, CLERKS[PERSONNEL], "add", "agenda-items", f"{name}/{order}", meeting=Thing(name), order=order, topic=topic, title=title, reporter="组织人事科负责人", section=In(PERSONNEL))
    return story


def _meet(story: Story, name: str, kind: str, title: str, on: date, section: str, number: int, frame: Frame) -> None:
    planned = frame.days.add(on, -3)
    story.tell(planned, CLERKS[section], "add", "meetings", name, kind=kind, title=title, planned_on=on, section=In(section))
    story.tell(on, CLERKS[section], "accountability.hold", "meetings", name, held_on=on, expected=12, present=12 - number % 3, minutes_number=f"{title}纪要{number}号")


def accountability(frame: Frame, on: date) -> Story:
    """The yearly meeting at which each head of a section accounts for the year and is balloted on."""
    story = frame.story("accountability")
    rng, name = story.rng, "meeting:integrity"
    story.tell(frame.days.add(on, -5), CLERKS[PERSONNEL], "add", "meetings", name, kind="integrity", title=f"{frame.year}年党风廉政建设工作会议", planned_on=on, section=In(PERSONNEL))
    story.tell(on, CLERKS[PERSONNEL], "accountability.hold", "meetings", name, held_on=on, expected=60, present=54, minutes_number="")
    for n, section in enumerate(SECTIONS):
        report = f"report:{n}"
        story.tell(
            on, CLERKS[PERSONNEL], "add", "accountability-reports", report, meeting=Thing(name), holder=NAMES[HEADS[section]],
            unit=section, post=f"{section}{'主任' if section == OFFICE_SECTION else '科长'}", way="written" if n % 3 == 2 else "spoken",
            covers_ideology=True, section=In(PERSONNEL),
        )
        good = rng.randrange(44, 52)
        story.tell(on, CLERKS[PERSONNEL], "accountability.tally", "ballots", f"ballot:{n}", meeting=Thing(name), report=Thing(report), issued=54, returned=53, good=good, fair=53 - good, poor=0, abstain=0, invalid=0, section=In(PERSONNEL))
    return story


# -- 事项、检查 ------------------------------------------------------------------------------------------------------


#: The kinds of matters that have guides.
SERVICES = frozenset({"licence", "confirmation", "filing", "reward", "public_service", "other_power"})


def matters(frame: Frame, entered: date) -> Story:
    """The catalogue of matters and the guides to those handled on application, which stood on the site before."""
    story = frame.story("matters")
    for n, (title, kind) in enumerate(stock.MATTERS):
        name, section = f"matter:{n}", BUSINESS[n % len(BUSINESS)]
        story.tell(
            entered, CLERKS[section], "add", "matters", name, name=title, kind=kind, code=f"449900{n + 1:04d}000", local_code=f"{OFFICE['credit_code']}-{n + 1:03d}",
            basis=stock.MATTER_BASES.get(kind, "青禾市人民政府公布的政务服务事项目录"), agency=OFFICE["name"], duties="受理、审查、决定、送达、事后监管", accountability="不履行或者不正确履行职责的，依法追究责任",
            in_power_list=kind != "public_service", listed_on=entered, section=In(section),
        )
        if kind in SERVICES:
            story.tell(
                entered, CLERKS[section], "add", "guides", f"{name}/guide", matter=Thing(name), column=Under("bszn"), title=f"{title}办事指南",
                conditions="<p>在本市依法登记的企业。</p>", materials="<ol><li>申请表</li><li>营业执照</li></ol>", steps="<ol><li>网上申请</li><li>受理审查</li><li>作出决定</li></ol>",
                place="青禾市政务服务中心2楼", agency=section, fees="不收费", hours=OFFICE["hours"], phone=OFFICE["phone"], handling="promised", statutory_days=20, promised_days=8 + n % 5,
                visits=0, result="书面决定或证书", remedies="可以依法申请行政复议或者提起行政诉讼。", url=f"https://zwfw.qinghe.example/bszn/{n}.html", section=In(section),
            )
            story.tell(entered, COORDINATOR, "guides.declare", "guides", f"{name}/guide", published_on=entered, published_elsewhere=ELSEWHERE)
    return story


def matter_change(frame: Frame, n: int, effective: date) -> Story:
    """A change of a matter: proposed, reviewed, in force."""
    story = frame.story(f"change:{n}")
    kind = ("adjusted", "changed", "added", "admitted", "adjusted", "changed")[n % 6]
    which = n % len(stock.MATTERS)
    section, name = BUSINESS[which % len(BUSINESS)], f"change:{n}"
    proposed, reviewed = frame.days.add(effective, -12), frame.days.add(effective, -4)
    story.tell(proposed, CLERKS[section], "add", "matter-changes", name, matter=Thing(f"matter:{which}"), kind=kind, target=("both", "guide", "power_list")[n % 3], proposed_on=proposed, reason="上级事项目录调整", details="调整申请材料和办理时限的表述", section=In(section))
    story.tell(reviewed, CLERKS[OFFICE_SECTION], "guides.review", "matter-changes", name, reviewed_on=reviewed)
    story.tell(effective, CLERKS[OFFICE_SECTION], "guides.bring_into_force", "matter-changes", name, effective_on=effective)
    return story


def rectified(frame: Frame, n: int, proposed: date) -> Story:
    """A guide or the list of powers put right within its days; what is put right in a guide goes out through the review chain."""
    story = frame.story(f"rectified:{n}")
    which = n % 10
    section, name = BUSINESS[which % len(BUSINESS)], f"rectified:{n}"
    end = frame.finish_by(proposed)
    reviewed = frame.days.draw(story.rng, frame.days.add(proposed, 2), frame.days.add(proposed, 6))
    done = frame.days.draw(story.rng, frame.days.add(reviewed, 1), min(frame.days.add(proposed, 17), end))
    story.tell(proposed, CLERKS[OFFICE_SECTION], "add", "matter-changes", name, matter=Thing(f"matter:{which}"), kind="rectified", target="guide" if n % 2 else "both", proposed_on=proposed, reason="梳理发现材料清单与实际办理不一致", section=In(section))
    story.tell(reviewed, HEADS[section], "guides.review", "matter-changes", name, reviewed_on=reviewed)
    if n % 2 and stock.MATTERS[which][1] in SERVICES:
        guide = f"matter:{which}/guide"
        story.tell(reviewed, CLERKS[section], "change", "guides", guide, materials=f"<ol><li>申请表</li><li>营业执照</li><li>项目说明（{proposed.month}月核对）</li></ol>")
        story.tell(reviewed, CLERKS[section], "reviewing.submit", "guides", guide)
        _secrecy(story, f"{name}/secrecy", reviewed, f"{stock.MATTERS[which][0]}办事指南", section, "网站")
        for step, who in (("secrecy", SECRECY), ("first", HEADS[section]), ("second", COORDINATOR), ("third", LEADER)):
            story.tell(reviewed if step in ("secrecy", "first") else done, who, "reviewing.look", "guides", guide, step=step)
        story.tell(done, COORDINATOR, "reviewing.release", "guides", guide)
    story.tell(done, CLERKS[OFFICE_SECTION], "guides.bring_into_force", "matter-changes", name, effective_on=done)
    return story


def finding(frame: Frame, n: int, found: date) -> Story:
    """Something an inspection found, put right and looked at again."""
    story = frame.story(f"finding:{n}")
    rng, days, name = story.rng, frame.days, f"finding:{n}"
    source = ("self", "self", "city", "visitor")[n % 4]
    story.tell(
        found, CLERKS[MONITORING], "add", "findings", name, source=source, code="other", is_veto=False, site="wechat" if n % 3 == 2 else "website",
        title=f"{stock.FINDINGS[n % len(stock.FINDINGS)]}（{found.month}月）", found_on=found, section=In(MONITORING),
    )
    fixed = days.draw(rng, found, days.add(found, 2 if source == "visitor" else 8))
    story.tell(fixed, CLERKS[MONITORING], "change", "findings", name, fixed_on=fixed, remedy=rng.choice(stock.REMEDIES))
    checked = days.draw(rng, days.add(fixed, 1), days.add(fixed, 3))
    story.tell(checked, CLERKS[OFFICE_SECTION], "change", "findings", name, rechecked_on=checked)
    return story
