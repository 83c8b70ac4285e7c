"""The real rooms after any deeds: the tree is the one a full build makes, and holds nothing that is not outside."""

import os
from datetime import date

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gongkai.accounts.roles import Role
from gongkai.benefits import actions as benefits
from gongkai.benefits.models import BenefitPolicy, BenefitUpdate
from gongkai.documents import actions as documents
from gongkai.documents.models import Interpretation, NormativeDocument, Outward
from gongkai.guides.models import Guide, Matter
from gongkai.publishing import actions as publishing
from gongkai.publishing.models import Article
from gongkai.registers.actions import change, create
from gongkai.registers.register import get_register
from gongkai.reviewing.actions import outgoing_digest
from gongkai.reviewing.models import Release, Submission
from gongkai.search import actions as search
from gongkai.search import queries as searching
from gongkai.sitebuild.actions import build, follow
from gongkai.sitebuild.queries import office_root, verify
from gongkai.sockets import get_reviewable
from tests.factories.accounts import OfficeFactory, UserFactory
from tests.factories.publishing import ColumnFactory

from .synthetic import on_disk

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
REGISTERS = {BenefitPolicy: "benefit-policies", Guide: "guides"}
SECRET = "未放行"


class Rooms:
    """One record of each kind that the chain lets out, and what may happen to them."""

    def __init__(self):
        self.office = OfficeFactory()
        self.by = UserFactory(office=self.office)
        self.coordinator = UserFactory(office=self.office, role=Role.COORDINATOR)
        self.column = ColumnFactory(office=self.office, name="通知公告", slug="tzgg", column_type="notice")
        exempt = {"needs_interpretation": False, "interpretation_exemption": "仅调整联系方式", "interpretation_exempted_on": date(2022, 3, 1)}
        document = self._new("documents", NormativeDocument, title="办法", number="青工信规〔2022〕1号", kind="normative", signed_on=date(2022, 3, 1), column=self.column, **exempt)
        self.matter = self._new("matters", Matter, name="事项", kind="filing", code="000000000001", basis="条例", listed_on=date(2020, 1, 1))
        texts = {"conditions": "<p>条件</p>", "materials": "<p>材料</p>", "steps": "<p>流程</p>"}
        self.items = [
            self._new("articles", Article, title="通知", column=self.column), self._new("articles", Article, title="动态", column=self.column), document,
            self._new("interpretations", Interpretation, title="解读", document=document, column=self.column, in_text=True, covers_content=True),
            self._new("benefit-policies", BenefitPolicy, name="奖补政策", issuer="青禾市工业和信息化局", support="reward", document=document),
            self._new("guides", Guide, title="指南", matter=self.matter, column=self.column, **texts),
        ]
        self.turn = 0

    def _new(self, slug, model, **facts):
        return create(get_register(slug), model(office=self.office, **facts), by=self.by)

    def _at(self, number: int):
        item = self.items[number % len(self.items)]
        item = type(item)._base_manager.get(pk=item.pk)
        return item, get_reviewable(item._meta.label), "name" if isinstance(item, BenefitPolicy) else "title"

    def release(self, number: int) -> None:
        """As the chain would, of what somebody wrote and everybody passed."""
        item, entry, name = self._at(number)
        self.turn += 1
        self._write(item, name, f"第{self.turn}稿")
        item = type(item)._base_manager.get(pk=item.pk)
        going = entry.gather(item)
        last = Submission.objects.about(item).last()
        sent = Submission.objects.create(
            office=self.office, kind=entry.kind, record_id=item.pk, number=last.number + 1 if last else 1, title=going.title, content=going.content, attribute="open", channels=["website"],
            digest=outgoing_digest(going, ["website"]), submitted_by=self.by, submitted_at=timezone.now(),
        )  # fmt: skip
        Release.objects.create(submission=sent, by=self.by, at=timezone.now(), way="button")
        entry.release(sent, self.by)
        self._write(type(item)._base_manager.get(pk=item.pk), name, f"{SECRET}{self.turn}")

    def _write(self, item, name: str, text: str) -> None:
        if isinstance(item, Guide):  # what goes out of it holds its matter's name
            change(get_register("matters"), self.matter, by=self.by, name=text)
        if slug := REGISTERS.get(type(item)):
            change(get_register(slug), item, by=self.by, **dict.fromkeys((name, "standard" if name == "name" else "phone"), text))
        else:
            publishing.edit(item, by=self.by, title=text, summary=text, body=type(item)._meta.get_field("body").to_python(f"<p>{text}</p>"))

    def declare(self, number: int) -> None:
        """What was public before, as it was written and looked at by then."""
        item, _, name = self._at(number)
        if not isinstance(item, Outward) or item.published_elsewhere or item.shown_submission_id:
            return
        self.turn += 1
        self._write(item, name, f"第{self.turn}稿")
        documents.declare(type(item)._base_manager.get(pk=item.pk), on=date(2022, 3, 2), where="原网站", by=self.coordinator)
        self._write(type(item)._base_manager.get(pk=item.pk), name, f"{SECRET}{self.turn}")

    def take_back(self, number: int) -> None:
        item, entry, _ = self._at(number)
        if isinstance(item, Outward) and item.published_elsewhere and not item.shown_submission_id and entry.is_out(item):
            documents.take_back(item, reason="表述有误", by=self.coordinator)

    def edit(self, number: int) -> None:
        item, _, name = self._at(number)
        self.turn += 1
        self._write(item, name, f"{SECRET}{self.turn}")

    def withdraw(self, number: int) -> None:
        item, entry, _ = self._at(number)
        if entry.is_out(item):
            entry.withdraw(item, "表述有误", self.by)

    def rename(self) -> None:
        self.turn += 1
        publishing.change_column(self.column, by=self.by, name=f"栏目{self.turn}")

    def catalogue(self) -> None:
        """The matter is written on: its guide tells of it with its next release."""
        self.turn += 1
        change(get_register("matters"), self.matter, by=self.by, name=f"{SECRET}{self.turn}")

    def repeal(self) -> None:
        document, _, _ = self._at(2)
        if not document.repealed_on:
            documents.repeal(document, on=date(2022, 9, 1), by=self.by, reason="清理决定")

    def platform(self) -> None:
        """The benefit policy is taken down, or put up by hand."""
        policy, entry, _ = self._at(4)
        last = policy.updates.current().order_by("-updated_on", "-pk").first()
        if entry.is_out(policy) and not policy.updates.current().filter(kind="removed", platform=last.platform).exists():
            benefits.take_down(policy, on=timezone.localdate(), reason="暂停受理", by=self.by)
        elif not policy.updates.current().filter(kind="added", platform="青禾惠企通").exists():
            create(get_register("benefit-updates"), BenefitUpdate(office=self.office, policy=policy, kind="added", updated_on=timezone.localdate(), platform="青禾惠企通"), by=self.by)


DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("release"), st.integers(0, 5)), st.tuples(st.just("release"), st.integers(0, 5)), st.tuples(st.just("edit"), st.integers(0, 5)),
        st.tuples(st.just("withdraw"), st.integers(0, 5)), st.tuples(st.just("rename")), st.tuples(st.just("repeal")), st.tuples(st.just("platform")), st.tuples(st.just("catalogue")),
        st.tuples(st.just("declare"), st.integers(2, 5)), st.tuples(st.just("take_back"), st.integers(2, 5)),
        st.tuples(st.just("follow")),
    ),
    min_size=5, max_size=14,
)  # fmt: skip


#: An example is two whole sites and an index: a tenth of the usual number.
FEW = max(3, settings.default.max_examples // 10)
SLOWLY = {"suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow], "deadline": None}


@settings(**SLOWLY, max_examples=FEW)
@given(deeds=DEEDS)
@example(deeds=[("release", 2), ("release", 3), ("release", 3)])  # search told the draft title of the document explained
def test_after_any_deeds_of_the_rooms_the_tree_is_what_a_full_build_makes_and_holds_no_draft(tmp_path_factory, settings, deeds):
    settings.HOME = tmp_path_factory.mktemp("site")
    with transaction.atomic():  # every example begins with an empty office
        happen(deeds)
        transaction.set_rollback(True)


@pytest.mark.soak
@settings(**SLOWLY, max_examples=int(os.environ.get("SITE_EXAMPLES", "150")), derandomize=False, print_blob=True)
@given(deeds=DEEDS)
def test_after_any_deeds_many_times_over(tmp_path_factory, settings, deeds):
    settings.HOME = tmp_path_factory.mktemp("site")
    with transaction.atomic():
        happen(deeds)
        transaction.set_rollback(True)


def happen(deeds) -> None:
    rooms = Rooms()
    build(rooms.office)
    for deed, *given_ in deeds:
        if deed == "follow":
            follow(rooms.office)
        else:
            getattr(rooms, deed)(*given_)
    follow(rooms.office)
    served = on_disk(office_root(rooms.office))
    assert verify(rooms.office).faults == []
    assert not [name for name, content in served.items() if SECRET.encode() in content or SECRET in name]
    for number in range(len(rooms.items)):
        item, entry, _ = rooms._at(number)
        page = served.get(type(item).path_of(item.pk), b"").decode()
        if not entry.is_out(item):
            assert "第" not in page.partition("<main")[2].partition("</main")[0].replace("年第", "") or "已撤回" in page, type(item)
    search.follow(rooms.office)
    assert searching.ask(rooms.office.pk, SECRET, on=timezone.localdate(), widen=False).count == 0
    build(rooms.office)
    assert on_disk(office_root(rooms.office)) == served
