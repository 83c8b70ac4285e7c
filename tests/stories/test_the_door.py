"""Who gets in, and what they find."""

from importlib import import_module

import pytest

pytestmark = pytest.mark.browser


def test_输错五次锁定半小时(person):
    stranger = person()
    for _ in range(4):
        stranger.sign_in("linxiaohe", "猜一个密码")
        assert "/login/" in stranger.page.url
    stranger.look()
    stranger.sign_in("linxiaohe", "猜一个密码").look()
    assert "账号已锁定" in stranger.text and "半小时" in stranger.text
    stranger.sign_in("linxiaohe")
    assert "账号已锁定" in stranger.text


def test_久不操作自动退出并说明(person, settings):
    lin = person("linxiaohe").open("/desk/")
    key = next(c["value"] for c in lin.context.cookies() if c["name"] == settings.SESSION_COOKIE_NAME)
    session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    session["seen"] -= settings.IDLE_SECONDS + 60
    session.save()
    lin.open("/desk/ledger/2022/")
    assert "/login/" in lin.page.url and "30分钟没有操作" in lin.text
    lin.open("/desk/ledger/2022/")
    assert "/login/" in lin.page.url


def test_路人甲进不来(person):
    passer = person("lurenjia").look()
    for path in ("/desk/", "/desk/ledger/2022/", "/desk/registers/applications/", "/desk/log/"):
        passer.page.goto(passer.address + path)
        text = passer.page.locator("body").inner_text()
        assert "2022年台账" not in text and "青工信公开申" not in text and "封签" not in text, path
    for path in ("/desk/ledger/2022/", "/desk/registers/applications/", "/desk/log/"):
        assert passer.page.goto(passer.address + path).status == 403 or "/login/" in passer.page.url, path


def test_审计管理员看日志_没有业务菜单(person):
    jian = person("jianming").open("/desk/log/")
    assert "封签" in jian.text and jian.page.locator("main tbody tr").count() > 20
    assert "审计日志" in jian.menu
    assert not {"工作台账", "信息发布", "政策文件", "依申请公开", "履责监督"} & set(jian.menu)
    for path in ("/desk/ledger/2022/", "/desk/registers/applications/"):
        assert jian.page.goto(jian.address + path).status == 403
    jian.look()
    assert "您的岗位不能" in jian.text


def test_上级查阅台账_只能看(person, bureau):
    liu = person("liuchangqing").open("/desk/ledger/2022/?as_of=2022-11-30")
    assert "均依据规定给予答复" in liu.text
    assert not {"冻结年度账", "导入方案"} & set(liu.buttons())
    liu.open(f"/desk/ledger/measure/{bureau.measure('2022-02').pk}/")
    assert liu.page.locator("main textarea, main input[type=file]").count() == 0
    for path in ("/desk/ledger/2022/freeze/", "/desk/ledger/import/"):
        assert liu.page.goto(liu.address + path).status == 403


@pytest.mark.parametrize("username", ["linxiaohe", "gumingyuan", "zhanghuaijin", "shian", "yanshouyi"])
def test_各岗位的工作台(person, username):
    one = person(username).open("/desk/")
    assert one.answer.status == 200 and "工作台" in one.menu
