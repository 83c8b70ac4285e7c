"""What became of a text: the edits that turn one into the other, stretch by stretch."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

Marks = tuple[tuple[str, str], ...]


class Passage(NamedTuple):
    """A named stretch of a paper: where it is ("body/3"), what it is called (正文第3段), what it says."""

    path: str
    label: str
    text: str


class Change(NamedTuple):
    """A passage as it stands, with its edits: ("same" | "gone" | "new", text)."""

    path: str
    label: str
    marks: Marks

    @property
    def changed(self) -> bool:
        return any(kind != "same" for kind, _ in self.marks)


#: A Latin word or a figure is one piece: 20万元 become 30万元 is another sum, not another digit.
_PIECES = re.compile(r"[A-Za-z0-9.,%]+|[\s\S]")


def marks(before: str, after: str) -> Marks:
    """The edits that turn one text into the other. Chinese is compared sign by sign, Latin words and figures whole."""
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    out: list[tuple[str, str]] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            out.append(("same", "".join(old[a:b])))
        else:
            if b > a:
                out.append(("gone", "".join(old[a:b])))
            if d > c:
                out.append(("new", "".join(new[c:d])))
    return tuple(out)


def changes(before: Sequence[Passage], after: Sequence[Passage]) -> list[Change]:
    """Every passage of both papers in reading order, with what changed in it. Unnumbered parts are matched by their path."""
    names = list(dict.fromkeys(p.path.split("/")[0] for p in [*after, *before]))
    out = []
    for name in names:
        old = [p for p in before if p.path.split("/")[0] == name]
        new = [p for p in after if p.path.split("/")[0] == name]
        for kind, a, b, c, d in SequenceMatcher(None, [p.text for p in old], [p.text for p in new], autojunk=False).get_opcodes():
            if kind == "equal":
                out += [Change(p.path, p.label, (("same", p.text),)) for p in new[c:d]]
                continue
            paired = min(b - a, d - c)
            out += [Change(q.path, q.label, marks(p.text, q.text)) for p, q in zip(old[a : a + paired], new[c : c + paired], strict=True)]
            out += [Change(p.path, p.label, (("gone", p.text),)) for p in old[a + paired : b]]
            out += [Change(p.path, p.label, (("new", p.text),)) for p in new[c + paired : d]]
    return out
