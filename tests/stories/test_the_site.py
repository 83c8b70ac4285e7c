"""What the public sees: the built files, served as files."""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from gongkai.demo.bureau import standing
from gongkai.sitebuild.actions import build

from .person import Person

pytestmark = pytest.mark.browser


class Files(SimpleHTTPRequestHandler):
    def log_message(self, *_) -> None:
        """Says nothing of every file."""


@pytest.fixture
def site(bureau):
    """Builds the site as the records stand and serves the folder; gives the address."""
    servers = []

    def built() -> str:
        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=build(standing().office).folder)))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}"

    yield built
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def visitor(browser):
    """Somebody from outside; at the end nothing was wrong and nothing was stored with them."""
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


@pytest.mark.parametrize("scripts", [pytest.param(True, id="有脚本"), pytest.param(False, id="无脚本")])
def test_从首页打开分工方案(site, visitor, scripts):
    one = visitor(site(), scripts=scripts).open("/")
    assert "青禾市工业和信息化局" in one.text
    one.follow("2022年政务公开工作要点分工方案")
    assert "夯实政务公开基础" in one.text and "{{" not in one.text
    # Nothing is frozen yet: the plan is public, what the sections wrote is not.
    assert "均依据规定给予答复" not in one.text
    one.open("/404.html")
    assert "没有找到这个页面" in one.text


def test_冻结后重新生成_公开页显示落实情况(site, visitor, person):
    person("shenzhiqiu").open("/desk/ledger/2022/freeze/?as_of=2022-11-30").press("冻结：截至2022年11月30日")
    one = visitor(site()).open("/ledger/2022/")
    assert "截至11月30日，本年度收到政府信息公开申请11件，均依据规定给予答复" in one.text
    assert "沈知秋" not in one.text
