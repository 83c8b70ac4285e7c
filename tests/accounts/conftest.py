import pytest

from gongkai.accounts.roles import Role
from tests.factories.accounts import OfficeFactory, SectionFactory, UserFactory


@pytest.fixture
def office(db):
    return OfficeFactory()


@pytest.fixture
def security(office):
    return UserFactory(username="security", name="方思齐", office=office, role=Role.SECURITY_ADMIN)


@pytest.fixture
def clerk(office):
    return UserFactory(username="clerk", name="许小禾", office=office, role=Role.CLERK, role__section=SectionFactory(office=office, name="企业服务科"))


@pytest.fixture
def at(client):
    def sign_in(person):
        client.force_login(person, backend="gongkai.accounts.backends.PostBackend")
        return client

    return sign_in
