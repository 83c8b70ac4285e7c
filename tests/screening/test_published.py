"""What was really published is screened without crying wolf: everything found in it was looked at and agreed with."""

import json
from datetime import date

import pytest

from gongkai.exchange.reading import read
from gongkai.screening.drafts import draft_of

from .desk import draft, screener

pytestmark = pytest.mark.shared

#: Findings that are right, by paper: (rule, what it quotes).
AGREED = {
    # The founding document cites a notice that had been replaced for a year.
    "000_e158fd1a6f9a961c.txt": {("expired", "国办公开办函〔2019〕60号")},
    # Slips of the published papers themselves.
    "pingtan-2022.flat.txt": {("term", "国有企企"), ("term", "行政法复议")},
    "annual-reports-dev.json": {("term", "行政法复议")},
    # The old name of the report, which the paper bears.
    "shuyang-fgj-2023.pattern.html": {("term", "政府信息公开年度报告")},
    # A PDF whose lines were extracted out of order: the heading does stand there twice.
    "huaian-2024.rawmode.txt": {("numbering", "四、")},
}


def warned(path) -> set[tuple[str, str]]:
    """What is found in a paper, hints of punctuation aside."""
    findings = screener(today=date(2022, 11, 30)).screen(draft_of(read(path)))
    return {(f.rule, f.quote) for f in findings if f.rule not in {"punctuation", "width"}}


@pytest.mark.parametrize(("folder", "pattern"), [("seed", "*.txt"), ("data/plans", "*.txt"), ("data/annual-reports-raw", "*"), ("data", "*.json")])
def test_published_papers_raise_only_what_was_agreed(shared, folder, pattern):
    papers = sorted((shared / folder).glob(pattern))
    assert papers
    for paper in papers:
        said = warned(paper) if paper.suffix != ".json" else in_json(paper)
        assert said <= AGREED.get(paper.name, set()), paper.name


def in_json(path) -> set[tuple[str, str]]:
    """The texts of a JSON file, whatever keys they stand under."""
    texts: list[str] = []

    def walk(value) -> None:
        if isinstance(value, str):
            texts.append(value)
        elif isinstance(value, dict | list):
            for one in value.values() if isinstance(value, dict) else value:
                walk(one)

    walk(json.loads(path.read_text(encoding="utf-8")))
    findings = screener(today=date(2026, 11, 25)).screen(draft(*texts))
    return {(f.rule, f.quote) for f in findings if f.severity != "hint"}


def test_the_founding_document_still_cites_the_notice_that_was_replaced(shared):
    assert warned(next((shared / "seed").glob("*.txt"))) == {("expired", "国办公开办函〔2019〕60号")}
