"""A step of a case is made by its letter, on the letter's day of delivery, and the two can't come to disagree."""

from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from gongkai.accounts.roles import Role
from gongkai.audit.models import Entry
from gongkai.foi import actions, by_letter, public_actions, queries, result_rules
from gongkai.foi.models import Application
from gongkai.law.refusals import Refused
from gongkai.letters import actions as letters
from gongkai.letters import rules as letter_rules
from gongkai.letters.models import Delivery, Letter
from gongkai.letters.rules import Step
from gongkai.registers import actions as registers
from gongkai.registers.forms import build
from gongkai.registers.register import get_register
from tests.factories.accounts import UserFactory
from tests.factories.foi import ApplicantFactory, ApplicationFactory, ThirdPartyOpinionFactory
from tests.letters.test_letters import PNG

pytestmark = pytest.mark.django_db
MARCH = {n: date(2022, 3, n) for n in range(1, 32)}


class Office:
    """A case of 1 March 2022, due on the 29th, and the people a letter needs."""

    def __init__(self):
        self.case = ApplicantFactory().application
        office = self.case.office
        self.clerk = UserFactory(name="许知禾", office=office, role=Role.CLERK, role__section=self.case.section)
        self.legal = UserFactory(name="卢正言", office=office, role=Role.LEGAL)
        self.secrecy = UserFactory(name="严守一", office=office, role=Role.SECRECY)
        self.consenting = UserFactory(name="顾明远", office=office, role=Role.DISCLOSURE_HEAD)
        self.leader = UserFactory(name="章怀瑾", office=office, role=Role.DEPUTY_DIRECTOR)

    def stamped(self, kind: str, written_on: date, by: str = "consenting", **said: str) -> Letter:
        known = letter_rules.kinds()[kind]
        names = letter_rules.fields_of(letter_rules.wording(known, written_on))
        letter = letters.draft(
            self.case, kind=kind, by=self.clerk, fields={name: f"{name}一项" for name in names} | said, written_on=written_on, number=self.case.number
        )
        if known.encloses:
            paper = letters.add_material(self.case, by=self.clerk, upload=ContentFile(PNG, "清单.png"), label="清单", number=self.case.number)
            letters.enclose(letter, by=self.clerk, material=paper)
        for step in known.steps:
            letters.sign(letter, step=step, by={Step.LEGAL: self.legal, Step.SECRECY: self.secrecy, Step.APPROVE: getattr(self, by)}[step])
        frozen = letters.freeze(Letter.objects.get(pk=letter.pk), by=self.clerk)
        letters.stamp(frozen, by=self.clerk, scan=ContentFile(PNG, "用印件.png"), bound_to=frozen.rendering.pdf_sha256)
        return Letter.objects.get(pk=letter.pk)

    def deliver(self, letter: Letter, way: str, on: date) -> Application:
        carrier = "ems" if way == "post" else ""
        letters.deliver(letter, by=self.clerk, way=way, carrier=carrier, on=on, proof="凭据一件")
        return self.now

    @property
    def now(self) -> Application:
        return Application.objects.get(pk=self.case.pk)


@pytest.fixture
def office(db):
    return Office()


@pytest.mark.slow
@pytest.mark.parametrize(("way", "dispatched", "signed"), [
    ("post", MARCH[25], None), ("direct", MARCH[25], MARCH[25]), ("agency", MARCH[25], MARCH[25]), ("network", MARCH[25], None),
])  # fmt: skip
def test_a_delivered_reply_answers_the_case_on_its_day(office, way, dispatched, signed):
    letter = office.stamped("granted", MARCH[24])
    case = office.deliver(letter, way, MARCH[25])
    assert (case.state, case.reply_on, case.closed_on, case.result, case.report_row) == ("已答复", MARCH[25], MARCH[25], "granted", "granted")
    assert (case.delivery, case.dispatched_on, case.signed_for_on, case.reply_number) == (way, dispatched, signed, letter.number)
    assert list(Entry.objects.filter(verb__in=["letters.delivered", "foi.replied"]).order_by("pk").values_list("verb", flat=True)) == ["letters.delivered", "foi.replied"]
    assert queries.stale(case.office) == []


def test_a_correction_is_asked_by_its_notice(office):
    case = office.deliver(office.stamped("correction", MARCH[4], 补正期限="2022年3月25日"), "post", MARCH[7])
    assert (case.state, case.correction_asked_on, case.correction_due_on) == ("待补正", MARCH[7], MARCH[25])


@pytest.mark.slow
def test_a_late_correction_takes_its_reason_with_it(office):
    with pytest.raises(Refused, match="逾期告知须写明理由"):
        office.deliver(office.stamped("correction", MARCH[14], 补正期限="2022年3月25日"), "direct", MARCH[14])
    assert not Delivery.objects.exists() and office.now.correction_asked_on is None
    letters.void(Letter.objects.get(), by=office.clerk, reason="补写理由")
    case = office.deliver(office.stamped("correction", MARCH[14], 补正期限="2022年3月25日", 逾期告知的理由="申请转自其他机关"), "direct", MARCH[14])
    assert case.correction_late_reason == "申请转自其他机关"


def test_an_extension_is_consented_to_by_signing_it(office):
    with pytest.raises(Refused, match="须由政府信息公开工作机构负责人签发"):
        office.stamped("extension", MARCH[28], by="leader", 延长天数="20")
    case = office.deliver(office.stamped("extension", MARCH[28], 延长天数="20"), "post", MARCH[29])
    assert (case.extended_on, case.extended_days, case.consented_by) == (MARCH[29], 20, office.consenting)
    assert case.reply_due_on == date(2022, 4, 26)


@pytest.mark.parametrize(("kind", "asked"), [("consult_third", "third_party"), ("consult_maker", "co_maker"), ("assist", "agency")])
def test_a_consultation_pauses_the_clock_from_its_letter(office, kind, asked):
    letter = office.stamped(kind, MARCH[3], 收件人="青禾市穗丰机械有限公司")
    case = office.deliver(letter, "post", MARCH[4])
    opinion = case.opinions.get()
    assert (opinion.kind, opinion.name, opinion.sent_on, opinion.received_by_on) == (asked, "青禾市穗丰机械有限公司", MARCH[4], None)
    letters.receive(letter, by=office.clerk, on=MARCH[7], proof="邮件查询")
    opinion.refresh_from_db()
    assert opinion.received_by_on == MARCH[7] and (opinion.expires_on == date(2022, 3, 28)) is (asked != "agency")
    with pytest.raises(Refused, match="以文书为准"):
        registers.change(get_register("third-party-opinions"), opinion, by=office.clerk, sent_on=MARCH[3])


@pytest.mark.slow
def test_a_fee_notice_posted_in_time_waits_for_its_arrival(office):
    """Posted on the last day it is in time, whenever it arrives; the twenty days run from arrival (109号 6)."""
    actions.decide_fee(office.case, by=office.consenting, mode="pages", units=1, before=0, pages=40, reason="页数多", on=MARCH[28])
    letter = office.stamped("fee_notice", MARCH[29], 应缴金额="100")
    case = office.deliver(letter, "post", MARCH[29])
    assert (case.state, case.fee_sent_on, case.fee_noticed_on) == ("待缴费", MARCH[29], None)
    with pytest.raises(Refused, match="不能按逾期不缴费处理"):
        actions.set_aside(case, by=office.clerk, on=date(2022, 6, 1))
    letters.receive(letter, by=office.clerk, on=date(2022, 4, 1), proof="邮件查询")
    assert office.now.fee_noticed_on == date(2022, 4, 1)
    paid = actions.fee_paid(office.now, by=office.clerk, on=date(2022, 4, 7))
    assert paid.reply_due_on == date(2022, 5, 7)


@pytest.mark.slow
def test_a_case_set_aside_may_be_told_so_and_is_closed_by_the_letter(office):
    office.deliver(office.stamped("correction", MARCH[4], 补正期限="2022年3月25日"), "direct", MARCH[4])
    case = office.deliver(office.stamped("abandoned_fix", MARCH[28]), "post", MARCH[29])
    assert (case.state, case.result, case.closed_on, case.delivery) == ("视为放弃", "abandoned_fix", MARCH[29], "post")


# The two can't disagree


def test_what_the_case_refuses_is_not_delivered(office):
    """A reply while a correction is waited for: neither the delivery nor the reply stands."""
    letter = office.stamped("granted", MARCH[3])
    actions.ask_to_correct(office.now, by=None, on=MARCH[4], due_on=MARCH[25])
    with pytest.raises(Refused, match="不能办理此事项"):
        letters.deliver(letter, by=office.clerk, way="direct", on=MARCH[10], proof="签收人")
    assert not Delivery.objects.exists() and office.now.reply_on is None
    assert not Entry.objects.filter(verb="letters.delivered").exists()


@pytest.mark.slow
def test_one_case_has_one_reply(office):
    office.stamped("granted", MARCH[3])
    with pytest.raises(Refused, match="已定稿、尚未送达"):
        office.stamped("not_exist", MARCH[4])


@pytest.mark.slow
@pytest.mark.parametrize("changes", [{"dispatched_on": MARCH[24]}, {"result": "not_exist"}, {"reply_number": "另一号"}])
def test_nothing_changes_the_case_behind_its_letter(office, changes):
    case = office.deliver(office.stamped("granted", MARCH[24]), "post", MARCH[25])
    with pytest.raises(Refused, match="以文书为准"):
        registers.change(get_register("applications"), case, by=office.clerk, **changes)


@pytest.mark.parametrize(("on", "match"), [(MARCH[23], "早于成文日期"), (date(2099, 1, 5), "今天之后")])
def test_a_letter_goes_out_on_a_day_that_can_be(office, on, match):
    with pytest.raises(Refused, match=match):
        office.deliver(office.stamped("granted", MARCH[24]), "direct", on)


def test_the_register_takes_a_reply_only_with_the_letter_of_elsewhere(office):
    """What a clerk types into the register's form, with and without where it came from."""
    register, case = get_register("applications"), office.now
    shown = build(register, office.clerk, verb="change", instance=case)
    data = {name: shown[name].value() for name in shown.fields} | {"result": "granted", "delivery": "post", "dispatched_on": "2022-03-25", "reply_number": "青经信答〔2022〕3号"}
    data = {name: value for name, value in data.items() if value not in (None, False)}
    form = build(register, office.clerk, verb="change", instance=office.now, data=data)
    assert not form.is_valid() and "请到案件页拟写文书" in str(form.errors)
    form = build(register, office.clerk, verb="change", instance=office.now, data=data | {"outside_reason": "机构改革移交"})
    assert form.is_valid(), form.errors
    form.change(by=office.clerk)
    assert [(one.act, one.number) for one in office.now.outside_letters.all()] == [("reply", "青经信答〔2022〕3号")]


# The pages


@pytest.mark.slow
def test_the_page_offers_the_letter_first_and_shows_where_it_stands(client, office):
    client.force_login(office.clerk, backend="gongkai.accounts.backends.PostBackend")
    page = reverse("foi:case", args=[office.case.pk])
    said = client.get(page, {"on": "2022-03-04"}).content.decode()
    assert reverse("foi:draft", args=[office.case.pk, "correction"]) in said and "补录系统外的文书" in said
    office.stamped("correction", MARCH[4], 补正期限="2022年3月25日")
    said = client.get(page, {"on": "2022-03-04"}).content.decode()
    assert "已用印" in said and reverse("foi:draft", args=[office.case.pk, "correction"]) in said.split("拟写文书")[-1]


def test_a_draft_whose_day_cannot_be_read_is_not_kept(client, office):
    client.force_login(office.clerk, backend="gongkai.accounts.backends.PostBackend")
    address = reverse("foi:draft", args=[office.case.pk, "correction"])
    form = client.get(address).context["form"]
    data = {bound.name: "尽快" if bound.label == "补正期限" else bound.value() or "一项" for bound in form}
    assert "请写明到哪一天" in client.post(address, data).content.decode() and not Letter.objects.exists()


@pytest.mark.slow
def test_the_delivery_on_its_page_carries_the_case(client, office):
    letter = office.stamped("granted", MARCH[24])
    client.force_login(office.clerk, backend="gongkai.accounts.backends.PostBackend")
    page = reverse("letters:letter", args=[letter.pk])
    assert client.post(page, {"do": "deliver", "way": "post", "on": "2022-03-25", "proof": "EMS 1"}).status_code == 302
    assert office.now.reply_on is None
    scan = ContentFile(PNG, "详情单.png")
    client.post(page, {"do": "deliver", "way": "post", "carrier": "ems", "on": "2022-03-25", "proof": "EMS 1", "scan": scan})
    assert office.now.reply_on == MARCH[25] and Delivery.objects.get().file.name == "详情单.png"
    assert "登记对方签收" in client.get(page).content.decode()


def test_every_step_by_letter_names_letters_we_have():
    assert set(by_letter.STEP_OF) <= set(letter_rules.kinds()) and set(by_letter.BY_LETTER) <= set(by_letter.KINDS)
    assert set(by_letter.REPLIES) | result_rules.ABANDONED | {"withdrawn"} == set(result_rules.RESULTS)


def test_an_import_and_a_plain_entry_need_no_letter():
    assert ApplicationFactory(answered=True).state == "已答复"


@pytest.mark.slow
def test_a_case_is_not_given_up_by_letter_while_a_correction_waits_to_be_read(office):
    """Handed in over the website on the last day, it lies at the desk: the letter of 不再处理 is neither frozen nor delivered."""
    office.deliver(office.stamped("correction", MARCH[4], 补正期限="2022年3月25日"), "post", MARCH[7])
    letter = office.stamped("abandoned_fix", MARCH[28])
    waiting = public_actions.hand_in(office.now, "correction", secret="h" * 24, text="指第二批资金", today=MARCH[25])
    with pytest.raises(Refused, match="2022年3月25日在网上递交补正，请先受理或者退回"):
        office.deliver(letter, "post", MARCH[28])
    with pytest.raises(Refused, match="请先受理或者退回"):
        actions.set_aside(office.now, by=office.clerk, on=MARCH[28])
    public_actions.send_back(waiting, by=office.clerk, reason="仍未写明年度", today=MARCH[28])
    assert office.deliver(letter, "post", MARCH[28]).state == "视为放弃"


@pytest.mark.slow
def test_a_reply_wanted_by_mail_over_the_internet_offers_the_channel_for_a_review(client, office):
    """行政复议法 22.2; what an earlier letter named need not be told again."""
    Application.objects.filter(pk=office.case.pk).update(way_wanted="email")
    client.force_login(office.clerk, backend="gongkai.accounts.backends.PostBackend")
    page, day = reverse("foi:draft", args=[office.case.pk, "not_exist"]), timezone.localdate()
    form = client.get(page).context["form"]
    boxes = {name: f"f{n}" for n, name in enumerate(form.names)}
    assert form.fields["remedy"].initial == "choice.online" and "申请人要求通过电子邮件获取" in form.fields["remedy"].help_text
    said = {box: f"{name}一项" for name, box in boxes.items()} | {boxes["复议网上渠道"]: "掌上复议小程序"}
    assert client.post(page, {"written_on": day, "remedy": "choice.online", **said}).status_code == 302
    assert "通过互联网提交行政复议申请书的渠道：掌上复议小程序。" in letter_rules.plain(Letter.objects.get().paragraphs)
    Application.objects.filter(pk=office.case.pk).update(way_wanted="post")
    assert client.get(page).context["form"].fields["remedy"].initial == "choice"
    plain = office.stamped("granted", day)
    with pytest.raises(Refused, match="提交行政复议申请书的互联网渠道"):
        office.deliver(plain, "network", day)
    assert office.deliver(plain, "direct", day).state == "已答复"


@pytest.mark.parametrize(("kind", "said", "written_on", "refused"), [
    ("consult_third", {}, MARCH[24], "第三方可以在2022年3月28日以前提出意见"), ("consult_maker", {}, MARCH[24], "共同制作机关可以在2022年3月28日以前提出意见"),
    ("consult_third", {}, MARCH[29], ""), ("consult_third", {"opinion_on": MARCH[15], "agrees": True}, MARCH[24], ""), ("assist", {}, MARCH[24], ""),
    ("consult_third", {"received_by_on": None}, MARCH[29], "还没有第三方签收"), ("consult_third", {"received_by_on": None, "returned_on": MARCH[15]}, MARCH[24], ""),
])  # fmt: skip
def test_all_is_not_given_before_who_was_asked_has_had_his_time(office, kind, said, written_on, refused):
    consulted = {"consult_third": "third_party", "consult_maker": "co_maker", "assist": "agency"}[kind]
    ThirdPartyOpinionFactory(application=office.now, kind=consulted, sent_on=MARCH[4], **({"received_by_on": MARCH[7]} | said))
    if refused:
        with pytest.raises(Refused, match=refused):
            office.stamped("granted", written_on)
        return
    assert office.deliver(office.stamped("granted", written_on), "direct", written_on).state == "已答复"


@pytest.mark.slow
def test_a_third_party_that_says_no_is_told_of_when_it_is_given_all_the_same(client, office):
    client.force_login(office.clerk, backend="gongkai.accounts.backends.PostBackend")
    page = reverse("foi:case", args=[office.case.pk])
    ThirdPartyOpinionFactory(application=office.now, opinion_on=MARCH[15], agrees=True)
    assert "不同意公开" not in client.get(page).content.decode()
    ThirdPartyOpinionFactory(application=office.now, opinion_on=MARCH[16], agrees=False)
    said = client.get(page).content.decode()
    assert "表示不同意公开" in said and reverse("foi:draft", args=[office.case.pk, "disclosing_third"]) in said
