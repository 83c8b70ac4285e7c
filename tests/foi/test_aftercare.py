"""After the reply: what was refused is looked at again; what several asked for is proposed to be published, freed of names."""

from datetime import date

import pytest
from django.urls import reverse

from gongkai.accounts.roles import Role
from gongkai.foi import actions, after_rules, aftercare, fingerprints, queries
from gongkai.foi.models import Applicant, Application, PublicationProposal, Remedy
from gongkai.law.refusals import Refused
from gongkai.publishing.models import Article
from gongkai.sockets import duty_sources
from tests.factories.accounts import OfficeFactory, SectionFactory, UserFactory
from tests.factories.foi import ApplicantFactory, ApplicationFactory, PaperFactory, ThirdPartyOpinionFactory
from tests.factories.publishing import ColumnFactory

pytestmark = pytest.mark.django_db
BACKEND = "gongkai.accounts.backends.PostBackend"
ALL = [key for key, _ in after_rules.CHECKLIST]
REFUSED = {"result": "denied_process", "delivery": "post", "dispatched_on": date(2022, 3, 29)}


@pytest.fixture
def office():
    return OfficeFactory()


@pytest.fixture
def coordinator(office):
    return UserFactory(office=office, role=Role.COORDINATOR)


def case(office, number="", **facts) -> Application:
    made = ApplicationFactory(office=office, section=SectionFactory(office=office, name="产业科"), **facts)
    if number:
        ApplicantFactory(application=made, id_number=number)
    return made


def owed(office, today):
    return [(duty.subject, duty.due_on) for duty in duty_sources()["foi.reassess"].produce(office.pk, today, today)]


def test_a_refusal_is_looked_at_again_a_year_later_and_again_until_it_is_open(office, coordinator):
    one = case(office, **REFUSED)
    case(office, answered=True)
    assert owed(office, date(2022, 6, 1)) == [("2022年不予公开的申请1件", date(2023, 3, 29))]
    assert list(aftercare.to_look_at(office.pk, date(2023, 3, 28))) == [] and list(aftercare.to_look_at(office.pk, date(2023, 3, 29))) == [one]
    aftercare.reassess(one, by=coordinator, outcome="keep", reason="方案尚未定稿", on=date(2023, 3, 20))
    assert owed(office, date(2023, 6, 1)) == [("2023年不予公开的申请1件", date(2024, 3, 20))]
    aftercare.reassess(one, by=coordinator, outcome="open", reason="方案已公布", on=date(2024, 3, 1))
    assert owed(office, date(2024, 6, 1)) == [] and aftercare.reassess_due_on(one) is None
    one.refresh_from_db()
    assert (one.report_row, one.result) == ("denied_process", "denied_process")
    with pytest.raises(Refused, match="没有不予公开的内容"):
        aftercare.reassess(one, by=coordinator, outcome="keep", reason="再看", on=date(2024, 4, 1))


@pytest.mark.parametrize(("last", "due"), [(date(2022, 3, 29), date(2023, 3, 29)), (date(2024, 2, 29), date(2025, 2, 28)), (date(2022, 12, 31), date(2023, 12, 31))])
def test_twelve_months_end_with_their_month(last, due):
    assert after_rules.reassess_due_on(last) == due and after_rules.months_before(due, 12) <= last


@pytest.mark.parametrize(("said", "words"), [({"reason": " "}, "写明情况有无变化"), ({"on": date(2022, 3, 1)}, "早于答复日期")])
def test_a_look_without_a_reason_is_none(office, coordinator, said, words):
    with pytest.raises(Refused, match=words):
        aftercare.reassess(case(office, **REFUSED), by=coordinator, **{"outcome": "keep", "reason": "未变", "on": date(2023, 3, 1)} | said)


# Several asked


@pytest.fixture
def several(office):
    """Two applicants asked for the same, one of them twice; a third asked for something else."""
    for number in ("990101199003079999", "990101199003079999"):
        case(office, number, handed_in_on=date(2022, 2, 8))
    case(office, "990101199003078888", subject="地块出让方案", description="关于地块的批复")
    case(office)  # nobody knows who
    return case(office, "990101199003071234")


def test_applicants_are_counted_not_applications(several):
    assert len(aftercare.demanded(several)) == 1


def test_adopting_wants_every_line_of_the_checklist_and_makes_an_empty_draft(several, coordinator):
    proposal = aftercare.propose(several, by=coordinator, title="技术改造专项资金分配结果", reason="两人申请", on=date(2022, 4, 1))
    column = ColumnFactory(office=several.office)
    assert proposal.alike.count() == 1
    for left in ALL:
        with pytest.raises(Refused, match="去标识化核对还有未确认的"):
            aftercare.adopt(proposal, by=coordinator, column=column, checked=[key for key in ALL if key != left], answer="", on=date(2022, 4, 2))
    assert not Article.objects.exists()
    done = aftercare.adopt(proposal, by=coordinator, column=column, checked=ALL, answer="同意", on=date(2022, 4, 2))
    assert (done.article.title, done.article.words, done.article.published_on) == ("技术改造专项资金分配结果", "", None)
    assert "林溪桥" not in str(Article.objects.values().get())
    with pytest.raises(Refused, match="已经处理"):
        aftercare.decline(proposal, by=coordinator, answer="不", on=date(2022, 4, 3))


def test_one_proposal_waits_at_a_time_and_a_refusal_has_its_reason(several, coordinator):
    proposal = aftercare.propose(several, by=coordinator, title="分配结果", reason="两人申请", on=date(2022, 4, 1))
    with pytest.raises(Refused, match="尚未处理的建议"):
        aftercare.propose(several, by=coordinator, title="分配结果", reason="再提", on=date(2022, 4, 1))
    duty = next(iter(duty_sources()["foi.proposal"].produce(several.office_id, date(2022, 4, 1), date(2022, 4, 1))))
    assert duty.due_on == date(2022, 4, 29)
    with pytest.raises(Refused, match="不采纳的理由"):
        aftercare.decline(proposal, by=coordinator, answer="", on=date(2022, 4, 2))
    assert aftercare.decline(proposal, by=coordinator, answer="已在栏目公开", on=date(2022, 4, 2)).adopted is False


@pytest.mark.slow
def test_the_page_proposes_and_adopts_each_by_who_may(client, several, coordinator):
    clerk = UserFactory(office=several.office, role=Role.CLERK, role__section=several.section)
    page, act = reverse("foi:case", args=[several.pk]), reverse("foi:after", args=[several.pk])
    column = ColumnFactory(office=several.office)
    client.force_login(clerk, backend=BACKEND)
    assert "另有<b>1</b>个申请人要求过内容相近的信息" in client.get(page).content.decode()
    client.post(act, {"do": "propose", "title": "分配结果", "reason": "两人申请"})
    proposal = PublicationProposal.objects.get()
    adopting = {"do": "adopt", "proposal": proposal.pk, "column": column.pk, "checked": ALL}
    assert client.post(act, adopting).status_code == 403
    client.force_login(coordinator, backend=BACKEND)
    assert "去标识化核对" in client.get(page).content.decode()
    client.post(act, adopting)
    proposal.refresh_from_db()
    assert proposal.adopted and "文章稿" in client.get(reverse("foi:proposals")).content.decode()
    client.force_login(UserFactory(office=several.office, role=Role.LEGAL), backend=BACKEND)
    assert "个申请人要求过" not in client.get(page).content.decode()


def test_a_head_enters_a_look_on_the_page(client, office):
    one = case(office, **REFUSED)
    head = UserFactory(office=office, role=Role.HEAD, role__section=one.section)
    client.force_login(head, backend=BACKEND)
    assert "登记评估" in client.get(reverse("foi:case", args=[one.pk])).content.decode()
    client.post(reverse("foi:after", args=[one.pk]), {"do": "reassess", "outcome": "keep", "reason": "方案尚未定稿"})
    assert one.reassessments.get().reason == "方案尚未定稿"


# Who applied, later


@pytest.fixture
def old(office):
    """Put away on 5 May 2022, with an opinion, a paper and a message."""
    made = case(office, "990101199003071234", answered=True, archived_on=date(2022, 5, 5))
    ThirdPartyOpinionFactory(application=made, office=office, name="青禾市穗丰机械有限公司", opinion="不同意公开")
    PaperFactory(application=made, office=office)
    Application.objects.filter(pk=made.pk).update(archived_on=date(2022, 5, 5))
    return Application.objects.get(pk=made.pk)


def test_after_its_time_nothing_says_who_applied_and_every_number_stays(office, coordinator, old):
    assert list(aftercare.kept_too_long(office.pk, date(2024, 5, 4))) == [] and list(aftercare.kept_too_long(office.pk, date(2024, 5, 5))) == [old]
    before = {name: getattr(old, name) for name in ("number", "received_on", "closed_on", "report_row", "result", "applicant_category", "reply_due_on")}
    fingerprints.make_missing()
    of_content = fingerprints.of(old)[1]
    aftercare.anonymise(old, by=coordinator, on=date(2024, 5, 5))
    now = Application.objects.get(pk=old.pk)
    assert of_content and not now.fingerprint_marks.exists() and fingerprints.make_missing() == "生成1件申请的相似指纹和同类事项"
    assert not of_content & set(now.fingerprint_marks.values_list("mark", flat=True))
    assert {name: getattr(now, name) for name in before} == before and now.anonymised_on == date(2024, 5, 5) and queries.stale(office) == []
    applicant = Applicant.objects.get(application=now)
    assert {applicant.name_hash, applicant.id_hash, applicant.phone_hash, applicant.id_number, applicant.phone, applicant.address, applicant.email} == {""}
    assert (now.description, [(one.name, one.opinion) for one in now.opinions.all()], now.papers.count()) == ("", [("", "")], 0)
    assert actions.find_by_applicant(office, by=coordinator, name="林溪桥") == [] and queries.same_applicant(now) is None
    assert [duty for duty in duty_sources()["foi.anonymise"].produce(office.pk, date(2024, 6, 1), date(2024, 6, 1))] == []
    with pytest.raises(Refused, match="已经去标识"):
        aftercare.anonymise(now, by=coordinator, on=date(2024, 6, 1))


@pytest.mark.parametrize(("on", "said"), [(date(2024, 5, 4), "保留至2024年5月5日")])
def test_before_its_time_nothing_is_removed(coordinator, old, on, said):
    with pytest.raises(Refused, match=said):
        aftercare.anonymise(old, by=coordinator, on=on)
    assert Applicant.objects.get(application=old).name == "林溪桥"


def test_an_open_case_and_one_in_court_keep_their_applicant(office, coordinator, old):
    with pytest.raises(Refused, match="归档以后才能去标识"):
        aftercare.anonymise(case(office, answered=True), by=coordinator, on=date(2025, 1, 1))
    Remedy.objects.create(office=office, application=old, kind="direct_suit", organ="青禾市人民法院", accepted_on=date(2024, 4, 1))
    assert list(aftercare.kept_too_long(office.pk, date(2024, 5, 5))) == []
    with pytest.raises(Refused, match="尚未审结"):
        aftercare.anonymise(old, by=coordinator, on=date(2024, 5, 5))


def test_the_page_removes_only_what_is_ticked_and_confirmed_by_who_may(client, office, coordinator, old):
    act = reverse("foi:anonymise")
    client.force_login(UserFactory(office=office, role=Role.CLERK, role__section=old.section), backend=BACKEND)
    assert client.post(act, {"case": [old.pk], "sure": "1"}).status_code == 403
    client.force_login(coordinator, backend=BACKEND)
    assert old.number in client.get(reverse("foi:proposals")).content.decode()
    client.post(act, {"case": [old.pk]})
    assert Application.objects.get(pk=old.pk).anonymised_on is None
    client.post(act, {"case": [old.pk], "sure": "1"})
    assert Application.objects.get(pk=old.pk).anonymised_on is not None
    assert "已去标识" in client.get(reverse("foi:case", args=[old.pk])).content.decode()
