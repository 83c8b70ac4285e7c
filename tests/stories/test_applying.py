"""Somebody at home applies for information, without script and with it, at a desk's width and a telephone's; the office answers to it."""

import re
import socketserver
import threading
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.utils import timezone

from gongkai.demo.bureau import standing
from gongkai.foi import public_rules
from gongkai.foi.models import Application, HandedIn
from gongkai.search import actions as search
from gongkai.sitebuild.actions import build
from gongkai.sitebuild.serving import serving

from .person import DESK, PHONE, Person

pytestmark = pytest.mark.browser
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082")


class Quiet(WSGIRequestHandler):
    def log_message(self, *_) -> None:
        """Says nothing of every request."""


class Threads(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


@pytest.fixture
def town(bureau, settings, monkeypatch):
    """The built site with its live part, as one server; filling in takes no time here."""
    office = standing().office
    search.rebuild(office)
    folder = build(office).folder
    limits = public_rules.limits(timezone.localdate())._replace(seconds=0, posts=1000)
    monkeypatch.setattr("gongkai.foi.public_views._limits", lambda office: limits)
    server = make_server("127.0.0.1", 0, serving(get_wsgi_application(), folder), server_class=Threads, handler_class=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def visitor(browser):
    seated = []

    def arrive(address: str, **how) -> Person:
        seated.append(Person(browser, address, **how))
        return seated[-1]

    yield arrive
    for one in seated:
        cookies = one.context.cookies()
        one.context.close()
        assert not one.troubles, "\n".join(one.troubles)
        assert not cookies


@pytest.mark.parametrize("how", [pytest.param({"size": DESK}, id="桌面"), pytest.param({"size": PHONE}, id="手机"), pytest.param({"scripts": False, "size": PHONE}, id="手机无脚本")])
def test_从首页到回执_查询_补正_受理(town, visitor, person, tmp_path, how):
    card = tmp_path / "证件.png"
    card.write_bytes(PNG)
    one = visitor(town, **how).open("/")
    one.follow("网上申请公开").follow("自然人", exact=True)
    one.press("下一步：核对")
    assert "有6处需要改正" in one.text
    one.fill("姓名", "林溪桥").fill("联系电话", "13900001234").fill("需要什么信息", "2022年度工业企业技术改造专项资金的分配结果")
    one.page.get_by_label("电子", exact=True).check()
    one.page.get_by_label("在本网站凭查询码下载").check()
    one.page.set_input_files("#papers", card)
    one.press("下一步：核对")
    assert "核对后提交" in one.text and "证件.png" in one.text
    one.press("返回修改")
    assert one.page.input_value("#id_name") == "林溪桥" and "已经上传" in one.text
    one.press("下一步：核对").press("提交申请")
    assert "这张回执不是收到申请的确认" in one.text
    number, code = one.page.locator(".apply-receipt dd").first.inner_text(), one.page.locator(".apply-receipt code").inner_text()
    application = Application.objects.get(number=number)
    assert application.received_on is None

    one.open("/apply/progress/").fill("申请编号", number).fill("查询码", code.lower()).press("查询")
    assert "等待与您确认" in one.text and code not in one.page.url

    # The office confirms it and asks what is meant, by a letter of the system it had before.
    desk = person("shenzhiqiu").open(f"/desk/foi/{application.pk}/")
    desk.page.locator("summary").filter(has_text="登记与申请人确认").click()
    desk.press("登记与申请人确认", exact=True)
    desk.page.locator("summary").filter(has_text="告知补正").click()
    desk.page.locator("details[open] .case-outside > summary").click()
    desk.page.locator("#ask_to_correct-document").fill("青工信公开补〔2022〕9号")
    desk.page.locator("#ask_to_correct-why").fill("旧系统中制发的告知书")
    desk.press("补录告知补正", exact=True)
    assert "待补正" in desk.text

    one.open("/apply/progress/").fill("申请编号", re.sub(r"\D+", " ", number)).fill("查询码", code).press("查询")
    assert "等待您补正" in one.text
    one.page.locator("#text-correction").fill("指2022年第二批技术改造资金<b>")
    one.press("递交补正")
    assert "补正已经递交" in one.text and "等待工作人员处理" in one.text
    assert HandedIn.objects.get().application == application

    desk.open(f"/desk/foi/{application.pk}/").press("查看内容")
    assert "指2022年第二批技术改造资金<b>" in desk.text and "证件.png" in desk.text
    desk.press("受理", exact=True)
    application.refresh_from_db()
    assert application.corrected_on and application.state == "办理中"
    one.open("/apply/progress/").fill("申请编号", number).fill("查询码", code).press("查询")
    assert "正在办理" in one.text and "期限怎样算出来的" in one.text
    if how.get("scripts", True):  # in large letters nothing sticks out, on a phone either, and the way of an application is told in words
        one.page.click("[data-elder]")
        assert one.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        one.open("/xxgk/apply/")
        assert one.page.is_visible(".foi-way-steps") and not one.page.is_visible(".foi-way")


def test_只用键盘填完申请表(town, visitor):
    one = visitor(town).open("/apply/person/")
    one.tab_to("姓名")
    one.page.keyboard.type("林溪桥")
    for _ in range(2):
        one.page.keyboard.press("Tab")
    assert one.page.evaluate("document.activeElement.id") == "papers"


def test_平台页有流程图_申请表_本年数字(town, visitor, tmp_path):
    one = visitor(town).open("/xxgk/apply/")
    assert one.page.get_by_role("img", name="一件申请的办理流程").count() == 1
    assert re.search(r"本年新收\s*\d+件", one.text)
    for name, start in (("person.docx", b"PK"), ("organisation.pdf", b"%PDF")):
        with one.page.expect_download() as waiting:
            one.page.locator(f'a[href$="{name}"]').click()
        waiting.value.save_as(tmp_path / name)
        assert waiting.value.suggested_filename.startswith("政府信息公开申请表（") and (tmp_path / name).read_bytes().startswith(start)
