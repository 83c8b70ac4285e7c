"""The public side: applying over the website, and what became of it, by somebody nobody knows."""

import re
import threading
from datetime import date, timedelta
from ipaddress import ip_network
from itertools import count

import pytest
from django.conf import settings as configured
from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gongkai.accounts.roles import Role
from gongkai.audit.models import Entry
from gongkai.foi import actions, public_actions, public_queries, public_rules, rules
from gongkai.foi.models import AnswerDay, Applicant, Application, Filing, HandedIn, Paper
from gongkai.foi.public_rules import Kind
from gongkai.law.refusals import Refused
from gongkai.letters import actions as letters
from gongkai.letters.models import Letter
from gongkai.publishing.posting import _household
from gongkai.sockets import open_duties
from gongkai.text.numerals import from_chinese, to_chinese
from tests.factories.accounts import OfficeFactory, SectionFactory, UserFactory
from tests.factories.foi import (
    CODE,
    ApplicantFactory,
    ApplicationFactory,
    FilingFactory,
    HandedInFactory,
    ThirdPartyOpinionFactory,
)

pytestmark = pytest.mark.django_db
OWN = {"HTTP_ORIGIN": "http://testserver", "HTTP_SEC_FETCH_SITE": "same-origin"}
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082")
TYPED = {
    "name": "林溪桥", "id_number": "990101199003071237", "phone": "139-0000-1234", "email": "linxiqiao@example.cn", "address": "青禾市禾苑路12号3栋502房",
    "description": "2021年度技术改造专项资金的分配结果及依据", "form_wanted": "electronic", "way_wanted": "platform",
}  # fmt: skip
_address = count(1)
DESK, HOME = list(configured.MIDDLEWARE), configured.HOME


@pytest.fixture
def office(settings, tmp_path):
    settings.HOME = tmp_path
    return OfficeFactory()


class Visitor:
    """Somebody with a browser and no session. What was sent to them is kept, addresses too."""

    def __init__(self, client, settings):
        settings.ROOT_URLCONF, settings.MIDDLEWARE = "gongkai.urls_public", settings.PUBLIC_MIDDLEWARE
        client.defaults["REMOTE_ADDR"] = f"198.51.{next(_address) % 250}.{timezone.now().microsecond % 250}"
        self.client, self.addresses = client, []

    def get(self, path: str):
        self.addresses.append(path)
        self.answer = self.client.get(path)
        assert not self.answer.cookies
        return self.answer

    def post(self, path: str, sent: dict, **headers):
        self.addresses.append(path)
        self.answer = self.client.post(path, sent, **{**OWN, **headers})
        assert not self.answer.cookies
        return self.answer

    @property
    def text(self) -> str:
        return self.answer.content.decode()

    def hidden(self, name: str) -> str:
        found = re.findall(rf'name="{name}" value="([^"]*)"', self.text)
        return found[0] if found else ""

    def apply(self, do="submit", who="person", token=None, paper=True, **changed):
        sent = {**TYPED, "token": token or old_token(), "do": do, **changed}
        if paper:
            sent["papers"] = SimpleUploadedFile("林溪桥身份证.png", PNG, "image/png")
        return self.post(f"/apply/{who}/", sent)


def old_token(seconds: int = 60) -> str:
    """A form opened a minute ago."""
    token = public_actions.new_token()
    value, _, _ = token.rsplit(":", 2)
    stamp = signing.b62_encode(int(timezone.now().timestamp()) - seconds)
    signer = signing.TimestampSigner(salt=public_actions._SALT)
    return f"{value}:{stamp}:{signer.signature(f'{value}:{stamp}')}"


@pytest.fixture
def visitor(office, client, settings):
    return Visitor(client, settings)


# Applying


@pytest.mark.slow
def test_an_application_over_the_website_waits_to_be_confirmed_and_the_duty_stands(office, visitor, settings):
    visitor.get("/apply/")
    assert "/apply/person/" in visitor.text and "/apply/organisation/" in visitor.text
    visitor.get("/apply/person/")
    assert "用途" not in re.sub("不需要说明用途", "", visitor.text) and 'name="purpose"' not in visitor.text
    visitor.apply("check")
    assert "核对后提交" in visitor.text and "林溪桥身份证.png" in visitor.text and not Application.objects.exists()
    visitor.apply("submit", token=visitor.hidden("token"), paper=False)
    application = Application.objects.get()
    assert application.number in visitor.text and "不是收到申请的确认" in visitor.text and "双方确认之日" in visitor.text
    assert (application.channel, application.received_on, application.confirmed_on, application.reply_due_on) == ("internet", None, None, None)
    assert (application.state, application.handed_in_on, application.applicant_category) == ("待确认", timezone.localdate(), "natural")
    assert (application.applicant.name, application.applicant.id_number, application.description) == ("林溪桥", "990101199003071237", TYPED["description"])
    assert [(paper.name, paper.kind) for paper in application.papers.all()] == [("林溪桥身份证.png", "png")]
    settings.ROOT_URLCONF = "gongkai.urls_desk"
    assert [duty.key for duty in open_duties(office.pk, timezone.localdate()) if duty.subject == application.number] == ["foi.confirm_receipt"]


def test_an_organisation_names_its_kind_and_who_speaks_for_it(office, visitor):
    visitor.apply(who="organisation", name="青禾市穗丰机械有限公司", category="", representative="", contact="", credit_code="91440000000000000A")
    for sentence in ("请选择属于哪一类", "请填写法定代表人或者负责人的姓名", "请填写联系人的姓名", "统一社会信用代码应为18位"):
        assert sentence in visitor.text
    assert 'href="#id_category"' in visitor.text and 'id="id_category"' in visitor.text
    visitor.apply(who="organisation", name="青禾市穗丰机械有限公司", category="business", representative="乔木", contact="沈禾", credit_code="")
    application = Application.objects.get()
    assert application.applicant_category == "business" and application.applicant.representative == "乔木（法定代表人或者负责人）；联系人沈禾"


def test_the_same_form_sent_twice_is_one_application_and_one_receipt(office, visitor):
    token = old_token()
    visitor.apply(token=token)
    first = visitor.text
    visitor.apply(token=token)
    assert Application.objects.count() == Filing.objects.count() == Applicant.objects.count() == Paper.objects.count() == 1
    code = re.search(r"<code>([0-9A-Z-]{14})</code>", first)[1]
    assert code in visitor.text and "没有重复登记" in visitor.text and "没有重复登记" not in first
    visitor.apply(token=token, description="另外写了别的", do="check")
    assert "没有重复登记" in visitor.text and Application.objects.get().description == TYPED["description"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_presses_at_the_same_moment_are_one_application():
    office, secret, made = OfficeFactory(), "c" * 24, []

    def press():
        try:
            made.append(public_actions.file(
                office, secret=secret, today=date(2026, 11, 26), applicant={"name": "林溪桥"}, applicant_category="natural", description="x", form_wanted="paper", way_wanted="post",
            ))
        finally:
            connection.close()

    presses = [threading.Thread(target=press) for _ in range(4)]
    [one.start() for one in presses]
    [one.join() for one in presses]
    assert sorted(new for _, new in made) == [False, False, False, True] and len({application.pk for application, _ in made}) == 1
    assert Application.objects.count() == 1


def test_what_was_typed_survives_every_mistake_and_each_mistake_is_linked_to_its_field(visitor):
    visitor.apply("check", paper=False, name="", phone="123", way_wanted="post", address="", email="不是邮箱", id_number="990101199003071234")
    assert visitor.answer.status_code == 400 and "有6处需要改正" in visitor.text
    for link, sentence in (
        ("id_name", "请填写姓名"), ("id_phone", "位数不够"), ("id_address", "选择了邮寄"), ("id_email", "写法不对"), ("id_id_number", "校验位不符"), ("papers", "请上传身份证明"),
    ):  # fmt: skip
        assert f'href="#{link}"' in visitor.text and f'id="{link}"' in visitor.text and sentence in visitor.text
    assert TYPED["description"] in visitor.text and "不是邮箱" in visitor.text and 'value="electronic"' in visitor.text
    token = visitor.hidden("token")
    visitor.apply("check", token=token, name="")
    visitor.apply("check", token=visitor.hidden("token"), paper=False, phone="")
    assert "已经上传" in visitor.text and "林溪桥身份证.png" in visitor.text and "请上传身份证明" not in visitor.text
    visitor.apply("back", token=token, paper=False)
    assert "林溪桥" in visitor.text and "需要改正" not in visitor.text and "已经上传" in visitor.text


@pytest.mark.parametrize(("name", "content", "sentence"), [
    pytest.param("证件.png", b"MZ\x90\x00" + b"\x00" * 100, "不要上传程序文件", id="程序"),
    pytest.param("证件.png", b"", "是空文件", id="空文件"),
    pytest.param("证件.docx", b"PK\x03\x04" + b"\x00" * 100, "证件.docx", id="文档"),
    pytest.param("证件.png", PNG + b"\x00" * (6 << 20), "超过5MB", id="太大"),
    pytest.param("证件.txt", "姓名".encode(), "这里不能使用", id="文字"),
])  # fmt: skip
def test_a_file_that_may_not_come_in_is_refused_and_nothing_of_it_is_kept(visitor, name, content, sentence):
    visitor.apply("check", papers=SimpleUploadedFile(name, content), paper=False)
    assert visitor.answer.status_code == 400 and sentence in visitor.text and not Paper.objects.exists()
    assert TYPED["description"] in visitor.text


def test_a_paper_that_bears_a_mark_is_refused_in_the_applicants_words_and_nothing_of_it_is_kept(visitor):
    from tests.letters.test_letters import pdf

    visitor.apply("check", papers=SimpleUploadedFile("来文.pdf", pdf("机密★10年", "关于报送情况的报告")), paper=False)
    assert "“来文.pdf”载有密级标识，没有接收，也没有留存" in visitor.text and not Paper.objects.exists() and not Application.objects.exists()
    visitor.apply("check", papers=SimpleUploadedFile("来文.pdf", pdf("关于保守国家秘密的通知")), paper=False)
    assert Paper.objects.get().kind == "pdf"


def test_too_many_files_are_refused_together(visitor):
    visitor.post("/apply/person/", {**TYPED, "token": old_token(), "do": "check", "papers": [SimpleUploadedFile(f"{n}.png", PNG) for n in range(4)]})
    assert "一次最多上传3个文件" in visitor.text and not Paper.objects.exists()


def test_a_mark_of_secrecy_is_refused(visitor):
    visitor.apply("check", description="要这份文件 秘密★5年")
    assert "不得录入涉密信息" in visitor.text and not Application.objects.exists()


@pytest.mark.parametrize(("changed", "headers", "status", "sentence"), [
    pytest.param({"website": "https://spam.example"}, {}, 400, "有一项不用填写的内容", id="蜜罐"),
    pytest.param({"token": "now"}, {}, 400, "提交得太快", id="填得太快"),
    pytest.param({"token": "old"}, {}, 400, "超过24小时", id="开得太久"),
    pytest.param({"token": "forged:x:y"}, {}, 400, "超过24小时", id="伪造"),
    pytest.param({}, {"HTTP_ORIGIN": "https://evil.example"}, 403, "不是从本站页面提交", id="别的网站"),
    pytest.param({}, {"HTTP_SEC_FETCH_SITE": "cross-site"}, 403, "不是从本站页面提交", id="跨站"),
])  # fmt: skip
def test_what_no_person_sends_is_not_taken_and_a_person_can_send_it_again(visitor, changed, headers, status, sentence):
    tokens = {"now": public_actions.new_token(), "old": old_token(25 * 3600), None: old_token()}
    token = changed.get("token")
    sent = {**TYPED, "do": "submit", "papers": SimpleUploadedFile("证.png", PNG), **changed, "token": tokens.get(token, token)}
    visitor.post("/apply/person/", sent, **headers)
    assert visitor.answer.status_code == status and sentence in visitor.text and not Application.objects.exists()
    assert TYPED["description"] in visitor.text and 'value="https://spam.example"' not in visitor.text
    again = visitor.hidden("token")
    assert public_actions.opened(again, 24)


def test_one_address_may_not_send_without_end_and_is_told_what_to_do(office, visitor, monkeypatch):
    monkeypatch.setattr("gongkai.foi.public_views._limits", lambda office: public_rules.limits(timezone.localdate())._replace(posts=3))
    for _ in range(3):
        visitor.apply("check", name="")
    visitor.apply("submit")
    assert visitor.answer.status_code == 429 and "请过一分钟再提交" in visitor.text and TYPED["description"] in visitor.text and not Application.objects.exists()


def bounds(monkeypatch, **said):
    monkeypatch.setattr("gongkai.foi.public_views._limits", lambda office: public_rules.limits(timezone.localdate())._replace(**said))


def test_beyond_the_usual_number_from_one_address_a_person_answers_a_question_and_is_heard(office, visitor, monkeypatch):
    bounds(monkeypatch, filings=1)
    visitor.apply()
    visitor.apply()
    assert Application.objects.count() == 1 and "还没有提交" in visitor.text and "加" in visitor.text and TYPED["description"] in visitor.text and "<img" not in visitor.text.split("question-h")[1].split("</section>")[0]
    token = visitor.hidden("token")
    question = public_rules.question_of(public_actions.opened(token, 24)[0])
    assert question.words in visitor.text
    visitor.apply(token=token, paper=False, answer=str(question.answer + 1))
    assert visitor.answer.status_code == 400 and "答案不对" in visitor.text and TYPED["description"] in visitor.text and Application.objects.count() == 1
    visitor.apply(token=token, paper=False, answer=f" {to_chinese(question.answer)}。")
    assert Application.objects.count() == 2 and "回执" in visitor.text and Application.objects.first().papers.count() == 1


def test_a_question_is_plain_and_every_way_of_writing_its_answer_counts():
    for n in range(300):
        question = public_rules.question_of(f"form{n}")
        one, other = question.words.removesuffix("等于几？").split("加")
        assert from_chinese(one) + from_chinese(other) == question.answer
        assert all(question.is_answered(typed) for typed in (str(question.answer), to_chinese(question.answer), f"{question.answer}".translate(str.maketrans("0123456789", "０１２３４５６７８９"))))
        assert not any(question.is_answered(typed) for typed in ("", "0", "\x00", "九九", "1e1", "-2", str(question.answer + 10)))


def test_a_flood_is_stopped_even_when_it_answers_and_the_way_round_is_named(office, visitor, monkeypatch):
    bounds(monkeypatch, filings=1, most=2)
    for _ in range(3):
        token = old_token()
        visitor.apply(token=token, answer=str(public_rules.question_of(public_actions.opened(token, 24)[0]).answer))
    assert visitor.answer.status_code == 429 and "当面、邮寄" in visitor.text and TYPED["description"] in visitor.text and Application.objects.count() == 2


def test_the_same_form_pressed_again_and_what_was_not_taken_are_not_counted(office, visitor, monkeypatch):
    bounds(monkeypatch, filings=1)
    token = old_token()
    visitor.apply(token=token, name="")
    for _ in range(3):
        visitor.apply(token=token)
    assert Application.objects.count() == 1 and "回执" in visitor.text


def test_an_address_the_operator_names_as_shared_is_asked_later(office, visitor, monkeypatch, settings):
    settings.SHARED_ADDRESSES = [ip_network("198.51.0.0/16"), ip_network("2001:db8::/32")]
    bounds(monkeypatch, filings=1)
    for _ in range(4):
        visitor.apply()
    assert Application.objects.count() == 4  # ten times as many without a question


def test_neighbours_in_one_ipv6_house_are_one_address():
    assert _household("2001:db8:1:2::7") == _household("2001:db8:1:2:ffff::9") != _household("2001:db8:1:3::7")


SECRETS = ("林溪桥", "990101199003071237", "13900001234", "139-0000-1234", "linxiqiao@example.cn", "禾苑路12号", "分配结果及依据", "第二批技术改造", "身份证.png")


def test_nothing_of_the_applicant_is_in_an_address_a_log_or_the_record_of_deeds(office, visitor, caplog, settings):
    visitor.apply("check")
    visitor.apply("submit")
    application, code = Application.objects.get(), re.search(r"<code>([0-9A-Z-]{14})</code>", visitor.text)[1]
    actions.confirm(application, by=None, on=timezone.localdate())
    actions.ask_to_correct(application, by=None, on=timezone.localdate())
    visitor.post("/apply/progress/", {"number": application.number, "code": code, "do": "look"})
    tokens = re.findall(r'name="token" value="([^"]+)"', visitor.text)
    visitor.post("/apply/progress/", {"ticket": visitor.hidden("ticket"), "token": tokens[0], "do": "correction", "text": "指第二批技术改造资金"})
    assert HandedIn.objects.exists()
    secrets = (*SECRETS, code, public_rules.bare_code(code))
    said = [f"{entry.subject_label}{entry.facts}{entry.actor_name}" for entry in Entry.objects.all()]
    for where in (*said, *visitor.addresses, caplog.text, *(str(one) for model in (Application, Filing, HandedIn, Paper) for one in model.objects.all())):
        assert not [secret for secret in secrets if secret in where], where
    assert not [secret for secret in secrets if secret in Application.objects.get().subject]
    assert Filing.objects.get().code_hash not in (code, public_rules.bare_code(code))


def test_what_was_not_sent_is_cleared_away_after_a_day(office, visitor):
    visitor.apply("check")
    assert Paper.objects.count() == 1
    assert public_actions.clear_unsent(timezone.now() - timedelta(hours=24)) == 0
    assert public_actions.clear_unsent(timezone.now() + timedelta(seconds=1)) == 1
    visitor.apply("check")
    visitor.apply("enough", token=visitor.hidden("token"), paper=False)
    assert "没有提交申请" in visitor.text and not Paper.objects.exists() and not Application.objects.exists()


# Shown beforehand


@pytest.fixture
def published(office, monkeypatch):
    from gongkai.search import actions as search
    from tests.factories.publishing import ArticleFactory, ColumnFactory

    article = ArticleFactory(office=office, column=ColumnFactory(office=office), title="2021年度技术改造专项资金分配结果公示", body="<p>共安排资金。</p>", published_on=date(2022, 3, 10))
    search.rebuild(office)
    return article


@pytest.mark.slow
def test_what_is_public_is_shown_before_sending_counted_and_never_in_the_way(office, visitor, published):
    visitor.apply("check")
    assert published.title in visitor.text and "这些已经公开" in visitor.text
    token = visitor.hidden("token")
    visitor.apply("check", token=token, paper=False, shown="1")
    visitor.get(f"/apply/published/?key=article:{published.pk}")
    assert visitor.answer.status_code == 302 and visitor.answer["Location"].endswith(".html")
    assert visitor.get("/apply/published/?key=article:999999").status_code == visitor.get("/apply/published/?key=//evil.example").status_code == 404
    visitor.apply("submit", token=token, paper=False, shown="1")
    assert Application.objects.exists()
    visitor.apply("check", description="技术改造专项资金分配结果")
    row = AnswerDay.objects.get()
    assert (row.shown, row.opened, row.submitted) == (2, 1, 1)
    assert public_queries.shown_beforehand(office.pk, row.day, row.day) == {"shown": 2, "opened": 1, "submitted": 1, "not_submitted": 1}


@pytest.mark.slow
@pytest.mark.parametrize("wanted", ["我想要食堂采购的台账", "？？？", "请公开有关信息"])
def test_what_is_not_alike_is_not_shown_and_search_out_of_order_blocks_nothing(office, visitor, published, wanted, monkeypatch):
    visitor.apply("check", description=wanted)
    assert published.title not in visitor.text and "核对后提交" in visitor.text
    from gongkai.search import shelf
    from gongkai.search.engine import Damaged

    def broken(office_id):
        raise Damaged("坏了")

    monkeypatch.setattr(shelf, "reading", broken)
    visitor.apply("check")
    assert "核对后提交" in visitor.text and visitor.answer.status_code == 200
    assert not AnswerDay.objects.exists()


# What became of it


def look(visitor, number: str, code: str = CODE):
    return visitor.post("/apply/progress/", {"number": number, "code": code, "do": "look"})


def test_a_wrong_number_and_a_wrong_code_get_the_same_answer(office, visitor):
    one, other = FilingFactory(application__office=office).application, ApplicationFactory(office=office)
    look(visitor, one.number, "K7PM-3QXT-9WCE")
    wrong_code = visitor.text.replace(one.number, "")
    look(visitor, "青工信公开申〔2022〕9999号")
    wrong_number = visitor.text.replace("青工信公开申〔2022〕9999号", "")
    look(visitor, other.number)
    no_code = visitor.text.replace(other.number, "")
    assert wrong_code == wrong_number == no_code and visitor.answer.status_code == 400 and public_rules.CODE_LENGTH == 12
    look(visitor, one.number, "")
    assert "都填上" in visitor.text
    look(visitor, one.number)
    assert "等待与您确认" in visitor.text


@pytest.mark.parametrize("typed", ["青工信公开申〔2022〕{n}号", "青工信公开申[2022]{n}号", " 2022-{n} ", "（2022）{n}", "2022 {n}号", "２０２２－{n}"])
def test_a_number_and_a_code_may_be_typed_as_people_type(office, visitor, typed):
    application = FilingFactory(application__office=office).application
    serial = application.number.partition("〕")[2].removesuffix("号")
    look(visitor, typed.replace("{n}", serial), " k7pm3qxt 9wcd")
    assert application.number in visitor.text and "等待与您确认" in visitor.text


def test_guessing_is_stopped_with_a_sentence_and_stops_the_right_code_too(office, visitor):
    application = FilingFactory(application__office=office).application
    for _ in range(10):
        assert look(visitor, application.number, "AAAA-AAAA-AAAA").status_code == 400
    look(visitor, application.number)
    assert visitor.answer.status_code == 429 and "最多十五分钟后可以再试" in visitor.text and "等待与您确认" not in visitor.text


def test_a_ticket_opens_its_own_case_and_not_for_ever(office, visitor, monkeypatch):
    mine, other = FilingFactory(application__office=office).application, FilingFactory(application__office=office).application
    look(visitor, mine.number)
    ticket = visitor.hidden("ticket")
    assert public_queries.of_ticket(office, ticket) == mine and public_queries.of_ticket(office, ticket[:-1] + "x") is None
    assert public_queries.of_ticket(OfficeFactory(name="别的局"), ticket) is None
    monkeypatch.setattr(public_queries, "TICKET_SECONDS", -1)
    visitor.post("/apply/progress/", {"ticket": ticket, "do": "withdrawal", "text": "写了很久的话"})
    assert visitor.answer.status_code == 400 and "已超过30分钟" in visitor.text and "写了很久的话" in visitor.text and other.number not in visitor.text


def test_a_correction_counts_from_the_day_it_was_handed_in(office, visitor):
    application = FilingFactory(application__office=office, application__channel="counter", application__awaiting_correction=True).application
    clerk = UserFactory(office=office, role=Role.COORDINATOR)
    one = public_actions.hand_in(application, Kind.CORRECTION, secret="a" * 24, text="指第二批", today=date(2022, 3, 10))
    again = public_actions.hand_in(application, Kind.CORRECTION, secret="a" * 24, text="指第二批", today=date(2022, 3, 10))
    assert one == again
    with pytest.raises(Refused, match="已经递交过"):
        public_actions.hand_in(application, Kind.CORRECTION, secret="b" * 24, text="指第三批", today=date(2022, 3, 11))
    application.refresh_from_db()
    assert application.corrected_on is None and application.state == "待补正"
    public_actions.accept(one, by=clerk, today=date(2022, 3, 14))
    application.refresh_from_db()
    assert (application.corrected_on, application.state) == (date(2022, 3, 10), "办理中")
    with pytest.raises(Refused, match="已经处理"):
        public_actions.accept(one, by=clerk, today=date(2022, 3, 14))


def test_what_a_clerk_entered_by_hand_meanwhile_is_only_marked_as_dealt_with(office):
    one, clerk = HandedInFactory(application__office=office), UserFactory(office=office, role=Role.COORDINATOR)
    actions.corrected(one.application, by=clerk, on=date(2022, 3, 11))
    public_actions.accept(one, by=clerk, today=date(2022, 3, 14))
    one.refresh_from_db()
    assert one.settled_on == date(2022, 3, 14) and Application.objects.get().corrected_on == date(2022, 3, 11)


@pytest.mark.parametrize(("kind", "choice", "day"), [
    pytest.param("correction", "递交", date(2022, 3, 10), id="补正以递交之日"),
    pytest.param("correction", "受理", date(2022, 3, 14), id="机关选用受理之日"),
    pytest.param("withdrawal", "受理", date(2022, 3, 10), id="撤回总以递交之日"),
    pytest.param("payment", "受理", date(2022, 3, 10), id="缴费总以递交之日"),
])  # fmt: skip
def test_the_day_that_counts(kind, choice, day):
    assert public_rules.handed_in_day(kind, date(2022, 3, 10), date(2022, 3, 14), [("online_correction_day", date(2022, 1, 1), choice, "试")]) == day


CASE = rules.Case(channel="counter", handed_in_on=date(2022, 3, 1))
ASKED = rules.Case(channel="counter", handed_in_on=date(2022, 3, 1), correction_asked_on=date(2022, 3, 4), correction_due_on=date(2022, 3, 25))


@pytest.mark.parametrize(("kind", "case", "waiting", "on", "code"), [
    pytest.param("correction", ASKED, [], date(2022, 3, 25), [], id="最后一日"),
    pytest.param("correction", ASKED, [], date(2022, 3, 26), ["too_late"], id="过了补正期限"),
    pytest.param("correction", CASE, [], date(2022, 3, 5), ["not_now"], id="没有要求补正"),
    pytest.param("correction", ASKED, ["correction"], date(2022, 3, 5), ["already"], id="已递交"),
    pytest.param("withdrawal", ASKED, ["correction"], date(2022, 3, 5), [], id="补正后又撤回"),
    pytest.param("payment", ASKED, [], date(2022, 3, 5), ["not_now"], id="没有收费"),
    pytest.param("withdrawal", rules.Case(channel="counter", handed_in_on=date(2022, 3, 1), result="withdrawn", withdrawn_on=date(2022, 3, 2)), [], date(2022, 3, 5), ["not_now"], id="已撤回"),
    pytest.param("reply", CASE, [], date(2022, 3, 5), ["unknown"], id="不认得"),
])  # fmt: skip
def test_what_may_be_handed_in(kind, case, waiting, on, code):
    assert [objection.code for objection in public_rules.objections_to_handing_in(kind, case, waiting, on)] == code


@pytest.mark.parametrize(("today", "heading"), [
    (date(2022, 3, 9), "正在征求意见"), (date(2022, 3, 10), "正在征求意见"), (date(2022, 4, 15), "正在办理"),
])  # fmt: skip
def test_the_applicant_is_told_of_a_consultation_from_the_very_day_it_is_sent(office, today, heading):
    """The day of sending still counts towards the reply; that somebody was asked is true already. Silence ends it."""
    application = FilingFactory(application__office=office, application__channel="counter").application
    ThirdPartyOpinionFactory(application=application, sent_on=date(2022, 3, 9), received_by_on=date(2022, 3, 10))
    application.refresh_from_db()
    assert public_queries.progress(application, today)["standing"].heading == heading


def test_a_withdrawal_wants_a_tick_and_a_payment_something_to_look_at(office, visitor):
    application = FilingFactory(application__office=office).application
    look(visitor, application.number)
    ticket, token = visitor.hidden("ticket"), visitor.hidden("token")
    visitor.post("/apply/progress/", {"ticket": ticket, "token": token, "do": "withdrawal"})
    assert "请先勾选" in visitor.text and not HandedIn.objects.exists()
    visitor.post("/apply/progress/", {"ticket": ticket, "token": token, "do": "withdrawal", "sure": "1"})
    assert "撤回已经递交" in visitor.text and HandedIn.objects.get().kind == "withdrawal"
    visitor.post("/apply/progress/", {"ticket": ticket, "token": token, "do": "withdrawal", "sure": "1"})
    assert HandedIn.objects.count() == 1
    visitor.post("/apply/progress/", {"ticket": ticket, "token": token, "do": "payment"})
    assert "请上传缴费凭证" in visitor.text
    application.refresh_from_db()
    assert application.withdrawn_on is None


# At the desk


def at_desk(settings, user):
    settings.ROOT_URLCONF, settings.MIDDLEWARE = "gongkai.urls_desk", DESK
    client = Client()  # another browser: the visitor's was made for the public's middleware
    client.force_login(user, backend="gongkai.accounts.backends.PostBackend")
    return client


XSS = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


@pytest.mark.slow
def test_what_was_typed_is_shown_at_the_desk_as_it_was_typed_and_runs_nowhere(office, visitor, settings):
    marked = {name: f"{n}{XSS}" for n, name in enumerate(("name", "address", "description"))}
    visitor.apply("check", **marked, phone=f"13900001234{XSS}"[:50], id_number=f"护照{XSS}"[:50])
    assert "<script>alert" not in visitor.text and "<img src=x" not in visitor.text
    token = visitor.hidden("token")
    visitor.apply("submit", token=token, paper=False, **marked, phone=f"13900001234{XSS}"[:50], id_number=f"护照{XSS}"[:50])
    application = Application.objects.get()
    actions.confirm(application, by=None, on=timezone.localdate())
    actions.ask_to_correct(application, by=None, on=timezone.localdate())
    public_actions.hand_in(application, Kind.CORRECTION, secret="s" * 24, text=f"补正{XSS}", today=timezone.localdate())
    coordinator = UserFactory(office=office, role=Role.COORDINATOR)
    client = at_desk(settings, coordinator)
    page = client.get(reverse("foi:case", args=[application.pk])).content.decode()
    assert "申请人网上递交：补正" in page and "补正&quot;&gt;" not in page
    page = client.post(reverse("foi:case", args=[application.pk]), {"do": "applicant"}).content.decode()
    edit = client.get(reverse("registers:edit", args=["applications", application.pk])).content.decode()
    for shown in (page, edit):
        assert "<script>alert" not in shown and "<img src=x" not in shown
    assert all(f"{value.split('<')[0].replace(chr(34), '&quot;').replace('>', '&gt;')}" in page for value in marked.values()) and "补正&quot;&gt;&lt;script&gt;" in page


@pytest.mark.slow
def test_the_desk_accepts_or_sends_back_and_the_applicant_reads_why(office, settings):
    one = HandedInFactory(application__office=office)
    clerk = UserFactory(office=office, role=Role.COORDINATOR)
    client = at_desk(settings, clerk)
    settle = reverse("foi:settle", args=[one.application_id, one.pk])
    assert [duty.key for duty in open_duties(office.pk, date(2022, 3, 11)) if duty.key == "foi.handed_in"] == ["foi.handed_in"]
    client.post(settle, {"do": "send_back", "reason": " "})
    one.refresh_from_db()
    assert one.settled_on is None
    client.post(settle, {"do": "send_back", "reason": "请写明是哪一批资金"})
    one.refresh_from_db()
    assert one.settled_on and all(duty.done_on for duty in open_duties(office.pk, date(2022, 3, 11)) if duty.key == "foi.handed_in")
    FilingFactory(application=one.application)
    facts = public_queries.progress(one.application, date(2022, 3, 12))
    assert facts["handed_in"][0].sent_back == "请写明是哪一批资金" and Kind.CORRECTION in facts["may_hand_in"]
    two = HandedInFactory(application=one.application)
    client.post(reverse("foi:settle", args=[one.application_id, two.pk]), {"do": "accept"})
    one.application.refresh_from_db()
    assert one.application.corrected_on == date(2022, 3, 10)


@pytest.mark.slow
def test_a_case_is_not_set_aside_over_what_was_handed_in(office, settings):
    one = HandedInFactory(application__office=office)
    client = at_desk(settings, UserFactory(office=office, role=Role.COORDINATOR))
    answer = client.post(reverse("foi:case", args=[one.application_id]), {"do": "set_aside", "on": "2022-04-01"})
    assert "请先受理或者退回" in answer.content.decode()
    one.application.refresh_from_db()
    assert one.application.closed_on is None


@pytest.mark.parametrize(("role", "may"), [(Role.COORDINATOR, True), (Role.LEGAL, False), (Role.DIRECTOR, False)])
def test_papers_are_for_who_may_see_the_applicant_and_every_look_is_on_record(office, settings, role, may):
    from tests.factories.foi import PaperFactory

    paper = PaperFactory(application=ApplicantFactory(application__office=office).application)
    client = at_desk(settings, UserFactory(office=office, role=role))
    answer = client.get(reverse("foi:paper", args=[paper.application_id, paper.pk]))
    assert (answer.status_code == 200) is may and Entry.objects.filter(verb="foi.paper_opened").exists() is may
    other = PaperFactory(application=ApplicationFactory(office=office))
    assert client.get(reverse("foi:paper", args=[paper.application_id, other.pk])).status_code in (403, 404)
    assert "身份证" not in client.get(reverse("foi:case", args=[paper.application_id])).content.decode().replace("身份证明", "")


def test_the_desk_gives_out_another_code_once(office, settings):
    application = FilingFactory(application__office=office).application
    clerk = UserFactory(office=office, role=Role.CLERK, role__section=SectionFactory(office=office, name="别的科"))
    assert at_desk(settings, clerk).post(reverse("foi:code", args=[application.pk])).status_code == 403
    client = at_desk(settings, UserFactory(office=office, role=Role.COORDINATOR))
    page = client.post(reverse("foi:code", args=[application.pk])).content.decode()
    code = re.search(r"<code>([0-9A-Z-]{14})</code>", page)[1]
    assert public_queries.find(office, application.number, code) == application and public_queries.find(office, application.number, CODE) is None
    assert code not in client.get(reverse("foi:case", args=[application.pk])).content.decode()


# Letters


@pytest.fixture
def delivered(office, settings):
    """A case with a correction notice delivered to its applicant, one only frozen, one to a third party; and a neighbour's."""
    from tests.letters.test_letters import PNG as SCAN
    from tests.letters.test_letters import People

    settings.HOME = HOME  # where stored files are read from was settled when the models were loaded

    due = {"补正期限": "2024年3月29日"}

    def out(people, kind):
        letter = people.frozen(kind, **(due if kind == "correction" else {}))
        letters.stamp(letter, by=people.clerk, scan=ContentFile(SCAN, "用印件.png"), bound_to=letter.rendering.pdf_sha256)
        letters.deliver(Letter.objects.get(pk=letter.pk), by=people.clerk, way="network", on=date(2024, 3, 15), proof="网上平台")
        return Letter.objects.get(pk=letter.pk)

    mine, neighbour = People(), People()
    office = mine.case.office
    neighbour.case.office_id = office.pk
    neighbour.case.save()
    for case in (mine.case, neighbour.case):
        case.handed_in_on = date(2024, 3, 11)
        actions.derive(case)
        case.save()
    FilingFactory(application=mine.case)
    return {"case": mine.case, "mine": out(mine, "correction"), "frozen": mine.frozen("delay"), "third": out(mine, "disclosing_third"), "other": out(neighbour, "correction"), "spoilt": _voided(out(mine, "delay"), mine)}


def _voided(letter, people):
    from gongkai.letters.models import Void

    Void.objects.create(letter=letter, by=people.clerk, reason="写错")
    return letter


@pytest.mark.slow
def test_an_applicant_downloads_what_was_delivered_to_him_and_nothing_else(delivered, visitor, monkeypatch):
    from gongkai.foi import public_views

    monkeypatch.setattr(public_views, "_office", lambda: delivered["case"].office)
    look(visitor, delivered["case"].number)
    ticket = visitor.hidden("ticket")
    assert visitor.text.count("下载盖章件") == 1 and delivered["mine"].number in visitor.text
    for name in ("frozen", "third", "other", "spoilt"):
        assert not delivered[name].number or f"<b>{delivered[name].title}</b><span class=\"meta\">{delivered[name].number}" not in visitor.text
        assert visitor.post("/apply/progress/", {"ticket": ticket, "do": "letter", "letter": delivered[name].pk}).status_code == 404, name
    for asked in ("", "x", "0", "-1", "1 OR 1=1"):
        assert visitor.post("/apply/progress/", {"ticket": ticket, "do": "letter", "letter": asked}).status_code == 404
    text = visitor.post("/apply/progress/", {"ticket": ticket, "do": "letter", "letter": delivered["mine"].pk})
    assert text.content.startswith(b"%PDF") and text["Cache-Control"] == "no-store" and "attachment" in text["Content-Disposition"]
    scan = visitor.post("/apply/progress/", {"ticket": ticket, "do": "letter", "letter": delivered["mine"].pk, "what": "scan"})
    assert scan.content.startswith(b"\x89PNG") and scan["Content-Type"] == "image/png"
    assert Entry.objects.filter(verb="foi.letter_fetched").count() == 2


# The built pages


@pytest.mark.slow
def test_the_platform_says_the_year_so_far_and_offers_the_forms_the_same_each_time(office):
    from gongkai.foi import public_pages, public_printing

    today = timezone.localdate()
    ApplicationFactory(office=office, handed_in_on=date(today.year, 1, 5))
    ApplicationFactory(office=office, handed_in_on=date(today.year - 1, 12, 30))
    ApplicationFactory(office=office, unconfirmed=True, handed_in_on=date(today.year, 1, 5))
    built = {page.path: page for page in public_pages.produced(office.pk)}
    assert set(built) == {"xxgk/apply/index.html", *(f"xxgk/apply/{name}" for name in public_printing.FORMS)}
    said = re.sub(r"<[^>]+>", "", built["xxgk/apply/index.html"].render().decode())
    assert "本年新收1件" in said and "上年结转1件" in said and "已经办结0件" in said and "正在办理2件" in said
    assert "审查办理：20个工作日内答复，其间可能补正（收到后重新计算）、征求意见（不计入期限）、延长（最多20个工作日）" in said
    assert "day" in built["xxgk/apply/index.html"].keys and "用途" not in said.replace("不需要说明用途", "")
    for path, page in built.items():
        if path.endswith(("docx", "pdf")):
            first = page.render()
            assert first == page.render() and len(first) > 10_000


@pytest.mark.parametrize("who", ["person", "organisation"])
def test_the_printed_form_asks_what_the_law_asks_and_no_purpose(office, who):
    from io import BytesIO

    import pypdfium2
    from docx import Document

    from gongkai.foi import public_printing

    table = Document(BytesIO(public_printing.docx(office, who))).tables[0]
    asked = {cell.text for row in table.rows for cell in row.cells}
    pdf = pypdfium2.PdfDocument(public_printing.pdf(office, who))
    text = re.sub(r"\s", "", "".join(page.get_textpage().get_text_range() for page in pdf))
    assert len(pdf) == 1
    for label in ("联系电话", "名称、文号或者便于查找的其他特征", "希望得到的形式", "希望获取的途径", "姓名" if who == "person" else "类别"):
        assert label in asked and label in text
    assert "用途" not in text.replace("不需要说明用途", "")
