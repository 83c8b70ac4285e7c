"""The prose: what its tokens are worth, the draft, how near it is to last year's, and the page people write it on."""

from datetime import date

import pytest

from gongkai.accounts.roles import Role
from gongkai.annual_report import actions, narrative, prose, tables
from gongkai.annual_report.checking.findings import Level
from gongkai.annual_report.forms import form_for
from gongkai.annual_report.models import WrittenPart
from gongkai.audit.models import Entry
from tests.factories.accounts import OfficeFactory, UserFactory
from tests.factories.foi import ApplicationFactory

PAGE = "/desk/report/2022/prose/"
LAST = date(2022, 12, 31)


def facts(numbers, before=None, claims=None):
    return prose.Facts(2022, "2022年12月31日", numbers, before or {}, claims or {})


@pytest.mark.parametrize(("now", "before", "said"), [
    pytest.param(74, 62, "较上年增加12件（增长19.4%）", id="增加"),
    pytest.param(3, 4, "较上年减少1件（下降25.0%）", id="减少"),
    pytest.param(5, 5, "与上年持平", id="持平"),
    pytest.param(2, 0, "较上年增加2件", id="上年为零，不写百分比"),
])  # fmt: skip
def test_a_trend_says_how_much_and_what_share(now, before, said):
    assert prose.plain_text(prose.resolved("{{three/new_received/total|较上年}}", facts({"three/new_received/total": now}, {"three/new_received/total": before}))) == said


@pytest.mark.parametrize(("text", "fault"), [
    ("收到{{没有这个}}件", "没有这个指标"), ("{{a|较上年}}", "上年没有这个数字"), ("一是【请填写：主要问题】。", "还没有填写"), ("{{a}", "不成对"),
])
def test_what_keeps_a_text_from_being_read_is_said(text, fault):
    assert any(fault in each for each in prose.faults(text, facts({"a": 1})))
    assert not prose.faults("收到{{a}}件", facts({"a": 1}))


def test_a_text_taken_over_whole_is_like_last_years_whatever_its_figures():
    before = "收到申请62件，均按时答复。存在的主要问题是解读形式还不够丰富。"
    same = prose.likeness(before.replace("62", "74"), before)
    assert same.percent == 100 and same.is_near and same.repeated == ("收到申请74件，均按时答复", "存在的主要问题是解读形式还不够丰富")
    other = prose.likeness("今年编制了基层公开目录，组织两期培训班。", before)
    assert other.shared == 0 and not other.is_near and prose.likeness("", before).percent == 0


def test_the_draft_does_not_take_pictures_for_a_part_of_the_posts_and_counts_in_one_unit():
    facts = prose.Facts(2022, "2022年12月31日", {"publishing.wechat_posts": 302, "publishing.infographics": 49, "publishing.articles": 360}, {"publishing.articles": 1}, {}, narrative._units())
    said = {key: prose.plain_text(prose.resolved(text, facts)) for key, text in prose.draft(form_for(2022), facts).items()}
    assert said["platform"].startswith("微信公众号发布政策和解读类信息302篇次、图解49篇次。")
    assert "主动公开政府信息360条，较上年增加359条" in said["proactive"]


@pytest.fixture
def office(db):
    return OfficeFactory()


@pytest.fixture
def coordinator(office):
    return UserFactory(office=office, role=Role.COORDINATOR)


def enter_all(office, by, number="0"):
    for key in tables.to_enter(form_for(2022)):
        actions.enter(office, 2022, key, number, source="各科室报送", by=by)


@pytest.mark.slow
@pytest.mark.parametrize("cases", [0, 1, 4])
def test_the_draft_agrees_with_the_tables(office, coordinator, cases):
    for n in range(cases):
        ApplicationFactory(office=office, answered=n % 2 == 0)
    enter_all(office, coordinator)
    one = narrative.narrative(office, 2022, LAST)
    wrong = [f for f in one.verdict().findings if f.level in (Level.HARD, Level.SOFT)]
    assert not wrong and f"新收政府信息公开申请{cases}件" in one.said["on_request"] and "实际收取信息处理费0元" in one.said["other"]
    assert [part.key for part in prose.PARTS if part.section == 1] == ["proactive", "on_request", "management", "platform", "supervision"]
    assert all(fault.startswith("“【请填写") for _, fault in one.faults)


@pytest.mark.slow
def test_a_figure_typed_by_hand_that_is_not_the_tables_is_found(office, coordinator):
    ApplicationFactory(office=office)
    enter_all(office, coordinator)
    actions.write(office, 2022, "on_request", "2022年，我局收到政府信息公开申请9件。", by=coordinator)
    verdict = narrative.narrative(office, 2022, LAST).verdict()
    assert any(f.code == "I7" and "申请9件" in f.sentence for f in verdict.findings)


@pytest.mark.slow
def test_frozen_numbers_stay_in_the_prose_when_records_change(office, coordinator):
    ApplicationFactory(office=office)
    enter_all(office, coordinator)
    account = actions.freeze(office, 2022, as_of=LAST, today=date(2023, 1, 9), by=coordinator)
    said = narrative.narrative(office, 2022, LAST).said["on_request"]
    ApplicationFactory(office=office)
    again = narrative.narrative(office, 2022, LAST)
    assert again.said["on_request"] == said and "新收政府信息公开申请1件" in said and again.account == account
    assert narrative.last_year(office, 2023).numbers["three/new_received/total"] == 1


@pytest.mark.slow
def test_people_write_a_part_and_every_version_stays(client, office, coordinator):
    client.force_login(coordinator, backend="gongkai.accounts.backends.PostBackend")
    page = client.get(PAGE).content.decode()
    assert "初稿" in page and "（三）政府信息管理" in page and "没有上年的正文可比" in page
    looked = client.post(PAGE, {"part": "problems", "text": "一是申请{{没有的}}件。", "do": "look"}).content.decode()
    assert "未保存" in looked and "没有这个指标" in looked and not WrittenPart.objects.exists()
    for text in ("一是解读不够。", "一是解读不够。", "一是解读形式不够丰富。"):
        client.post(PAGE, {"part": "problems", "text": text, "do": "save"})
    assert list(WrittenPart.objects.values_list("text", flat=True)) == ["一是解读不够。", "一是解读形式不够丰富。"]
    assert Entry.objects.filter(verb="annual_report.written", actor=coordinator).count() == 2
    assert "没有内容" in client.post(PAGE, {"part": "problems", "text": " ", "do": "save"}).content.decode()
    superior = UserFactory(office=office, role=Role.SUPERIOR)
    client.force_login(superior, backend="gongkai.accounts.backends.PostBackend")
    assert client.get(PAGE).status_code == 200 and client.post(PAGE, {"part": "problems", "text": "改", "do": "save"}).status_code == 403
