"""What the registers of documents do with real records, repeal, and the duties they raise."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.test import RequestFactory

from gongkai.accounts.permissions import may
from gongkai.accounts.roles import Role
from gongkai.audit.models import Entry
from gongkai.documents import actions, queries
from gongkai.documents.models import (
    DocumentRelation,
    GazetteSubmission,
    Interpretation,
    NormativeDocument,
    Relation,
)
from gongkai.law.refusals import Refused
from gongkai.registers.actions import change, create
from gongkai.registers.forms import build
from gongkai.registers.register import all_registers, get_register
from gongkai.rulebook.models import Adjustment
from gongkai.sockets import duty_sources
from tests.factories.accounts import OfficeFactory, SectionFactory, UserFactory
from tests.factories.documents import (
    DocumentRelationFactory,
    EvaluationFactory,
    GazetteSubmissionFactory,
    InterpretationFactory,
    NormativeDocumentFactory,
)
from tests.factories.publishing import ColumnFactory

pytestmark = pytest.mark.django_db


def make(by, **facts):
    facts = dict(office=by.office, title="扶持办法", number="青工信规〔2022〕1号", kind="normative", signed_on=date(2022, 3, 1), published_on=date(2022, 3, 2), published_elsewhere="原网站") | facts
    return create(get_register("documents"), NormativeDocument(**facts), by=by)


def test_a_registered_document_has_its_last_days_and_a_change_moves_them():
    by = UserFactory()
    document = make(by)
    assert (document.interpretation_due_on, document.gazette_due_on) == (date(2022, 3, 7), date(2022, 3, 31))
    moved = change(get_register("documents"), document, by=by, kind="plan", published_on=date(2022, 3, 10))
    assert (moved.interpretation_due_on, moved.gazette_due_on) == (date(2022, 3, 15), None)
    assert Entry.objects.latest("id").facts["differences"] == {"种类": ["normative", "plan"], "公开日期": ["2022年3月2日", "2022年3月10日"]}


def test_the_offices_own_figure_counts_and_stale_days_are_found():
    by = UserFactory()
    document = make(by)
    assert queries.stale(by.office_id) == []
    Adjustment.objects.create(office=by.office, room="documents", key="gazette_days", starts_on=date(2022, 1, 1), value=20, reason="市府办要求", by=by)
    assert [(s.record, s.field, s.stored, s.derived) for s in queries.stale(by.office_id)] == [
        (document, "gazette_due_on", date(2022, 3, 31), date(2022, 3, 21))
    ]


def test_a_document_names_only_columns_of_its_own_office():
    by = UserFactory()
    with pytest.raises(Refused, match="栏目属于其他机关"):
        make(by, column=ColumnFactory(office=OfficeFactory(name="青禾市商务局")))
    with pytest.raises(Refused, match="文件属于其他机关"):
        theirs = NormativeDocumentFactory(office=OfficeFactory(name="青禾市商务局"))
        create(get_register("gazette-submissions"), GazetteSubmission(office=by.office, document=theirs, submitted_on=date(2022, 3, 9)), by=by)


@pytest.mark.parametrize("facts", [
    pytest.param({"published_on": date(2022, 2, 28)}, id="公开早于成文"),
    pytest.param({"effective_on": date(2022, 4, 1), "expires_on": date(2022, 3, 31)}, id="有效期倒置"),
    pytest.param({"repealed_on": date(2022, 2, 1)}, id="废止早于成文"),
])
def test_the_database_refuses_days_that_can_never_be(facts):
    with pytest.raises(IntegrityError), transaction.atomic():
        NormativeDocumentFactory(**facts)


def test_a_number_is_used_once():
    NormativeDocumentFactory(number="青工信规〔2022〕3号")
    with pytest.raises(IntegrityError), transaction.atomic():
        NormativeDocumentFactory(number="青工信规〔2022〕3号")


def test_a_relation_names_one_document_and_not_itself():
    document = NormativeDocumentFactory()
    for facts in ({"other": document, "other_title": ""}, {"other": None, "other_title": ""}, {"other": NormativeDocumentFactory(), "other_title": "甲"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            DocumentRelationFactory(document=document, **facts)
    assert str(DocumentRelationFactory(document=document)).endswith("依据《青禾市促进工业发展条例》")


def test_repeal_ends_validity_and_records_by_what():
    by = UserFactory()
    old, new = NormativeDocumentFactory(title="旧办法"), NormativeDocumentFactory(title="新办法", signed_on=date(2022, 9, 1))
    actions.repeal(old, on=date(2022, 10, 1), by=by, successor=new)
    old.refresh_from_db()
    assert (old.validity_on(date(2022, 9, 30)), old.validity_on(date(2022, 10, 1))) == ("有效", "废止")
    relation = DocumentRelation.objects.get()
    assert (relation.document, relation.relation, relation.other) == (new, Relation.REPEALS, old)
    assert Entry.objects.get().verb == "documents.repealed"


def test_what_cannot_be_repealed():
    by = UserFactory()
    old, older = NormativeDocumentFactory(), NormativeDocumentFactory(signed_on=date(2021, 1, 1))
    for facts, why in (
        ({"reason": ""}, "废止的依据"), ({"successor": old}, "不能废止自己"), ({"successor": older}, "比它还早"),
        ({"reason": "清理", "on": date(2022, 2, 1)}, "早于成文日期"),
    ):
        with pytest.raises(Refused, match=why):
            actions.repeal(old, **{"on": date(2022, 10, 1), "by": by, **facts})
    actions.repeal(old, on=date(2022, 10, 1), by=by, reason="局务会议决定清理")
    with pytest.raises(Refused, match="已经废止"):
        actions.repeal(old, on=date(2022, 11, 1), by=by, reason="再次清理")


def test_who_may_repeal():
    section = SectionFactory()
    document = NormativeDocumentFactory(section=section)
    assert may(UserFactory(role=Role.LEGAL), "documents.document", "repeal", document)
    assert not may(UserFactory(role=Role.HEAD, role__section=section), "documents.document", "repeal", document)


def test_the_outside_sees_published_documents_and_their_interpretations():
    shown, hidden = NormativeDocumentFactory(), NormativeDocumentFactory(unpublished=True)
    NormativeDocumentFactory(live=False)
    repealed = NormativeDocumentFactory(repealed_on=date(2022, 5, 1))
    assert set(NormativeDocument.objects.public()) == {shown, repealed}
    visible = InterpretationFactory(document=shown)
    InterpretationFactory(document=hidden, published_on=date(2022, 3, 1))
    InterpretationFactory(document=shown, published_on=None)
    foreign = InterpretationFactory(document=None, document_title="省条例", office=shown.office, published_on=date(2022, 3, 1))
    assert set(Interpretation.objects.public()) == {visible, foreign}
    assert list(GazetteSubmission.objects.public()) == []


def test_documents_and_interpretations_can_be_previewed_from_a_revision():
    document = NormativeDocumentFactory(body="<p>第一条</p>")
    revision = document.save_revision()
    for thing, words in ((revision.as_object(), "第一条"), (InterpretationFactory(document=document, body="<p>新旧差异</p>"), document.title)):
        assert words in thing.serve_preview(RequestFactory().get("/"), "").render().content.decode()


def duties_of(key, office, since=date(2022, 1, 1), today=date(2022, 11, 30)):
    return [(d.due_on, d.done_on) for d in duty_sources()[key].produce(office.pk, since, today)]


def test_the_gazette_is_owed_until_submitted():
    document = NormativeDocumentFactory()
    office = document.office
    NormativeDocumentFactory(plan=True)
    assert duties_of("documents.gazette", office) == [(date(2022, 3, 31), None)]
    GazetteSubmissionFactory(document=document, submitted_on=date(2022, 4, 6))
    duty = next(iter(duty_sources()["documents.gazette"].produce(office.pk, date(2022, 1, 1), date(2022, 11, 30))))
    assert duty.was_late() and duty.url.endswith(f"/{document.pk}/")
    assert duties_of("documents.gazette", office, since=date(2022, 5, 1)) == []
    assert duties_of("documents.gazette", office, today=date(2022, 2, 1)) == []


def test_an_interpretation_is_owed_unless_exempted():
    document = NormativeDocumentFactory(published_on=date(2022, 9, 30))
    NormativeDocumentFactory(exempt=True)
    assert duties_of("documents.interpretation", document.office) == [(date(2022, 10, 10), None)]
    InterpretationFactory(document=document, published_on=date(2022, 10, 8))
    assert duties_of("documents.interpretation", document.office) == [(date(2022, 10, 10), date(2022, 10, 8))]


def test_a_year_without_a_calendar_makes_the_day_provisional():
    document = NormativeDocumentFactory(signed_on=date(2031, 3, 3))
    duty = next(iter(duty_sources()["documents.interpretation"].produce(document.office_id, date(2031, 1, 1), date(2031, 12, 1))))
    assert "2031年放假安排" in duty.provisional


def test_an_evaluation_is_owed_before_the_term_ends():
    document = NormativeDocumentFactory(signed_on=date(2019, 1, 10), expires_on=date(2023, 1, 10))
    office = document.office
    assert duties_of("documents.expiry_evaluation", office, today=date(2022, 4, 9)) == []
    assert duties_of("documents.expiry_evaluation", office, today=date(2022, 4, 10)) == [(date(2022, 7, 10), None)]
    EvaluationFactory(document=document, finished_on=date(2022, 6, 30))
    assert duties_of("documents.expiry_evaluation", office) == [(date(2022, 7, 10), date(2022, 6, 30))]
    assert duties_of("documents.expiry_evaluation", office, since=date(2022, 7, 1)) == []


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("key", "questions"), [("documents.gazette", 1), ("documents.interpretation", 2), ("documents.expiry_evaluation", 3)])
def test_duties_ask_the_same_number_of_questions(rows, key, questions, django_assert_num_queries):
    office = OfficeFactory()
    for _ in range(rows):
        NormativeDocumentFactory(signed_on=date(2019, 1, 10), expires_on=date(2023, 1, 10))
    with django_assert_num_queries(questions):
        assert len(duties_of(key, office)) == rows


@pytest.mark.parametrize("slug", ["documents", "document-relations", "interpretations", "gazette-submissions", "evaluations", "articles", "posts", "secrecy-reviews"])
def test_a_registers_columns_and_fields_exist(slug):
    register = all_registers()[slug]
    for name in (*register.fields, *register.search, *register.filters, *register.natural_key, register.date_field):
        assert register.model._meta.get_field(name)
    assert all(register.model._meta.get_field(name).editable for name in register.fields)
    for name in register.columns:
        assert hasattr(register.model, name), name


FORMS = [
    pytest.param("documents", {
        "title": "扶持办法", "number": "青工信规〔2022〕8号", "kind": "normative", "signed_on": "2022-03-01", "attribute": "open",
        "needs_interpretation": "on", "body": "第一条\n\n第二条",
    }, id="政策文件"),
    pytest.param("interpretations", {"document": "{document}", "title": "一图读懂", "in_graphics": "on", "covers_content": "on"}, id="政策解读"),
    pytest.param("gazette-submissions", {"document": "{document}", "submitted_on": "2022-03-20"}, id="公报报送"),
    pytest.param("evaluations", {"document_title": "行动计划", "finished_on": "2022-09-01", "report_title": "评估报告"}, id="实施效果评估"),
    pytest.param("document-relations", {"document": "{document}", "relation": "rests_on", "other_title": "促进条例"}, id="文件关系"),
    pytest.param("posts", {"channel": "wechat", "category": "policy", "title": "速递", "posted_on": "2022-03-10"}, id="发布记录"),
    pytest.param("articles", {"column": "{column}", "kind": "article", "title": "工作动态", "attribute": "open"}, id="文章"),
    pytest.param("secrecy-reviews", {"title": "信息", "result": "open", "attribute": "open", "reviewed_on": "2022-03-08"}, id="保密审查"),
    pytest.param("findings", {"source": "self", "site": "website", "code": "W4", "title": "不更新", "found_on": "2022-03-01"}, id="检查问题"),
]


@pytest.mark.parametrize(("slug", "typed"), FORMS)
def test_a_coordinator_fills_in_the_form_of_each_register(slug, typed):
    register = get_register(slug)
    by = UserFactory(role=Role.COORDINATOR)
    places = {"document": str(NormativeDocumentFactory(title="已有办法").pk), "column": str(ColumnFactory().pk)}
    data = {name: value.format(**places) if value.startswith("{") else value for name, value in typed.items()}
    form = build(register, by, verb="add", data=data)
    assert form.is_valid(), form.errors.as_text()
    item = form.save(commit=False)
    item.office_id = by.office_id
    create(register, item, by=by)
    assert register.model.objects.filter(pk=item.pk, office=by.office).exists()


def test_an_empty_form_is_answered_and_does_not_break():
    by = UserFactory(role=Role.COORDINATOR)
    for slug in ("documents", "interpretations", "gazette-submissions", "document-relations", "posts", "secrecy-reviews", "findings"):
        form = build(get_register(slug), by, verb="add", data={})
        assert not form.is_valid()
        assert all(str(error).startswith("请") for name, errors in form.errors.items() if name != "__all__" for error in errors)
