"""The people of the register tests: one for each reach, and someone from another office."""

import pytest

from gongkai.accounts.roles import Role
from tests.factories.accounts import OfficeFactory, SectionFactory, UserFactory


@pytest.fixture
def office(db):
    return OfficeFactory()


@pytest.fixture
def section(office):
    return SectionFactory(office=office, name="企业服务科")


@pytest.fixture
def other_section(office):
    return SectionFactory(office=office, name="信息化科")


@pytest.fixture
def coordinator(office):
    return UserFactory(username="coord", name="林知远", office=office, role=Role.COORDINATOR)


@pytest.fixture
def clerk(office, section):
    return UserFactory(username="clerk", name="许小禾", office=office, role=Role.CLERK, role__section=section)


@pytest.fixture
def head(office, section):
    return UserFactory(username="head", name="周明澜", office=office, role=Role.HEAD, role__section=section)


@pytest.fixture
def stranger(db):
    """Someone with the same post in another office."""
    return UserFactory(username="stranger", name="外人", office=OfficeFactory(name="邻市工业和信息化局", short_name="邻市工信局"), role=Role.COORDINATOR)


@pytest.fixture
def passer_by(office):
    return UserFactory(username="nobody", name="路人甲", office=office)


@pytest.fixture
def at(client):
    """`at(person)` is the browser of that person."""

    def sign_in(person):
        client.force_login(person, backend="gongkai.accounts.backends.PostBackend")
        return client

    return sign_in
