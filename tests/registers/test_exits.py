"""What is sealed leaves by no exit of the registers, whoever asks."""

import importlib

import pytest
from django.apps import apps

from gongkai.accounts.roles import Role
from gongkai.audit.models import Entry
from gongkai.registers.register import all_registers
from gongkai.sockets import exits
from gongkai.vault import EncryptedTextField
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.slow

ROOMS = ("publishing", "channels", "documents", "benefits", "events", "consultation", "concerns", "guides", "accountability", "foi", "letters", "inspection")


#: Nobody may change these rows, so no secret can be planted; tests/letters and tests/foi look for what they hold.
FROZEN = {"letters.Rendering", "foi.Archive"}


def sealed_fields():
    return [(model, f) for model in apps.get_models() if model._meta.label not in FROZEN for f in model._meta.concrete_fields if isinstance(f, EncryptedTextField)]


@pytest.fixture
def secrets(office) -> list[str]:
    """A different secret in every sealed field of every record there is."""
    for room in ROOMS:
        module = importlib.import_module(f"tests.factories.{room}")
        for name, factory in vars(module).items():
            if name.endswith("Factory") and factory.__module__ == module.__name__ and not factory._meta.abstract:
                factory()
    planted = []
    for model, f in sealed_fields():
        assert model._base_manager.exists(), f"没有{model._meta.verbose_name}可以藏秘密：补一个工厂"
        for record in model._base_manager.all():
            secret = f"秘{len(planted):04d}密{f.name}"
            model._base_manager.filter(pk=record.pk).update(**{f.name: secret})
            planted.append(secret)
    return planted


def test_there_are_sealed_fields_and_they_are_sealed_on_disk(secrets):
    from django.db import connection

    assert len(secrets) >= 5
    for model, f in sealed_fields():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT "{f.column}" FROM "{model._meta.db_table}"')
            assert all(not any(secret in str(value) for secret in secrets) for (value,) in cursor.fetchall())


def test_no_export_holds_a_sealed_text(secrets, office):
    walked = list(exits()["registers.export"].walk(office.pk))
    assert {where for where, _ in walked} == {f"登记簿导出：{entry.label}" for entry in all_registers().values()}
    for where, content in walked:
        text = content.decode("utf-8-sig")
        assert not [secret for secret in secrets if secret in text], where


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.DIRECTOR, Role.LEGAL])
def test_no_list_history_or_log_holds_a_sealed_text(at, secrets, office, role):
    person = UserFactory(office=office, role=role)
    browser = at(person)
    for slug, entry in all_registers().items():
        if not person.may(entry.thing, "view"):
            continue
        pages = [f"/desk/registers/{slug}/", f"/desk/registers/{slug}/?q=秘"]
        pages += [f"/desk/registers/{slug}/{pk}/history/" for pk in entry.model._base_manager.values_list("pk", flat=True)[:1]]
        for page in pages:
            answer = browser.get(page)
            assert answer.status_code in (200, 403), page
            text = answer.content.decode()
            assert not [secret for secret in secrets if secret in text], page
    log = " ".join(f"{entry.subject_label}{entry.facts}" for entry in Entry.objects.all())
    assert not [secret for secret in secrets if secret in log]


def test_who_may_not_see_an_applicant_does_not_see_him_on_the_page_either(at, secrets, office):
    from gongkai.foi.models import Application

    director = UserFactory(office=office, role=Role.DIRECTOR)
    if director.may("foi.applicant", "view"):
        pytest.skip("主要领导可看申请人信息")
    text = at(director).get(f"/desk/registers/applications/{Application.objects.first().pk}/").content.decode()
    assert not [secret for secret in secrets if secret in text]
