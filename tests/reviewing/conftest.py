"""An article and the people through whose hands it goes."""

from types import SimpleNamespace

import pytest

from gongkai.accounts.roles import Role
from gongkai.publishing.models import Article
from gongkai.registers import actions as registers
from gongkai.registers.register import get_register
from gongkai.reviewing import actions, queries
from gongkai.reviewing.rules import Step, Verdict
from tests.factories.accounts import OfficeFactory, SectionFactory, UserFactory
from tests.factories.publishing import ArticleFactory, ColumnFactory


def text(words: str):
    """A body of one paragraph."""
    return Article._meta.get_field("body").to_python([{"type": "paragraph", "value": f"<p>{words}</p>"}])


GATES = {key: True for key, _ in queries.gates()}


@pytest.fixture
def office(db):
    return OfficeFactory()


@pytest.fixture
def cast(office):
    room, other = SectionFactory(office=office, name="办公室"), SectionFactory(office=office, name="信息化科")

    def person(name, role, section=None):
        return UserFactory(name=name, office=office, role=role, role__section=section)

    return SimpleNamespace(
        room=room, clerk=person("许知禾", Role.CLERK, room), head=person("周岚", Role.HEAD, room), coordinator=person("季望舒", Role.COORDINATOR, room),
        deputy=person("霍启明", Role.DEPUTY_DIRECTOR), secrecy=person("钟若谷", Role.SECRECY), director=person("章怀瑾", Role.DIRECTOR),
        disclosure_head=person("顾行简", Role.DISCLOSURE_HEAD), other_head=person("沈临", Role.HEAD, other), other_clerk=person("骆星", Role.CLERK, other),
        superior=person("柳长青", Role.SUPERIOR), system=person("石安", Role.SYSTEM_ADMIN), stranger=person("路人甲", None),
    )  # fmt: skip


@pytest.fixture
def article(office, cast):
    """Written by the clerk of 办公室, and nobody has looked at it yet."""
    item = ArticleFactory.build(
        office=office, section=cast.room, column=ColumnFactory(office=office, column_type="news"), title="关于组织技改项目申报的通知", body=text("请于3月31日前申报。"), published_on=None, live=False,
    )  # fmt: skip
    return registers.create(get_register("articles"), item, by=cast.clerk)


@pytest.fixture
def looked(cast):
    """Let the people of these steps pass a submission."""
    who = {Step.FIRST: cast.head, Step.SECOND: cast.coordinator, Step.THIRD: cast.deputy, Step.SECRECY: cast.secrecy}

    def passed(submission, *steps, **more):
        return [
            actions.look(submission, step=step, verdict=Verdict.PASS, by=more.get("by", who[step]), checklist=GATES if step is not Step.SECRECY else {})
            for step in steps or tuple(who)
        ]

    return passed
