"""How the site is used: counted without anybody being known, and what visitors find wrong put right."""

from datetime import date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from tempfile import mkdtemp

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from gongkai.accounts.roles import Role
from gongkai.inspection.models import Finding
from gongkai.sitebuild.actions import build
from gongkai.sockets import Page, open_duties, pages
from gongkai.visits import actions, logbook, rules
from gongkai.visits.models import LogMark, PageDay
from gongkai.visits.timers import take_all
from tests.factories.accounts import OfficeFactory, UserFactory

BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36"
HOME = {"HTTP_ORIGIN": "http://testserver", "HTTP_SEC_FETCH_SITE": "same-origin"}


@pytest.fixture
def office(db, settings, tmp_path, monkeypatch):
    """An office whose site holds two pages."""
    settings.HOME = tmp_path
    made = OfficeFactory()
    monkeypatch.setattr(import_module("gongkai.sockets.pages"), "_sources", {})
    pages("test", "试验")(lambda office_id: [Page(path, "页", frozenset(), lambda: b"x") for path in ("index.html", "articles/0/1.html")])
    build(made, workers=1)
    return made


@pytest.fixture
def public(client, settings):
    settings.ROOT_URLCONF = "gongkai.urls_public"
    settings.MIDDLEWARE = settings.PUBLIC_MIDDLEWARE
    client.defaults["REMOTE_ADDR"] = f"192.0.2.{datetime.now().microsecond % 250}"
    return client


def opened(path: str, agent: str = BROWSER, status: str = "200 OK", method: str = "GET") -> None:
    """Somebody opens a page of our own server."""
    application = logbook.counting(lambda environ, start: (start(status, []), [b""])[1])
    list(application({"PATH_INFO": path, "REQUEST_METHOD": method, "HTTP_USER_AGENT": agent, "REMOTE_ADDR": "192.0.2.7"}, lambda *given: None))


def test_pages_that_people_opened_are_counted_and_nothing_is_known_of_them(office):
    for path in ("/", "/articles/0/1.html", "/articles/0/1.html"):
        opened(path)
    opened("/articles/0/1.html", status="304 Not Modified")
    opened("/articles/0/1.html", agent="Baiduspider/2.0")
    opened("/articles/0/1.html", method="POST")
    opened("/static/ui/public.css")
    opened("/没有这一页.html", status="404 Not Found")
    opened("/search/")
    (log,) = (file.read_text() for file in logbook.logs())
    assert "192.0.2.7" not in log and "Mozilla" not in log
    assert take_all() == "汇总4次访问"
    assert dict(PageDay.objects.values_list("path", "visits")) == {"index.html": 1, "articles/0/1.html": 3}
    assert take_all() == "汇总0次访问"
    opened("/")
    assert take_all() == "汇总1次访问" and PageDay.objects.get(path="index.html").visits == 2


def test_our_own_logs_are_gone_within_three_days(office):
    logbook.folder().mkdir()
    today = date.today()
    for days in range(5):
        (logbook.folder() / f"{today - timedelta(days=days)}.log").write_text(f"{today - timedelta(days=days)}T08:00 /\n")
    assert take_all() == "汇总5次访问"
    assert [log.stem for log in logbook.logs()] == [f"{today - timedelta(days=1)}", f"{today}"]


LINES = ["2022-11-30T08:00:01+08:00 /articles/0/1.html\n", "乱写的一行\n", "2022-11-30T08:00:02+08:00 /\n", "2022-13-45T08:00 /\n"]


def test_a_log_of_another_server_is_read_on_from_where_the_last_reading_ended(office, settings, tmp_path):
    log = tmp_path / "nginx.log"
    settings.VISIT_LOGS = [str(log), str(tmp_path / "没有.log"), str(tmp_path / "two.log")]
    assert take_all() == "汇总0次访问"
    (tmp_path / "two.log").write_text(LINES[0])  # another server that began with the same page in the same second
    assert take_all() == "汇总1次访问"
    log.write_text("".join(LINES) + "2022-11-30T08:00:03+08:00 /artic")  # the server is about to write the rest of the line
    assert take_all() == "汇总2次访问" and take_all() == "汇总0次访问"
    with open(log, "a") as more:
        more.write("les/0/1.html\n")
    assert take_all() == "汇总1次访问" and take_all() == "汇总0次访问"
    assert log.exists() and dict(PageDay.objects.values_list("path", "visits")) == {"articles/0/1.html": 3, "index.html": 1}


def test_what_was_written_before_a_log_was_put_aside_is_read_to_its_end(office, settings, tmp_path):
    log = tmp_path / "nginx.log"
    settings.VISIT_LOGS = [str(log)]
    log.write_text("".join(LINES))
    assert take_all() == "汇总2次访问"
    with open(log, "a") as more:
        more.write("2022-11-30T23:59:59+08:00 /\n")
    log.rename(tmp_path / "nginx.log.1")
    log.write_text("2022-12-01T00:00:01+08:00 /\n")
    (tmp_path / "nginx.log.0.gz").write_bytes(b"2022-11-29T00:00:01+08:00 /\n")
    assert take_all() == "汇总2次访问" and take_all() == "汇总0次访问"
    (tmp_path / "nginx.log.1").rename(tmp_path / "nginx.log.2")
    log.rename(tmp_path / "nginx.log.1")
    assert take_all() == "汇总0次访问"
    assert list(PageDay.objects.order_by("day", "path").values_list("path", "day", "visits")) == [
        ("articles/0/1.html", date(2022, 11, 30), 1), ("index.html", date(2022, 11, 30), 2), ("index.html", date(2022, 12, 1), 1),
    ]  # fmt: skip


def test_a_run_that_dies_counts_nothing_and_the_next_one_everything_once(office, settings, tmp_path, monkeypatch):
    log = tmp_path / "nginx.log"
    log.write_text("".join(LINES))
    settings.VISIT_LOGS = [str(log)]
    with monkeypatch.context() as dying, pytest.raises(KeyboardInterrupt):
        dying.setattr(actions, "_add", lambda *given, **more: (_ for _ in ()).throw(KeyboardInterrupt))
        take_all()
    assert not LogMark.objects.exists()
    assert take_all() == "汇总2次访问" and take_all() == "汇总0次访问"


@pytest.mark.slow
@given(data=st.data())
@hypothesis_settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_however_reading_writing_and_putting_aside_take_turns_each_visit_counts_once(office, tmp_path, data):
    """The writer may be in the middle of a line whenever somebody reads."""
    folder = Path(mkdtemp(dir=tmp_path))
    log, before, written, counted, waiting = folder / "nginx.log", PageDay.objects.aggregate(all=Sum("visits"))["all"] or 0, 0, 0, b""
    for turn in range(data.draw(st.integers(1, 12))):
        deed = data.draw(st.sampled_from(["write", "read", "aside"]))
        if deed == "read":
            counted += actions.take(office, [log])
        elif deed == "write":
            lines = data.draw(st.integers(1, 5))
            waiting += b"".join(f"2022-11-30T08:00:{n:02}+08:00 /articles/0/1.html?{folder.name}{turn}{n}\n".encode() for n in range(lines))
            written += lines
            cut = data.draw(st.integers(0, len(waiting)))
            with open(log, "ab") as file:
                file.write(waiting[:cut])
            waiting = waiting[cut:]
        elif log.exists():
            with open(log, "ab") as file:
                file.write(waiting)
            waiting = b""
            log.rename(folder / f"nginx.log.{99 - turn}")
    with open(log, "ab") as file:
        file.write(waiting)
    counted += actions.take(office, [log])
    assert counted == written == (PageDay.objects.aggregate(all=Sum("visits"))["all"] or 0) - before


@given(st.text(max_size=200))
def test_no_line_stops_the_counting(text):
    visit = rules.read(text)
    assert visit is None or (isinstance(visit.day, date) and visit.path)


@given(st.datetimes(min_value=datetime(2019, 1, 1), max_value=datetime(2100, 1, 1)), st.sampled_from(["/", "/a/", "/a/b.html", "/xxgk/index.html"]))
def test_what_is_written_is_read(at, path):
    assert rules.read(rules.line(at, path)) == rules.Visit(at.date(), rules.page_of(path))


def test_a_visitor_says_that_a_page_was_of_use(office, public):
    answer = public.post("/feedback/", {"page": "/articles/0/1.html", "useful": "yes"}, **HOME)
    assert "谢谢您的反馈" in answer.content.decode() and not answer.cookies and answer["Cache-Control"] == "no-store"
    public.post("/feedback/", {"page": "/articles/0/1.html", "useful": "no"}, **HOME)
    row = PageDay.objects.get()
    assert (row.path, row.useful, row.useless, row.visits) == ("articles/0/1.html", 1, 1, 0)


def test_what_a_visitor_finds_wrong_is_a_finding_with_its_duty(office, public, settings):
    page = public.get("/feedback/?page=/articles/0/1.html").content.decode()
    assert "哪里有错" in page and 'value="/articles/0/1.html"' in page
    answer = public.post("/feedback/", {"page": "/articles/0/1.html", "words": "第二段<script>alert(1)</script>的日期写错了"}, **HOME)
    assert "已经收到" in answer.content.decode() and "<script>alert" not in answer.content.decode()
    finding = Finding.objects.get()
    assert (finding.source, finding.site, finding.office) == ("visitor", "website", office) and "/articles/0/1.html" in finding.title and "日期写错" in finding.detail
    settings.ROOT_URLCONF = "gongkai.urls_desk"
    assert finding.fix_due_on and any(duty.url.endswith(f"/findings/{finding.pk}/") for duty in open_duties(office.pk, finding.found_on))


@pytest.mark.parametrize(("sent", "status", "sentence"), [
    pytest.param({"words": " "}, 400, "请写明哪里有错", id="空"),
    pytest.param({"words": "秘密★5年"}, 400, "不得录入涉密信息", id="密级标识"),
    pytest.param({"words": "错" * 501}, 400, "请不超过500字", id="太长"),
])  # fmt: skip
def test_what_is_not_taken_says_why_and_keeps_the_words(office, public, sent, status, sentence):
    answer = public.post("/feedback/", {"page": "/", **sent}, **HOME)
    assert answer.status_code == status and sentence in answer.content.decode() and sent["words"].strip() in answer.content.decode()
    assert not Finding.objects.exists()


def test_only_pages_of_the_site_can_be_spoken_of(office, public):
    for page in ("/没有这一页.html", "/desk/", "javascript:alert(1)", "/articles/0/1.html/../../x"):
        assert public.post("/feedback/", {"page": page, "useful": "yes"}, **HOME).status_code == 404, page
    assert not PageDay.objects.exists()


def test_another_sites_form_and_a_robot_leave_nothing(office, public):
    for origin in ({"HTTP_ORIGIN": "https://evil.example"}, {"HTTP_SEC_FETCH_SITE": "cross-site"}):
        answer = public.post("/feedback/", {"page": "/", "useful": "yes"}, **origin)
        assert answer.status_code == 403 and "不是从本站页面提交" in answer.content.decode()
    assert "收到" in public.post("/feedback/", {"page": "/", "words": "买药", "website": "http://spam.example"}, **HOME).content.decode()
    assert not PageDay.objects.exists() and not Finding.objects.exists()


def test_too_many_from_one_address_are_asked_to_wait(office, public):
    public.defaults["REMOTE_ADDR"] = "198.51.100.9"
    answers = [public.post("/feedback/", {"page": "/", "useful": "yes"}, **HOME).status_code for _ in range(25)]
    assert 429 in answers and answers[0] == 200
    public.defaults["REMOTE_ADDR"] = "198.51.100.10"
    assert public.post("/feedback/", {"page": "/", "useful": "yes"}, **HOME).status_code == 200


def test_the_desk_sees_days_and_pages(office, client):
    today = date.today()
    for n, visits in enumerate((5, 3)):
        PageDay.objects.create(office=office, path="index.html", day=today - timedelta(days=n), visits=visits, useful=n)
    PageDay.objects.create(office=office, path="articles/0/1.html", day=today - timedelta(days=40), visits=9)
    client.force_login(UserFactory(office=office, role=Role.CLERK), backend="gongkai.accounts.backends.PostBackend")
    page = client.get("/desk/visits/").content.decode()
    assert "共8次" in page and "/index.html" in page and "articles/0/1.html" not in page
    assert "共17次" in client.get("/desk/visits/?days=365").content.decode()
    assert "共8次" in client.get("/desk/visits/?days=乱").content.decode()
    other = UserFactory(office=OfficeFactory(name="青禾市商务局"), role=Role.CLERK)
    client.force_login(other, backend="gongkai.accounts.backends.PostBackend")
    assert "共0次" in client.get("/desk/visits/?days=365").content.decode()


def test_an_office_without_a_site_counts_nothing(db, settings, tmp_path):
    settings.HOME = tmp_path
    made = OfficeFactory()
    opened("/")
    assert actions.take(made, logbook.logs()) == 0
