import pytest

from gongkai.accounts.roles import Role
from tests.factories.accounts import OfficeFactory, UserFactory


@pytest.fixture
def office(db):
    return OfficeFactory()


@pytest.fixture
def coordinator(office):
    return UserFactory(username="coord", name="林知远", office=office, role=Role.COORDINATOR)


@pytest.fixture
def chief(office):
    return UserFactory(username="chief", name="沈若谷", office=office, role=Role.DISCLOSURE_HEAD)


@pytest.fixture
def at(client):
    def sign_in(person):
        client.force_login(person, backend="gongkai.accounts.backends.PostBackend")
        return client

    return sign_in
