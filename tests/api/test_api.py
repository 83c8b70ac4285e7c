"""A government service hall hands in applications and asks where they stand; every answer is held against the document at /api/."""

import json
import threading
from base64 import b64encode
from datetime import date, timedelta
from hashlib import sha256
from uuid import uuid4

import pytest
from django.conf import settings as configured
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import validate

from gongkai.accounts.roles import Role
from gongkai.api import actions, queries, rules
from gongkai.api.models import AccessToken, ConnectedSystem, HandedOver
from gongkai.api.views import PROBLEMS, document_bytes
from gongkai.audit.models import Entry
from gongkai.foi import actions as cases
from gongkai.foi import public_queries, public_rules
from gongkai.foi.models import ApplicantCategory, Application, Filing, FormWanted, Paper, WayWanted
from gongkai.foi.public_forms import OrganisationForm, PersonForm
from gongkai.letters import actions as letters
from gongkai.letters.models import Letter
from gongkai.sockets import exits
from tests.factories.accounts import OfficeFactory, UserFactory
from tests.factories.api import TOKEN, AccessTokenFactory, ConnectedSystemFactory, HandedOverFactory
from tests.factories.foi import FilingFactory
from tests.foi.test_by_letter import Office
from tests.foi.test_public import PNG, SECRETS

pytestmark = pytest.mark.django_db
DOCUMENT = json.loads(document_bytes())
DESK, HOME = list(configured.MIDDLEWARE), configured.ROOT_URLCONF
PERSON = {
    "kind": "person", "name": "林溪桥", "id_number": "990101199003071237", "phone": "139-0000-1234", "email": "linxiqiao@example.cn", "address": "青禾市禾苑路12号3栋502房",
    "description": "2021年度技术改造专项资金的分配结果及依据", "form_wanted": "electronic", "way_wanted": "platform",
    "papers": [{"name": "林溪桥身份证.png", "content": b64encode(PNG).decode()}],
}  # fmt: skip


def holds(schema: dict, said) -> None:
    checker = Draft202012Validator({**schema, "components": DOCUMENT["components"]}, format_checker=FormatChecker())
    assert not [error.message for error in checker.iter_errors(said)], said


def promised(path: str, method: str, answer) -> None:
    """The answer is one that the document names for that address and method, with that body and those headers."""
    template = "/api/" if path == "/api/" else "/api/v1/applications" if path.partition("?")[0] == "/api/v1/applications" else "/api/v1/applications/{reference}"
    operation = DOCUMENT["paths"][template].get(method)
    if operation is None:
        assert answer.status_code == 405
        response = DOCUMENT["components"]["responses"]["method"]
    else:
        response = operation["responses"][str(answer.status_code)]
        response = DOCUMENT["components"]["responses"][response["$ref"].rpartition("/")[2]] if "$ref" in response else response
    for name, header in response.get("headers", {}).items():
        assert name in answer.headers
        holds(header["schema"], answer.headers[name])
    kind = answer.headers["Content-Type"].partition(";")[0]
    holds(response["content"][kind]["schema"], json.loads(answer.content))


class Hall:
    """A system with a token. No answer leaves it unchecked."""

    def __init__(self, settings, token=TOKEN, address="203.0.113.5"):
        settings.ROOT_URLCONF, settings.MIDDLEWARE = "gongkai.urls_public", settings.PUBLIC_MIDDLEWARE
        self.client, self.token = Client(REMOTE_ADDR=address), token

    def ask(self, method: str, path: str, body=None, **headers):
        sent = {"HTTP_AUTHORIZATION": f"Bearer {self.token}"} if self.token else {}
        content = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
        answer = self.client.generic(method.upper(), path, content, **{"content_type": "application/json", **sent, **headers})
        assert not answer.cookies and answer["Cache-Control"] == "no-store"
        promised(path, method.lower(), answer)
        return answer

    def hand_in(self, body=PERSON, key="a1b2c3d4-0001", **headers):
        return self.ask("post", "/api/v1/applications", body, **{"HTTP_IDEMPOTENCY_KEY": key, **headers})

    def look(self, reference):
        return self.ask("get", f"/api/v1/applications/{reference}")


@pytest.fixture
def token():
    return AccessTokenFactory()


@pytest.fixture
def hall(token, settings):
    return Hall(settings)


# The document


def test_the_document_is_openapi_and_stands_open_to_anybody(client, settings):
    validate(DOCUMENT)
    settings.ROOT_URLCONF, settings.MIDDLEWARE = "gongkai.urls_public", settings.PUBLIC_MIDDLEWARE
    assert json.loads(client.get("/api/").content) == DOCUMENT
    assert client.post("/api/").status_code == 405 and client.get("/api/v2/").json()["type"] == "/api/#not-found"


def test_the_document_knows_the_words_of_the_code():
    schemas = DOCUMENT["components"]["schemas"]
    for schema, form in (("Person", PersonForm), ("Organisation", OrganisationForm)):
        said = schemas[schema]
        assert set(said["properties"]) == set(form.base_fields) | {"kind", "papers"}
        assert set(said["required"]) == {name for name, field in form.base_fields.items() if field.required} | {"kind", "papers"}
        for name, field in form.base_fields.items():
            assert said["properties"][name].get("maxLength") == getattr(field, "max_length", None), name
        assert said["properties"]["form_wanted"]["enum"] == FormWanted.values and said["properties"]["way_wanted"]["enum"] == WayWanted.values
    assert set(schemas["Organisation"]["properties"]["category"]["enum"]) == set(ApplicantCategory.values) - {"natural"}
    assert set(schemas["Standing"]["properties"]["state"]["enum"]) == {*queries.STATES.values(), "void"}
    assert schemas["Standing"]["properties"]["may_hand_in"]["items"]["enum"] == list(public_rules.Kind)
    assert schemas["Listed"]["properties"]["applications"]["maxItems"] == queries.PAGE
    assert {status for status, _ in PROBLEMS.values()} == {400, 401, 403, 404, 405, 409, 413, 415, 422, 429}
    assert "purpose" not in json.dumps(DOCUMENT)


# Handing in


def test_what_is_handed_in_waits_to_be_confirmed_like_any_from_the_website(hall, token):
    answer = hall.hand_in()
    application, receipt = Application.objects.get(), answer.json()
    assert answer.status_code == 201 and receipt["number"] == application.number and answer["Location"] == f"/api/v1/applications/{receipt['reference']}"
    assert (application.channel, application.state, application.received_on, application.reply_due_on) == ("internet", "待确认", None, None)
    assert (application.applicant.name, application.applicant.id_number, application.description) == ("林溪桥", "990101199003071237", PERSON["description"])
    assert [(paper.name, paper.kind) for paper in application.papers.all()] == [("林溪桥身份证.png", "png")]
    assert public_queries.find(application.office, receipt["number"], receipt["query_code"]) == application
    assert "林溪桥" not in application.subject
    assert [entry.facts["system"] for entry in Entry.objects.filter(verb="api.handed_in")] == ["青禾市政务服务大厅"]


def test_an_organisation_is_counted_in_its_own_column(hall):
    said = {**PERSON, "kind": "organisation", "category": "research", "name": "青禾市农机研究所", "representative": "乔木", "contact": "沈禾"}
    del said["id_number"]
    assert hall.hand_in(said).status_code == 201
    assert Application.objects.get().applicant_category == "research"


def test_a_call_repeated_is_one_case_and_one_answer(hall):
    first, second = hall.hand_in(), hall.hand_in()
    assert first.content == second.content and (first["Idempotency-Replayed"], second["Idempotency-Replayed"]) == ("false", "true")
    assert Application.objects.count() == Filing.objects.count() == Paper.objects.count() == HandedOver.objects.count() == 1
    cases.confirm(Application.objects.get(), by=None, on=timezone.localdate())
    assert hall.hand_in().content == first.content


def test_a_key_used_for_something_else_is_refused_and_the_first_case_stands(hall):
    hall.hand_in()
    answer = hall.hand_in({**PERSON, "description": "另一项信息"})
    assert (answer.status_code, answer.json()["type"]) == (409, "/api/#key-reused") and "请换一个值" in answer.json()["detail"]
    assert hall.hand_in(b"{").status_code == 409
    assert Application.objects.get().description == PERSON["description"]
    assert hall.hand_in({**PERSON, "description": "另一项信息"}, key="a1b2c3d4-0002").status_code == 201


def test_two_systems_may_use_the_same_key(hall, token, settings):
    AccessTokenFactory(system=ConnectedSystemFactory(office=token.system.office, name="青禾政务网"), text="gongkai_" + "w" * 43)
    numbers = {hall.hand_in().json()["number"], Hall(settings, "gongkai_" + "w" * 43).hand_in().json()["number"]}
    assert len(numbers) == 2 and len({filing.code_hash for filing in Filing.objects.all()}) == 2


@pytest.mark.django_db(transaction=True)
def test_calls_at_the_same_moment_are_one_case(settings):
    AccessTokenFactory()
    many, answers, errors = 8 if connection.vendor == "postgresql" else 4, [], []
    halls, ready = [Hall(settings) for _ in range(many)], threading.Barrier(many)

    def send(hall):
        ready.wait()
        try:
            answers.append(hall.hand_in())
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    hands = [threading.Thread(target=send, args=[hall]) for hall in halls]
    [one.start() for one in hands]
    [one.join() for one in hands]
    assert errors == [] and {answer.content for answer in answers} == {answers[0].content} and {answer.status_code for answer in answers} == {201}
    assert Application.objects.count() == Paper.objects.count() == HandedOver.objects.count() == 1
    assert sorted(answer["Idempotency-Replayed"] for answer in answers) == ["false", *["true"] * (many - 1)]


@pytest.mark.parametrize(("changed", "field", "sentence"), [
    pytest.param({"name": ""}, "name", "请填写姓名", id="没有姓名"),
    pytest.param({"name": 7}, "name", "应为文字", id="数字作姓名"),
    pytest.param({"name": None}, "name", "应为文字", id="空值作姓名"),
    pytest.param({"phone": "123"}, "phone", "位数不够", id="电话太短"),
    pytest.param({"id_number": "990101199003071234"}, "id_number", "校验位不符", id="证件号码"),
    pytest.param({"way_wanted": "post", "address": ""}, "address", "选择了邮寄", id="邮寄没有地址"),
    pytest.param({"way_wanted": "pigeon"}, "way_wanted", "", id="没有的途径"),
    pytest.param({"purpose": "生产经营"}, "purpose", "没有这一项", id="用途"),
    pytest.param({"kind": "robot"}, "kind", "person", id="类别"),
    pytest.param({"kind": ["person"]}, "kind", "person", id="类别不是文字"),
    pytest.param({"description": "要这份文件 秘密★5年"}, "description", "不得录入涉密信息", id="密级标志"),
    pytest.param({"description": "长" * 2001}, "description", "不超过2000字", id="太长"),
    pytest.param({"papers": []}, "papers", "请附身份证明", id="没有证件"),
    pytest.param({"papers": [{"name": "证.png"}]}, "papers", "name和content", id="没有内容"),
    pytest.param({"papers": [{"name": "证.png", "content": "不是"}]}, "papers", "不是Base64", id="不是Base64"),
    pytest.param({"papers": [{"name": "证.png", "content": b64encode(b"MZ\x90\x00" + b"\x00" * 99).decode()}]}, "papers", "不要上传程序文件", id="程序"),
    pytest.param({"papers": [{"name": "证.docx", "content": b64encode(b"PK\x03\x04" + b"\x00" * 99).decode()}]}, "papers", "证.docx", id="文档"),
    pytest.param({"papers": [{"name": f"{n}.png", "content": b64encode(PNG).decode()} for n in range(4)]}, "papers", "一次最多上传3个文件", id="太多"),
])  # fmt: skip
def test_what_is_wrong_is_said_of_its_field_and_nothing_is_kept(hall, changed, field, sentence):
    answer = hall.hand_in({**PERSON, **changed})
    assert answer.status_code == 422 and any(error["field"] == field and sentence in error["sentence"] for error in answer.json()["errors"]), answer.json()
    assert not Application.objects.exists() and not Paper.objects.exists() and not HandedOver.objects.exists()
    assert hall.hand_in().status_code == 201  # the key is free for the mended application


@pytest.mark.parametrize(("body", "headers", "status", "sentence"), [
    pytest.param(b"{", {}, 400, "不是完整的JSON", id="半个JSON"),
    pytest.param("[" * 100_000, {}, 400, "不是完整的JSON", id="套得太深"),
    pytest.param(b"\xff\xfe{}", {}, 400, "UTF-8", id="不是UTF-8"),
    pytest.param(b"[]", {}, 400, "应为一个JSON对象", id="不是对象"),
    pytest.param(b" ", {}, 400, "不是完整的JSON", id="空的"),
    pytest.param(PERSON, {"HTTP_IDEMPOTENCY_KEY": ""}, 400, "缺少请求头 Idempotency-Key", id="没有幂等键"),
    pytest.param(PERSON, {"HTTP_IDEMPOTENCY_KEY": "短"}, 400, "8至100个", id="幂等键不对"),
    pytest.param(PERSON, {"content_type": "text/plain"}, 415, "application/json", id="不是JSON类型"),
    pytest.param(b"x" * (11 << 20), {}, 413, "最多10MB", id="太大"),
])  # fmt: skip
def test_what_cannot_be_read_is_refused_with_a_sentence(hall, body, headers, status, sentence):
    answer = hall.hand_in(body.encode() if isinstance(body, str) else body, **headers)
    assert answer.status_code == status and sentence in answer.json()["detail"] and not Application.objects.exists()


# Who may


@pytest.mark.parametrize(("changed", "status"), [
    pytest.param({"expires_on": timezone.localdate() - timedelta(days=1)}, 401, id="过期"), pytest.param({"expires_on": timezone.localdate()}, 201, id="最后一日"),
    pytest.param({"scopes": ["read"]}, 403, id="只能查询"), pytest.param({"scopes": ["hand_in"]}, 201, id="只能提交"),
])  # fmt: skip
def test_a_token_opens_what_it_says_until_its_last_day(settings, changed, status):
    AccessTokenFactory(**changed)
    assert Hall(settings).hand_in().status_code == status
    assert Application.objects.exists() is (status == 201)


def test_a_revoked_token_opens_nothing_from_the_next_call_on(hall, token):
    assert hall.hand_in().status_code == 201
    actions.revoke(token, by=token.issued_by, reason="管理单位人员变动")
    assert hall.hand_in().status_code == 401 and hall.ask("get", "/api/v1/applications").status_code == 401


@pytest.mark.parametrize("shown", ["", "gongkai_" + "x" * 43, TOKEN[:-1], TOKEN.upper(), "’; DROP TABLE"])
def test_no_other_token_opens_anything(token, settings, shown):
    answer = Hall(settings, shown, f"203.0.113.{len(shown)}").hand_in() if shown.isascii() else None
    assert answer is None or (answer.status_code == 401 and not Application.objects.exists())


def test_wrong_tokens_and_too_many_calls_are_slowed(hall, token, settings, monkeypatch):
    monkeypatch.setattr("gongkai.api.views.rules.limits", lambda *a: rules.Limits(calls=3, tries=2, days=366))
    stranger = Hall(settings, "gongkai_" + "x" * 43, "203.0.113.99")
    assert [stranger.ask("get", "/api/v1/applications").status_code for _ in range(3)] == [401, 401, 429]
    assert [hall.ask("get", "/api/v1/applications").status_code for _ in range(4)] == [200, 200, 200, 429]


# Asking


def test_a_system_is_told_where_its_application_stands_in_the_words_of_the_progress_page(hall):
    reference = hall.hand_in().json()["reference"]
    assert (said := hall.look(reference).json())["state"] == "unconfirmed" and "双方确认" in said["means"] and said["last_day"] is None
    application, today = Application.objects.get(), timezone.localdate()
    cases.confirm(application, by=None, on=today)
    said = hall.look(reference).json()
    assert (said["state"], said["received_on"]) == ("open", today.isoformat()) and said["last_day"] == Application.objects.get().reply_due_on.isoformat()
    cases.ask_to_correct(application, by=None, on=today)
    assert (said := hall.look(reference).json())["state"] == "awaiting_correction" and said["may_hand_in"] == ["correction", "withdrawal"] and said["last_day"] is None
    assert Entry.objects.filter(verb="api.looked_up").count() == 3


def test_another_systems_application_does_not_exist_for_it(hall, token, settings):
    reference = hall.hand_in().json()["reference"]
    AccessTokenFactory(system=ConnectedSystemFactory(office=token.system.office, name="青禾政务网"), text="gongkai_" + "w" * 43)
    other = Hall(settings, "gongkai_" + "w" * 43)
    assert other.look(reference).json() == other.look(uuid4()).json() and other.look(reference).status_code == 404
    assert other.ask("get", "/api/v1/applications").json() == {"applications": [], "more": False}
    assert other.ask("get", f"/api/v1/applications?after={reference}").json()["applications"] == []


def test_the_list_is_of_its_own_in_order_and_by_pages(hall, monkeypatch):
    monkeypatch.setattr("gongkai.api.views.queries.listed", lambda system, after: queries_listed(system, after, 2))
    numbers = [hall.hand_in(key=f"key-of-case-{n}").json()["number"] for n in range(5)]
    seen, after = [], ""
    while True:
        page = hall.ask("get", f"/api/v1/applications{after}").json()
        seen += [one["number"] for one in page["applications"]]
        if not page["more"]:
            break
        after = f"?after={page['applications'][-1]['reference']}"
    assert seen == numbers
    assert hall.ask("get", "/api/v1/applications?after=not-a-reference").status_code == 422


queries_listed = queries.listed


def test_the_list_asks_as_many_questions_for_three_as_for_one(hall, django_assert_num_queries):
    from django.test.utils import CaptureQueriesContext

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            assert hall.ask("get", "/api/v1/applications").status_code == 200
        return len(found)

    hall.hand_in(key="key-of-case-0")
    asked()
    one = asked()
    hall.hand_in(key="key-of-case-1")
    hall.hand_in(key="key-of-case-2")
    assert asked() == one


def test_nothing_of_the_applicant_is_in_an_answer_a_log_or_an_exit(hall, token, caplog):
    """Even to the system that handed it in: it knows what it sent."""
    first = hall.hand_in()
    reference = first.json()["reference"]
    answers = [first, hall.hand_in(), hall.hand_in({**PERSON, "way_wanted": "fly"}, key="a1b2c3d4-0009"), hall.hand_in({**PERSON, "name": ""}), hall.look(reference), hall.ask("get", "/api/v1/applications")]
    left = [answer.content.decode() for answer in answers] + [str(answer.headers) for answer in answers]
    left += [content.decode() for _, content in exits()["api.systems"].walk(token.system.office_id)]
    left += [f"{entry.subject_label}{entry.facts}{entry.actor_name}" for entry in Entry.objects.all()]
    left += [caplog.text, *(str(one) for model in (HandedOver, AccessToken, ConnectedSystem) for one in model.objects.all())]
    hidden = (*SECRETS, TOKEN, TOKEN.removeprefix("gongkai_"))
    for text in left:
        assert not [secret for secret in hidden if secret in text], text
    assert sha256(TOKEN.encode()).hexdigest() != AccessToken.objects.get().token_hash


# The desk


@pytest.fixture
def office():
    return OfficeFactory()


def sign_in(client, settings, person):
    settings.ROOT_URLCONF, settings.MIDDLEWARE = HOME, DESK
    client.force_login(person, backend="gongkai.accounts.backends.PostBackend")
    return client


def test_a_system_is_let_in_and_turned_away_at_the_desk(client, settings, office):
    keeper = UserFactory(office=office, role=Role.SECURITY_ADMIN)
    browser, page = sign_in(client, settings, keeper), reverse("api_systems")
    browser.post(page, {"deed": "connect", "name": "青禾市政务服务大厅", "keeper": "政务服务数据管理局 乔木"})
    system, until = ConnectedSystem.objects.get(), timezone.localdate() + timedelta(days=100)
    issued = browser.post(page, {"deed": "issue", "system": system.pk, f"s{system.pk}-scopes": ["hand_in"], f"s{system.pk}-expires_on": until.isoformat()})
    text = rules.TOKEN.search(issued.content.decode())[0]
    token = AccessToken.objects.get()
    assert "no-store" in issued["Cache-Control"] and (token.scopes, token.expires_on, token.issued_by) == (["hand_in"], until, keeper) and token.token_hash == actions.token_hash(text)
    assert text not in browser.get(page).content.decode()
    browser.post(page, {"deed": "revoke", "token": token.pk, "reason": ""})
    assert AccessToken.objects.get().revoked_at is None
    browser.post(page, {"deed": "revoke", "token": token.pk, "reason": "到期更换"})
    assert AccessToken.objects.get().revoked_by == keeper and "已停用" in browser.get(page).content.decode()
    assert list(Entry.objects.filter(verb__startswith="api.").order_by("pk").values_list("verb", flat=True)) == ["api.connected", "api.token_issued", "api.token_revoked"]
    assert not Entry.objects.filter(facts__icontains=text).exists()


@pytest.mark.slow
def test_a_system_reads_the_true_day_of_a_letter_that_was_mistyped(token):
    office = Office()
    letter = office.stamped("granted", date(2022, 3, 24))
    office.deliver(letter, "post", date(2022, 3, 30))
    letters.correct_day(Letter.objects.get(pk=letter.pk), by=office.consenting, of="delivery", on=date(2022, 3, 29), reason="寄件底单为准")
    there = HandedOverFactory(filing=FilingFactory(application=office.now), system=token.system)
    assert [one["delivered_on"] for one in queries.standing(there, date(2022, 4, 1))["letters"]] == ["2022-03-29"]


def test_the_page_says_who_issues_tokens_and_how_to_end_one(client, settings, token):
    office, page = token.system.office, reverse("api_systems")
    reader = UserFactory(office=office, role=Role.COORDINATOR)
    token.issued_by.posts.all().delete()
    assert "还没有人担任安全管理员" in sign_in(client, settings, reader).get(page).content.decode()
    keeper = UserFactory(name="闻人守", office=office, role=Role.SECURITY_ADMIN)
    shown = sign_in(client, settings, reader).get(page).content.decode()
    assert "由安全管理员签发和停用，现在是闻人守" in shown and "请与安全管理员联系" in shown and "下一次调用起不再有效" in shown and ">停用</button>" not in shown
    shown = sign_in(client, settings, keeper).get(page).content.decode()
    assert "在它的名下按“签发令牌”" in shown and ">停用</button>" in shown


@pytest.mark.parametrize("role", sorted(set(Role)))
def test_only_the_security_administrator_lets_systems_in(client, settings, office, role):
    system = ConnectedSystemFactory(office=office)
    browser, page = sign_in(client, settings, UserFactory(office=office, role=role)), reverse("api_systems")
    until = (timezone.localdate() + timedelta(days=9)).isoformat()
    answer = browser.post(page, {"deed": "issue", "system": system.pk, f"s{system.pk}-scopes": ["read"], f"s{system.pk}-expires_on": until})
    assert AccessToken.objects.exists() is (role == Role.SECURITY_ADMIN) and (answer.status_code == 200) is (role == Role.SECURITY_ADMIN)
    sees = role in {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.COORDINATOR, Role.DISCLOSURE_HEAD}
    assert ("青禾市政务服务大厅" in browser.get(page).content.decode()) is sees


def test_another_offices_system_is_not_there(client, settings, office):
    token = AccessTokenFactory(system__office=OfficeFactory(name="青禾市农业农村局"))
    browser = sign_in(client, settings, UserFactory(office=office, role=Role.SECURITY_ADMIN))
    assert "青禾市政务服务数据管理局" not in browser.get(reverse("api_systems")).content.decode()
    assert browser.post(reverse("api_systems"), {"deed": "revoke", "token": token.pk, "reason": "x"}).status_code == 404
    assert AccessToken.objects.get().revoked_at is None


@pytest.mark.parametrize(("scopes", "until", "sentence"), [
    (["read"], date(2022, 3, 1), None), (["read"], date(2022, 2, 28), "已经过去"), (["read"], date(2023, 3, 2), None), (["read"], date(2023, 3, 3), "最长366天"),
    ([], date(2022, 3, 1), "可做的事"), (["rule"], date(2022, 3, 1), "可做的事"),
])  # fmt: skip
def test_a_token_is_issued_for_something_and_for_a_year_at_most(scopes, until, sentence):
    found = [objection.sentence for objection in rules.objections_to_issuing(scopes, until, date(2022, 3, 1), 366)]
    assert (not found) if sentence is None else (len(found) == 1 and sentence in found[0])
