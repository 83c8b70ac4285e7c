"""The workbench: what is owed, what waits for this person's own hand, how the year stands."""

import re
from datetime import date
from html import unescape
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongkai.accounts.roles import Role
from gongkai.desk import queries
from tests.factories.accounts import DeputyFactory, OfficeFactory, PostFactory, SectionFactory, UserFactory
from tests.factories.foi import ApplicationFactory
from tests.factories.ledger import ChapterFactory, MeasureFactory, PlanFactory, ProgressFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
HOME = "/desk/"


@pytest.fixture
def cast(db):
    office = OfficeFactory()
    room, policy = SectionFactory(office=office, name="办公室"), SectionFactory(office=office, name="产业政策与法制科")

    def person(name, role, section=None):
        return UserFactory(name=name, office=office, role=role, role__section=section)

    return SimpleNamespace(
        office=office, room=room, policy=policy, coordinator=person("季望舒", Role.COORDINATOR), clerk=person("许知禾", Role.CLERK, policy),
        head=person("沈临", Role.HEAD, policy), other_head=person("周岚", Role.HEAD, room), stranger=person("路人甲", None),
    )


@pytest.fixture
def home(client):
    def opened(user, on="2022-03-30"):
        client.force_login(user, backend="gongkai.accounts.backends.PostBackend")
        return client.get(HOME, {"on": on} if on else {})

    return opened


def words(response) -> str:
    return re.sub(r"\s+", "", unescape(re.sub(r"<[^>]+>", "", response.content.decode())))


def test_what_is_owed_is_said_with_its_day_and_basis(cast, home):
    """Handed in on 1 March, last day 29 March: on the 30th one day late."""
    ApplicationFactory(office=cast.office, section=cast.policy, number="青公申〔2022〕5号")
    said = words(home(cast.coordinator))
    assert "青公申〔2022〕5号" in said and "3月29日" in said and "已逾期1天" in said and "条例33.2" in said
    assert "29日" in words(home(cast.coordinator, "2022-03-29")) and "已逾期" not in words(home(cast.coordinator, "2022-03-29"))


@pytest.mark.parametrize(("who", "sees"), [("coordinator", True), ("clerk", True), ("head", True), ("other_head", False), ("stranger", False)])
def test_a_section_sees_its_own_duties_and_those_who_answer_for_the_office_see_all(cast, who, sees):
    ApplicationFactory(office=cast.office, section=cast.policy, number="青公申〔2022〕5号")
    found = queries.owed(getattr(cast, who), date(2022, 3, 30))
    assert any("5号" in item.duty.subject for item in found) is sees


def test_what_is_done_is_not_owed_and_what_is_not_begun_not_yet(cast):
    ApplicationFactory(office=cast.office, section=cast.policy, number="已答复", answered=True)
    ApplicationFactory(office=cast.office, section=cast.policy, number="后收到", handed_in_on=date(2022, 4, 6))
    subjects = {item.duty.subject for item in queries.owed(cast.coordinator, date(2022, 3, 30)) if item.duty.key == "foi.reply"}
    assert subjects == set()
    assert {i.duty.subject for i in queries.owed(cast.coordinator, date(2022, 3, 28)) if i.duty.key == "foi.reply"} == {"已答复"}, "on the 28th it was still open"


def test_another_offices_duties_are_not_ours(cast):
    other = OfficeFactory(name="禾丰市工业和信息化局")
    ApplicationFactory(office=other, section=SectionFactory(office=other, name="办公室"), number="禾工信公开申〔2022〕1号")
    assert not [i for i in queries.owed(cast.coordinator, date(2022, 3, 30)) if i.duty.key == "foi.reply"]


def test_a_text_waits_for_the_head_of_the_leading_section_and_not_for_who_wrote_it(cast):
    measure = MeasureFactory(plan=PlanFactory(office=cast.office), lead=cast.policy)
    ProgressFactory(measure=measure, submitted=True, written_by=cast.clerk)
    titles = {who: [w.title for w in queries.waiting(getattr(cast, who))] for who in ("head", "other_head", "clerk", "coordinator", "stranger")}
    assert titles == {"head": ["审核落实情况：2022-01"], "other_head": [], "clerk": [], "coordinator": [], "stranger": []}
    measure.progress.update(written_by=cast.head)
    assert queries.waiting(cast.head) == []


def test_a_deputy_has_the_heads_work_for_the_period(cast):
    measure = MeasureFactory(plan=PlanFactory(office=cast.office), lead=cast.policy)
    ProgressFactory(measure=measure, submitted=True, written_by=cast.clerk)
    deputy = UserFactory(office=cast.office, name="林禾")
    post = cast.head.posts.get()
    DeputyFactory(post=post, user=deputy, starts_on=date(2020, 1, 1), ends_on=date(2020, 12, 31))
    assert queries.waiting(deputy) == []
    DeputyFactory(post=post, user=deputy, starts_on=date(2020, 1, 1), ends_on=date(2099, 12, 31))
    deputy = type(deputy).objects.get(pk=deputy.pk)
    assert [w.title for w in queries.waiting(deputy)] == ["审核落实情况：2022-01"]


def test_a_text_that_came_with_the_paper_names_nobody(cast):
    ProgressFactory(measure=MeasureFactory(plan=PlanFactory(office=cast.office), lead=cast.policy), submitted=True, written_by=None)
    assert [w.detail[:4] for w in queries.waiting(cast.head)] == ["系统填报"]


def test_what_was_sent_back_waits_for_its_writer_with_the_reason(cast, home):
    measure = MeasureFactory(plan=PlanFactory(office=cast.office), lead=cast.policy)
    ProgressFactory(measure=measure, state="returned", comment="请补充场次", written_by=cast.clerk, checked_by=cast.head)
    said = words(home(cast.clerk))
    assert "已退回：2022-01" in said and "请补充场次" in said
    assert "请补充场次" not in words(home(cast.other_head))


def test_the_strip_counts_each_sections_measures_and_takes_the_worst_colour(cast, home):
    plan = PlanFactory(office=cast.office)
    MeasureFactory(plan=plan, lead=cast.policy, progress="收到{{foi.received}}件。")
    MeasureFactory(plan=plan, lead=cast.policy)
    MeasureFactory(plan=plan, lead=cast.room, progress="例行工作。")
    ApplicationFactory(office=cast.office, section=cast.policy)
    page = home(cast.coordinator)
    ((_, cells, _),) = page.context["strip"]
    assert [(c["section"].name, c["total"], c["worst"]) for c in cells] == [("办公室", 1, "进行中"), ("产业政策与法制科", 2, "逾期")]
    assert page.context["tally"] == {"未开始": 1, "进行中": 1, "已完成": 0, "存在风险": 0, "逾期": 1}
    assert cells[1]["pips"] == ["逾期", "未开始"] and "2项：" in words(page)


def test_a_cell_of_the_strip_opens_the_measures_it_counts(cast, home, client):
    """Not all of that section's: the cell stands for one chapter."""
    plan = PlanFactory(office=cast.office)
    first, second = ChapterFactory(plan=plan, title="夯实基础"), ChapterFactory(plan=plan, title="管好平台")
    for chapter, section in ((first, cast.policy), (second, cast.policy), (second, cast.policy), (second, cast.room)):
        MeasureFactory(plan=plan, chapter=chapter, lead=section)
    links = re.findall(r'class="strip-cell"[^>]*href="([^"]+)"[^>]*>(\d+)<', home(cast.coordinator).content.decode())
    assert [int(count) for _, count in links] == [1, 1, 2]
    for address, count in links:
        assert len(client.get(unescape(address)).context["rows"]) == int(count)


def test_a_week_with_nothing_due_is_one_sentence_naming_what_comes_next(cast, home):
    ApplicationFactory(office=cast.office, section=cast.policy)  # last day 29 March
    said = words(home(cast.coordinator, "2022-03-16"))
    assert "3月14日至3月20日没有到期的事项，下一项在3月29日：" in said
    assert "没有到期的事项" not in words(home(cast.coordinator, "2022-03-28"))


@pytest.mark.parametrize(
    ("asked", "shown", "sentence"),
    [
        pytest.param("2022-03-30", date(2022, 3, 30), "2022年3月30日", id="问哪天看哪天"),
        pytest.param("三月", date(2022, 12, 31), "日期“三月”无法识别", id="不是日期"),
        pytest.param("2199-01-01", date(2022, 12, 31), "看板日期不能晚于今天", id="还没到的日子"),
        pytest.param("", date(2022, 12, 31), "2022年12月31日", id="年度已过，看年末"),
    ],
)
def test_the_workbench_shows_the_day_asked_for(cast, home, asked, shown, sentence):
    MeasureFactory(plan=PlanFactory(office=cast.office))
    page = home(cast.coordinator, asked)
    assert page.context["on"] == shown and sentence in words(page)


def test_the_week_runs_from_monday_to_sunday(cast):
    ApplicationFactory(office=cast.office, section=cast.policy)
    items = queries.owed(cast.coordinator, date(2022, 3, 28))
    days = queries.week(items, date(2022, 3, 30))
    assert [day for day, _ in days] == [date(2022, 3, 28 + n) if n < 4 else date(2022, 4, n - 3) for n in range(7)]
    assert [day for day, found in days if found] == [date(2022, 3, 29)]


def test_a_person_with_no_post_is_turned_away(cast, home):
    MeasureFactory(plan=PlanFactory(office=cast.office), text="做好依申请公开。")
    ApplicationFactory(office=cast.office, section=cast.policy, number="青公申〔2022〕5号")
    page = home(cast.stranger)
    assert page.status_code in (302, 403) and "5号" not in page.content.decode()


def test_a_leader_of_an_empty_office_sees_an_empty_workbench(home):
    user = UserFactory(office=OfficeFactory(name="新设的局"))
    PostFactory(user=user, role=Role.DIRECTOR)
    page = home(type(user).objects.get(pk=user.pk), "")
    assert page.status_code == 200 and "没有等您处理的事项" in words(page)


def test_the_cost_does_not_grow_with_what_is_owed(cast, client):
    plan = PlanFactory(office=cast.office)
    MeasureFactory(plan=plan, lead=cast.policy, progress="收到{{foi.received}}件，{{foi.received|均 answered_lawfully}}。")
    client.force_login(cast.coordinator, backend="gongkai.accounts.backends.PostBackend")
    costs = []
    for copies in (1, 12):
        ApplicationFactory.create_batch(copies, office=cast.office, section=cast.policy)
        for _ in range(copies):
            ProgressFactory(measure=MeasureFactory(plan=plan, lead=cast.policy), submitted=True, written_by=cast.clerk)
        client.get(HOME, {"on": "2022-03-30"})
        with CaptureQueriesContext(connection) as asked:
            client.get(HOME, {"on": "2022-03-30"})
        costs.append(len(asked))
    assert costs[0] == costs[1]
