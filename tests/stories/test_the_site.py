"""What the public sees: the built files, served as files."""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from gongkai.demo.bureau import standing
from gongkai.sitebuild.actions import build

from .person import Person

pytestmark = pytest.mark.browser


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_) -> None:
        pass


@pytest.fixture
def site(bureau):
    """The address of the built site."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=build(standing().office).folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("scripts", [pytest.param(True, id="有脚本"), pytest.param(False, id="无脚本")])
def test_从首页打开分工方案(browser, site, person, scripts):
    visitor = Person(browser, site, scripts=scripts)
    visitor.open("/")
    assert "青禾市工业和信息化局" in visitor.text
    visitor.follow("2022年政务公开工作要点分工方案")
    assert "夯实政务公开基础" in visitor.text and "沈知秋" not in visitor.text and "{{" not in visitor.text
    if scripts:
        visitor.open("/404.html")
    assert not visitor.troubles, "\n".join(visitor.troubles)
    assert not visitor.context.cookies()
    visitor.context.close()


def test_冻结并重新生成后公开页显示落实情况(browser, bureau, person):
    from http.client import HTTPConnection

    shen = person("shenzhiqiu").open("/desk/ledger/2022/freeze/?as_of=2022-11-30").press("冻结：截至2022年11月30日")
    folder = build(standing().office).folder
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    connection = HTTPConnection("127.0.0.1", server.server_port)
    connection.request("GET", "/ledger/2022/")
    page = connection.getresponse().read().decode()
    server.shutdown()
    server.server_close()
    assert "均依据规定给予答复" in page and "截至11月30日" in page
    assert shen.page.url
