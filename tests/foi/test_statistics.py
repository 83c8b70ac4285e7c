"""The year's numbers: each is a list that opens, and they are table three's own."""

from datetime import date

import pytest
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from gongkai.accounts.roles import Role
from gongkai.foi import fingerprints, statistics
from gongkai.foi.models import Application
from tests.factories.accounts import OfficeFactory, UserFactory
from tests.factories.foi import ApplicationFactory

pytestmark = pytest.mark.django_db
BACKEND = "gongkai.accounts.backends.PostBackend"


@pytest.fixture
def office():
    office = OfficeFactory()
    kept = {"office": office, "section__office": office}
    ApplicationFactory(**kept, subject="2021年技术改造专项资金分配结果")
    ApplicationFactory(**kept, subject="技术改造专项资金2021年分配结果名单", applicant_category="business", answered=True)
    ApplicationFactory(**kept, subject="园区环评批复", late=True, channel="fax", confirmed_on=date(2022, 3, 1))
    ApplicationFactory(**kept, subject="去年的", handed_in_on=date(2021, 12, 20), result="not_exist", delivery="post", dispatched_on=date(2022, 1, 10))
    ApplicationFactory(**kept, subject="作废的", voided_at="2022-03-02T00:00:00Z")
    ApplicationFactory(subject="别的机关的", office=OfficeFactory(name="青禾市商务局"), section=None)
    fingerprints.make_missing()
    return office


def bars(office, way: str) -> dict[str, int]:
    return next({bar.label: bar.count for bar in one.bars} for one in statistics.pictures(office.pk, 2022) if one.way == way)


def test_the_five_ways_count_what_was_received_or_closed_in_the_year(office):
    assert bars(office, "channel") == {"当面": 2, "传真": 1}
    assert bars(office, "category") == {"自然人": 2, "商业企业": 1}
    assert bars(office, "result") == {"予以公开": 2, "无法提供—本机关不掌握相关政府信息": 1}
    assert list(bars(office, "subject").values()) == [2, 1] and "其他事项" in bars(office, "subject")
    assert bars(office, "days") == {"11至15个工作日": 1, "16至20个工作日": 1, "21至40个工作日": 1}


def test_every_number_is_the_length_of_its_list_and_every_sum_of_its_kind(office):
    for picture in statistics.pictures(office.pk, 2022):
        for bar in picture.bars:
            assert statistics.behind(office.pk, 2022, picture.way, bar.key).count() == bar.count, (picture.way, bar.label)
    totals = {one.way: one.total for one in statistics.pictures(office.pk, 2022)}
    assert totals["channel"] == totals["category"] == totals["subject"] == 3 and totals["result"] == totals["days"] == 3


def subject_bars(office, year: int = 2022) -> dict[str, int]:
    fingerprints.make_missing()
    return next({bar.label: bar.count for bar in one.bars} for one in statistics.pictures(office.pk, year) if one.way == "subject")


def test_like_subjects_are_one_group_in_whatever_batch_they_were_looked_at(office, monkeypatch):
    monkeypatch.setattr(fingerprints, "AT_A_TIME", 2)
    for n in range(7):
        ApplicationFactory(office=office, section=None, subject=f"园区环评批复第{n}号")
    ApplicationFactory(office=office, section=None, subject="园区环评批复", handed_in_on=date(2023, 3, 1))
    assert subject_bars(office) == {"园区环评批复": 8, "2021年技术改造专项资金分配结果": 2}
    assert subject_bars(office, 2023) == {"其他事项": 1}  # one alone, though its group is the other year's


def test_a_subject_worded_anew_is_counted_anew_and_so_is_what_was_counted_under_it(office):
    head = Application.objects.get(subject="2021年技术改造专项资金分配结果")
    Application.objects.filter(pk=head.pk).update(subject="园区环评的批复", changed_at=timezone.now())
    assert subject_bars(office) == {"园区环评批复": 2, "其他事项": 1}
    assert Application.objects.get(subject__startswith="技术改造").subject_group != head.pk


def test_what_is_not_looked_at_yet_stands_among_the_others_and_the_page_says_so(office):
    ApplicationFactory(office=office, section=None, subject="园区环评批复")
    picture = next(one for one in statistics.pictures(office.pk, 2022) if one.way == "subject")
    assert picture.total == 4 and "1件登记或者修改不久" in picture.note
    assert statistics.behind(office.pk, 2022, "subject", "single").count() == picture.bars[-1].count == 2


def test_the_results_are_those_of_table_three(office):
    by_row = dict(Application.objects.of(office).current().filter(closed_on__year=2022).order_by().values_list("report_row").annotate(Count("pk")))
    assert sorted(by_row.values()) == sorted(bars(office, "result").values())


def test_a_number_opens_its_list_and_a_made_up_one_opens_nothing(client, office):
    client.force_login(UserFactory(office=office, role=Role.COORDINATOR), backend=BACKEND)
    page = reverse("foi:statistics")
    said = client.get(page, {"year": 2022, "by": "channel", "key": "fax"}).content.decode()
    assert "园区环评批复" in said and "去年的" not in said and "技术改造专项资金" not in said.split('class="counted"')[0]
    assert client.get(page, {"year": 2022, "by": "channel", "key": "'; DROP"}).context["listing"] is None
    assert client.get(page, {"year": 2022, "by": "nothing", "key": "x"}).context["listing"] is None
    assert "别的机关的" not in client.get(page, {"year": 2022, "by": "subject", "key": "single"}).content.decode()


def test_each_picture_says_its_numbers_in_words(client, office):
    client.force_login(UserFactory(office=office, role=Role.COORDINATOR), backend=BACKEND)
    said = client.get(reverse("foi:statistics"), {"year": 2022}).content.decode()
    assert said.count('role="img"') == 5 and "本年新收，按提交渠道：当面2件，传真1件" in said


def test_the_page_asks_as_many_questions_of_three_as_of_thirty(client, office, django_assert_max_num_queries):
    with django_assert_max_num_queries(9):
        statistics.pictures(office.pk, 2022)
    for n in range(30):
        ApplicationFactory(office=office, section=None, subject=f"第{n}项事项的批复")
    with django_assert_max_num_queries(9):
        statistics.pictures(office.pk, 2022)


def test_who_only_keeps_the_system_is_kept_out(client, office):
    client.force_login(UserFactory(office=office, role=Role.SYSTEM_ADMIN), backend=BACKEND)
    assert client.get(reverse("foi:statistics")).status_code == 403


def test_a_name_beside_a_bar_has_room_there(office):
    """A bar's name stands to its left and was cut off at the front when it was long."""
    ApplicationFactory(office=office, section__office=office, subject="别的事", result="not_exist", answered=True)
    for picture in statistics.pictures(office.pk, 2022):
        assert all(len(name) * 15 <= 150 - 10 for name, _ in picture.chart.rows), picture.way
