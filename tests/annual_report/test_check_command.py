"""`gongkai report check`: its endings, its exports, and that nothing handed to it can hold it up."""

import io
import json
import time
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from gongkai.annual_report.checking.check import Verdict, check_reports
from gongkai.annual_report.checking.findings import Level
from gongkai.annual_report.checking.guard import Desk, check_files
from gongkai.annual_report.commands import report
from gongkai.annual_report.forms import forms

from .shapes import SHAPES, random_paper, written

PUBLISHED = Path(__file__).parent / "published"


def run(*args):
    return CliRunner().invoke(report, ["check", *map(str, args)], standalone_mode=False)


@pytest.fixture
def papers(tmp_path):
    """A folder with a right report, one with a wrong sum, one with a misspelt label, one that is no report."""
    folder = tmp_path / "reports"
    folder.mkdir()
    right, wrong, misspelt = (random_paper(seed) for seed in (1, 2, 3))
    wrong.three["granted"][0] = "77"
    misspelt.labels["petition"] = "1.信访举报投拆类申请"
    for name, paper in (("right", right), ("wrong", wrong), ("misspelt", misspelt)):
        paper.office = f"青禾市{name}局"
        (folder / f"{name}.html").write_bytes(SHAPES["html"](paper))
    (folder / "note.txt").write_text("今天值班安排。")
    return folder


@pytest.mark.slow
def test_the_ending_tells_the_worst_that_was_found(papers):
    assert run(papers / "right.html").return_value == 0
    assert run(papers / "wrong.html").return_value == 1
    assert run(papers / "misspelt.html").return_value == 4
    assert run(papers / "note.txt").return_value == 3
    assert run(papers).return_value == 1


def test_a_folder_is_summed_up(papers):
    output = run(papers).output
    assert "共核对4份报告，1份没有问题" in output and "相差77" in output.replace("\n", "").replace("│", "").replace(" ", "")


def test_json_holds_every_finding(papers):
    held = json.loads(run(papers, "--json").output)
    by_file = {each["file"]: each for each in held["reports"]}
    assert by_file["right.html"]["counts"] == {"hard": 0, "soft": 0, "unread": 0, "note": 0}
    assert {f["code"] for f in by_file["wrong.html"]["findings"]} == {"I1", "I2", "I3"} - {"I1"}
    assert Verdict.from_json(by_file["wrong.html"]).count(Level.HARD) == 2


def test_the_page_stands_by_itself_and_runs_nothing(papers, tmp_path):
    target = tmp_path / "out.html"
    (papers / "evil.html").write_text("<h1><b>青禾市<script>alert(1)</script>局2023年政府信息公开工作年度报告</h1><p>一、总体情况</p><p>二、主动公开政府信息情况</p>")
    assert run(papers, "--html", target).return_value == 1
    page = target.read_text()
    assert "<script" not in page and "http" not in page.split("</style>")[1] and "相差77" in page


def test_a_missing_file_is_a_sentence(tmp_path):
    result = run(tmp_path / "none.html")
    assert "没有这个文件或目录" in str(result.exception)


# -- Hostile input -----------------------------------------------------------------------------------------------------


def _bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>")
        package.writestr("word/document.xml", b"<w>" + b"0" * 300_000_000)
    return out.getvalue()


HOSTILE = {
    "bomb.docx": _bomb,
    "nested.html": lambda: b"<html><body>" + b"<div>" * 200_000 + "本年新收".encode(),
    "tables.html": lambda: b"<html><body>" + b"<table><tr><td>" * 30_000,
    "wide.html": lambda: ("<html><body><table>" + "<tr>" + "<td rowspan=500 colspan=500>0</td>" * 20_000 + "</table>").encode(),
    "digits.txt": lambda: ("一、本年新收政府信息公开申请数量" + "1" * 400_000 + "二、上年结转政府信息公开申请数量" + "12" * 60_000).encode(),
    "labels.txt": lambda: ("本年新收上年结转" * 60_000).encode(),
    "spaces.txt": lambda: ("本 年 新 收" + " " * 400_000 + "上年结转").encode(),
    "brackets.txt": lambda: ("本年新收上年结转" + "(" * 300_000).encode(),
    "zeros.txt": lambda: ("2023年政府信息公开工作年度报告" + "".join(f"{row.label}{'10203040' * 5}" for row in forms()["30"].table_three.rows)).encode(),
    "figures.txt": lambda: ("2023年共收到申请" + "其中1件、" * 80_000).encode(),
    "shares.txt": lambda: ("共收到申请100件，其中3件，占3%；" * 12_000).encode(),
    "deep.json": lambda: b"[" * 300_000 + b"]" * 300_000,
    "wide.json": lambda: json.dumps([{"section3": {"new": [1] * 7}} for _ in range(50_000)]).encode(),
    "huge.json": lambda: b'{"section3": {"new": [' + b"9" * 2_000_000 + b"]}}",
    "broken.pdf": lambda: b"%PDF-1.7\n" + b"1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj\n" * 2_000,
    "nothing.pdf": lambda: b"%PDF-1.4",
    "lies.docx": lambda: b"PK\x03\x04" + b"\0" * 1000,
    "lies.xlsx": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 5000,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.slow) if name == "nested.html" else name for name in HOSTILE])
def test_nothing_holds_it_up(name, tmp_path):
    path = tmp_path / name
    path.write_bytes(HOSTILE[name]())
    began = time.monotonic()
    with Desk() as desk:
        answer = desk.read(path, name)
        peak = _peak(desk)
    assert time.monotonic() - began < 10
    assert peak < 500
    if isinstance(answer, Verdict):
        assert answer.findings
    else:
        checked = check_reports(answer)
        assert time.monotonic() - began < 10 and len(checked) == len(answer)


def _peak(desk) -> float:
    """The most memory the reading process held, in megabytes; 0 where it is gone or the system does not say."""
    try:
        status = Path(f"/proc/{desk.process.pid}/status").read_text()
    except (AttributeError, OSError):
        return 0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0)


@pytest.mark.slow
def test_one_bad_file_does_not_spoil_the_next(tmp_path):
    bad = tmp_path / "bomb.docx"
    bad.write_bytes(HOSTILE["bomb.docx"]())
    good = written(random_paper(1), "html", tmp_path)
    first, second = check_files([(bad, "bomb.docx"), (good, "good.html")])
    assert first.count(Level.UNREAD) == 1 and second.cells == 200 and not second.count(Level.HARD)


def test_a_reader_that_overstays_is_ended(tmp_path):
    with Desk(seconds=0.01) as desk:
        answer = desk.read(written(random_paper(1), "docx", tmp_path), "slow.docx")
    assert isinstance(answer, Verdict) and answer.findings[0].code == "timeout"
