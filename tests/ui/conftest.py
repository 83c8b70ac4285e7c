import importlib

import pytest

from gongkai.accounts.roles import Role
from tests.factories.accounts import SECTIONS, OfficeFactory, SectionFactory, UserFactory

ROOMS = ("publishing", "channels", "documents", "benefits", "events", "consultation", "concerns", "guides", "accountability", "foi", "letters", "inspection")


@pytest.fixture
def office(db):
    return OfficeFactory()


@pytest.fixture
def people(office):
    """One person for each role, by role."""
    sections = [SectionFactory(office=office, name=name) for name in SECTIONS]
    return {
        role: UserFactory(username=f"u{n}", name=f"人员{n}", office=office, role=role, role__section=sections[3] if role in {Role.CLERK, Role.HEAD} else None)
        for n, role in enumerate(Role, 1)
    }


@pytest.fixture
def records(office):
    """One record of every register that has a factory of its own."""
    made = []
    for room in ROOMS:
        module = importlib.import_module(f"tests.factories.{room}")
        for name, factory in vars(module).items():
            if name.endswith("Factory") and factory.__module__ == module.__name__ and not factory._meta.abstract:
                made.append(factory())
    return made


@pytest.fixture
def at(client):
    def sign_in(person):
        client.force_login(person, backend="gongkai.accounts.backends.PostBackend")
        return client

    return sign_in
