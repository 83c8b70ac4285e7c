"""A frozen account: what had occurred by a day, as known when it was frozen, and never otherwise."""

import re
from datetime import date
from html import unescape

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.urls import reverse

from gongkai.events.models import Event
from gongkai.evidence.actions import digest
from gongkai.evidence.models import FrozenAccount, FrozenRow, FrozenValue, resting_on
from gongkai.foi.models import Application
from gongkai.law.refusals import Refused
from gongkai.ledger import actions
from gongkai.ledger.differences import between_accounts
from gongkai.ledger.exports import writers
from gongkai.ledger.exports.table import frozen_table, newest_frozen, public_table
from gongkai.ledger.models import Link, Plan
from gongkai.registers import actions as registers
from gongkai.registers.register import get_register
from tests.factories.events import AttendanceFactory, EventFactory
from tests.factories.foi import ApplicantFactory, ApplicationFactory
from tests.factories.ledger import MeasureFactory, PlanFactory, ProgressFactory

pytestmark = pytest.mark.django_db
NOVEMBER, TODAY = date(2022, 11, 30), date(2022, 12, 5)
TEXT = "截至{{截至}}，收到申请{{foi.received}}件，{{foi.received|均 answered_lawfully}}；宣讲{{events.briefings}}场，惠及{{events.enterprises}}家。"


@pytest.fixture
def plan(office, cast):
    found = PlanFactory(office=office)
    MeasureFactory(plan=found, progress=TEXT, lead=cast.room)
    ApplicationFactory.create_batch(2, office=office, answered=True)
    ApplicationFactory(office=office, answered=True, number="青公申〔2022〕77号")
    AttendanceFactory.create_batch(3, event=EventFactory(office=office, title="惠企政策宣讲会首场"))
    return found


def freeze(plan, cast, **options):
    return actions.freeze(plan, **{"as_of": NOVEMBER, "today": TODAY, "by": cast.coordinator, **options})


def whole(account) -> tuple:
    """Everything an account says, read from the database again."""
    account = FrozenAccount.objects.get(pk=account.pk)
    values = list(account.values.order_by("id").values_list("key", "label", "unit", "number"))
    rows = list(FrozenRow.objects.filter(value__account=account).order_by("id").values_list("kind", "record_id", "part", "shown"))
    return account.content, account.digest, digest(account), values, rows


def words(response) -> str:
    return re.sub(r"\s+", "", unescape(re.sub(r"<[^>]+>", "", response.content.decode())))


def test_values_rows_and_texts_are_kept(plan, cast):
    account = freeze(plan, cast)
    assert (account.version, account.as_of, account.frozen_by, account.previous) == (1, NOVEMBER, cast.coordinator, None)
    numbers = dict(account.values.values_list("key", "number"))
    assert {key: int(number) for key, number in numbers.items()} == {
        "foi.received": 3, "foi.received/answered_lawfully/held": 3, "foi.received/answered_lawfully/pending": 0,
        "foi.received/answered_lawfully/failed": 0, "events.briefings": 1, "events.enterprises": 3,
    }  # fmt: skip
    rows = FrozenRow.objects.filter(value__account=account, value__key="foi.received")
    assert set(rows.values_list("record_id", flat=True)) == set(Application.objects.values_list("pk", flat=True))
    assert {row.part for row in rows} == {"answered_lawfully:held"}
    assert any("青公申〔2022〕77号" in row.shown.values() and "2022年3月29日" in row.shown.values() for row in rows)
    (row,) = account.content["rows"]
    assert row["progress"] == "截至11月30日，收到申请3件，均依据规定给予答复；宣讲1场，惠及3家。"
    assert row["source"] == TEXT and row["standing"] and row["why"]
    assert account.digest == digest(account) and len(account.digest) == 64


def test_nobody_who_applied_is_in_a_frozen_account(plan, cast):
    application = Application.objects.last()
    ApplicantFactory(application=application)
    Application.objects.filter(pk=application.pk).update(description="请公开本人档案")
    kept = str(whole(freeze(plan, cast)))
    for secret in ("林溪桥", "990101199003071234", "13900001234", "请公开本人档案"):
        assert secret not in kept


@pytest.mark.parametrize(
    "deed",
    [
        pytest.param(lambda office, by: Application.objects.all().update(dispatched_on=date(2022, 6, 30), closed_on=date(2022, 6, 30)), id="全部改成逾期"),
        pytest.param(lambda office, by: registers.void(get_register("applications"), Application.objects.first(), by=by, reason="重复登记"), id="作废一件"),
        pytest.param(lambda office, by: ApplicationFactory.create_batch(5, office=office), id="补登五件"),
        pytest.param(lambda office, by: Event.objects.all().update(held_on=date(2021, 5, 20), title="改了名"), id="宣讲会改到上年"),
        pytest.param(lambda office, by: ProgressFactory(measure=Plan.objects.get().measures.get(), text="换了说法。"), id="落实情况换了说法"),
        pytest.param(lambda office, by: Plan.objects.get().measures.update(text="换了措施", responsibility="别的科室"), id="措施换了"),
        pytest.param(lambda office, by: Plan.objects.update(title="换了名称", headings=["一", "二", "三", "四", "五"]), id="方案改名"),
    ],
)
def test_whatever_is_done_afterwards_changes_no_frozen_byte(plan, office, cast, deed):
    account = freeze(plan, cast)
    # docx and xlsx carry the moment they were written; what they say is compared row by row.
    before, papers = whole(account), {form: writers()[form].write(frozen_table(plan, account)) for form in ("pdf", "html")}
    rows = frozen_table(plan, account).rows
    deed(office, cast.coordinator)
    assert whole(account) == before and before[1] == before[2]
    again = frozen_table(Plan.objects.get(), FrozenAccount.objects.get())
    assert again.rows == rows and again.title == before[0]["title"]
    for form, paper in papers.items():
        assert writers()[form].write(again) == paper, form


def test_a_second_freeze_is_a_second_version_that_names_what_changed(plan, office, cast, sign_in):
    first = freeze(plan, cast)
    late = Application.objects.get(number="青公申〔2022〕77号")
    Application.objects.filter(pk=late.pk).update(dispatched_on=date(2022, 4, 6), closed_on=date(2022, 4, 6))
    EventFactory(office=office, title="惠企政策宣讲会补登场")
    second = freeze(plan, cast, reason="更正答复日期")
    assert (second.version, second.previous, second.reason) == (2, first, "更正答复日期")
    found = between_accounts(first, second)
    changed = {value.key: (int(value.before), int(value.after)) for value in found.values}
    assert changed == {"foi.received": (3, 3), "events.briefings": (1, 2)}
    (altered,) = next(v for v in found.values if v.key == "foi.received").altered
    assert (altered[0]["归类"], altered[1]["归类"]) == ("依据规定给予答复", "未按期答复")
    (text,) = found.texts
    assert "".join(part for kind, part in text.marks if kind != "new") == text.before
    assert "".join(part for kind, part in text.marks if kind != "gone") == text.after
    page = sign_in(cast.coordinator).get(reverse("ledger:difference", args=[second.pk]))
    for said in ("青公申〔2022〕77号", "惠企政策宣讲会补登场", "2022年4月6日", "更正答复日期"):
        assert said in words(page)
    assert sign_in(cast.coordinator).get(reverse("ledger:difference", args=[first.pk])).status_code == 404


def test_a_third_freeze_with_nothing_new_says_so(plan, cast, sign_in):
    freeze(plan, cast)
    second = freeze(plan, cast)
    assert between_accounts(second.previous, second).values == () and between_accounts(second.previous, second).texts == ()
    page = words(sign_in(cast.coordinator).get(reverse("ledger:difference", args=[second.pk])))
    assert "数值没有变化" in page and "文字没有变化" in page


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        pytest.param({"as_of": date(2022, 12, 6)}, "截至日期不能晚于今天", id="明天"),
        pytest.param({"as_of": date(2021, 12, 31)}, "截至日期须在2022年内", id="上一年"),
        pytest.param({}, "尚未审核：2022-02", id="有待审核的文字"),
    ],
)
def test_freezing_is_refused(plan, cast, options, sentence):
    if not options:
        ProgressFactory(measure=MeasureFactory(plan=plan), submitted=True)
    with pytest.raises(Refused, match=sentence):
        freeze(plan, cast, **options)
    assert not FrozenAccount.objects.exists() and not FrozenValue.objects.exists()


@pytest.mark.slow
def test_freezing_at_the_desk_shows_first_and_says_no_in_words(plan, cast, sign_in):
    client = sign_in(cast.coordinator)
    address = reverse("ledger:freeze", args=[2022])
    page = client.get(address + "?as_of=2022-11-30")
    assert "惠企政策宣讲会1场" in words(page) and not FrozenAccount.objects.exists()
    assert "请填写截至日期" in words(client.post(address, {"as_of": ""}))
    assert "截至日期须在2022年内" in words(client.post(address, {"as_of": "2023-01-01"}))
    assert not FrozenAccount.objects.exists()
    page = client.post(address, {"as_of": "2022-11-30", "reason": "年度归档"}, follow=True)
    account = FrozenAccount.objects.get()
    assert "第1版" in words(page) and account.digest[:16] in words(page)
    value = client.get(reverse("ledger:frozen_value", args=[account.pk, "foi.received"]))
    assert "青公申〔2022〕77号" in words(value)


@pytest.mark.parametrize("who", ["clerk", "head", "stranger"])
def test_only_those_who_answer_for_the_year_freeze_it(plan, cast, sign_in, who):
    response = sign_in(getattr(cast, who)).post(reverse("ledger:freeze", args=[2022]), {"as_of": "2022-11-30"})
    assert response.status_code in (302, 403) and not FrozenAccount.objects.exists()


# -- What the database itself refuses ------------------------------------------------------------------------------


def refused(work, sentence: str) -> None:
    """The database says no in that sentence, and the transaction around it goes on."""
    with pytest.raises(DatabaseError, match=sentence), transaction.atomic():
        work()


def raw(sql: str, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.mark.parametrize("way", ["orm", "sql"])
def test_a_record_an_account_rests_on_can_not_be_deleted(plan, office, cast, way):
    free = ApplicationFactory(office=office, handed_in_on=date(2021, 3, 1))
    account = freeze(plan, cast)
    held = Application.objects.get(number="青公申〔2022〕77号")
    assert list(resting_on(held)) == [account] and not resting_on(free)
    if way == "orm":
        refused(lambda: held.delete(), "冻结账的依据，不能删除")
        refused(lambda: Application.objects.all().delete(), "冻结账的依据，不能删除")
        free.delete()
    else:
        refused(lambda: raw("DELETE FROM foi_application WHERE id = %s", held.pk), "冻结账的依据，不能删除")
        raw("DELETE FROM foi_application WHERE id = %s", free.pk)
    assert Application.objects.filter(pk=held.pk).exists() and not Application.objects.filter(pk=free.pk).exists()


@pytest.mark.postgres
def test_what_accounts_rest_on_can_not_be_emptied_at_a_stroke(plan, office, cast):
    freeze(plan, cast)
    held = Application.objects.count()
    connection.check_constraints()  # what a commit would have settled
    refused(lambda: raw("TRUNCATE foi_application CASCADE"), "冻结账的依据，不能删除")
    refused(lambda: raw("TRUNCATE evidence_frozenrow"), "冻结账不可删除")
    assert Application.objects.count() == held > 0


def test_linked_evidence_outlives_the_account_too(plan, office, cast):
    """An interview no figure counts, linked by hand: neither the record nor the link goes away under a frozen account."""
    event = EventFactory(office=office, held_on=date(2021, 5, 1), title="上年的宣讲会")
    made = actions.link(plan.measures.get(), item=event, by=cast.clerk)
    account = freeze(plan, cast)
    assert {"links": 1, "linked": 1}.items() <= {k: int(n) for k, n in account.values.values_list("key", "number")}.items()
    refused(lambda: raw("DELETE FROM events_event WHERE id = %s", event.pk), "冻结账的依据，不能删除")
    with pytest.raises(Refused, match="不能移除"):
        actions.unlink(made, by=cast.clerk)
    assert Link.objects.filter(pk=made.pk).exists()


@pytest.mark.parametrize(
    ("table", "column"),
    [("evidence_frozenaccount", "title"), ("evidence_frozenvalue", "label"), ("evidence_frozenrow", "part")],
)
@pytest.mark.parametrize("way", ["orm", "sql"])
def test_frozen_rows_are_neither_changed_nor_removed(plan, cast, table, column, way):
    before = whole(account := freeze(plan, cast))
    model = {"evidence_frozenaccount": FrozenAccount, "evidence_frozenvalue": FrozenValue, "evidence_frozenrow": FrozenRow}[table]
    if way == "orm":
        refused(lambda: model.objects.update(**{column: "改"}), "冻结账不可修改")
        refused(lambda: model.objects.all()._raw_delete("default"), "冻结账不可删除")
    else:
        refused(lambda: raw(f"UPDATE {table} SET {column} = %s", "改"), "冻结账不可修改")
        refused(lambda: raw(f"DELETE FROM {table}"), "冻结账不可删除")
    assert whole(account) == before


def test_voiding_is_still_possible_and_shows_in_the_next_version(plan, office, cast):
    first = freeze(plan, cast)
    registers.void(get_register("applications"), Application.objects.get(number="青公申〔2022〕77号"), by=cast.coordinator, reason="重复登记")
    second = freeze(plan, cast)
    (change,) = between_accounts(first, second).values
    assert (int(change.before), int(change.after)) == (3, 2)
    assert "青公申〔2022〕77号" in change.removed[0].values()


# -- What the outside sees -----------------------------------------------------------------------------------------


def test_before_an_account_is_frozen_the_public_page_has_the_plan_alone(plan, cast):
    table = public_table(plan)
    assert [row.progress for row in table.rows] == [""] and not table.with_progress and not table.frozen
    freeze(plan, cast)
    assert "收到申请3件" in public_table(plan).rows[0].progress


def test_the_newest_version_is_the_one_shown(plan, office, cast):
    freeze(plan, cast)
    EventFactory(office=office)
    second = freeze(plan, cast)
    assert newest_frozen(plan) == second and "宣讲2场" in public_table(plan).rows[0].progress
