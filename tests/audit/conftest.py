import pytest

from gongkai.accounts.roles import Role
from tests.factories.accounts import OfficeFactory, UserFactory


@pytest.fixture
def office(db):
    return OfficeFactory()


@pytest.fixture
def auditor(office):
    return UserFactory(username="auditor", name="秦守正", office=office, role=Role.AUDIT_ADMIN)


@pytest.fixture
def coordinator(office):
    return UserFactory(username="coord", name="林知远", office=office, role=Role.COORDINATOR)


@pytest.fixture
def at(client):
    def sign_in(person):
        client.force_login(person, backend="gongkai.accounts.backends.PostBackend")
        return client

    return sign_in
