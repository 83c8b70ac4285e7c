"""What leaves the house: every text of every record carries a mark of its own, and each exit is searched for marks."""

import io
import re
import zipfile
from datetime import date
from html import unescape
from itertools import count
from urllib.parse import unquote

import pypdfium2
import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DatabaseError, models, transaction
from django.test import Client
from django.urls import reverse

from gongkai.accounts.roles import Role
from gongkai.audit.models import Entry
from gongkai.law.refusals import Refused
from gongkai.ledger import actions
from gongkai.ledger.exports import writers
from gongkai.ledger.models import Plan
from gongkai.registers import actions as registers
from gongkai.registers.register import all_registers, register_of
from gongkai.sitebuild.actions import build
from gongkai.sockets import all_indicators, exits
from gongkai.vault import EncryptedTextField
from tests.evidence.test_numbers import STOCK
from tests.factories.accounts import DeputyFactory, OfficeFactory, SectionFactory, UserFactory
from tests.factories.foi import (
    AnswerDayFactory,
    ApplicantFactory,
    ApplicationFactory,
    FilingFactory,
    HandedInFactory,
    PaperFactory,
)
from tests.factories.ledger import MeasureFactory, PlanFactory, ProgressFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MARK = re.compile(r"密(\d{4})密")

#: What the public pages of the rooms are there to show of a record that is public.
SITE = {
    *(f"accounts.Office.{name}" for name in ("hours", "fax", "email")),
    *(f"publishing.SiteProfile.{name}" for name in ("name", "domain", "id_code", "icp", "police", "sponsor", "organiser", "address", "phone", "mark_url", "mistakes_url")),
    *(f"publishing.Column.{name}" for name in ("name", "slug", "description", "keywords")),
    *(f"publishing.Article.{name}" for name in ("title", "summary", "body", "source", "editor", "keywords")),
    *(f"documents.NormativeDocument.{name}" for name in ("title", "number", "code", "issuer", "index_number", "subject_words", "summary", "body", "url")),
    *(f"documents.DocumentRelation.{name}" for name in ("other_title", "other_number", "clauses")),
    *(f"documents.Interpretation.{name}" for name in ("title", "summary", "body", "document_title", "interpreter", "url")),
    *(f"consultation.Consultation.{name}" for name in ("title", "ways", "shorter_reason", "feedback_url")),
    *(f"consultation.ConsultationNotice.{name}" for name in ("outlet", "url")), *(f"consultation.Opinion.{name}" for name in ("public_content", "reason")),
    *(f"benefits.BenefitPolicy.{name}" for name in (
        "name", "number", "issuer", "industries", "scale", "region", "qualifications", "standard", "conditions", "materials", "phone", "entry_url", "original_url",
        "interpretation_url", "funding_basis", "notice_url", "outcome", "complaints",
    )),
    *(f"events.Event.{name}" for name in ("title", "place", "host")),
}  # fmt: skip
#: What the public page of the plan is there to show, with where the office is found. A claim that fails names its exceptions, by number or title.
PUBLIC = {
    "accounts.Office.name", "accounts.Office.address", "accounts.Office.phone", "ledger.Plan.title", "ledger.Chapter.number", "ledger.Chapter.title", "ledger.KeyPoint.number", "ledger.KeyPoint.title",
    "ledger.Measure.text", "ledger.Measure.responsibility",
}  # fmt: skip
#: What search is there to show of what was published.
SEARCHED = {
    "publishing.Article.title", "publishing.Article.summary", "publishing.Article.body", "publishing.Article.keywords", "publishing.Article.source", "publishing.Column.name",
    "documents.NormativeDocument.title", "documents.NormativeDocument.number", "documents.NormativeDocument.index_number", "documents.NormativeDocument.summary",
    "documents.NormativeDocument.body", "documents.NormativeDocument.subject_words", "documents.NormativeDocument.issuer",
    "documents.Interpretation.title", "documents.Interpretation.summary", "documents.Interpretation.body", "documents.Interpretation.document_title",
    "consultation.Consultation.title", "consultation.Consultation.ways", "accounts.Office.hours", "accounts.Office.email",
}  # fmt: skip
EXCEPTIONS_NAME = {
    "foi.Application.number", "consultation.Consultation.title", "documents.NormativeDocument.title", "documents.NormativeDocument.number",
    "events.Event.title", "publishing.ChannelPost.title", "inspection.Finding.title", "guides.Matter.name", "concerns.Concern.subject",
}  # fmt: skip
#: Rows nobody may change, keys that addresses are made of, and digests.
LEFT_ALONE = {"audit.Entry", "audit.Seal", "evidence.FrozenAccount", "evidence.FrozenValue", "evidence.FrozenRow", "ledger.Measure.number", "ledger.Progress.text"}


def everything_there_is(office) -> None:
    """At least one record of every kind, and the people around it."""
    section = SectionFactory(office=office, name="办公室")
    DeputyFactory(user=UserFactory(office=office), post__user=UserFactory(office=office, role=Role.CLERK, role__section=section))
    for factory, variants in STOCK:
        for traits in variants:
            factory(**traits)
    ApplicantFactory(application__office=office)
    ApplicationFactory(office=office, late=True, handed_in_on=date(2022, 2, 1))
    for factory in (FilingFactory, HandedInFactory, PaperFactory):
        factory(application__office=office)
    AnswerDayFactory(office=office)


def mark_everything() -> dict[str, str]:
    """Write a mark into every text of every row of ours; what each mark stands for, by its number."""
    marks: dict[str, str] = {}
    number = (f"{n:04d}" for n in count())
    for model in apps.get_models():
        if not model.__module__.startswith("gongkai.") or model._meta.label in LEFT_ALONE:
            continue
        fields = [
            field for field in model._meta.local_concrete_fields
            if isinstance(field, models.CharField | models.TextField) and not isinstance(field, models.SlugField | models.FileField)
            and not field.choices and not field.primary_key and (field.max_length or 99) >= 12 and f"{model._meta.label}.{field.name}" not in LEFT_ALONE
        ]  # fmt: skip
        for pk in model._base_manager.values_list("pk", flat=True) if fields else ():
            numbers = {field: next(number) for field in fields}
            row = model._base_manager.filter(pk=pk)
            taken = numbers if written(row, numbers) else {f: number for f, number in numbers.items() if written(row, {f: number})}
            marks.update({number: f"{model._meta.label}.{f.name}" + ("（加密）" if isinstance(f, EncryptedTextField) else "") for f, number in taken.items()})
    return marks


def written(row: models.QuerySet, numbers: dict[models.Field, str]) -> bool:
    """Whether the database took these marks: some texts must have a shape of their own."""
    try:
        with transaction.atomic():
            row.update(**{field.name: f"密{number}密" for field, number in numbers.items()})
    except DatabaseError:
        return False
    return True


def found(marks: dict[str, str], *contents: bytes | str) -> set[str]:
    """The fields whose marks show in what left, however it is encoded there."""
    text = "".join(content if isinstance(content, str) else content.decode("utf-8", errors="ignore") for content in contents)
    return {marks[number] for number in MARK.findall(unescape(text))}


@pytest.fixture
def marked():
    """A whole office, marked; its plan speaks of every indicator and makes every claim, is frozen and published."""
    office = OfficeFactory()
    everything_there_is(office)
    coordinator = UserFactory(office=office, role=Role.COORDINATOR)
    plan = PlanFactory(office=office)
    measure = MeasureFactory(plan=plan, raw={})
    said = "。".join(
        "{{" + key + "}}" + "".join("，{{" + f"{key}|均 {claim.key}" + "}}" for claim in indicator.claims) for key, indicator in all_indicators().items()
    )
    ProgressFactory(measure=measure, text=said, written_by=UserFactory(office=office), checked_by=UserFactory(office=office), comment="审核意见")
    draft = MeasureFactory(plan=plan)
    ProgressFactory(measure=draft, text="密9999密还没有审核的文字", draft=True)
    marks = mark_everything() | {"9999": "未审核的文字"}
    office.refresh_from_db()
    coordinator.refresh_from_db()
    account = actions.freeze(Plan.objects.get(pk=plan.pk), as_of=date(2022, 11, 30), today=date(2022, 12, 1), by=coordinator)
    actions.publish(plan, by=coordinator)
    return office, coordinator, plan, account, marks


def test_the_public_exits_show_the_plan_and_nothing_else(marked, settings, tmp_path):
    office, _, _, _, marks = marked
    public = [exit for exit in exits().values() if exit.audience == "public"]
    assert public
    files = {}
    for exit in public:
        files.update(exit.walk(office.pk))
    assert "ledger/2022/index.html" in files
    shown = found(marks, *files.values())
    assert "ledger.Measure.text" in shown and "foi.Application.number" in shown, "the walk came to the page, and exceptions are named"
    assert {"documents.NormativeDocument.title", "documents.NormativeDocument.number"} <= found(marks, *(content for where, content in files.items() if where.startswith("search/"))), "the walk searched"
    assert shown <= PUBLIC | SEARCHED | EXCEPTIONS_NAME | SITE, sorted(shown - PUBLIC - SEARCHED - EXCEPTIONS_NAME - SITE)
    assert found(marks, *files.keys()) <= {"publishing.Column.slug"}, "no address is made of what people wrote, but a column's name in addresses is"

    # What is written to disk is what its exit said, and not a file more.
    site = dict(exits()["site"].walk(office.pk))
    settings.HOME = tmp_path
    folder = build(office, strict=False).folder  # marks in address fields lead nowhere
    on_disk = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert {name for name in on_disk if not name.endswith((".gz", ".zst"))} == set(site)
    assert found(marks, *on_disk.values(), *on_disk.keys()) == found(marks, *site.values())


def inside(form: str, content: bytes) -> list[bytes | str]:
    """Everything in a file that can be read: texts, properties, and the names of its parts."""
    if form == "pdf":
        pdf = pypdfium2.PdfDocument(content)
        texts = ["".join(page.get_textpage().get_text_range() for page in pdf), *pdf.get_metadata_dict().values()]
        return [re.sub(r"\s", "", text) for text in texts]
    if form == "html":
        return [content]
    archive = zipfile.ZipFile(io.BytesIO(content))
    return [*(archive.read(name) for name in archive.namelist()), *archive.namelist()]


def test_the_exports_show_what_the_public_page_shows(marked, client):
    _, coordinator, _, account, marks = marked
    client.force_login(coordinator, backend="gongkai.accounts.backends.PostBackend")
    for form in writers():
        response = client.get(reverse("ledger:export", args=[2022, form]), {"frozen": account.pk})
        shown = found(marks, *inside(form, response.content))
        assert "ledger.Measure.text" in shown and "foi.Application.number" in shown, form
        assert shown <= PUBLIC | EXCEPTIONS_NAME, form
        assert found(marks, unquote(response["Content-Disposition"])) <= {"ledger.Plan.title"}, form


def addresses(plan, account) -> list[str]:
    """Pages behind the desk's door that name records, and pages that are not there."""
    measure = plan.measures.first()
    return [
        "/desk/", "/desk/log/", reverse("ledger:index"), reverse("ledger:plan", args=[2022]), reverse("ledger:measure", args=[measure.pk]),
        reverse("ledger:frozen", args=[account.pk]), reverse("ledger:export", args=[2022, "html"]), reverse("ledger:measure", args=[10**6]),
        *(reverse("ledger:evidence", args=[key]) + "?year=2022&as_of=2022-11-30" for key in ("foi.received", "consultation.opinions", "concerns.received")),
        *(reverse("registers:list", args=[slug]) for slug in all_registers()),
        *(
            reverse("registers:edit", args=[register.slug, record.pk])
            for register in all_registers().values() if (record := register.model._base_manager.first())
        ),
        "/desk/registers/applications/999999/", "/desk/没有这个地址/", "/desk/ledger/evidence/没有这个指标/",
    ]  # fmt: skip


@pytest.mark.slow
def test_whoever_has_no_right_gets_no_mark_not_even_from_an_error(marked):
    """Somebody not signed in, somebody without a post, and another office's coordinator."""
    office, _, plan, account, marks = marked
    # The name of one's own office stands at the head of its pages.
    visitors = [(None, set()), (UserFactory(office=office), {"accounts.Office.name", "accounts.Office.short_name"})]
    visitors.append((UserFactory(office=OfficeFactory(name="禾丰市工业和信息化局"), role=Role.COORDINATOR), set()))
    for user, own in visitors:
        client = Client(raise_request_exception=False)
        if user:
            client.force_login(user, backend="gongkai.accounts.backends.PostBackend")
        for address in addresses(plan, account):
            response = client.get(address, follow=True)
            assert response.status_code < 500, address
            assert found(marks, response.content, str(response.headers)) <= own, f"{user} {address}"


def test_what_is_sealed_never_reaches_the_log(marked, client):
    """Every text of every register is changed through its action; the log tells of it, and holds no sealed text."""
    office, coordinator, _, _, marks = marked
    changed, fresh = set(), (f"{n:04d}" for n in count(5000))
    for model in (m for m in apps.get_models() if register_of(m)):
        for record in model._base_manager.filter(office_id=office.pk, voided_at=None)[:2]:
            for field in model._meta.local_concrete_fields:
                if not isinstance(field, models.CharField | models.TextField) or field.choices or not field.editable:
                    continue
                number = next(fresh)
                try:
                    with transaction.atomic():
                        registers.change(register_of(model), record, by=coordinator, **{field.name: f"密{number}密"})
                except (Refused, ValidationError, DatabaseError):
                    continue
                name = f"{model._meta.label}.{field.name}" + ("（加密）" if isinstance(field, EncryptedTextField) else "")
                marks[number] = name
                changed.add(name)
    assert any(name.endswith("（加密）") for name in changed) and len(changed) > 30
    auditor = UserFactory(office=office, role=Role.AUDIT_ADMIN)
    client.force_login(auditor, backend="gongkai.accounts.backends.PostBackend")
    pages, before = [], ""
    while True:
        response = client.get("/desk/log/", {"before": before} if before else {})
        pages.append(response.content)
        before = response.context["older"]
        if not before:
            break
    rows = [str(list(row)) for row in Entry.objects.values_list("subject_label", "facts", "source", "actor_name")]
    for place, contents in (("页面", pages), ("数据库", rows)):
        shown = found(marks, *contents)
        assert len(shown) > 30, place
        assert {name for name in shown if name.endswith("（加密）") or name.startswith("foi.Applicant.")} == set(), place
