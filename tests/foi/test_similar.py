"""Similar and repeated applications by what was asked, not only by what the office called it; evidence, never a conclusion."""

from datetime import date

import pytest
from django.urls import reverse

from gongkai.accounts.roles import Role
from gongkai.foi import queries, similar
from tests.factories.accounts import UserFactory
from tests.factories.foi import ApplicantFactory, ApplicationFactory

BACKEND = "gongkai.accounts.backends.PostBackend"
ASKED = "请求公开青禾市2021年度技术改造专项资金拟安排项目计划中禾苑机械有限公司项目的评审得分和核定补助金额"
OTHERS = [(n, f"第{n}项工作", f"关于第{n}号地块规划条件和出让方案的批复") for n in range(3, 9)]


def test_one_thing_called_by_two_names_is_found_by_what_was_asked():
    others = [(1, "补助资金评审", ASKED.replace("请求公开", "我想知道")), (2, "食堂招标", "食堂食材采购合同"), *OTHERS]
    assert similar.likeness("项目核定情况", [(key, called) for key, called, _ in others]) == []
    found = similar.by_content("项目核定情况", ASKED, others)
    assert [one.key for one in found] == [1] and found[0].may_repeat and any("专项资金" in words for words in found[0].words)


def test_a_subject_alone_is_still_enough():
    assert [one.key for one in similar.by_content("技术改造专项资金分配结果", "", [(1, "技术改造专项资金分配结果", ""), *OTHERS])] == [1]


def test_what_every_application_says_makes_none_alike():
    asked = "申请公开政府信息，请以电子邮件提供"
    assert similar.by_content("甲事项", asked + "甲项目环评批复", [(1, "乙事项", asked + "乙公司行政处罚决定"), *OTHERS]) == [] or not similar.by_content("甲事项", asked + "甲项目环评批复", [(1, "乙事项", asked + "乙公司行政处罚决定"), *OTHERS])[0].may_repeat


@pytest.fixture
def cases(db):
    case = ApplicationFactory(subject="项目核定情况", description=ASKED, handed_in_on=date(2022, 3, 8))
    ApplicantFactory(application=case)
    kept = {"office": case.office, "section": case.section}
    again = ApplicationFactory(**kept, subject="补助资金评审", description=ASKED.replace("请求公开", "我想知道"), answered=True)
    ApplicantFactory(application=again)
    old = ApplicationFactory(**kept, subject="别的", description="关于地块出让方案的批复", handed_in_on=date(2021, 1, 5))
    ApplicantFactory(application=old)
    for n in range(6):
        ApplicationFactory(**kept, subject=f"第{n}项", description=f"第{n}号地块规划条件", handed_in_on=date(2022, 2, 1))
    return case, again


def test_repeats_and_frequency_are_numbers_for_a_person(cases):
    case, again = cases
    same = queries.same_applicant(case)
    assert same[0].application == again and same[0].likeness.may_repeat
    assert queries.frequency(case) == (2, 2, 1)
    case.refresh_from_db()
    assert case.result == "" and case.state == "办理中"


def test_case_page_and_deciding_show_the_same_evidence(client, cases):
    case, again = cases
    pages = [reverse("foi:case", args=[case.pk]), reverse("foi:decide", args=[case.pk])]
    client.force_login(UserFactory(office=case.office, role=Role.CLERK, role__section=case.section), backend=BACKEND)
    for page in pages:
        said = client.get(page).content.decode()
        assert "可能重复" in said and "近12个月申请<b>2</b>件" in said and "予以公开" in said and reverse("foi:case", args=[again.pk]) in said
    client.force_login(UserFactory(office=case.office, role=Role.LEGAL), backend=BACKEND)
    for page in pages:
        said = client.get(page).content.decode()
        assert "可能重复" not in said and "禾苑机械" not in said and "只比较事项摘要" not in said
