"""Through the year: rounds, the superior's items, carrying over, and two years side by side."""

import re
from datetime import date, datetime
from html import unescape

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from gongkai.ledger import actions, queries
from gongkai.ledger.differences import between_years
from gongkai.ledger.models import Assignment, Plan, Progress
from gongkai.sockets import duty_sources, open_duties
from tests.factories.events import EventFactory
from tests.factories.foi import ApplicationFactory
from tests.factories.ledger import (
    ChapterFactory,
    KeyPointFactory,
    MeasureFactory,
    PlanFactory,
    ProgressFactory,
)

pytestmark = pytest.mark.django_db
QUARTER = {"title": "三季度填报", "opens_on": date(2022, 9, 26), "due_on": date(2022, 9, 30), "as_of": date(2022, 9, 30)}


@pytest.fixture
def plan(office):
    return PlanFactory(office=office)


def words(response) -> str:
    return re.sub(r"\s+", "", unescape(re.sub(r"<[^>]+>", "", response.content.decode())))


def submitted(measure, moment: str, **traits):
    return ProgressFactory(measure=measure, submitted_at=datetime.fromisoformat(moment), **traits)


def owed(office, today, since=date(2022, 1, 1)):
    return [(d.subject.split()[0], d.section_id, d.due_on, d.done_on) for d in duty_sources()["ledger.report"].produce(office.pk, since, today)]


# -- Rounds --------------------------------------------------------------------------------------------------------


def test_every_leading_section_owes_its_report_and_handing_in_discharges_it(plan, office, cast):
    first, second = MeasureFactory(plan=plan, lead=cast.room), MeasureFactory(plan=plan, lead=cast.policy)
    Assignment.objects.create(measure=first, part="support", section=cast.policy, words="产业政策与法制科")
    actions.open_round(plan, by=cast.coordinator, **QUARTER)
    assert owed(office, date(2022, 9, 25)) == [], "the round has not begun"
    assert owed(office, date(2022, 9, 27)) == [("2022-01", cast.room.pk, date(2022, 9, 30), None), ("2022-02", cast.policy.pk, date(2022, 9, 30), None)]
    submitted(first, "2022-09-28T10:00+08:00", submitted=True)
    submitted(second, "2022-09-20T10:00+08:00")
    assert owed(office, date(2022, 9, 29)) == [
        ("2022-01", cast.room.pk, date(2022, 9, 30), date(2022, 9, 28)), ("2022-02", cast.policy.pk, date(2022, 9, 30), None),
    ]  # fmt: skip
    assert owed(office, date(2022, 9, 27))[0][3] is None, "what is handed in on the 28th was not yet on the 27th"


def test_half_past_midnight_is_too_late(plan, office, cast):
    """Handed in at 00:30 on 1 October in Shanghai: late, though it is still September in Greenwich."""
    submitted(MeasureFactory(plan=plan, lead=cast.room), "2022-10-01T00:30+08:00")
    actions.open_round(plan, by=cast.coordinator, **QUARTER)
    (duty,) = duty_sources()["ledger.report"].produce(office.pk, date(2022, 1, 1), date(2022, 10, 2))
    assert duty.done_on == date(2022, 10, 1) and duty.was_late()


def test_what_was_sent_back_was_not_reported(plan, office, cast):
    submitted(MeasureFactory(plan=plan, lead=cast.room), "2022-09-28T10:00+08:00", state=Progress.State.RETURNED)
    found = actions.open_round(plan, by=cast.coordinator, **QUARTER)
    assert owed(office, date(2022, 9, 30))[0][3] is None
    assert queries.reporting_rate(plan, found) == [("办公室", 1, 0)]


def test_the_rate_counts_each_sections_measures(plan, cast):
    """A section the paper names without saying who leads answers for its measure as a leading one does."""
    mine = [MeasureFactory(plan=plan, lead=cast.room) for _ in range(3)]
    theirs = MeasureFactory(plan=plan, lead__none=True)
    Assignment.objects.create(measure=theirs, part="responsible", section=cast.policy, words="产业政策与法制科")
    found = actions.open_round(plan, by=cast.coordinator, **QUARTER)
    submitted(mine[0], "2022-09-30T23:59+08:00")
    submitted(mine[1], "2022-10-01T00:01+08:00")
    assert queries.reporting_rate(plan, found) == [("办公室", 3, 1), ("产业政策与法制科", 1, 0)]


def test_rounds_are_opened_at_the_desk(plan, cast, sign_in):
    client = sign_in(cast.coordinator)
    address = reverse("ledger:rounds", args=[2022])
    page = client.post(address, {"title": "三季度填报", "opens_on": "2022-09-30", "due_on": "2022-09-26", "as_of": "2022-09-30"})
    assert "截止日期不能早于开始日期" in words(page) and not plan.rounds.exists()
    MeasureFactory(plan=plan, lead=cast.room)
    page = client.post(address, {key: str(value) for key, value in QUARTER.items()}, follow=True)
    assert "三季度填报" in words(page) and "办公室" in words(page)
    assert sign_in(cast.head).post(address, {"title": "四季度填报"}).status_code == 403


# -- The superior's items ------------------------------------------------------------------------------------------


def test_an_item_nobody_answers_is_a_gap(plan, office, cast, sign_in):
    city = PlanFactory(office=office, city=True)
    items = [MeasureFactory(plan=city, text=text, lead__none=True) for text in ("公开规范性文件", "办好政府公报", "回应社会关切")]
    mine = [MeasureFactory(plan=plan) for _ in range(2)]
    client = sign_in(cast.coordinator)
    address = reverse("ledger:coverage", args=[2022])
    client.post(address, {"item": items[0].pk, "measures": [m.pk for m in mine]})
    client.post(address, {"item": items[1].pk, "measures": [mine[1].pk]})
    assert [(item.text, [m.number for m in found]) for item, found in queries.coverage(plan, city)] == [
        ("公开规范性文件", ["2022-01", "2022-02"]), ("办好政府公报", ["2022-02"]), ("回应社会关切", []),
    ]
    ((_, lines, gaps),) = client.get(address).context["superiors"]
    assert gaps == 1 and [item.text for item, found in lines if not found] == ["回应社会关切"]
    client.post(address, {"item": items[0].pk, "measures": [mine[0].pk]})
    assert set(mine[1].answers.all()) == {items[1]}, "taking one answer away leaves the others"


# -- Carrying over -------------------------------------------------------------------------------------------------


@pytest.fixture
def following(office):
    found = PlanFactory(office=office, year=2023)
    MeasureFactory(plan=found, chapter=ChapterFactory(plan=found, title="一、优化政务公开工作基础"))
    return found


def test_an_unfinished_measure_enters_next_years_plan_with_its_history(plan, following, cast):
    chapter = ChapterFactory(plan=plan, title="一、优化政务公开工作基础")
    other = ChapterFactory(plan=plan, title="二、强化指导监督")
    first = MeasureFactory(plan=plan, chapter=chapter, point=KeyPointFactory(chapter=chapter), lead=cast.policy, text="完成栏目改版。")
    second = MeasureFactory(plan=plan, chapter=other, lead=cast.room, text="开展测评。")
    made = actions.carry_over([first, second], to=following, by=cast.coordinator)
    assert [(m.number, m.text, m.chapter.title, m.point and m.point.title, m.carried_from) for m in made] == [
        ("2023-02", "完成栏目改版。", "一、优化政务公开工作基础", "规范依申请公开办理", first), ("2023-03", "开展测评。", "二、强化指导监督", None, second),
    ]  # fmt: skip
    assert [a.section for a in made[0].assignments.all()] == [cast.policy]
    following.refresh_from_db()
    assert following.previous == plan
    assert actions.carry_over([first], to=following, by=cast.coordinator) == [], "carried once is enough"
    assert following.measures.count() == 3


def test_nothing_is_carried_backwards(plan, following, cast):
    with pytest.raises(ValidationError, match="只能结转到以后年度"):
        actions.carry_over([following.measures.get()], to=plan, by=cast.coordinator)
    assert not plan.measures.exists()


def test_what_is_done_is_not_offered(plan, following, cast, sign_in):
    open_one = MeasureFactory(plan=plan, text="未完成的措施")
    MeasureFactory(plan=plan, text="已办结的措施", done_on=date(2022, 6, 1))
    client = sign_in(cast.coordinator)
    address = reverse("ledger:carry", args=[2022])
    page = client.get(address)
    assert [row.measure for row in page.context["rows"]] == [open_one]
    page = client.post(address, {"measures": [open_one.pk]}, follow=True)
    assert "已结转1项措施至2023年" in words(page)
    assert "上年结转" in words(client.get(reverse("ledger:plan", args=[2023])))


# -- Two years -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_two_years_as_of_the_same_day(plan, following, office, cast, sign_in):
    """2022 up to 20 May beside 2023 up to 20 May: what came later in 2022 is left out."""
    kept = MeasureFactory(plan=plan, text="做好年度报告。")
    ended = MeasureFactory(plan=plan, text="完成换届公开。")
    twin = MeasureFactory(plan=following, text="做好年度报告。")
    carried = actions.carry_over([MeasureFactory(plan=plan, text="完成栏目改版。")], to=following, by=cast.coordinator)[0]
    begun = following.measures.exclude(pk__in=[twin.pk, carried.pk]).get()
    EventFactory.create_batch(2, office=office, held_on=date(2022, 5, 20))
    EventFactory(office=office, held_on=date(2022, 5, 21))
    EventFactory(office=office, held_on=date(2023, 5, 20), planned_on=None)
    ApplicationFactory(office=office)
    found = between_years(plan, following, date(2023, 5, 20))
    lines = {line.key: (int(line.before), int(line.after)) for line in found.lines}
    assert lines["events.briefings"] == (2, 1) and lines["foi.received"] == (1, 0)
    assert [(a.text, b.text) for a, b in found.kept] == [("做好年度报告。", "做好年度报告。"), ("完成栏目改版。", "完成栏目改版。")]
    assert found.kept[0] == (kept, twin) and found.ended == (ended,) and found.begun == (begun,)
    page = words(sign_in(cast.coordinator).get(reverse("ledger:years", args=[2023, 2022])))
    assert "完成换届公开" in page and begun.text.rstrip("。") in page


@pytest.mark.slow
def test_leap_day_has_a_fellow_in_other_years(office):
    left, right = PlanFactory(office=office, year=2023), PlanFactory(office=office, year=2024)
    ApplicationFactory(office=office, handed_in_on=date(2023, 2, 28))
    ApplicationFactory(office=office, handed_in_on=date(2023, 3, 1))
    lines = {line.key: (line.before, line.after) for line in between_years(left, right, date(2024, 2, 29)).lines}
    assert lines["foi.received"] == (1, 0)


# -- Publishing ----------------------------------------------------------------------------------------------------


def test_publishing_is_the_disclosure_heads_and_withdrawing_needs_a_reason(plan, cast, sign_in):
    address = reverse("ledger:publish", args=[2022])
    assert sign_in(cast.coordinator).post(address).status_code == 403
    client = sign_in(cast.disclosure_head)
    client.post(address)
    assert list(Plan.objects.public()) == [plan]
    page = client.post(address, {"do": "withdraw", "reason": " "}, follow=True)
    assert "请写明撤下的原因" in words(page) and Plan.objects.public().exists()
    client.post(address, {"do": "withdraw", "reason": "表述有误"})
    assert not Plan.objects.public().exists()


def test_a_missed_round_stays_on_the_list_to_the_end_of_the_year(plan, office, cast):
    """What is done is left unread; what was missed in spring is still owed in December, and the next year begins anew."""
    MeasureFactory(plan=plan, lead=cast.room)
    actions.open_round(plan, title="第一季度", opens_on=date(2022, 3, 1), due_on=date(2022, 3, 31), as_of=date(2022, 3, 31), by=cast.coordinator)

    def owed(today):
        return {duty.due_on for duty in open_duties(office.pk, today, {"ledger.report"})}

    assert owed(date(2022, 3, 15)) == owed(date(2022, 12, 31)) == {date(2022, 3, 31)}
    assert owed(date(2023, 1, 1)) == set() == owed(date(2022, 2, 28))
