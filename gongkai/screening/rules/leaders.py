"""Names, titles and order of leaders, against the office's reference list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class LeaderFact:
    """A leader as the list has it: one title for one spell. `rank` 1 stands first. `until` is the last day, None while in office."""

    name: str
    title: str
    rank: int
    from_on: date | None = None
    until: date | None = None

    def in_office(self, on: date) -> bool:
        return (self.from_on is None or self.from_on <= on) and (self.until is None or on <= self.until)


class About(NamedTuple):
    """What is wrong about a leader, where, and what the list says."""

    rule: str
    start: int
    end: int
    why: str
    suggestion: str


_ROLE = r"(?:(?:常务)?副(?:总)?)?(?:书记|省长|市长|区长|县长|镇长|乡长|州长|厅长|局长|部长|司长|处长|科长|主任|主席|院长|检察长|秘书长|组长|站长|所长|总工程师|总经济师|调研员|巡视员)"
_ROLES = re.compile(_ROLE)
# 市委副书记、市长张三: the titles that run up to a name, and what stands before them in the same breath.
_BEFORE = re.compile(rf"(?P<former>原|时任|前|曾任)?(?P<phrase>[\u4e00-\u9fff、]{{0,30}}?{_ROLE})\s*$")
_AFTER = re.compile(rf"\s?(?P<phrase>{_ROLE})(?![\u4e00-\u9fff]?(?:会议|办公|信箱|接待日))")
_FORMER = re.compile(r"(?:原|时任|前任?|曾任|离任)[\u4e00-\u9fff、]{0,30}$")
_ONLY_TITLES = re.compile(rf"^(?:[、,\s]|和|及|与|以及)+(?:[\u4e00-\u9fff、]{{0,30}}{_ROLE})?\s?$")


def roles(title: str) -> set[str]:
    """The posts named in a title: {"副书记", "市长"} of 市委副书记、市长."""
    return set(_ROLES.findall(title))


class Leaders:
    """The reference list, ready to be looked for."""

    def __init__(self, facts: Sequence[LeaderFact], today: date) -> None:
        self.today = today
        self._by_name: dict[str, list[LeaderFact]] = {}
        for fact in facts:
            if len(fact.name) >= 2:
                self._by_name.setdefault(fact.name, []).append(fact)
        names = "|".join(re.escape(name) for name in sorted(self._by_name, key=len, reverse=True))
        self._names = re.compile(names) if names else None

    def found(self, plain: str) -> Iterator[About]:
        if self._names is None or not any(name in plain for name in self._by_name):
            return
        before: tuple[int, int, LeaderFact] | None = None
        for match in self._names.finditer(plain):
            facts = self._by_name[match[0]]
            now = [fact for fact in facts if fact.in_office(self.today)]
            title = self._title_beside(plain, match.start(), match.end())
            if title is not None:
                about = self._judged(match[0], title, facts, now)
                if about:
                    yield about
            if not now:
                before = None
                continue
            first = min(now, key=lambda fact: fact.rank)
            if before is not None and _ONLY_TITLES.match(plain[before[1] : match.start()]) and first.rank < before[2].rank:
                names = f"{first.name}（{first.title}）", f"{before[2].name}（{before[2].title}）"
                yield About("leader_order", before[0], match.end(), f"{names[0]}在领导名单中排在{names[1]}之前", f"按名单顺序排列：{first.name}、{before[2].name}")
            before = match.start(), match.end(), first

    def _title_beside(self, plain: str, start: int, end: int) -> tuple[int, int, set[str], bool] | None:
        """(start, end, posts, former) of the titles written right before or after a name."""
        window = max(0, start - 36)
        text = re.split(r"[\0\n。;:,]", plain[window:start])[-1]
        if match := _BEFORE.search(text):
            # Of what runs up to the name only the posts joined by 、 are his: 局长会见副书记、市长张三.
            posts: set[str] = set()
            begun = reached = start - len(text) + match.end("phrase")
            for part in reversed(match["phrase"].split("、")):
                named = _ROLES.findall(part)
                if not named or not part.endswith(named[-1]):
                    break
                begun = reached - len(named[-1])
                reached -= len(part) + 1
                posts.add(named[-1])
            return begun, end, posts, bool(match["former"] or _FORMER.search(text[: match.end()]))
        if match := _AFTER.match(plain, end):
            return start, match.end(), {match["phrase"]}, bool(_FORMER.search(text))
        return None

    def _judged(self, name: str, title: tuple[int, int, set[str], bool], facts: list[LeaderFact], now: list[LeaderFact]) -> About | None:
        start, end, posts, former = title
        held = set().union(*(roles(fact.title) for fact in now))
        once = set().union(*(roles(fact.title) for fact in facts))
        if former or not posts or not once or posts <= held:
            return None
        wrong = "、".join(sorted(posts - held))
        if posts <= once:
            spell = max((fact for fact in facts if posts & roles(fact.title) and fact not in now), key=lambda fact: fact.until or date.min)
            ended = f"，任期至{spell.until.year}年{spell.until.month}月{spell.until.day}日" if spell.until else ""
            return About("leader_left", start, end, f"按领导名单，{name}已不再担任{spell.title}{ended}", f"写明“时任”，或改为现职：{'；'.join(f.title for f in now)}" if now else "写明“时任”，或删去职务")
        if not now:
            return About("leader_title", start, end, f"“{wrong}”与领导名单中{name}曾任的职务（{'；'.join(f.title for f in facts)}）不符", "核对职务")
        said = "；".join(fact.title for fact in now)
        return About("leader_title", start, end, f"“{wrong}”与领导名单中{name}的职务（{said}）不符", said)
