"""The prompt: what a script can rely on, and what a person is told."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import click
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from gongkai.audit.actions import record, seal_all
from gongkai.audit.models import Entry
from gongkai.audit.triggers import allow_again
from gongkai.cli import build, main
from gongkai.evidence.models import FrozenAccount
from gongkai.exchange.models import Batch
from gongkai.foi.models import Application
from gongkai.ledger.models import Plan, Progress
from gongkai.rulebook.models import CalendarNoticeRow
from gongkai.settings.keys import load_or_make
from tests.factories.accounts import OfficeFactory, SectionFactory, UserFactory
from tests.factories.foi import ApplicationFactory
from tests.factories.ledger import MeasureFactory, PlanFactory, ProgressFactory
from tests.ledger.papers import ROWS, TITLE, paper

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
DONE, FOUND, USAGE, REFUSED = 0, 1, 2, 3


@pytest.fixture
def gongkai(capsys):
    """`gongkai("ledger", "status", "2022")` is the exit code and what was said on each of the two channels."""

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return ended.value.code, said.out, said.err

    return run


@pytest.fixture
def office(db):
    found = OfficeFactory()
    for name in ("办公室", "产业政策与法制科"):
        SectionFactory(office=found, name=name)
    return found


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "方案.docx"
    path.write_bytes(paper())
    return path


# -- Typing it wrong -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        pytest.param(["legder"], "没有这个命令：legder。", id="命令写错"),
        pytest.param(["ledger", "improt", "x"], "没有这个命令：improt。", id="子命令写错"),
        pytest.param(["ledger", "status", "2022", "--jsn"], "没有“--jsn”这个选项，是否想用--json？", id="选项写错"),
        pytest.param(["ledger", "status"], "缺少参数“年度”。", id="缺参数"),
        pytest.param(["ledger", "freeze", "2022", "--as-of", "11月30日"], "“11月30日”不是日期，请写成 2022-11-30 的形式。", id="日期写错"),
        pytest.param(["ledger", "status", "二〇二二"], "参数“年度”的值不对", id="年度不是数字"),
        pytest.param(["ledger", "import", "x", "--level", "town"], "的值不对", id="层级不在其中"),
        pytest.param(["ledger", "status", "2022", "2023"], "参数过多。", id="参数过多"),
        pytest.param(["ledger", "import", "x", "--year"], "需要一个值", id="选项没有值"),
    ],
)
def test_a_line_typed_wrong_is_answered_in_chinese(gongkai, arguments, sentence):
    code, out, err = gongkai(*arguments)
    assert (code, out) == (USAGE, "")
    assert sentence in err and "--help”查看说明。" in err
    english = [word for word in ("Error", "Usage", "Invalid", "Missing", "No such", "is not", "Got unexpected", "requires") if word in err]
    assert english == [], err


def walk(command: click.Command, names=()):
    if isinstance(command, click.Group):
        yield names, command
        for name, below in command.commands.items():
            yield from walk(below, (*names, name))
    else:
        yield names, command


def test_every_command_explains_itself_in_chinese():
    for names, command in walk(build()):
        context = click.Context(command, info_name=" ".join(["gongkai", *names]))
        text = command.get_help(context)
        assert text.startswith("用法："), names
        assert command.help and any("\u4e00" <= letter <= "\u9fff" for letter in command.help), names
        left = [word for word in ("Options", "Usage", "Commands", "Show this message", "[OPTIONS]", "ARGS", "TEXT", "PATH", "INTEGER") if word in text]
        assert left == [], f"gongkai {' '.join(names)} says {left}:\n{text}"


# -- The ledger ----------------------------------------------------------------------------------------------------


def test_a_dry_run_prints_everything_and_writes_nothing(gongkai, office, file):
    code, out, _ = gongkai("ledger", "import", file, "--dry-run", "--json")
    said = json.loads(out)
    assert code == DONE and (said["title"], said["year"]) == (TITLE, 2022)
    texts = [m["text"] if "text" in m else "\n".join(m["texts"]) for c in said["chapters"] for e in c["entries"] for m in (e.get("measures") or [e])]
    assert texts == [row.measure for row in ROWS]
    assert isinstance(said["doubts"], list) and isinstance(said["warnings"], list)
    assert not Plan.objects.exists() and not Batch.objects.exists() and not Entry.objects.exists()


def test_a_dry_run_of_what_can_not_be_read(gongkai, office, tmp_path):
    path = tmp_path / "方案.docx"
    path.write_bytes(paper()[:1500])
    code, out, _ = gongkai("ledger", "import", path, "--dry-run", "--json")
    said = json.loads(out)
    assert code == FOUND and said["importable"] is False and "方案.docx" in said["refused"]
    code, out, err = gongkai("ledger", "import", path, "--dry-run")
    assert code == FOUND and "不能导入" in err
    code, _, err = gongkai("ledger", "import", tmp_path / "没有.docx", "--dry-run")
    assert code == REFUSED and "没有这个文件" in err


def test_importing_writes_and_a_second_time_is_refused(gongkai, office, file):
    by = UserFactory(office=office, username="coordinator")
    code, out, _ = gongkai("ledger", "import", file, "--yes", "--by", "coordinator")
    assert code == DONE and "已导入" in out and "4项措施" in out
    assert Plan.objects.get().measures.count() == 4 and Entry.objects.get(verb="ledger.imported").actor == by
    code, _, err = gongkai("ledger", "import", file, "--yes")
    assert code == REFUSED and "没有写入" in err and "2022年分工方案已存在" in err
    assert Plan.objects.count() == 1


def test_status_tells_every_measure_with_its_figures(gongkai, office):
    plan = PlanFactory(office=office)
    MeasureFactory(plan=plan, progress="收到{{foi.received}}件，{{foi.received|均 answered_lawfully}}。")
    MeasureFactory(plan=plan)
    ApplicationFactory(office=office, answered=True)
    code, out, _ = gongkai("ledger", "status", 2022, "--as-of", "2022-11-30", "--json")
    said = json.loads(out)
    assert code == DONE and said["as_of"] == "2022-11-30" and [m["number"] for m in said["measures"]] == ["2022-01", "2022-02"]
    assert said["measures"][0]["progress"] == "收到1件，均依据规定给予答复。"
    assert said["measures"][0]["figures"] == [{
        "key": "foi.received", "label": said["measures"][0]["figures"][0]["label"], "number": "1", "unit": "件",
        "claims": {"answered_lawfully": {"held": 1, "pending": 0, "failed": 0, "true_of_all": True}},
    }]  # fmt: skip
    assert sum(said["tally"].values()) == 2
    code, _, err = gongkai("ledger", "status", 2021)
    assert code == REFUSED and "没有2021年分工方案" in err


def test_freezing_and_exporting(gongkai, office, tmp_path):
    plan = PlanFactory(office=office)
    measure = MeasureFactory(plan=plan, progress="收到{{foi.received}}件。")
    ApplicationFactory(office=office)
    code, out, _ = gongkai("ledger", "freeze", 2022, "--as-of", "2022-11-30", "--dry-run")
    assert code == DONE and "1件（foi.received）" in out and not FrozenAccount.objects.exists()
    waiting = ProgressFactory(measure=measure, submitted=True)
    code, _, err = gongkai("ledger", "freeze", 2022, "--as-of", "2022-11-30")
    assert code == REFUSED and "尚未审核：2022-01" in err
    Progress.objects.filter(pk=waiting.pk).delete()
    code, out, _ = gongkai("ledger", "freeze", 2022, "--as-of", "2022-11-30")
    account = FrozenAccount.objects.get()
    assert code == DONE and account.digest in out and account.as_of == date(2022, 11, 30)

    target = tmp_path / "落实情况.html"
    code, out, _ = gongkai("ledger", "export", 2022, target)
    assert code == DONE and "第1版" in out and "收到1件。" in target.read_text()
    code, _, err = gongkai("ledger", "export", 2022, tmp_path / "落实情况.odt")
    assert code == REFUSED and "docx、xlsx、pdf、html" in err
    code, _, err = gongkai("ledger", "export", 2022, tmp_path / "没有" / "落实情况.docx")
    assert code == REFUSED and "不存在" in err


def test_which_office_is_asked_when_there_are_two(gongkai, office):
    PlanFactory(office=OfficeFactory(name="禾丰市工业和信息化局"), title="禾丰的方案")
    code, _, err = gongkai("ledger", "status", 2022)
    assert code == REFUSED and "请用 --office 指明" in err
    code, out, _ = gongkai("ledger", "status", 2022, "--office", "禾丰市工业和信息化局", "--json")
    assert code == DONE and json.loads(out)["title"] == "禾丰的方案"
    code, _, err = gongkai("ledger", "status", 2022, "--office", "没有的局")
    assert code == REFUSED and "没有名为“没有的局”的机关" in err


# -- The log -------------------------------------------------------------------------------------------------------


def test_a_broken_chain_is_code_one(gongkai, office):
    entry = record("ledger.published", year=2022)
    seal_all()
    code, out, _ = gongkai("audit", "verify", "--json")
    assert code == DONE and (found := json.loads(out))["sound"] and (found["links"], found["unsealed"], found["faults"]) == (1, 0, [])
    allow_again("default", "audit_entry", "UPDATE")
    Entry.objects.filter(pk=entry.pk).update(actor_name="别人")
    code, out, _ = gongkai("audit", "verify", "--json")
    assert code == FOUND and len(json.loads(out)["faults"]) == 1
    code, out, err = gongkai("audit", "verify")
    assert code == FOUND and "第1号封签的摘要不符" in err and "发现1处异常" in out
    code, out, _ = gongkai("check", "--json")
    assert code == FOUND and "第1号封签的摘要不符" in out


def test_a_last_day_the_facts_do_not_give_is_code_one(gongkai, office):
    case = ApplicationFactory(office=office)
    assert gongkai("check")[0] == DONE
    Application.objects.update(reply_due_on=date(2023, 6, 30))
    code, out, _ = gongkai("check")
    assert code == FOUND and f"{case.number}”的答复最后一日存为2023年6月30日，依据应为2022年3月29日" in out


# -- The calendar --------------------------------------------------------------------------------------------------


@pytest.fixture
def notice(tmp_path):
    path = tmp_path / "2031.csv"
    path.write_text("日期,安排\n2031-01-01,放假\n2031-01-02,放假\n", encoding="utf-8-sig")
    return path


def test_a_notice_shows_what_it_moves_before_anything_is_written(gongkai, office, notice):
    case = ApplicationFactory(office=office, handed_in_on=date(2030, 12, 20))
    before = case.reply_due_on
    options = ("--year", 2031, "--number", "国办发明电〔2030〕9号", "--published", "2030-11-10")
    code, out, _ = gongkai("calendar", "import", notice, *options, "--dry-run")
    assert code == DONE and case.number in out and "共影响1项期限" in out and "没有写入" in out
    assert not CalendarNoticeRow.objects.exists()

    code, out, _ = gongkai("calendar", "import", notice, *options)
    assert code == DONE and "尚未启用" in out
    case.refresh_from_db()
    assert case.reply_due_on == before
    code, out, _ = gongkai("calendar", "impact", "--json")
    assert code == FOUND and len(json.loads(out)) == 1

    code, out, _ = gongkai("calendar", "import", notice, *options, "--confirm")
    case.refresh_from_db()
    assert code == DONE and "重算1项期限" in out and case.reply_due_on > before


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param("天,事\n2031-01-01,放假\n", "首行含“日期”“安排”两列", id="表头不对"),
        pytest.param("日期,安排\n2031-02-30,放假\n", "第2行的日期“2031-02-30”无法识别", id="没有这一天"),
        pytest.param("", "首行含“日期”“安排”两列", id="空文件"),
    ],
)
def test_a_notice_that_can_not_be_read_says_where(gongkai, office, tmp_path, content, sentence):
    path = tmp_path / "安排.csv"
    path.write_text(content)
    code, _, err = gongkai("calendar", "import", path, "--year", 2031, "--number", "某号", "--published", "2030-11-10")
    assert code == REFUSED and sentence in err and not CalendarNoticeRow.objects.exists()


# -- A process of its own ------------------------------------------------------------------------------------------


def run(tmp_path, *arguments):
    environment = {**{k: v for k, v in os.environ.items() if k not in ("DJANGO_SETTINGS_MODULE", "DATABASE_URL")}, "GONGKAI_HOME": str(tmp_path / "home")}
    return subprocess.run([sys.executable, "-m", "gongkai", *map(str, arguments)], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)


def test_the_command_runs_where_nothing_is_set_up_yet(tmp_path, file):
    """Reading a plan needs no database and no office."""
    ended = run(tmp_path, "ledger", "import", file, "--dry-run", "--json")
    assert ended.returncode == DONE, ended.stderr
    assert json.loads(ended.stdout)["title"] == TITLE


def test_a_broken_key_file_stops_the_start(tmp_path):
    """New keys would make every sealed text unreadable, so none are made."""
    keys = tmp_path / "keys.json"
    made = load_or_make(keys)
    assert load_or_make(keys) == made and keys.stat().st_mode & 0o777 == 0o600
    for broken in ("{}", "", '{"django": "x", "field": [], "lookup": "y"}'):
        keys.write_text(broken)
        with pytest.raises(ImproperlyConfigured, match="已损坏：请从单独的备份恢复，不要新建"):
            load_or_make(keys)
        assert keys.read_text() == broken


def test_tests_left_the_rules_of_the_log_as_they_were(db):
    """The rule lifted above came back with the transaction."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name = 'refuse_update_audit_entry'")
            assert cursor.fetchone()[0] == 1


def test_a_proxy_that_is_named_is_believed_about_the_visitor_and_no_other():
    """Behind nginx every visitor would else have nginx's address, in the log and where a form counts how often."""
    import contextlib
    import http.client
    import threading

    from waitress.server import create_server

    from gongkai.desk.commands import behind_a_proxy

    def run(server) -> None:
        with contextlib.suppress(OSError):  # closed under its hands
            server.run()

    def seen(named: str) -> str:
        def application(environ, start):
            start("200 OK", [])
            return [environ["REMOTE_ADDR"].encode()]

        server = create_server(application, host="127.0.0.1", port=0, threads=1, **behind_a_proxy(named))
        threading.Thread(target=run, args=[server], daemon=True).start()
        try:
            asking = http.client.HTTPConnection("127.0.0.1", server.effective_port, timeout=10)
            asking.request("GET", "/", headers={"X-Forwarded-For": "192.0.2.7"})
            return asking.getresponse().read().decode()
        finally:
            server.close()

    assert (seen("127.0.0.1"), seen(""), seen("192.0.2.1")) == ("192.0.2.7", "127.0.0.1", "127.0.0.1")
