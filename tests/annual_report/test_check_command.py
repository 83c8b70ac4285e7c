"""`gongkai report check`: its endings, its exports, and that nothing handed to it can hold it up."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from gongkai.annual_report.checking.check import Verdict, check_reports
from gongkai.annual_report.checking.findings import Level
from gongkai.annual_report.checking.guard import Desk, check_files
from gongkai.annual_report.commands import report

from .hostile import HOSTILE, MEGABYTES, SECONDS, read
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


@pytest.mark.slow
def test_a_folder_is_summed_up(papers):
    output = run(papers).output
    assert "共核对4份报告，1份没有问题" in output and "相差77" in output.replace("\n", "").replace("│", "").replace(" ", "")


@pytest.mark.slow
def test_json_holds_every_finding(papers):
    held = json.loads(run(papers, "--json").output)
    by_file = {each["file"]: each for each in held["reports"]}
    assert by_file["right.html"]["counts"] == {"hard": 0, "soft": 0, "unread": 0, "note": 0}
    assert {f["code"] for f in by_file["wrong.html"]["findings"]} == {"I1", "I2", "I3"} - {"I1"}
    assert Verdict.from_json(by_file["wrong.html"]).count(Level.HARD) == 2


@pytest.mark.slow
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


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_takes_long_or_much(name, tmp_path):
    path = tmp_path / name
    path.write_bytes(HOSTILE[name]())
    taken = read(path)
    assert taken.seconds < SECONDS and taken.megabytes < MEGABYTES
    assert taken.answer and all(one.findings for one in ([taken.answer] if isinstance(taken.answer, Verdict) else check_reports(taken.answer)))


@pytest.mark.slow
def test_one_bad_file_does_not_spoil_the_next(tmp_path):
    bad = tmp_path / "bomb.docx"
    bad.write_bytes(HOSTILE["bomb.docx"]())
    good = written(random_paper(1), "html", tmp_path)
    first, second = check_files([(bad, "bomb.docx"), (good, "good.html")])
    assert first.count(Level.UNREAD) == 1 and second.cells == 200 and not second.count(Level.HARD)


@pytest.mark.slow
def test_a_reader_that_overstays_is_ended(tmp_path):
    with Desk(seconds=0.01) as desk:
        answer = desk.read(written(random_paper(1), "docx", tmp_path), "slow.docx")
    assert isinstance(answer, Verdict) and answer.findings[0].code == "timeout"
