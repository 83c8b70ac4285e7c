"""Screening by 50,000 terms and every rule about numbers of people, beside the peers, in one run.

    python -m benchmarks.screening [--quick] [--json]

Terms and text are drawn from the characters of the product's own words with a fixed seed. A megabyte
is one of UTF-8, three bytes to a character, as the peers were measured. The automaton alone is what
daachorse does with the half-width text; everything above it is ours. `in` is timed on a sample and scaled.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from benchmarks.command import answer
from benchmarks.printing import columns, p99, span
from gongkai.screening.rules import Draft, LeaderFact, Passage, Screener, Term, shipped_terms
from gongkai.screening.rules.joined import Joined

TERMS = 50_000
SEED = 20221130
CHARACTERS = "政务公开工作要点分工方案落实情况依法主动公开规范性文件解读回应社会关切企业服务科室负责人审查办理答复申请平台栏目信息年度报告措施推进加强建设管理制度意见通知发展产业投资项目数字经济创新改革优化营商环境市场主体监督检查安全生产节能技术"
SENTENCES = (
    "现将有关事项通知如下，请认真贯彻执行。", "各镇街、各有关部门要按照职责分工，抓好工作落实；", "2022年11月30日前完成（联系电话：0760-88801234）。", "根据《中华人民共和国政府信息公开条例》第三十三条，",
    "全年共举办9场宣讲会，惠及1200余家企业，", "青工信〔2022〕8号文件已于2022年3月5日（星期六）公布。",
)  # fmt: skip


class Row(NamedTuple):
    """One line of the table: megabytes a second, and the time of one article where that is what counts."""

    work: str
    speed: float | None
    each: float | None
    note: str = ""


def corpus(characters: int) -> list[list[str]]:
    """Articles of some 1,500 characters in paragraphs of some 150."""
    draw = random.Random(SEED)
    articles, made = [], 0
    while made < characters:
        paragraphs = []
        for _ in range(10):
            text = ""
            while len(text) < 150:
                text += draw.choice(SENTENCES) if draw.random() < 0.1 else "".join(draw.choices(CHARACTERS, k=draw.randint(8, 24))) + draw.choice("，，，。；、")
            paragraphs.append(text)
        articles.append(paragraphs)
        made += sum(map(len, paragraphs))
    return articles


def terms() -> list[Term]:
    draw = random.Random(SEED + 1)
    shipped = shipped_terms()[1]
    drawn = {"".join(draw.choices(CHARACTERS, k=draw.randint(4, 7))) for _ in range(TERMS + 1000)}
    return [*shipped, *(Term(wrong, "") for wrong in sorted(drawn)[: TERMS - len(shipped)])]


def rows(quick: bool) -> list[Row]:
    """Run everything once and give the table's lines. Under thirty seconds, under ten with `quick`."""
    articles = corpus(200_000 if quick else 1_000_000)
    known = terms()
    begun = time.process_time()
    screener = Screener(known, [LeaderFact("张建国", "市工业和信息化局局长", 1), LeaderFact("李慧", "市工业和信息化局副局长", 2)], None, date(2022, 11, 30))
    built = time.process_time() - begun
    drafts = [Draft([Passage(f"body/{n}", f"正文第{n}段", text) for n, text in enumerate(paragraphs, 1)]) for paragraphs in articles]
    size = sum(len(text.encode()) for paragraphs in articles for text in paragraphs) / 1e6
    plains = [Joined(draft.passages).plain for draft in drafts]
    automaton = screener.terms._automaton
    repeat = 3 if quick else 5

    whole = "\n".join(plains)
    sample, forms = whole[:20_000], [term.wrong for term in known]
    looped = _best(lambda: [form for form in forms if form in sample], 1)
    alone = _best(lambda: [automaton.find_overlapping(plain) for plain in plains], repeat)
    both = _best(lambda: [screener.screen_numbers_and_terms(draft) for draft in drafts], repeat)
    everything = _best(lambda: [screener.screen(draft) for draft in drafts], repeat)
    each = sorted(_best(lambda draft=draft: screener.screen(draft), 3) for draft in drafts[:200])
    return [
        Row("逐个用语 in 循环（抽样推算）", len(sample.encode()) / 1e6 / looped, None),
        Row("daachorse，只找用语", size / alone, alone / len(drafts), "已转半角的文字"),
        Row(f"gongkai：{len(known)}条用语和全部个人信息规则", size / both, both / len(drafts), f"为daachorse的{alone / both:.0%}"),
        Row("gongkai：全部规则", size / everything, everything / len(drafts)),
        Row("gongkai：一篇文章，全部规则，中位数", None, each[len(each) // 2], f"约{sum(map(len, articles[0]))}字，十段"),
        Row("gongkai：一篇文章，全部规则，第99百分位", None, p99(each)),
        Row("编译用语表", None, built, "每个版本一次"),
    ]


def _best(run: Callable[[], object], repeat: int) -> float:
    """Seconds of the best of `repeat` runs: noise only ever adds."""
    best = float("inf")
    for _ in range(repeat):
        begun = time.process_time()
        run()
        best = min(best, time.process_time() - begun)
    return best


def table(found: Sequence[Row]) -> str:
    lines = [("项目", "MB/s", "每次", "说明")]
    lines += [(row.work, "–" if row.speed is None else f"{row.speed:,.2f}" if row.speed < 1 else f"{row.speed:,.1f}", span(row.each), row.note) for row in found]
    return columns(lines)


if __name__ == "__main__":
    answer("screening", "内容筛查的速度", rows, table)
