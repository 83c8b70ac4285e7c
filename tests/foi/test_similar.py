"""Similar and repeated applications by what was asked, not only by what the office called it; evidence, never a conclusion."""

from datetime import date
from random import Random

import pytest
from django.urls import reverse

from gongkai.accounts.roles import Role
from gongkai.foi import fingerprints, queries, similar
from gongkai.foi.models import Application, FingerprintMark
from tests.factories.accounts import OfficeFactory, UserFactory
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


@pytest.mark.slow
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


# Among very many


KEY = b"k" * 32
THINGS = "技改 专项 资金 评审 名单 得分 环评 批复 用地 规划 采购 中标 合同 工业 园区 污水 监测 排放 许可 安全 检查 处罚 企业 项目 补贴 分配 标准 会议 纪要 依据 工程 招标".split()


def sentence(draw: Random, words: int = 24) -> str:
    return "".join(draw.choice(THINGS) for _ in range(words))


def test_like_texts_share_marks_and_others_seldom():
    draw = Random(7)
    missed = met = 0
    for _ in range(60):
        asked = sentence(draw)
        again = "我想知道" + asked[4:] + "谢谢"
        missed += not similar.marks(asked, KEY, "content") & similar.marks(again, KEY, "content")
        met += bool(similar.marks(asked, KEY, "content") & similar.marks("食堂菜谱" + "".join(chr(0x4E00 + draw.randrange(20000)) for _ in range(40)), KEY, "content"))
    assert missed == 0 and met <= 2


def test_a_mark_tells_nothing_without_its_key_and_meets_only_its_kind():
    asked = similar.marks(ASKED, KEY, "content")
    assert len(asked) == similar.MARKS and asked == similar.marks(ASKED, KEY, "content")
    assert not asked & similar.marks(ASKED, b"x" * 32, "content") and not asked & similar.marks(ASKED, KEY, "subject")
    assert similar.marks("申请公开政府信息", KEY, "content") == frozenset() == similar.marks("", KEY, "content")


def test_an_old_case_is_found_among_all_by_what_was_asked_and_by_its_subject(cases, monkeypatch):
    """Newer cases than are compared stand between them; without marks the old one is out of reach, as it was before."""
    case, again = cases
    Application.objects.filter(pk=again.pk).update(handed_in_on=date(2019, 6, 3))
    monkeypatch.setattr(queries, "OPENED", 3)
    monkeypatch.setattr(queries, "COMPARED", 3)
    assert again not in [one.application for one in queries.similar(case, content=True)]
    assert fingerprints.make_missing() == "生成9件申请的相似指纹和同类事项" and fingerprints.make_missing() == "生成0件申请的相似指纹和同类事项"
    (found,) = [one for one in queries.similar(case, content=True) if one.application == again]
    assert found.likeness.may_repeat
    # Who may not see what was asked learns nothing from the marks of it.
    assert again not in [one.application for one in queries.similar(case)]
    called = ApplicationFactory(office=case.office, section=case.section, subject="补助资金评审", handed_in_on=date(2022, 3, 9))
    assert [one.application for one in queries.similar(called)] == [again]


def test_marks_follow_what_is_changed_and_nothing_else(cases):
    case, again = cases
    fingerprints.make_missing()
    before = dict(FingerprintMark.objects.values_list("pk", "application"))
    case.refresh_from_db()
    case.description = "关于食堂招标的合同"
    case.save()
    again.save()
    assert fingerprints.unmade().count() == 2 and fingerprints.make_missing() == "生成2件申请的相似指纹和同类事项"
    now = set(case.fingerprint_marks.values_list("mark", flat=True))
    assert now == frozenset().union(*fingerprints.of(case)) and {key for key, of in before.items() if of != case.pk} <= set(FingerprintMark.objects.values_list("pk", flat=True))


def test_marks_of_two_offices_never_meet(cases):
    case, _ = cases
    there = ApplicationFactory(office=OfficeFactory(name="青禾市商务局"), subject=case.subject, description=case.description)
    fingerprints.make_missing()
    assert not set(there.fingerprint_marks.values_list("mark", flat=True)) & set(case.fingerprint_marks.values_list("mark", flat=True))
    assert fingerprints.near(there, 50, content=True) == []


def test_a_search_looks_at_a_bounded_number_however_many_are_alike(cases, monkeypatch, django_assert_num_queries):
    case, again = cases
    monkeypatch.setattr(fingerprints, "BEFORE", 2)
    monkeypatch.setattr(fingerprints, "AFTER", 1)
    for _ in range(6):
        ApplicationFactory(office=case.office, section=case.section, subject=case.subject, description=case.description)
    fingerprints.make_missing()
    middle = ApplicationFactory(office=case.office, section=case.section, subject=case.subject, description=case.description)
    ApplicationFactory(office=case.office, section=case.section, subject=case.subject, description=case.description)
    fingerprints.make_missing()
    with django_assert_num_queries(1):
        assert len(fingerprints.near(middle, 300, content=True)) == 3
