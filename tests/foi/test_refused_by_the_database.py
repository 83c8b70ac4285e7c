"""What the database itself refuses, a person is told in a sentence: every constraint of foi, letters and api has its row here, by one hand and by many."""

from datetime import date

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.urls import reverse

from gongkai.accounts.roles import Role
from gongkai.api import actions as api
from gongkai.api.models import ConnectedSystem
from gongkai.foi import actions, joining, public_actions, redacting, redactions
from gongkai.foi.models import Applicant, Application, CaseLink, HandedIn
from gongkai.law.refusals import Refused
from gongkai.letters import actions as letters
from gongkai.letters.models import Rendering
from gongkai.registers import actions as registers
from gongkai.registers.register import get_register
from tests.factories.accounts import OfficeFactory, SectionFactory, UserFactory
from tests.factories.api import AccessTokenFactory, ConnectedSystemFactory
from tests.factories.foi import ApplicantFactory, ApplicationFactory, RectificationFactory
from tests.foi.test_at_once import at_once
from tests.foi.test_by_letter import MARCH, Office
from tests.foi.test_remedies import answered, filed

BACKEND = "gongkai.accounts.backends.PostBackend"
NUMBER = "青工信公开申〔2022〕7号"
FACTS = {"channel": "counter", "handed_in_on": MARCH[1], "applicant_category": "natural", "subject": "技改资金分配结果", "applicant": {"name": "林溪桥"}}


def told(deed, match: str) -> None:
    """The deed is refused in Chinese, by a sentence and not by the database."""
    with pytest.raises((Refused, ValidationError), match=match) as found, transaction.atomic():
        deed()
    said = "；".join(found.value.messages) if isinstance(found.value, ValidationError) else str(found.value)
    assert not any(word in said for word in ("constraint", "约束", "UNIQUE", "foi_", "letters_", "api_")), said


def constraints() -> set[str]:
    """Everything a row may break: named constraints, unique columns, one-to-one keys."""
    found = set()
    for model in [m for room in ("foi", "letters", "api") for m in apps.get_app_config(room).get_models(include_auto_created=True)]:
        found |= {constraint.name for constraint in model._meta.constraints}
        found |= {f"{model._meta.label}.{f.name}" for f in model._meta.local_concrete_fields if f.unique and not f.primary_key}
        found |= {f"{model._meta.label}.{'+'.join(together)}" for together in model._meta.unique_together}
    return found


ROWS = {}


def row(*names: str):
    """This test is about these constraints."""

    def of(test):
        ROWS.update(dict.fromkeys(names, test.__name__))
        return test

    return of


#: No person's deed can break these: the reason, said once.
OUT_OF_REACH = {
    "foi.ThirdPartyOpinion.letter": "同一文书只送达一次（letters.Delivery.letter）", "foi.Reopening.letter": "同上",
    "foi.Redaction.result": "每次生成的是新收存的材料", "foi.PublicationProposal_alike.publicationproposal+application": "多对多关系由框架去重",
    "letters_series_once": "计数器由框架在保存点内取得或新建", "letters_number_once": "号从锁住的计数器取", "letters_frozen_with_number": "定稿与取号在同一语句中写入",
    "api.AccessToken.token_hash": "256位随机数的摘要", "api.HandedOver.reference": "随机UUID", "api.HandedOver.application": "与申请在同一事务中新建",
    "foi.Fingerprint.application": "由定时任务成批写入，重写时更新原行", "foi_redaction_waits_or_is_made": "交付、停止和生成在同一语句中改写",
    "api_revoked_by_somebody": "停用人就是按下按钮的人", "foi.Filing.application": "与申请在同一事务中新建，另发查询码在持锁时取得或新建",
}  # fmt: skip


def test_every_constraint_has_its_row():
    known = set(ROWS) | set(OUT_OF_REACH)
    assert constraints() - known == set(), "新的约束：在本文件写一项测试，说明办事人触到它时看到什么话"
    assert known - constraints() == set(), "已经没有的约束"


# One hand


@row("foi_number_once")
@pytest.mark.django_db
def test_a_number_that_is_taken():
    there = ApplicationFactory(number=NUMBER)
    told(lambda: actions.receive(there.office, by=None, number=NUMBER, **FACTS), "申请编号已存在")
    other = ApplicationFactory(office=there.office, section=there.section)
    register, clerk = get_register("applications"), UserFactory(office=there.office, role=Role.COORDINATOR)
    told(lambda: registers.change(register, other, by=clerk, number=NUMBER), "申请编号已存在")
    facts = {name: value for name, value in FACTS.items() if name != "applicant"}
    told(lambda: registers.create(register, Application(office=there.office, number=NUMBER, **facts), by=clerk), "申请编号已存在")
    assert actions.receive(OfficeFactory(name="青禾市商务局"), by=None, number=NUMBER, **FACTS).number == NUMBER  # another office counts for itself


@row("foi_ends_once", "foi_closed_with_result", "foi_closed_in_a_row", "foi_corrected_after_asked", "foi_paid_after_notice", "foi_extension_whole", "foi_closed_after_handed_in")
@pytest.mark.django_db
@pytest.mark.parametrize(("facts", "match"), [
    ({"result": "withdrawn", "withdrawn_on": MARCH[4], "delivery": "post", "dispatched_on": MARCH[5]}, "只能登记其一"),
    ({"delivery": "post", "dispatched_on": MARCH[5]}, "办结须登记处理结果"),
    ({"correction_asked_on": MARCH[4], "correction_due_on": MARCH[25], "corrected_on": MARCH[3]}, "早于告知补正日期"), ({"corrected_on": MARCH[3]}, "未登记告知补正"),
    ({"fee_noticed_on": MARCH[4], "fee_paid_on": MARCH[3]}, "缴费日期早于收费通知日期"), ({"fee_paid_on": MARCH[3]}, "未登记收费通知"),
    ({"fee_sent_on": MARCH[4], "fee_noticed_on": MARCH[10], "fee_paid_on": MARCH[8]}, "缴费日期早于申请人收到收费通知的日期"),
    ({"extended_on": MARCH[4]}, "延长"), ({"extended_days": 5}, "同时登记"), ({"extended_on": MARCH[4], "extended_days": 5}, "工作机构负责人同意"), ({"extended_on": MARCH[4], "extended_days": 21}, "1至20"),
    ({"result": "granted", "delivery": "post", "dispatched_on": date(2022, 2, 28)}, "办结日期早于"),
])  # fmt: skip
def test_days_and_facts_that_cannot_stand_together(facts, match):
    """By the form, by the register and by the counter: the law speaks before the database has to."""
    there = ApplicationFactory()
    clerk = UserFactory(office=there.office, role=Role.COORDINATOR)
    told(lambda: registers.change(get_register("applications"), there, by=clerk, **facts), match)
    told(lambda: actions.receive(there.office, by=None, **FACTS, **facts), match)


@row("foi_letter_received_after_sent", "foi_opinion_after_sent")
@pytest.mark.django_db
@pytest.mark.parametrize(("facts", "match"), [({"received_by_on": MARCH[2]}, "对方收到日期早于发出日期"), ({"opinion_on": MARCH[2]}, "收到意见日期早于发出日期")])
def test_a_consultation_out_of_order(facts, match):
    there = ApplicationFactory()
    asked = actions.consult(there, by=None, kind="third_party", sent_on=MARCH[3])
    clerk = UserFactory(office=there.office, role=Role.COORDINATOR)
    told(lambda: registers.change(get_register("third-party-opinions"), asked, by=clerk, **facts), match)


@row("foi.Fee.application")
@pytest.mark.django_db
def test_a_fee_decided_twice_is_the_later_one():
    office = Office()
    for units, amount in ((11, 100), (12, 200)):
        fee = actions.decide_fee(office.now, by=office.clerk, mode="cases", units=units, before=0, pages=0, reason="数量多", on=MARCH[3])
        assert fee.amount == amount
    actions.drop_fee(office.now, by=office.clerk, reason="减免", on=MARCH[3])
    assert actions.decide_fee(office.now, by=office.clerk, mode="cases", units=13, before=0, pages=0, reason="再定", on=MARCH[4]).amount == 300


@row("foi_remedy_decided_with_result")
@pytest.mark.django_db
def test_a_review_half_decided():
    office = Office()
    answered(office)
    remedy = filed(office)
    for facts in ({"decided_on": date(2022, 6, 1)}, {"result": "upheld"}):
        told(lambda facts=facts: registers.change(get_register("remedies"), remedy, by=office.clerk, **facts), "结案日期和结果须同时登记")


@row("foi_rectification_number_once", "foi_rectification_settled_with_outcome")
@pytest.mark.django_db
def test_a_request_to_correct_a_record_twice_under_a_number_or_half_settled():
    one = RectificationFactory()
    clerk, register = UserFactory(office=one.office, role=Role.COORDINATOR), get_register("rectifications")
    told(lambda: registers.create(register, RectificationFactory.build(office=one.office, section=None, number=one.number), by=clerk), "编号已存在")
    for facts in ({"settled_on": MARCH[9]}, {"outcome": "refused"}):
        told(lambda facts=facts: registers.change(register, one, by=clerk, **facts), "须同时登记")


@row("foi_merged_into_one", "foi_linked_to_another")
@pytest.mark.django_db
def test_a_case_joined_to_itself_or_to_two():
    one, two, three = (ApplicationFactory(office=office, section=None) for office in [OfficeFactory()] * 3)
    clerk = UserFactory(office=one.office, role=Role.COORDINATOR)
    said = {"by": clerk, "kind": "merged", "reason": "同一事项", "document": "呈批单3号", "on": MARCH[3]}
    told(lambda: joining.join(one, other=one, **said), "不能与自身")
    joining.join(one, other=two, **said)
    told(lambda: joining.join(one, other=three, **said), "已并入其他申请")


@row("foi_one_handover_waits")
@pytest.mark.django_db
def test_a_case_handed_on_before_it_is_taken():
    office = Office()
    for name, refused in (("信息化科", False), ("综合科", True)):
        section = SectionFactory(office=office.case.office, name=name)
        hand = lambda section=section: joining.hand_over(office.now, by=office.clerk, section=section, reason="属该科", on=MARCH[3])  # noqa: E731
        told(hand, "上一次移交还没有") if refused else hand()


@row("foi_reminded_once_a_level")
@pytest.mark.django_db
def test_a_reminder_given_twice_is_given_once():
    from gongkai.foi import reminding

    there = ApplicationFactory()
    head = UserFactory(office=there.office, role=Role.COORDINATOR)
    assert [len(reminding.remind(there.office_id, by=head, today=MARCH[24])) for _ in range(2)] == [1, 0]


@row("foi_mark_on_its_page")
@pytest.mark.django_db
@pytest.mark.parametrize(("page", "box", "match"), [(0, (0, 0, 5, 5), "没有第0页"), (1, (0, 0, 0, 5), "须大于0"), (1, (10_000, 0, 5, 5), "页面以内"), (1, (0, 10_000, 5, 5), "页面以内"), (1, (-1, 0, 5, 5), "页面以内")])
def test_a_cover_off_its_page(page, box, match):
    from tests.foi.test_redacting import pdf_of

    office = Office()
    paper = letters.add_material(office.case, by=office.clerk, upload=ContentFile(pdf_of("一页"), "合同.pdf"), label="合同", number=office.case.number)
    begun = redactions.begin(office.case, by=office.clerk, material=paper)
    told(lambda: redactions.mark(begun, by=office.clerk, page=page, boxes=[redacting.Box(*box)], ground="denied_third"), match)


@row("foi.Applicant.application")
@pytest.mark.django_db
def test_an_applicant_written_again_is_changed():
    there = ApplicantFactory()
    actions.write_applicant(there.application, by=None, name="沈知秋")
    assert Applicant.objects.get().name == "沈知秋"


@row("foi.Filing.token_hash", "foi.HandedIn.token_hash")
@pytest.mark.django_db
def test_a_form_that_was_used_for_something_else():
    office, secret = OfficeFactory(), "k" * 24
    facts = {"applicant_category": "natural", "description": "分配结果", "form_wanted": "paper", "way_wanted": "post"}
    sent = [public_actions.file(office, secret=secret, today=MARCH[1], applicant={"name": "林溪桥"}, **facts) for _ in range(2)]
    assert [made for _, made in sent] == [True, False] and sent[0][0] == sent[1][0]
    one, two = (ApplicationFactory(office=office, section=None, awaiting_correction=True) for _ in range(2))
    public_actions.hand_in(one, "correction", secret=secret, text="指第二批", today=MARCH[10])
    told(lambda: public_actions.hand_in(two, "correction", secret=secret, text="指第二批", today=MARCH[10]), "这张表已经用过")
    assert HandedIn.objects.get().application == one


@row("foi_answer_day_once")
@pytest.mark.django_db
def test_what_was_shown_is_counted_on_one_row_a_day():
    office = OfficeFactory()
    for _ in range(2):
        public_actions.count(office, MARCH[1], "shown")
    public_actions.count(office, MARCH[2], "shown")
    assert sorted(public_actions.AnswerDay.objects.values_list("shown", flat=True)) == [1, 2]


@row("letters_enclosed_once")
@pytest.mark.django_db
def test_a_paper_enclosed_twice_is_enclosed_once():
    office = Office()
    letter = letters.draft(office.case, kind="granted", by=office.clerk, fields={}, written_on=MARCH[3], number=office.case.number)
    paper = letters.add_material(office.case, by=office.clerk, upload=ContentFile(b"text", "a.txt"), label="清单", number=office.case.number)
    for _ in range(2):
        letters.enclose(letter, by=office.clerk, material=paper)
    assert letter.enclosures.count() == 1


@row("letters.Rendering.letter", "letters.Stamp.letter", "letters.Delivery.letter", "letters.Receipt.letter", "letters.Void.letter")
@pytest.mark.django_db
def test_what_is_done_to_a_letter_is_done_once():
    from tests.letters.test_letters import PNG

    office = Office()
    letter = office.stamped("extension", MARCH[28], 延长天数="20")
    assert letters.render(letter, by=office.clerk) == letter.rendering
    told(lambda: letters.stamp(letter, by=office.clerk, scan=ContentFile(PNG, "再盖.png"), bound_to=letter.rendering.pdf_sha256), "用印")
    office.deliver(letter, "post", MARCH[28])
    told(lambda: letters.deliver(letter, by=office.clerk, way="direct", on=MARCH[28], proof="签收"), "送达")
    letters.receive(letter, by=office.clerk, on=MARCH[29], proof="回执")
    told(lambda: letters.receive(letter, by=office.clerk, on=MARCH[30], proof="回执"), "签收已登记")
    drafted = letters.draft(office.case, kind="granted", by=office.clerk, fields={}, written_on=MARCH[3], number=office.case.number)
    letters.void(drafted, by=office.clerk, reason="重写")
    told(lambda: letters.void(drafted, by=office.clerk, reason="重写"), "作废")


@row("api_system_once")
@pytest.mark.django_db
def test_a_system_of_the_same_name(client):
    there = ConnectedSystemFactory()
    keeper = UserFactory(office=there.office, role=Role.SECURITY_ADMIN)
    told(lambda: api.connect(there.office, by=keeper, name=there.name, keeper="某局", today=MARCH[1]), "已有同名的接入系统")
    client.force_login(keeper, backend=BACKEND)
    page = client.post(reverse("api_systems"), {"deed": "connect", "name": there.name, "keeper": "某局"})
    assert "已有同名的接入系统" in page.content.decode() and ConnectedSystem.objects.count() == 1


@row("api_key_once")
@pytest.mark.django_db
def test_a_key_used_for_something_else():
    token = AccessTokenFactory()
    send_in(token, digest="0" * 64)
    told(lambda: send_in(token, digest="1" * 64), "已用于另一件内容不同的申请")


def send_in(token, digest: str):
    from django.utils import timezone

    from gongkai.foi import public_rules
    from tests.foi.test_public import PNG

    facts = {"applicant_category": "natural", "description": "分配结果", "form_wanted": "paper", "way_wanted": "post"}
    limits = public_rules.limits(timezone.localdate())
    return api.hand_in(token, key="the-key-of-this", digest=digest, papers=[ContentFile(PNG, "证.png")], applicant={"name": "林溪桥"}, today=MARCH[1], limits=limits, **facts)


# Many hands


def hands() -> int:
    return 8 if connection.vendor == "postgresql" else 3


@pytest.mark.django_db(transaction=True)
def test_one_number_typed_by_many():
    office = OfficeFactory()
    facts = {name: value for name, value in FACTS.items() if name != "applicant"}
    register, clerk = get_register("applications"), UserFactory(office=office, role=Role.COORDINATOR)

    def by_hand():
        try:
            return actions.receive(office, by=None, number=NUMBER, **FACTS)
        except ValidationError as error:
            raise Refused([]) from error

    def by_form():
        try:
            return registers.create(register, Application(office=office, number=NUMBER, **facts), by=clerk)
        except ValidationError as error:
            raise Refused([]) from error

    done, refused = at_once(*([by_hand, by_form] * (hands() // 2)))
    assert len(done) == 1 and Application.objects.count() == 1 and len(refused) == hands() // 2 * 2 - 1


@pytest.mark.django_db(transaction=True)
def test_a_typed_number_never_costs_the_public_an_application():
    """A clerk types the very number that would be the next, while others file: all are kept, each with a number of its own."""
    office = OfficeFactory()
    facts = {name: value for name, value in FACTS.items() if name != "applicant"}
    register, clerk = get_register("applications"), UserFactory(office=office, role=Role.COORDINATOR)
    actions.receive(office, by=None, **FACTS)

    def by_form():
        try:
            return registers.create(register, Application(office=office, number="青工信公开申〔2022〕2号", **facts), by=clerk)
        except ValidationError as error:
            raise Refused([]) from error

    filing = [lambda: actions.receive(office, by=None, **FACTS)] * (hands() - 1)
    done, refused = at_once(by_form, *filing)
    assert len(done) + len(refused) == hands() and len(refused) <= 1
    numbers = list(Application.objects.values_list("number", flat=True))
    assert len(numbers) == len(set(numbers)) == len(done) + 1


@pytest.mark.django_db(transaction=True)
def test_an_applicant_entered_by_many():
    there = ApplicationFactory()
    done, _ = at_once(*(lambda n=n: actions.write_applicant(there, by=None, name=f"林溪桥{n}") for n in range(hands())))
    assert len(done) == hands() and Applicant.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_cases_merged_into_one_another():
    office = OfficeFactory()
    one, two = (ApplicationFactory(office=office, section=None) for _ in range(2))
    clerk = UserFactory(office=office, role=Role.COORDINATOR)
    said = {"by": clerk, "kind": "merged", "reason": "同一事项", "document": "呈批单3号", "on": MARCH[3]}
    ways = [lambda: joining.join(one, other=two, **said), lambda: joining.join(two, other=one, **said)] * (hands() // 2)
    done, refused = at_once(*ways)
    assert len(done) == 1 and CaseLink.objects.count() == 1 and len(refused) == len(ways) - 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_frozen_letter_printed_by_many_is_printed_once():
    office = Office()
    letter = office.stamped("correction", MARCH[4], 补正期限="2022年3月25日")
    from gongkai.letters.models import Letter

    fresh = letters.draft(office.case, kind="consult_third", by=office.clerk, fields=dict(letter.values) | dict.fromkeys(_names("consult_third"), "一项"), written_on=MARCH[4], number=office.case.number)
    letters.sign(fresh, step=letters.rules.Step.APPROVE, by=office.consenting)
    frozen = letters._freeze(Letter.objects.get(pk=fresh.pk), by=office.clerk)
    done, refused = at_once(*(lambda: letters.render(frozen, by=office.clerk) for _ in range(hands())))
    assert len({one.pk for one in done}) == 1 and refused == [] and Rendering.objects.filter(letter=frozen).count() == 1


def _names(kind: str) -> list[str]:
    known = letters.rules.kinds()[kind]
    return letters.rules.fields_of(letters.rules.wording(known, MARCH[4]))


@pytest.mark.django_db(transaction=True)
def test_a_system_connected_by_many():
    office = OfficeFactory()
    keeper = UserFactory(office=office, role=Role.SECURITY_ADMIN)

    def connect():
        try:
            return api.connect(office, by=keeper, name="青禾市政务服务大厅", keeper="某局", today=MARCH[1])
        except ValidationError as error:
            raise Refused([]) from error

    done, refused = at_once(*[connect] * hands())
    assert len(done) == 1 and len(refused) == hands() - 1


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_for_two_cases_by_many():
    cases = [ApplicationFactory(awaiting_correction=True) for _ in range(2)]
    done, refused = at_once(*(lambda case=case: public_actions.hand_in(case, "correction", secret="h" * 24, text="指第二批", today=MARCH[10]) for case in cases * (hands() // 2)))
    assert HandedIn.objects.count() == 1 and len({one.pk for one in done}) == 1 and len(refused) == hands() // 2


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_handing_in_and_working_on_the_case_do_not_wait_for_each_other_for_ever():
    """The one holds the office and wants the case, the other holds the case and writes a row of the office."""
    for n in range(5):
        case = ApplicationFactory()
        done, refused = at_once(
            lambda case=case, n=n: public_actions.hand_in(case, "withdrawal", secret=f"{n:024d}", text="", today=MARCH[4]), *[lambda case=case: actions.consult(case, by=None, kind="third_party", sent_on=MARCH[3])] * 4,
        )  # fmt: skip
        assert len(done) == 5 and refused == []


@pytest.mark.django_db(transaction=True)
def test_the_days_count_begun_by_many():
    office = OfficeFactory()
    at_once(*[lambda: public_actions.count(office, MARCH[1], "shown")] * hands())
    assert public_actions.AnswerDay.objects.get().shown == hands()
