"""Who answers which address: files of the site, its live part without a session, the desk behind its door; by ourselves and by nginx."""

import gzip
import http.client
import io
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
import tomllib
from pathlib import Path
from urllib.parse import quote
from wsgiref.util import setup_testing_defaults

import pytest
import zstandard
from django.conf import settings as configured
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import clear_url_caches, set_urlconf
from django.urls import path as route
from waitress.server import create_server

from gongkai.annual_report.unpacking import ALL_BYTES
from gongkai.files.checks import IMPORT_LIMIT, MEGABYTE
from gongkai.sitebuild.actions import build
from gongkai.sitebuild.serving import serving
from gongkai.sockets import Page
from gongkai.visits import rules as visits
from tests.conftest import ROOT, step_aside
from tests.factories.accounts import OfficeFactory

from .test_build import only

pytestmark = pytest.mark.django_db
#: What stands under files/: a picture is shown, everything else is saved, whatever it holds.
ATTACHED = {"tu.png": "PNG", "附件.pdf": "PDF", "页面.html.txt": "<script>alert(1)</script>"}
LONG = "<h1>通知公告</h1>" + "<p>政务公开</p>" * 300


def live(request) -> HttpResponse:
    """A live page that says what it sees of the visitor, and what he sent."""
    if request.method == "POST":
        files = request.FILES.getlist("papers")
        return HttpResponse(f"收到{len(files)}个文件，共{sum(file.size for file in files)}字节" if files else f"收到{len(request.POST['words'])}字")
    return HttpResponse(f"会话：{hasattr(request, 'session')}；登录：{hasattr(request, 'user')}")


def cookie(request) -> HttpResponse:
    response = HttpResponse("x")
    response.set_cookie("who", "1")
    return response


@pytest.fixture
def site(settings, tmp_path, monkeypatch):
    """A built site with one long page, and a live address beside it."""
    settings.HOME = tmp_path
    monkeypatch.setattr("gongkai.urls_public.urlpatterns", [route("live/", live), route("cookie/", cookie)])
    clear_url_caches()
    only(monkeypatch, *(Page(f"files/{'a' * 32}/{name}", name, frozenset(), data.encode) for name, data in ATTACHED.items()), Page("a/index.html", "页", frozenset(), LONG.encode), Page("feed.xml", "订阅", frozenset(), ("<feed>" + "订" * 900 + "</feed>").encode))
    build(OfficeFactory(name="青禾市工业和信息化局"))
    yield tmp_path / "site"
    clear_url_caches()


@pytest.fixture
def application(site):
    yield serving(get_wsgi_application(), site / "current")
    set_urlconf(None)  # the last request's addresses stay with its thread


def ask(application, path: str, method: str = "GET", **headers) -> tuple[int, dict, bytes]:
    environ = {"PATH_INFO": path.encode().decode("latin-1"), "REQUEST_METHOD": method, "HTTP_HOST": "localhost", "wsgi.input": io.BytesIO(), **headers}
    setup_testing_defaults(environ)
    said = {}

    def start(status, answered, exc_info=None):
        said.update(status=int(status[:3]), headers=dict(answered))

    content = b"".join(application(environ, start))
    return said["status"], said["headers"], content


def test_a_public_page_is_a_file_with_its_headers(application):
    status, headers, content = ask(application, "/a/")
    assert (status, content.decode()) == (200, LONG)
    assert headers["Content-Type"] == 'text/html; charset="utf-8"' and headers["Cache-Control"] == "max-age=60, public"
    assert headers.items() >= configured.PUBLIC_HEADERS.items()
    assert "unsafe" not in headers["Content-Security-Policy"] and "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize(("accepted", "sent", "unpack"), [("gzip", "gzip", gzip.decompress), ("gzip, zstd", "zstd", zstandard.decompress), ("br", None, bytes)])
def test_a_reader_gets_the_twin_it_accepts(application, accepted, sent, unpack):
    status, headers, content = ask(application, "/a/", HTTP_ACCEPT_ENCODING=accepted)
    assert status == 200 and headers.get("Content-Encoding") == sent and headers["Vary"] == "Accept-Encoding"
    assert unpack(content).decode() == LONG and int(headers["Content-Length"]) == len(content)


def test_a_live_address_works_without_a_session(application):
    status, headers, content = ask(application, "/live/")
    assert (status, content.decode()) == (200, "会话：False；登录：False")
    assert "Set-Cookie" not in headers and headers.items() >= configured.PUBLIC_HEADERS.items()


def test_a_live_page_that_sets_a_cookie_fails_loudly(application):
    status, headers, content = ask(application, "/cookie/")
    assert status == 500 and "Set-Cookie" not in headers and "暂时无法处理" in content.decode()


def test_an_attachment_is_saved_and_a_picture_shown(application):
    for name in ATTACHED:
        status, headers, content = ask(application, f"/files/{'a' * 32}/{name}")
        assert (status, content.decode()) == (200, ATTACHED[name])
        assert_safe(name, headers)


def assert_safe(name: str, headers: dict) -> None:
    picture = name.endswith(".png")
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["Content-Type"].split(";")[0] == ("image/png" if picture else "application/octet-stream"), name
    assert headers.get("Content-Disposition", "").startswith("attachment") is not picture, name


@pytest.mark.parametrize("path", ["/nothing/", "/nothing.html", "/a/index.html/x", "/没有/", "/a/index.html.gz"])
def test_an_unknown_public_address_gets_the_sites_own_404_page(application, site, path):
    status, headers, content = ask(application, path)
    assert status == 404 and content == (site / "current" / "404.html").read_bytes()
    assert "Set-Cookie" not in headers and headers.items() >= configured.PUBLIC_HEADERS.items()


@pytest.mark.parametrize("path", ["/../keys.json", "/a/../../keys.json", "/..\\keys.json", "//etc/passwd", "/../book-1/manifest/000.json"])
def test_nothing_outside_the_site_is_served(application, site, path):
    (site.parent / "keys.json").write_text("钥匙")
    status, _, content = ask(application, path)
    assert status in (400, 404) and "钥匙" not in content.decode() and "root:" not in content.decode()


def test_the_desk_answers_below_its_own_addresses_only(application):
    status, headers, _ = ask(application, "/desk/")
    assert status == 302 and "/desk/login/" in headers["Location"]
    for path in ("/Desk/", "/desk-x/", "/login/", "/x/desk/login/"):
        assert ask(application, path)[0] == 404, path
    # A proxy that stands before the public site says so; then the desk is not there.
    for path in ("/desk/", "/desk/login/", "/desk"):
        status, headers, content = ask(application, path, HTTP_X_GONGKAI_FACE="public")
        assert status == 404 and "没有找到" in content.decode() and "Set-Cookie" not in headers


def test_before_a_site_is_built_the_front_door_leads_to_the_desk(settings, tmp_path):
    settings.HOME = tmp_path
    application = serving(get_wsgi_application(), tmp_path / "site" / "current")
    assert ask(application, "/")[1]["Location"] == "/desk/"
    assert ask(application, "/x/")[0] == 404


def test_a_file_replaced_between_looking_and_opening_goes_out_whole(application, site, monkeypatch):
    page, real, turns = site / "current" / "a" / "index.html", application.find_file, iter(["又短", "又长" * 500])

    def slow(url):
        found = real(url)
        if text := next(turns, None):
            page.with_suffix(".new").write_text(text)
            os.replace(page.with_suffix(".new"), page)
        return found

    monkeypatch.setattr(application, "find_file", slow)
    _, headers, content = ask(application, "/a/")
    assert content.decode() == "又长" * 500 and int(headers["Content-Length"]) == len(content)


# -- nginx ----------------------------------------------------------------------------------------------------------------

SHIPPED = ROOT / "docs" / "operating" / "nginx"
PUBLIC, DESK = "www.example.gov.cn", "desk.example.gov.cn"


def test_nginx_sends_the_headers_django_sends():
    lines = re.findall(r'^add_header (\S+) "(.*)" always;$', (SHIPPED / "headers.conf").read_text(), re.M)
    assert dict(lines) == configured.PUBLIC_HEADERS


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def nginx(site, application, tmp_path, settings):
    """The configuration as shipped, on a free port; only what an office would fill in is filled in. Yields `fetch`."""
    program = os.environ.get("NGINX") or shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        step_aside("nginx", "没有找到 nginx：安装它（tools/ci-setup），或用环境变量 NGINX 指明位置。")
    settings.ALLOWED_HOSTS = ["localhost", PUBLIC, DESK]
    live = create_server(application, host="127.0.0.1", port=0, threads=2)
    threading.Thread(target=live.run, daemon=True).start()
    port, prefix = free_port(), tmp_path / "nginx"
    (prefix / "conf").mkdir(parents=True)
    shutil.copytree(SHIPPED, prefix / "conf" / "gongkai")
    filled = (SHIPPED / "gongkai.conf").read_text()
    filled = re.sub(r"\n\s*ssl_certificate.*", "", filled).replace("listen 443 ssl;", f"listen 127.0.0.1:{port};")
    filled = filled.replace("/srv/gongkai-data/site/current", str(site / "current")).replace("/srv/gongkai-data/visits", str(tmp_path / "visits"))
    (tmp_path / "visits").mkdir()
    (prefix / "conf" / "gongkai" / "http.conf").write_text((SHIPPED / "http.conf").read_text().replace("127.0.0.1:8000", f"127.0.0.1:{live.effective_port}"))
    mime = next((p for p in (Path("/etc/nginx/mime.types"), Path(program).resolve().parents[2] / "etc/nginx/mime.types") if p.exists()), None)
    types = f"include {mime};" if mime else "types { text/html html; text/css css; text/xml xml; image/svg+xml svg; }"
    # As root nginx would hand the files to another account, which can't enter a test's folder.
    owner = "user root;" if os.geteuid() == 0 else ""
    temps = "".join(f"{kind}_temp_path {prefix}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (prefix / "conf" / "nginx.conf").write_text(
        f"{owner} daemon off; worker_processes 1; pid {prefix}/pid; error_log {prefix}/error.log; events {{}}\n"
        f"http {{ access_log off; {temps} {types} default_type application/octet-stream;\n{filled}\n}}\n"
    )
    child = subprocess.Popen([program, "-p", str(prefix), "-c", str(prefix / "conf" / "nginx.conf"), "-e", str(prefix / "error.log")], stderr=subprocess.PIPE, text=True)

    def fetch(path: str, host: str = PUBLIC, method: str = "GET", body: bytes = b"", **headers) -> tuple[int, dict, bytes]:
        asking = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        asking.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in {"Host": host, **headers}.items():
            asking.putheader(name.replace("_", "-"), value)
        asking.endheaders(body or None)
        answer = asking.getresponse()
        return answer.status, {name: value for name, value in answer.getheaders()}, answer.read()

    for _ in range(100):
        assert child.poll() is None, child.stderr.read()
        try:
            fetch("/")
            break
        except OSError:
            time.sleep(0.05)
    fetch.live, fetch.process = live, child.pid
    yield fetch
    child.terminate()
    child.wait(timeout=10)
    live.close()


def test_nginx_serves_the_site_as_shipped(nginx, site):
    status, headers, content = nginx("/a/")
    assert (status, content.decode()) == (200, LONG)
    assert headers.items() >= configured.PUBLIC_HEADERS.items()
    assert headers["Content-Type"] == "text/html; charset=utf-8" and headers["Cache-Control"] == "max-age=60, public"
    status, headers, content = nginx("/a/", Accept_Encoding="gzip")
    assert headers["Content-Encoding"] == "gzip" and headers["Vary"] == "Accept-Encoding"
    assert content == (site / "current" / "a" / "index.html.gz").read_bytes()
    assert nginx("/static/ui/public.css")[1]["Cache-Control"] == "max-age=3600, public"
    assert "charset=utf-8" in nginx("/feed.xml")[1]["Content-Type"]
    assert nginx("/a")[1]["Location"].endswith("/a/")


def test_nginx_answers_unknown_addresses_with_the_404_page(nginx, site):
    missing = (site / "current" / "404.html").read_bytes()
    for path in ("/nothing/", "/static/nothing.css", "/static/", "/.hidden", "/desk", "/desk/", "/desk/login/", "//desk/", "/%64esk/", "/a/../desk/", "/Desk/"):
        status, headers, content = nginx(path)
        assert (status, content) == (404, missing), path
        assert headers["Content-Security-Policy"] == configured.PUBLIC_HEADERS["Content-Security-Policy"], path
        assert "Set-Cookie" not in headers, path


def test_nginx_serves_nothing_outside_the_site(nginx, site):
    (site.parent / "keys.json").write_text("钥匙")
    for path in ("/../keys.json", "/a/../../../keys.json", "/%2e%2e/keys.json", "/..%2fkeys.json", "/static/../../keys.json", "/static../keys.json"):
        status, _, content = nginx(path)
        assert status in (400, 404) and "钥匙" not in content.decode(), path


def test_nginx_hands_the_live_part_over_and_the_desk_only_on_its_own_host(nginx):
    status, headers, content = nginx("/live/")
    assert (status, content.decode()) == (200, "会话：False；登录：False")
    assert headers.items() >= configured.PUBLIC_HEADERS.items() and "Set-Cookie" not in headers
    status, headers, _ = nginx("/desk/", host=DESK)
    assert status == 302 and "/desk/login/" in headers["Location"]


@pytest.mark.parametrize("words", [7, 200_000], ids=["几个字", "比缓冲大"])
def test_nginx_hands_over_what_is_sent_and_addresses_whose_folder_holds_built_files(nginx, site, words):
    (site / "current" / "live").mkdir()
    (site / "current" / "live" / "unavailable.html").write_text("暂停")
    assert nginx("/live/")[2].decode() == "会话：False；登录：False"
    assert nginx("/live")[1]["Location"].endswith("/live/")
    body = ("words=" + "x" * words).encode()
    status, _, content = nginx("/live/", method="POST", body=body, Content_Length=str(len(body)), Content_Type="application/x-www-form-urlencoded")
    assert (status, content.decode()) == (200, f"收到{words}字")


def papers(count: int, size: int) -> tuple[bytes, str]:
    """A form with files as a browser sends it: its body and its type."""
    mark = "----gongkai"
    parts = [f'--{mark}\r\nContent-Disposition: form-data; name="papers"; filename="{n}.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'.encode() + bytes(size) + b"\r\n" for n in range(count)]
    return b"".join(parts) + f"--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"


@pytest.mark.slow
def test_nginx_hands_over_an_application_with_the_largest_papers_an_office_may_allow(nginx):
    most = {name: tomllib.loads((ROOT / "gongkai/foi/figures/public.toml").read_text())[f"public_{name}"]["most"] for name in ("files", "megabytes")}
    body, kind = papers(most["files"], most["megabytes"] * MEGABYTE)
    assert len(body) > configured.DATA_UPLOAD_MAX_MEMORY_SIZE, "an application through the interface is no larger"
    status, _, content = nginx("/live/", method="POST", body=body, Content_Length=str(len(body)), Content_Type=kind)
    assert (status, content.decode()) == (200, f"收到{most['files']}个文件，共{most['files'] * most['megabytes'] * MEGABYTE}字节")


@pytest.mark.parametrize("accepted", [IMPORT_LIMIT, ALL_BYTES], ids=["一个文件", "各单位年度报告"])
def test_nginx_lets_the_desk_have_what_it_accepts(accepted):
    assert int(re.search(r"client_max_body_size (\d+)m;", (SHIPPED / "desk.conf").read_text())[1]) * MEGABYTE > accepted


def test_nginx_says_so_while_the_live_part_is_down(nginx, site):
    nginx.live.close()
    status, headers, content = nginx("/live/")
    assert (status, content) == (503, (site / "current" / "404.html").read_bytes())
    assert headers["Content-Security-Policy"] == configured.PUBLIC_HEADERS["Content-Security-Policy"]
    assert nginx("/a/")[0] == 200


AGENTS = [
    "", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/107.0.0.0 Safari/537.36", "Mozilla/5.0 (compatible; Baiduspider/2.0)", "Googlebot/2.1", "Sogou web Spider", "CURL/7.8", "Wget",
    "python-requests/2.28", "Java/11", "JavaScript", "Apache-HttpClient/4", "HeadlessChrome/107", "Uptime Monitor", "Scrapy/2", "Yahoo! Slurp", "crawler4j", "Mozilla/5.0 (iPhone; CPU iPhone OS 16_1) MicroMessenger",
]  # fmt: skip


def test_nginx_takes_the_same_for_robots_as_the_program():
    said = re.search(r'"~\*(.+)" 0;', (SHIPPED / "http.conf").read_text())[1]
    for agent in AGENTS:
        assert (agent != "" and not re.search(said, agent, re.IGNORECASE)) == visits.is_person(agent), agent


@pytest.mark.slow
def test_nginx_shows_a_new_page_at_once_and_a_changed_one_within_a_second(nginx, site):
    assert nginx("/b.html")[0] == 404
    (site / "current" / "b.html").write_text("新页面")
    assert nginx("/b.html")[2].decode() == "新页面"
    half = site / "half"
    half.write_text("改过的页面")
    os.replace(half, site / "current" / "b.html")
    time.sleep(1.2)
    assert nginx("/b.html")[2].decode() == "改过的页面"
    (site / "current" / "b.html").unlink()
    time.sleep(1.2)
    assert nginx("/b.html")[0] == 404


def test_nginx_saves_attachments_and_shows_pictures(nginx):
    for name in ATTACHED:
        status, headers, content = nginx(quote(f"/files/{'a' * 32}/{name}"))
        assert (status, content.decode()) == (200, ATTACHED[name])
        assert_safe(name, headers)
    assert nginx(f"/files/{'b' * 32}/tu.png")[0] == 404


def until(true) -> None:
    """Wait until it holds; after ten seconds the test fails."""
    last = time.monotonic() + 10
    while not true():
        assert time.monotonic() < last
        time.sleep(0.02)


@pytest.mark.slow
def test_nginx_notes_visits_without_visitors_and_begins_anew_when_its_log_is_put_aside(nginx, tmp_path):
    log = tmp_path / "visits" / "nginx.log"
    aside = log.with_name("nginx.log.1")
    nginx("/a/", User_Agent="Mozilla/5.0")
    nginx("/a/", User_Agent="Baiduspider/2.0")
    nginx("/nothing/", User_Agent="Mozilla/5.0")
    time.sleep(0.2)  # a line is made once its answer has gone
    assert log.read_text() == ""  # gathered, not written one by one
    log.rename(aside)
    os.kill(nginx.process, signal.SIGUSR1)  # as logrotate does
    until(lambda: log.exists() and aside.read_text())
    assert [visits.read(line).path for line in aside.read_text().splitlines()] == ["a/index.html"]
    assert "Mozilla" not in aside.read_text() and "127.0.0.1" not in aside.read_text()
    nginx("/a/", User_Agent="Mozilla/5.0")
    time.sleep(0.2)
    os.kill(nginx.process, signal.SIGUSR1)
    until(lambda: log.read_text())
    assert len(log.read_text().splitlines()) == len(aside.read_text().splitlines()) == 1


def test_the_log_put_aside_each_day_is_the_one_nginx_writes():
    (written,) = re.findall(r"access_log (\S+)", (SHIPPED / "gongkai.conf").read_text())
    assert written in (SHIPPED / "logrotate").read_text() and "nocompress" in (SHIPPED / "logrotate").read_text()
