"""The default year: the founding document's figures from the demo's own records, as of 30 November 2022."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import transaction

from gongkai.accountability.models import AccountabilityReport
from gongkai.annual_report import differences, gathering, narrative, queries
from gongkai.annual_report.checking.findings import Level
from gongkai.annual_report.models import Report
from gongkai.audit.models import Entry
from gongkai.audit.queries import verify
from gongkai.demo import bureau, reports
from gongkai.demo.cast import HEADS
from gongkai.demo.commands import load, loaded
from gongkai.demo.deeds import ZONE
from gongkai.demo.profile import FOUNDING_SEED
from gongkai.documents.models import Interpretation, NormativeDocument
from gongkai.evidence.models import FrozenAccount
from gongkai.evidence.queries import compute
from gongkai.foi.models import Applicant, Application
from gongkai.foi.queries import stale, stale_letters
from gongkai.ledger import queries as ledger
from gongkai.ledger.models import Plan
from gongkai.publishing.models import Article, CatalogueEntry, ChannelPost
from gongkai.publishing.queries import items
from gongkai.sockets import Scope

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
CUT = date(2022, 11, 30)

FIGURES = {
    "documents.normative_published": 4,
    "foi.received": 11,
    "benefits.updated": 4,
    "documents.interpreted": 5,
    "events.briefings": 9,
    "events.interviews": 13,
    "publishing.wechat_posts": 278,
    "publishing.infographics": 45,
    "consultation.drafts": 14,
    "consultation.opinions": 14,
    "documents.benefit_policies": 4,
    "documents.evaluations": 1,
    "documents.gazette_due": 4,
    "accountability.openness_reports": 0,
    "accountability.openness_reports_planned": 1,
    "inspection.vetoes": 0,
}
TRUE_OF_ALL = (
    ("foi.received", "answered_lawfully"),
    ("consultation.opinions", "fed_back_in_month"),
    ("documents.benefit_policies", "interpreted_in_time"),
    ("documents.gazette_due", "submitted_in_30_days"),
    ("publishing.posts", "three_reviews"),
    ("publishing.posts", "secrecy_first"),
    ("concerns.received", "responded_in_time"),
    ("guides.rectified", "done"),
    ("inspection.findings", "closed"),
    ("accountability.reports", "covers_ideology"),
)


@pytest.fixture(scope="module")
def year_2022(django_db_setup, django_db_blocker):
    """The year as the command loads it, once for this module, and undone at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        load(seed=FOUNDING_SEED, of=2022, now=datetime(2026, 1, 5, 9, tzinfo=ZONE))
        yield bureau.standing()
        transaction.set_rollback(True)


@pytest.fixture
def cast(year_2022, django_db_blocker):
    with django_db_blocker.unblock():
        yield year_2022


@pytest.fixture
def values(cast):
    return compute(Scope.of_year(cast.office.pk, 2022, CUT))


@pytest.mark.parametrize(("key", "figure"), FIGURES.items(), ids=FIGURES)
def test_the_figure_stands(values, key, figure):
    assert values[key].number == figure


@pytest.mark.parametrize(("key", "claim"), TRUE_OF_ALL, ids=[f"{k} 均 {c}" for k, c in TRUE_OF_ALL])
def test_it_is_true_of_all(values, key, claim):
    assert values[key].claims[claim].is_true_of_all, values[key].claims[claim]


def test_enterprises_are_told_apart_from_attendances_and_people(values):
    distinct, times, persons = (values[f"events.{k}"].number for k in ("enterprises", "enterprise_times", "person_times"))
    assert 1200 < distinct < 1300
    assert distinct < times < persons


def test_infographics_are_not_a_part_of_the_posts(cast):
    pictures = ChannelPost.objects.of(cast.office).filter(channel="wechat", is_infographic=True, posted_on__lte=CUT)
    assert pictures.filter(category__in=["policy", "interpretation"]).exists()
    assert pictures.exclude(category__in=["policy", "interpretation"]).exists()


def test_what_the_public_reads_says_something_and_its_pictures_are_told_in_words(cast):
    shown = [item.released["blocks"] for item in Article.objects.public().of(cast.office).exclude(released=None)]
    about = [block for blocks in shown for block in blocks]
    pictures = [block for block in about if block["kind"] == "image"]
    lists = [block["rows"] for block in about if block["kind"] == "table" and block["rows"][-1][0] == "合计"]
    assert len(shown) > 30 and min(len(str(blocks)) for blocks in shown) > 120
    assert pictures and all("第5步资金拨付" in picture["alt"] for picture in pictures)
    assert lists and all(sum(Decimal(row[-1]) for row in rows[1:-1]) == Decimal(rows[-1][-1]) for rows in lists)


def test_each_head_of_a_section_accounted_for_the_year(cast):
    assert set(AccountabilityReport.objects.of(cast.office).values_list("unit", flat=True)) == set(HEADS)


def test_december_goes_on(cast):
    values = compute(Scope.of_year(cast.office.pk, 2022))
    assert values["accountability.openness_reports"].number == 1
    assert values["accountability.openness_reports_planned"].number == 0
    assert values["foi.carried_out"].number == 2
    assert values["foi.received"].claims["answered_lawfully"].pending == 2


def test_what_was_pending_at_new_year_is_answered_in_the_next(cast):
    values = compute(Scope.of_year(cast.office.pk, 2023))
    assert values["foi.carried_in"].number == 2
    assert values["foi.carried_out"].number == 0


def test_the_plan_has_the_founding_structure_and_came_through_the_importer(cast):
    plan = Plan.objects.of(cast.office).own().get(year=2022)
    assert plan.chapters.count() == 5
    assert [chapter.measures.count() for chapter in plan.chapters.all()] == [3, 3, 6, 8, 2]
    assert plan.batch.written == 22
    assert not plan.measures.filter(assignments__isnull=True).exists()


def test_every_sentence_of_the_account_reads_without_a_fault(cast):
    account = ledger.account(Plan.objects.of(cast.office).own().get(year=2022), CUT)
    texts = {row.measure.number: row.progress_plain for row in account.rows}
    assert all(texts.values())
    assert not [segment for row in account.rows for segment in row.progress if segment.kind == "fault" or not segment.holds]
    assert texts["2022-02"] == "截至11月30日，本年度收到政府信息公开申请11件，均依据规定给予答复。"
    assert texts["2022-06"].endswith("举办惠企政策宣讲会9场，惠及企业1200余家。")
    assert "278篇次、图解45篇次" in texts["2022-08"]


def test_one_item_of_the_city_has_no_measure(cast):
    plan, city = Plan.objects.of(cast.office).own().get(year=2022), Plan.objects.of(cast.office).get(level="city")
    assert [item.order for item, answers in ledger.coverage(plan, city) if not answers] == [6]


def test_last_year_is_frozen_and_this_year_is_not(cast):
    accounts = FrozenAccount.objects.filter(office=cast.office).order_by("pk")
    assert [(account.year, account.subject_kind, account.version) for account in accounts] == [
        (2021, "ledger.Plan", 1), (2021, "annual_report.Report", 1), (2021, "annual_report.Report", 2),
    ]  # fmt: skip


def test_the_report_of_last_year_went_out_and_was_corrected(cast):
    report = Report.objects.get(office=cast.office, year=2021)
    first, second = report.editions.all()
    assert report.live and report.column.fixture == "report" and report.handed_in.get().on <= date(2022, 1, 31)
    assert first.on == report.published_on <= date(2022, 1, 31) < second.on
    changed = differences.between(first.submission.content, second.submission.content)
    assert changed.numbers == (("表二 行政许可—本年处理决定数量", "36", "37"),) and len(changed.prose) == 1
    assert not {look.by.username for look in second.submission.looks.all()} & {cell.by.username for cell in report.entered.all()}
    assert report.openings.get().file and all(cell.file and cell.source for cell in report.entered.all())


def test_the_report_of_the_year_lives_and_keeps_every_identity(cast):
    made = queries.year_tables(cast.office.pk, 2022, date(2022, 12, 31))
    assert made.missing == [] and made.broken == [] and made.cells["three/new_received/total"] == 13
    one = narrative.narrative(cast.office, 2022, date(2022, 12, 31))
    assert one.account is None and set(one.written) == {"management", "other"}
    assert {part.key for part, _ in one.faults} == {"supervision", "problems"} and one.verdict().count(Level.HARD) == 0
    before = narrative.last_year(cast.office, 2022)
    assert queries.opening(made.scope, before.account, None).agrees


def test_of_the_other_offices_one_is_late_one_unlike_one_wrong_and_one_missing(cast):
    found = gathering.gathering(cast.office, 2021, date(2022, 3, 1))
    told = {line.row.agency: (line.late, line.inconsistent, bool(line.wrong)) for line in found.lines}
    assert told == {reports.RIGHT: (False, False, False), reports.LATE: (True, False, False), reports.UNLIKE: (False, True, False), reports.WRONG: (False, False, True)}
    assert [name for name, _ in found.missing] == [reports.MISSING]


def test_the_log_carries_the_moments_of_the_year(cast):
    received = Entry.objects.filter(verb="foi.received", office_id=cast.office.pk)
    assert {entry.at.year for entry in received} - {2025, 2026} == {2021, 2022}, "2025年11月以后的是装入之日仍在办的"
    assert set(received.values_list("source", flat=True)) == {"年度模拟"}
    order = list(Entry.objects.filter(office_id=cast.office.pk, at__year=2022).order_by("id").values_list("at", flat=True))
    assert order == sorted(order)


def test_the_log_is_sealed_whole(cast):
    found = verify()
    assert found.sound and not found.unsealed


def test_records_bear_the_moment_they_were_entered(cast):
    application = Application.objects.of(cast.office).filter(handed_in_on__year=2022).earliest("pk")
    assert application.created_at.year == 2022


def test_stored_last_days_are_what_the_facts_give(cast):
    assert stale(cast.office) == []
    assert stale_letters(cast.office) == []


def test_no_applicant_is_named_in_the_log_or_in_a_list(cast):
    rows = [f"{entry.subject_label} {entry.facts}" for entry in Entry.objects.filter(office_id=cast.office.pk)]
    text = "\n".join([*rows, *(f"{application} {application.subject}" for application in (a.application for a in Applicant.objects.select_related("application")))])
    for applicant in Applicant.objects.all():
        for secret in (applicant.name, applicant.phone, applicant.address, applicant.representative):
            assert not secret or secret not in text


def test_a_second_load_finds_it_there(cast):
    found = loaded()
    assert (found.year, found.seed) == (2022, FOUNDING_SEED)


def test_a_deputy_consents_only_while_he_deputises(cast):
    deputy = cast.people["shenzhiqiu"].deputising.get()
    assert deputy.post.user.username == "gumingyuan"
    assert (deputy.starts_on, deputy.ends_on) == (date(2022, 8, 8), date(2022, 8, 19))


def test_the_bystander_holds_no_post(cast):
    assert not cast.people["lurenjia"].posts.exists()


def test_each_document_of_the_year_went_through_the_chain_beside_its_interpretation(cast):
    documents = NormativeDocument.objects.public().of(cast.office).filter(signed_on__year=2022)
    assert documents.count() >= 5
    for document in documents:
        (reading,) = Interpretation.objects.public().filter(document=document)
        assert document.shown_submission_id and reading.shown_submission_id and not document.published_elsewhere
        assert document.published_on == reading.published_on and len(document.shown_submission.beside) == 2
        assert {block["kind"] for block in reading.released["blocks"]} >= {"paragraph", "heading", "qa"}


def test_the_platform_has_its_fixed_columns_and_a_whole_catalogue(cast):
    held = {column.fixture for column in cast.columns.values()}
    assert {"guide", "rules", "content", "report"} <= held
    for column in (column for column in cast.columns.values() if column.fixture in ("guide", "rules")):
        assert Article.objects.public().filter(column=column).count() == 1, column
    assert [report.year for report in Report.objects.public().filter(column__fixture="report")] == [2021]
    entries = CatalogueEntry.objects.filter(office=cast.office)
    assert entries.count() == 20 and all(item.is_settled for item in items(entries))
    assert all(entry.checked_on for entry in entries if entry.is_none)
