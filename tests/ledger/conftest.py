"""The people and the papers of the ledger's tests."""

from types import SimpleNamespace

import pytest

from gongkai.accounts.roles import Role
from tests.factories.accounts import OfficeFactory, SectionFactory, UserFactory


@pytest.fixture
def office(db):
    return OfficeFactory()


@pytest.fixture
def cast(office):
    """Those who have a part in a 落实情况: the office's coordinator, and a clerk and a head of two sections."""
    room, policy = SectionFactory(office=office, name="办公室"), SectionFactory(office=office, name="产业政策与法制科")

    def person(name, role, section=None):
        return UserFactory(name=name, office=office, role=role, role__section=section)

    return SimpleNamespace(
        room=room, policy=policy,
        coordinator=person("季望舒", Role.COORDINATOR), disclosure_head=person("顾行简", Role.DISCLOSURE_HEAD),
        clerk=person("许知禾", Role.CLERK, room), head=person("周岚", Role.HEAD, room),
        other_clerk=person("林禾", Role.CLERK, policy), other_head=person("沈临", Role.HEAD, policy),
        stranger=person("路人甲", None),
    )  # fmt: skip


@pytest.fixture
def sign_in(client):
    """Sign somebody in; the same client comes back."""

    def as_(user):
        client.force_login(user, backend="gongkai.accounts.backends.PostBackend")
        return client

    return as_
