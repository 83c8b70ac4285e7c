"""依申请公开 at the size of a province: the lists, table three, a letter frozen, applications from the website.

    python -m benchmarks.foi [--json] [--quick] [--only lists,three,alike,freezing,submitting]

The lists stand over 100,000 open and 1,000,000 closed cases. What the desk asks for a list (its page and its total,
which stops at 10,000) is set beside the same two questions asked by hand, and both must give the same rows; the whole page
is what the browser of a coordinator gets. Table three is set beside one hand-written GROUP BY, and must agree with it.
Like applications are searched among 100,000 by what was asked, beside comparing with every one; both must find those that were
planted among the oldest. Submissions go to two serving processes over HTTP at a steady rate; afterwards every one must be in the register.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, NamedTuple
from urllib.request import Request, urlopen

from .command import answer
from .printing import columns, p99, span, times
from .stage import DATABASES, NAMES, Absent, best, stage

OPEN, CLOSED = 100_000, 1_000_000
QUICK_OPEN, QUICK_CLOSED = 1_000, 10_000
#: Distinct cases, of which the rest are copies: one for each day of a year and a few.
MODELS = 400
RATE, SECONDS, QUICK_SECONDS = 50, 30, 4
PARTS = ("lists", "three", "alike", "freezing", "submitting")
ASKED, QUICK_ASKED, PLANTED = 100_000, 2_000, 12
YEAR, TODAY = 2022, date(2022, 11, 30)


class Row(NamedTuple):
    """One line: ours and the hand's in seconds, their ratio, the whole page, the bound, whether it holds."""

    database: str
    work: str
    ours: float | None
    hand: float | None
    ratio: float | None
    page: float | None
    bound: str
    holds: bool | None
    note: str = ""


def rows(quick: bool = False, only: tuple[str, ...] = PARTS) -> list[Row]:
    """Run everything once on each database there is."""
    found = []
    for database in DATABASES:
        try:
            if {"lists", "three"} & set(only):
                sizes = {"open": QUICK_OPEN, "closed": QUICK_CLOSED} if quick else {"open": OPEN, "closed": CLOSED}
                with stage(database) as play:
                    found += [Row(NAMES[database], *line) for line in play("benchmarks.foi:registers", **sizes, repeat=2 if quick else 5, only=list(only))]
            if "alike" in only:
                with stage(database) as play:
                    found += [Row(NAMES[database], *line) for line in play("benchmarks.foi:asking", cases=QUICK_ASKED if quick else ASKED, repeat=2 if quick else 5)]
            if "freezing" in only:
                with stage(database) as play:
                    found += [Row(NAMES[database], *line) for line in play("benchmarks.foi:freezing", repeat=3 if quick else 15)]
            if "submitting" in only and database == "postgresql":
                with stage(database) as play:
                    found += [Row(NAMES[database], *line) for line in play("benchmarks.foi:submitting", rate=RATE, seconds=QUICK_SECONDS if quick else SECONDS)]
        except Absent as problem:
            found.append(Row(NAMES[database], "未测", None, None, None, None, "", None, str(problem)))
    return found


# -- On the stage: Django stands from here on -------------------------------------------------------------------------


def lay_cases(open_cases: int, closed_cases: int):
    """Afterwards so many cases stand, analysed: closed ones over five years, open ones of the last weeks. Returns the cast."""
    from django.db import transaction

    from gongkai.demo import bureau
    from gongkai.demo.cast import COORDINATOR, DISCLOSURE_HEAD
    from gongkai.foi import actions, result_rules
    from gongkai.foi.models import ApplicantCategory, Application, Channel
    from gongkai.law import shipped_calendar

    from .million import analyse

    cast, days = bureau.settle(YEAR), shipped_calendar()
    sections, people = list(cast.sections.values()), cast.people
    results = [key for key, result in result_rules.RESULTS.items() if result.row]
    categories, channels = ApplicantCategory.values, ["counter", "post_signed", "internet"]
    made = []
    for n in range(2 * MODELS):
        is_open = n >= MODELS
        handed_in_on = TODAY - timedelta(days=n % 45) if is_open else date(YEAR, 1, 1) + timedelta(days=n % 300)
        item = Application(
            office=cast.office, section=sections[n % len(sections)], number=f"青工信公开申〔{YEAR}〕{n + 1}号", channel=channels[n % 3], handed_in_on=handed_in_on,
            signed_on=handed_in_on, applicant_category=categories[n % 6], subject=f"第{n}项关于技术改造专项资金分配结果的信息", form_wanted="electronic", way_wanted="platform",
            handler=people[COORDINATOR] if is_open and n % 9 == 0 else None, confirmed_on=handed_in_on if channels[n % 3] == Channel.INTERNET else None,
        )
        if n % 11 == 0:
            item.extended_on, item.extended_days, item.consented_by = days.add(handed_in_on, 15), 10, people[DISCLOSURE_HEAD]
        if not is_open:
            item.result, item.delivery = results[n % len(results)], "post"
            item.dispatched_on = days.add(handed_in_on, 3 + n % 19)
        if is_open and item.extended_on and item.extended_on > TODAY:
            item.extended_on = item.extended_days = item.consented_by = None
        actions.derive(item)
        made.append(item)
    with transaction.atomic():
        Application.objects.bulk_create(made)
        first = Application.objects.order_by("pk").values_list("pk", flat=True)[0]
        _copy(first, MODELS, closed_cases, five_years=True)
        _copy(first + MODELS, MODELS, open_cases, five_years=False)
    analyse()
    return cast


def _copy(first: int, models: int, wanted: int, *, five_years: bool) -> None:
    from django.core.management.color import no_style
    from django.db import connection
    from django.db import models as db

    from gongkai.foi.models import Application

    copies = wanted // models - 1
    if copies < 1:
        return
    start = Application.objects.order_by("-pk").values_list("pk", flat=True)[0]
    table, earlier = Application._meta.db_table, "365 * (n % 5)" if five_years else "0"

    def copied(f: db.Field) -> str:
        if f.primary_key:
            return f"{start} + (n - 1) * {models} + t.id - {first} + 1"
        if f.name == "number":
            return "t.number || '-' || n"
        if isinstance(f, db.DateField) and not isinstance(f, db.DateTimeField) and earlier != "0":
            return f"date(t.\"{f.column}\", '-' || ({earlier}) || ' days')" if connection.vendor == "sqlite" else f't."{f.column}" - {earlier}'
        return f't."{f.column}"'

    fields = Application._meta.concrete_fields
    named, taken = ", ".join(f'"{f.column}"' for f in fields), ", ".join(copied(f) for f in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({named}) WITH RECURSIVE copy(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n < {copies})"
            f" SELECT {taken} FROM copy CROSS JOIN {table} AS t WHERE t.id BETWEEN {first} AND {first + models - 1}".replace("%", "%%"), (),
        )
        for statement in connection.ops.sequence_reset_sql(no_style(), [Application]):
            cursor.execute(statement)


def registers(open: int, closed: int, repeat: int, only: list[str]) -> list[tuple]:
    """The lines of the lists and of table three."""
    from gongkai.demo.cast import COORDINATOR

    cast = lay_cases(open, closed)
    found: list[tuple] = []
    if "lists" in only:
        found += _register_lines(cast, cast.people[COORDINATOR], repeat) + _queue_lines(cast, cast.people[COORDINATOR], repeat)
    if "three" in only:
        found += _three_lines(cast.office, repeat)
    return found


#: The list of all applications under every filter it has, and what somebody who knows the table would ask.
WHOLE = "SELECT * FROM foi_application a LEFT JOIN accounts_section s ON s.id = a.section_id WHERE a.office_id = %(office)s AND a.voided_at IS NULL{more} ORDER BY {order} LIMIT 51"
USUAL = "a.handed_in_on DESC, a.id DESC"


def _register_lines(cast, user, repeat: int) -> list[tuple]:
    from django.db import connection

    from gongkai.registers import queries
    from gongkai.registers.register import get_register
    from gongkai.ui.listing import CAP, page_of

    register, section = get_register("applications"), list(cast.sections.values())[2]
    asked = {
        "首页": ({}, "", {}, USUAL), "年份": ({"year": "2020"}, " AND a.received_on BETWEEN '2020-01-01' AND '2020-12-31'", {}, "a.received_on DESC, a.id DESC"),
        "未收到": ({"year": "none"}, " AND a.received_on IS NULL", {}, USUAL),
        "渠道": ({"channel": "internet"}, " AND a.channel = %(value)s", {"value": "internet"}, USUAL),
        "申请人类别": ({"applicant_category": "research"}, " AND a.applicant_category = %(value)s", {"value": "research"}, USUAL),
        "处理结果": ({"result": "not_exist"}, " AND a.result = %(value)s", {"value": "not_exist"}, USUAL),
        "年报栏次": ({"report_row": "granted"}, " AND a.report_row = %(value)s", {"value": "granted"}, USUAL),
        "科室": ({"section": str(section.pk)}, " AND a.section_id = %(value)s", {"value": section.pk}, USUAL),
    }  # fmt: skip
    found = []
    for name, (params, more, values, order) in asked.items():
        statement = WHOLE.format(more=more, order=order)

        def ours(params=params):
            return page_of(queries.rows(register, user, queries.asked(register, user, params)), None)

        def hand(statement=statement, values=values):
            with connection.cursor() as cursor:
                return _asked(cursor, statement, {"office": cast.office.pk, **values})

        found.append(_line(f"申请登记簿：{name}", ours, hand, _page(user, "/desk/registers/applications/", params), repeat))
        assert ours().total <= CAP
    return found


def _queue_lines(cast, user, repeat: int) -> list[tuple]:
    from unittest.mock import patch

    from django.db import connection

    from gongkai.foi import queue
    from gongkai.law import shipped_calendar
    from gongkai.ui.listing import page_of

    days, section = shipped_calendar(), user.posts_on(TODAY)[0].section_id
    more = {
        "mine": (" AND a.handler_id = %(me)s", {}), "section": (" AND a.section_id = %(section)s", {}),
        "due3": (" AND last_day BETWEEN %(today)s AND %(until)s", {"until": days.add(TODAY, 3)}), "due7": (" AND last_day BETWEEN %(today)s AND %(until)s", {"until": days.add(TODAY, 7)}),
        "waiting": (" AND last_day IS NULL", {}), "overdue": (" AND last_day < %(today)s", {}), "all": ("", {}),
    }  # fmt: skip
    found = []
    with patch("gongkai.foi.queue_views._today", return_value=TODAY):
        for tab, (condition, values) in more.items():
            statement = (
                "SELECT a.*, s.*, u.* FROM (SELECT a.*, coalesce((SELECT due_on FROM foi_reopening r WHERE r.application_id = a.id AND r.reply_on IS NULL LIMIT 1), reply_due_on) AS last_day"
                " FROM foi_application a WHERE a.office_id = %(office)s AND a.voided_at IS NULL AND (a.closed_on IS NULL OR (a.reopened_on IS NOT NULL AND a.redone_on IS NULL))) a"
                f" LEFT JOIN accounts_section s ON s.id = a.section_id LEFT JOIN accounts_user u ON u.id = a.handler_id WHERE true{condition} ORDER BY last_day ASC NULLS LAST, a.id LIMIT 51"
            )

            def hand(statement=statement, values=values):
                with connection.cursor() as cursor:
                    return _asked(cursor, statement, {"office": cast.office.pk, "me": user.pk, "section": section, "today": TODAY, **values})

            found.append(_line(f"在办申请：{queue.TABS[tab]}", lambda tab=tab: page_of(queue.cases(user, tab, TODAY), None), hand, _page(user, "/desk/foi/", {"tab": tab}), repeat))
    return found


def _asked(cursor, statement: str, values: dict) -> list[int]:
    """The ids of a page by hand, after the total it stands in, which stops where ours does."""
    head, _, _ = statement.rpartition(" ORDER BY ")
    cursor.execute(f"SELECT count(*) FROM ({head} LIMIT 10001) AS counted", values)
    cursor.execute(statement, values)
    return [row[0] for row in cursor.fetchall()]


def _line(name: str, ours: Callable[[], Any], hand: Callable[[], list], page: Callable[[], Any], repeat: int) -> tuple:
    """The same rows both ways, then the whole page; AssertionError when the rows differ."""
    shown = [row.pk for row in ours().rows]
    assert shown == hand()[:50], name
    our_time, hand_time, page_time = float("inf"), float("inf"), float("inf")
    for _ in range(repeat):
        our_time, hand_time = min(our_time, best(ours, 1)[0]), min(hand_time, best(hand, 1)[0])
        page_time = min(page_time, best(page, 1)[0])
    ratio = our_time / hand_time
    # Below a millisecond there is nothing to divide: what is measured is Python.
    holds = (ratio <= 5 or our_time <= 0.010) and page_time <= 0.5
    return (name, our_time, hand_time, ratio, page_time, "≤ 5倍，整页 ≤ 500 ms", holds)


def _page(user, path: str, params: dict) -> Callable[[], Any]:
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend="gongkai.accounts.backends.PostBackend")

    def page():
        answer = client.get(path, params)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer

    return page


THREE = """
SELECT applicant_category, report_row, count(*) AS ended FROM foi_application
WHERE office_id = %(office)s AND voided_at IS NULL AND received_on IS NOT NULL AND closed_on BETWEEN %(since)s AND %(as_of)s
GROUP BY applicant_category, report_row
"""


def _three_lines(office, repeat: int) -> list[tuple]:
    """All of the table's cells in one query, the four flows included, beside the GROUP BY that gives the rows of results alone."""
    from django.db import connection

    from gongkai.annual_report import queries
    from gongkai.annual_report.forms import form_for
    from gongkai.annual_report.tables import COLUMN_OF
    from gongkai.sockets import Scope

    found = []
    for name, scope in (("本年", Scope.of_year(office.pk, YEAR, date(YEAR, 12, 31))), ("五年", Scope(office.pk, date(YEAR - 4, 1, 1), date(YEAR, 12, 31)))):
        form = form_for(YEAR)

        def ours(scope=scope, form=form):
            return queries.three(form, scope)

        def hand(scope=scope):
            with connection.cursor() as cursor:
                cursor.execute(THREE, {"office": office.pk, "since": scope.since, "as_of": scope.as_of})
                return {(category, row): count for category, row, count in cursor.fetchall()}

        cells, counted = ours(), hand()
        for (category, row), number in counted.items():
            key = f"three/{row}/{COLUMN_OF[category]}"
            assert cells.get(key, number) == number, key
        our_time, hand_time = float("inf"), float("inf")
        for _ in range(repeat):
            our_time, hand_time = min(our_time, best(ours, 1)[0]), min(hand_time, best(hand, 1)[0])
        found.append((f"年报表三，{name}（{sum(counted.values()):,}件）", our_time, hand_time, our_time / hand_time, None, "≤ 1.5倍", our_time <= hand_time * 1.5))
    return found


#: Of these, what people ask for is put together.
THINGS = (
    "技术改造 专项资金 评审 名单 得分 环境影响 批复 用地 规划条件 采购 中标 合同 工业园区 污水 监测 数据 排放 许可 安全生产 检查 处罚 决定 企业 项目 补贴 分配 标准 会议 纪要 依据 工程 招标"
    " 拆迁 补偿 安置 方案 道路 桥梁 学校 医院 养老 社区 物业 电梯 消防 供水 供电 燃气 公交 停车 垃圾 绿化 河道 水库 耕地 林地 矿山 码头 仓储 物流 外贸 招商 税收 减免 贷款 担保 基金 股权"
).split()
WAYS_OF_ASKING = ("申请公开{}", "请提供{}的电子版", "我想知道{}是怎么定的", "希望获取关于{}的全部文件", "{}，请以纸质形式提供")


def _asks(draw) -> str:
    place = f"{draw.choice('东西南北中')}{draw.choice('城郊山河湖')}{draw.choice('街镇乡区')}第{draw.randrange(1, 400)}号"
    return draw.choice(WAYS_OF_ASKING).format(f"{draw.randrange(2015, 2023)}年度{place}" + "的".join("".join(draw.choices(THINGS, k=3)) for _ in range(3)))


def asking(cases: int, repeat: int) -> list[tuple]:
    """Like applications among all, and making the marks by which they are found."""
    from random import Random

    from django.utils import timezone

    from gongkai.demo import bureau
    from gongkai.foi import actions, fingerprints, queries, similar
    from gongkai.foi.models import Application

    from .million import analyse

    cast, draw = bureau.settle(YEAR), Random(7)
    section = next(iter(cast.sections.values()))

    def case(n: int, said: str, day: date) -> Application:
        made = Application(
            office=cast.office, section=section, number=f"青工信公开申〔{day.year}〕{n}号", channel="counter", handed_in_on=day, applicant_category="natural", subject=said[:18], description=said,
        )
        actions.derive(made)
        return made

    Application.objects.bulk_create((case(n, _asks(draw), date(2020, 1, 2) + timedelta(days=n * 700 // cases)) for n in range(cases)), batch_size=2000)
    old = list(Application.objects.order_by("pk")[: cases // 50 : max(cases // 50 // PLANTED, 1)][:PLANTED])
    targets = [case(cases + n, "本人需要了解" + one.description[2:] + "，谢谢", TODAY) for n, one in enumerate(old)]
    Application.objects.bulk_create(targets)
    begun, made = time.perf_counter(), 0
    while found := list(fingerprints.unmade().order_by("-pk")[: fingerprints.AT_A_TIME]):
        fingerprints.make(found, timezone.now())
        made += len(found)
    each = (time.perf_counter() - begun) / made
    analyse()

    def ours(target):
        return [one.application.pk for one in queries.similar(target, content=True)]

    def hand(target):
        return [one.key for one in similar.by_content(target.subject, target.description, queries._earlier(target).values_list("pk", "subject", "description"))]

    found_by_us = sum(one.pk in ours(target) for one, target in zip(old, targets, strict=True))
    hand_time, by_hand = best(lambda: hand(targets[0]), 1)
    assert old[0].pk in by_hand
    our_time, shown = best(lambda: ours(targets[0]), repeat)
    agreed = len(set(shown) & set(by_hand))
    return [
        (f"内容相近（{cases:,}件）", our_time, hand_time, our_time / hand_time, None, "≤ 0.1倍，找全", found_by_us == PLANTED and our_time <= hand_time / 10, f"埋{PLANTED}件找到{found_by_us}件；所列{len(by_hand)}件与逐件比较同{agreed}件"),
        ("生成一件的相似指纹", each, None, None, None, "", None),
    ]  # fmt: skip


def freezing(repeat: int) -> list[tuple]:
    """A reply signed by everybody, frozen: its number taken, its PDF and docx made and kept."""
    from gongkai.foi import actions
    from gongkai.letters import actions as letters
    from gongkai.letters import rules
    from gongkai.letters.models import Letter
    from gongkai.letters.rules import Step

    people, office, section = _people_of_letters()
    shortest, slowest = float("inf"), 0.0
    for n in range(repeat + 1):
        case = actions.receive(
            office, by=people["clerk"], channel="counter", handed_in_on=date(2022, 3, 1), applicant_category="natural", subject="技术改造专项资金分配结果",
            applicant={"name": "林溪桥"}, section=section, description="2021年度技术改造专项资金分配结果",
        )
        names = rules.fields_of(rules.wording(rules.kinds()["not_exist"], date(2022, 3, 24)))
        letter = letters.draft(case, kind="not_exist", by=people["clerk"], fields=dict.fromkeys(names, "经检索本机关收发文登记簿和档案，没有查到该信息。" * 6), written_on=date(2022, 3, 24), number=case.number)
        paper = letters.add_material(case, by=people["clerk"], upload=_png(), label="检索记录", number=case.number)
        if rules.kinds()["not_exist"].encloses:
            letters.enclose(letter, by=people["clerk"], material=paper)
        for step in rules.kinds()["not_exist"].steps:
            letters.sign(letter, step=step, by=people[{Step.LEGAL: "legal", Step.SECRECY: "secrecy", Step.APPROVE: "leader"}[step]])
        fresh = Letter.objects.get(pk=letter.pk)
        took, _ = best(lambda fresh=fresh: letters.freeze(fresh, by=people["clerk"]), 1)
        if n:  # the first warms the fonts
            shortest, slowest = min(shortest, took), max(slowest, took)
    return [("文书定稿（PDF和docx）", slowest, None, None, None, "≤ 300 ms", slowest <= 0.3, f"最快{span(shortest)}，所列为最慢")]


def _png():
    from django.core.files.base import ContentFile

    return ContentFile(PNG, "检索记录.png")


PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082")


def _people_of_letters() -> tuple[dict, Any, Any]:
    """Who a letter needs, of the demo's cast."""
    from gongkai.accounts.models import Post
    from gongkai.accounts.roles import Role
    from gongkai.demo import bureau

    cast, found = bureau.settle(YEAR), {}
    wanted = (("clerk", Role.CLERK), ("legal", Role.LEGAL), ("secrecy", Role.SECRECY), ("leader", Role.DEPUTY_DIRECTOR))
    for key, role in wanted:
        found[key] = Post.objects.filter(role=role).exclude(user__in=found.values()).select_related("user").order_by("pk")[0].user
    return found, cast.office, next(iter(cast.sections.values()))


FIELDS = {
    "name": "林溪桥", "phone": "139-0000-1234", "email": "linxiqiao@example.cn", "address": "青禾市禾苑路12号3栋502房",
    "description": "2021年度技术改造专项资金的分配结果及依据", "form_wanted": "electronic", "way_wanted": "platform", "do": "submit",
}  # fmt: skip


def submitting(rate: int, seconds: int) -> list[tuple]:
    """So many applications a second, each with its paper, from as many addresses, to two serving processes; then each receipt is looked up."""
    from django.core import signing

    from gongkai.accounts.models import Office
    from gongkai.foi import public_actions
    from gongkai.foi.models import Application, Filing, Paper

    office = Office.objects.create(name="青禾市工业和信息化局", short_name="工信局", number_prefix="青工信")
    signer = signing.TimestampSigner(salt=public_actions._SALT)

    def token() -> str:
        """A form that was opened a minute ago."""
        value = public_actions.new_token().rsplit(":", 2)[0]
        stamped = f"{value}:{signing.b62_encode(int(time.time()) - 60)}"
        return f"{stamped}:{signer.signature(stamped)}"

    total = rate * seconds
    sent = [_multipart({**FIELDS, "token": token()}, "身份证.png", PNG) for _ in range(total)]
    took: list[float] = []
    numbers: list[str] = []
    faults: list[str] = []
    with _serving(2) as ports:
        for port in ports:  # each process has answered once before the clock starts
            urlopen(f"http://127.0.0.1:{port}/apply/person/").read()
        begun = time.perf_counter() + 0.5

        def hand(first: int, step: int) -> None:
            for n in range(first, total, step):
                due = begun + n / rate
                time.sleep(max(0.0, due - time.perf_counter()))
                kind, body = sent[n]
                asked = Request(f"http://127.0.0.1:{ports[n % 2]}/apply/person/", body, {"Content-Type": kind, "X-Forwarded-For": f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}"})
                try:
                    with urlopen(asked, timeout=30) as answer:
                        page = answer.read().decode()
                except OSError as fault:
                    faults.append(str(fault))
                    continue
                took.append(time.perf_counter() - due)  # from when it should have gone, so that a queue is not forgotten
                numbers.append(re.search(r"青工信公开申〔\d+〕\d+号", page)[0])  # type: ignore[index]

        hands = [threading.Thread(target=hand, args=(n, 32)) for n in range(32)]
        for one in hands:
            one.start()
        for one in hands:
            one.join()
        lasted = time.perf_counter() - begun
    there = set(Application.objects.of(office).values_list("number", flat=True))
    whole = len(numbers) == total == len(set(numbers)) == len(there) == Filing.objects.count() == Paper.objects.exclude(application=None).count() and set(numbers) == there
    took.sort()
    slowest = p99(took) if took else None
    note = f"{total}件用{lasted:.1f}秒，每秒{len(took) / lasted:.1f}件；中位{span(took[len(took) // 2]) if took else '–'}；{'无一丢失' if whole else f'登记{len(there)}件，失败{len(faults)}件：{faults[:1]}'}"
    return [("网上提交，两个进程，耗时为第99百分位", slowest, None, None, None, f"每秒{rate}件，< 1 s，不丢", bool(whole and slowest is not None and slowest < 1 and lasted < seconds + 2), note)]


def _multipart(fields: dict[str, str], filename: str, content: bytes) -> tuple[str, bytes]:
    edge = "-----------------------------gongkai"
    parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields.items()]
    parts.append(f'--{edge}\r\nContent-Disposition: form-data; name="papers"; filename="{filename}"\r\nContent-Type: image/png\r\n\r\n'.encode() + content + b"\r\n")
    return f"multipart/form-data; boundary={edge}", b"".join(parts) + f"--{edge}--\r\n".encode()


class _serving:
    """So many serving processes behind a proxy that is believed; yields their ports."""

    def __init__(self, many: int):
        self.many = many

    def __enter__(self) -> list[int]:
        self.ports, self.children = [], []
        surroundings = {**os.environ, "TRUSTED_PROXY": "127.0.0.1"}
        for _ in range(self.many):
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                port = free.getsockname()[1]
            self.ports.append(port)
            self.children.append(subprocess.Popen([sys.executable, "-m", "gongkai", "serve", "--no-jobs", "--port", str(port)], env=surroundings, stdout=subprocess.DEVNULL))
        last = time.perf_counter() + 60
        for port in self.ports:
            while True:
                with socket.socket() as trying:
                    if trying.connect_ex(("127.0.0.1", port)) == 0:
                        break
                if time.perf_counter() > last:
                    self.__exit__()
                    raise SystemExit("服务没有启动。")
                time.sleep(0.1)
        return self.ports

    def __exit__(self, *_) -> None:
        for child in self.children:
            child.terminate()
        for child in self.children:
            child.wait(timeout=15)


# -- The table --------------------------------------------------------------------------------------------------------


def table(found: list[Row]) -> str:
    head = ("数据库", "内容", "本系统", "手写SQL", "比值", "整页", "要求", "达到", "说明")
    said = {True: "是", False: "否", None: "–"}
    return columns([head, *((row.database, row.work, span(row.ours), span(row.hand), times(row.ratio), span(row.page), row.bound, said[row.holds], row.note) for row in found)])


if __name__ == "__main__":
    answer("foi", "依申请公开：列表、年报表三、内容相近、定稿、网上提交", rows, table, PARTS)
