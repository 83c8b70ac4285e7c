"""A system that may speak to us, its token, and what it handed in."""

from datetime import UTC, date, datetime

import factory

from gongkai.accounts.roles import Role
from gongkai.api import actions
from gongkai.api.models import AccessToken, ConnectedSystem, HandedOver

from .accounts import OfficeFactory, UserFactory
from .foi import FilingFactory

#: The text of every token made here.
TOKEN = "gongkai_" + "k" * 43


class ConnectedSystemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ConnectedSystem

    office = factory.SubFactory(OfficeFactory)
    name = "青禾市政务服务大厅"
    keeper = "青禾市政务服务数据管理局 乔木"
    since = date(2022, 1, 4)


class AccessTokenFactory(factory.django.DjangoModelFactory):
    """Opens everything until 2099; its text is TOKEN unless `text` says otherwise."""

    class Meta:
        model = AccessToken

    class Params:
        text = TOKEN

    system = factory.SubFactory(ConnectedSystemFactory)
    head = factory.LazyAttribute(lambda token: token.text[:12])
    token_hash = factory.LazyAttribute(lambda token: actions.token_hash(token.text))
    scopes = factory.LazyFunction(lambda: ["hand_in", "read"])
    issued_by = factory.SubFactory(UserFactory, office=factory.SelfAttribute("..system.office"), role=Role.SECURITY_ADMIN)
    issued_at = datetime(2022, 1, 4, 9, tzinfo=UTC)
    expires_on = date(2099, 12, 31)


class HandedOverFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = HandedOver

    class Params:
        filing = factory.SubFactory(FilingFactory)

    application = factory.SelfAttribute("filing.application")
    system = factory.SubFactory(ConnectedSystemFactory, office=factory.SelfAttribute("..application.office"))
    key_hash = factory.Sequence(lambda n: f"{n:064x}")
    body_digest = "0" * 64
    at = datetime(2022, 3, 1, 9, tzinfo=UTC)
