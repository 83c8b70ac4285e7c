"""What the tests of screening stand on: a day, an office's knowledge, and short ways to ask."""

from datetime import date

from gongkai.screening.rules import Draft, Finding, LeaderFact, Passage, Screener, Term, shipped_terms

TODAY = date(2022, 11, 30)
LEADERS = (
    LeaderFact("张建国", "市工业和信息化局党组书记、局长", 1, date(2020, 1, 1)),
    LeaderFact("李慧", "市工业和信息化局副局长", 2, date(2020, 1, 1)),
    LeaderFact("王强", "市工业和信息化局副局长", 3, date(2018, 1, 1), date(2021, 5, 1)),
    LeaderFact("赵敏", "市工业和信息化局总工程师", 4, date(2021, 5, 2)),
)


def screener(terms=(), *, leaders=LEADERS, documents=None, today=TODAY, **known) -> Screener:
    return Screener([*shipped_terms()[1], *terms], leaders, documents, today, **known)


def draft(*passages: str | Passage) -> Draft:
    return Draft([p if isinstance(p, Passage) else Passage(f"body/{n}", f"正文第{n}段", p) for n, p in enumerate(passages, 1)])


def found(*passages: str | Passage, by: Screener | None = None) -> list[Finding]:
    return (by or screener()).screen(draft(*passages))


def rules_and_quotes(*passages: str | Passage, by: Screener | None = None) -> list[tuple[str, str]]:
    return [(finding.rule, finding.quote) for finding in found(*passages, by=by)]


def table(*rows: str, path: str = "body/9") -> Passage:
    """A table of rows whose cells are parted by "|"."""
    return Passage(path, "表1", kind="table", rows=[row.split("|") for row in rows])


__all__ = ["LEADERS", "TODAY", "Term", "draft", "found", "rules_and_quotes", "screener", "table"]
