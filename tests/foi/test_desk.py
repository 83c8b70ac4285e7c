"""The register of applications at the desk: who sees the applicant, and who never does."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gongkai.accounts.permissions import may
from gongkai.accounts.roles import Role
from gongkai.audit.models import Entry
from gongkai.foi.models import Applicant, Application
from gongkai.registers import actions as registers
from gongkai.registers.forms import build
from gongkai.registers.register import get_register
from tests.factories.accounts import OfficeFactory, SectionFactory, UserFactory
from tests.factories.foi import ApplicantFactory, ApplicationFactory, ThirdPartyOpinionFactory

pytestmark = pytest.mark.django_db
SECRETS = ("林溪桥", "990101199003071234", "13900001234", "禾苑路12号", "linxiqiao@example.cn", "2021年度技术改造专项资金分配结果及依据", "穗丰机械")


@pytest.fixture
def office():
    return OfficeFactory()


def person(office, role, name="许知禾"):
    section = SectionFactory(office=office, name="产业政策与法制科") if role in (Role.CLERK, Role.HEAD) else None
    return UserFactory(name=name, office=office, role=role, role__section=section)


def sign_in(client, user):
    client.force_login(user, backend="gongkai.accounts.backends.PostBackend")


def edit(record) -> str:
    slug = "applications" if isinstance(record, Application) else "third-party-opinions"
    return reverse("registers:edit", args=[slug, record.pk])


def test_the_clerk_of_the_case_sees_the_applicant_and_it_is_on_record(client, office):
    application = ApplicantFactory(application__office=office).application
    clerk = person(office, Role.CLERK)
    sign_in(client, clerk)
    said = client.get(edit(application)).content.decode()
    assert "林溪桥" in said and "13900001234" in said
    assert Entry.objects.filter(verb="foi.applicant_read", actor=clerk).count() == 1


@pytest.mark.parametrize("role", [Role.LEGAL, Role.SECRECY, Role.DEPUTY_DIRECTOR, Role.DIRECTOR])
def test_a_reader_sees_the_case_and_nothing_sealed(client, office, role):
    application = ApplicantFactory(application__office=office).application
    letter = ThirdPartyOpinionFactory(application=application)
    sign_in(client, person(office, role))
    said = client.get(edit(application)).content.decode() + client.get(edit(letter)).content.decode()
    assert application.number in said
    for secret in SECRETS:
        assert secret not in said
    assert not Entry.objects.filter(verb="foi.applicant_read").exists()


@pytest.mark.parametrize("role", [Role.CLERK, Role.COORDINATOR, Role.DIRECTOR])
@pytest.mark.parametrize("slug", ["applications", "third-party-opinions"])
def test_lists_histories_and_exports_name_nobody(client, office, role, slug):
    letter = ThirdPartyOpinionFactory(application=ApplicantFactory(application__office=office).application)
    record = letter.application if slug == "applications" else letter
    user = person(office, role)
    sign_in(client, user)
    pages = [client.get(reverse("registers:list", args=[slug])), client.get(reverse("registers:history", args=[slug, record.pk]))]
    if may(user, get_register(slug).thing, "export"):
        pages.append(client.get(reverse("registers:export", args=[slug, "csv"])))
    for page in pages:
        assert page.status_code == 200
        said = b"".join(page.streaming_content) if page.streaming else page.content
        assert letter.application.number in said.decode()
        for secret in SECRETS:
            assert secret not in said.decode()


def test_a_passer_by_sees_nothing(client, office):
    application = ApplicantFactory(application__office=office).application
    sign_in(client, UserFactory(office=office))
    answer = client.get(edit(application))
    assert answer.status_code in (302, 403)
    assert "林溪桥" not in answer.content.decode()


ENTERED = {
    "number": "", "channel": "counter", "handed_in_on": "2022-03-01", "applicant_category": "natural", "subject": "技术改造资金分配结果",
    "description": "2021年度分配结果", "applicant_name": "林溪桥", "applicant_phone": "13900001234",
}  # fmt: skip


def test_an_application_is_entered_with_its_applicant(office):
    clerk = person(office, Role.CLERK)
    section = SectionFactory(office=office, name="产业政策与法制科")
    form = build(get_register("applications"), clerk, verb="add", data=ENTERED | {"section": section.pk})
    assert form.is_valid(), form.errors
    application = form.create(by=clerk)
    assert (application.number, application.reply_due_on) == ("青工信公开申〔2022〕1号", date(2022, 3, 29))
    assert (application.applicant.name, application.applicant.phone) == ("林溪桥", "13900001234")


def test_the_form_changes_the_applicant_clears_a_field_and_logs_neither(office):
    clerk = person(office, Role.CLERK)
    application = ApplicantFactory(application__office=office).application
    shown = build(get_register("applications"), clerk, verb="change", instance=Application.objects.get(pk=application.pk))
    data = {name: shown[name].value() for name in shown.fields} | {"applicant_phone": "13900005678", "applicant_email": "", "subject": "改后的摘要"}
    data = {name: value for name, value in data.items() if value not in (None, False)}
    form = build(get_register("applications"), clerk, verb="change", instance=Application.objects.get(pk=application.pk), data=data)
    assert form.is_valid(), form.errors
    form.change(by=clerk)
    applicant = Applicant.objects.get(application=application)
    assert (applicant.name, applicant.phone, applicant.email) == ("林溪桥", "13900005678", "")
    assert Entry.objects.get(verb="foi.applicant_changed").facts["fields"] == "联系电话、电子邮箱"
    log = repr(list(Entry.objects.values_list("subject_label", "facts")))
    assert "改后的摘要" in log and "13900005678" not in log and "林溪桥" not in log


def test_a_form_for_somebody_else_has_no_applicant_fields(office):
    application = ApplicantFactory(application__office=office).application
    for user in (person(office, Role.DIRECTOR), UserFactory(office=office)):
        form = build(get_register("applications"), user, verb="change", instance=Application.objects.get(pk=application.pk))
        assert not [name for name in form.fields if name.startswith("applicant_") and name != "applicant_category"]


def test_a_change_through_the_kit_moves_the_last_day(office):
    clerk = person(office, Role.CLERK)
    letter = ThirdPartyOpinionFactory(application__office=office)
    registers.change(get_register("third-party-opinions"), letter, by=clerk, opinion_on=date(2022, 3, 8))
    letter.application.refresh_from_db()
    assert letter.application.reply_due_on == date(2022, 4, 1)
    changed = registers.change(get_register("applications"), letter.application, by=clerk, handed_in_on=date(2022, 3, 2))
    assert changed.reply_due_on == date(2022, 4, 2)


def test_the_list_takes_the_same_number_of_queries_for_one_case_and_for_three(client, office):
    sign_in(client, person(office, Role.COORDINATOR))
    client.get(reverse("registers:list", args=["applications"]))  # the first page of a session also writes the session
    numbers = []
    for wanted in (1, 2):
        ApplicationFactory.create_batch(wanted, office=office)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("registers:list", args=["applications"])).status_code == 200
        numbers.append(len(captured))
    assert numbers[0] == numbers[1]
