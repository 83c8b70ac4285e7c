"""Signing in: passwords, lock-out, the second factor, a password someone else set, sitting idle."""

import time

import pytest
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from gongkai.accounts import actions
from gongkai.accounts.roles import Role
from gongkai.audit.models import Entry
from tests.factories.accounts import PASSWORD, UserFactory

DOOR = "/desk/login/"


def knock(client, username, password=PASSWORD, **more):
    return client.post(DOOR, {"username": username, "password": password, **more})


def code_of(device, drift=0) -> str:
    return f"{totp(device.bin_key, drift=drift):06d}"


@pytest.fixture
def device(clerk):
    waiting = actions.start_two_factor(clerk)
    assert actions.confirm_two_factor(waiting, code=code_of(waiting))
    # A code is good once: the next one shown is for the next half minute.
    TOTPDevice.objects.update(last_t=-1)
    waiting.refresh_from_db()
    return waiting


def verbs(**which) -> list[str]:
    return list(Entry.objects.filter(verb__startswith="accounts.", **which).order_by("id").values_list("verb", flat=True))


def test_a_right_password_opens_the_desk_and_both_ways_are_logged(client, clerk):
    answer = knock(client, "clerk", next="/desk/account/")
    assert (answer.status_code, answer["Location"]) == (302, "/desk/account/")
    client.post("/desk/logout/")
    assert verbs(actor=clerk) == ["accounts.signed_in", "accounts.signed_out"]
    assert client.get("/desk/account/").status_code == 302


def test_the_way_on_never_leads_off_the_site(client, clerk):
    assert knock(client, "clerk", next="https://evil.example/")["Location"] == "/desk/"


def test_a_wrong_password_says_no_more_than_that(client, clerk):
    known, unknown = knock(client, "clerk", "wrong"), knock(client, "no-such-person", "wrong")
    for answer in (known, unknown):
        assert "用户名或密码不正确" in answer.content.decode()
    said = [entry.facts["username"] for entry in Entry.objects.filter(verb="accounts.sign_in_failed").order_by("id")]
    assert said == ["clerk", "（未登记的用户名）"], "误填在用户名里的密码不能进日志"


def test_five_wrong_passwords_lock_the_account_and_security_admin_unlocks_it(client, clerk, security):
    for _ in range(5):
        answer = knock(client, "clerk", "wrong")
    assert "账号已锁定" in answer.content.decode() and answer.status_code in (403, 429)
    assert "账号已锁定" in knock(client, "clerk").content.decode(), "锁定期间密码对了也不开"
    assert "accounts.locked" in verbs()
    client.force_login(security, backend="gongkai.accounts.backends.PostBackend")
    page = client.get(f"/desk/people/{clerk.pk}/").content.decode()
    assert "已锁定" in page and "解除锁定" in page
    client.post(f"/desk/people/{clerk.pk}/", {"deed": "unlock"})
    client.post("/desk/logout/")
    assert knock(client, "clerk").status_code == 302


def test_a_stopped_account_does_not_open(client, clerk, security):
    actions.deactivate(clerk, by=security)
    assert knock(client, "clerk").status_code == 200


def test_with_a_second_factor_the_password_alone_opens_nothing(client, clerk, device):
    answer = knock(client, "clerk", next="/desk/account/")
    assert answer["Location"] == "/desk/login/code/"
    assert client.get("/desk/account/")["Location"].startswith(DOOR)
    wrong = client.post("/desk/login/code/", {"code": "000000" if code_of(device) != "000000" else "111111"})
    assert "动态口令不正确" in wrong.content.decode()
    assert Entry.objects.filter(verb="accounts.code_failed", subject_id=str(clerk.pk), actor=None).count() == 1
    TOTPDevice.objects.update(throttling_failure_count=0)
    assert client.post("/desk/login/code/", {"code": code_of(device)})["Location"] == "/desk/account/"
    assert "我的账户" in client.get("/desk/account/").content.decode()
    assert verbs(actor=clerk).count("accounts.signed_in") == 1


def test_a_code_is_asked_for_only_after_a_password_and_not_for_ever(client, clerk, device, monkeypatch):
    assert client.post("/desk/login/code/", {"code": code_of(device)})["Location"] == DOOR
    knock(client, "clerk")
    later = time.time() + 600
    monkeypatch.setattr("gongkai.accounts.views.time.time", lambda: later)
    assert client.post("/desk/login/code/", {"code": code_of(device)})["Location"] == DOOR


def test_guessing_codes_is_slowed_down(client, clerk, device):
    knock(client, "clerk")
    for _ in range(3):
        answer = client.post("/desk/login/code/", {"code": "123456" if code_of(device) != "123456" else "654321"})
    assert "请稍等片刻" in answer.content.decode()


def test_a_person_sets_up_the_second_factor_without_leaving_the_site(at, clerk):
    browser = at(clerk)
    page = browser.get("/desk/account/two-factor/").content.decode()
    assert "<svg" in page and "http://" not in page.split("<svg")[1].split("</svg>")[0].replace("http://www.w3.org/2000/svg", "")
    waiting = TOTPDevice.objects.get(user=clerk, confirmed=False)
    browser.post("/desk/account/two-factor/", {"code": code_of(waiting)})
    assert TOTPDevice.objects.filter(user=clerk, confirmed=True).exists()
    assert "accounts.two_factor_on" in verbs(actor=clerk)
    assert browser.get("/desk/account/").status_code == 200, "启用之后本次登录不必重来"


def test_a_role_of_which_it_is_asked_can_do_nothing_else_first(at, clerk, security, office):
    actions.require_two_factor(office, roles=[Role.CLERK], by=security)
    browser = at(clerk)
    assert browser.get("/desk/registers/interviews/")["Location"] == "/desk/account/two-factor/"
    waiting_page = browser.get("/desk/account/two-factor/")
    assert waiting_page.status_code == 200
    browser.post("/desk/account/two-factor/", {"code": code_of(TOTPDevice.objects.get(user=clerk))})
    assert browser.get("/desk/registers/interviews/").status_code == 200
    browser.post("/desk/account/two-factor/", {"stop": "1"})
    assert TOTPDevice.objects.filter(user=clerk, confirmed=True).exists(), "岗位要求的不能自行停用"


def test_an_old_session_must_show_a_code_once_the_factor_is_set_up(at, clerk, device):
    assert at(clerk).get("/desk/account/two-factor/")["Location"] == "/desk/login/code/"


def test_a_password_set_by_someone_else_must_be_changed_first(at, clerk, security):
    actions.set_password(clerk, password="Qinghe-2023-first", by=security)
    clerk.refresh_from_db()
    browser = at(clerk)
    assert browser.get("/desk/registers/interviews/")["Location"] == "/desk/account/password/"
    form = {"old": "Qinghe-2023-first", "new": "short", "again": "short"}
    assert "field-error" in browser.post("/desk/account/password/", form).content.decode()
    form |= {"new": "Heye-Qingfeng-88", "again": "Heye-Qingfeng-88"}
    assert browser.post("/desk/account/password/", form)["Location"] == "/desk/account/"
    assert browser.get("/desk/registers/interviews/").status_code == 200, "改密码不应把自己踢出去"


@pytest.mark.parametrize(
    ("form", "says"),
    [
        pytest.param({"old": "wrong", "new": "Heye-Qingfeng-88", "again": "Heye-Qingfeng-88"}, "现在的密码不正确", id="旧密码不对"),
        pytest.param({"old": PASSWORD, "new": "Heye-Qingfeng-88", "again": "Heye-Qingfeng-89"}, "两次输入的新密码不一致", id="两次不一样"),
        pytest.param({"old": PASSWORD, "new": PASSWORD, "again": PASSWORD}, "不能与现在的密码相同", id="没有换"),
        pytest.param({"old": PASSWORD, "new": "heyeqingfeng", "again": "heyeqingfeng"}, "至少三种", id="花样不够"),
    ],
)
def test_a_poor_new_password_is_refused_in_a_sentence(at, clerk, form, says):
    assert says in at(clerk).post("/desk/account/password/", form).content.decode()
    clerk.refresh_from_db()
    assert clerk.check_password(PASSWORD)


def test_sitting_idle_ends_the_session(at, clerk, settings):
    settings.IDLE_SECONDS = 60
    browser = at(clerk)
    browser.get("/desk/account/")
    session = browser.session
    session["seen"] = int(time.time()) - 61
    session.save()
    answer = browser.get("/desk/account/", follow=True)
    assert "没有操作，系统已自动退出" in answer.content.decode() and answer.redirect_chain


def test_a_person_without_a_post_is_told_whom_to_ask(client, office):
    UserFactory(username="nobody", office=office)
    answer = client.post(DOOR, {"username": "nobody", "password": PASSWORD}, follow=True)
    assert "没有岗位" in answer.content.decode() and "安全管理员" in answer.content.decode()
