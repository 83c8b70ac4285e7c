"""Lists in pages whose numbers stay: counted from the oldest, with the newest under the list's own address.

Each of `list-1.html`, `list-2.html` … holds one full page of the oldest entries; `index.html` holds what
is newer, between one page and two of it. So a new entry changes `index.html` alone, and every twentieth
moves one full page out of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

SIZE = 20
_NUMBER = re.compile(r"^list-([1-9]\d{0,6})\.html$")


class Part(NamedTuple):
    """One page of a list: its path and which entries it holds, counted from the oldest."""

    path: str
    start: int
    stop: int
    older: str | None
    newer: str | None

    @property
    def is_front(self) -> bool:
        return self.newer is None


@dataclass(frozen=True, slots=True)
class Numbered:
    """The pages of a list of `total` entries below the folder `base` ("columns/tzgg/")."""

    base: str
    total: int
    size: int = SIZE

    @property
    def kept(self) -> int:
        """How many numbered pages there are beside the front."""
        return max(self.total // self.size - 1, 0)

    def path(self, number: int) -> str:
        return f"{self.base}list-{number}.html"

    @property
    def front(self) -> Part:
        return Part(f"{self.base}index.html", self.kept * self.size, self.total, self.path(self.kept) if self.kept else None, None)

    def part(self, number: int) -> Part:
        return Part(
            self.path(number), (number - 1) * self.size, number * self.size, self.path(number - 1) if number > 1 else None,
            self.path(number + 1) if number < self.kept else f"{self.base}index.html",
        )  # fmt: skip

    def parts(self) -> Iterator[Part]:
        yield self.front
        yield from map(self.part, range(1, self.kept + 1))

    def at(self, name: str) -> Part | None:
        """The page of that name ("index.html", "list-3.html") if the list has it today."""
        if name == "index.html":
            return self.front
        found = _NUMBER.match(name)
        return self.part(int(found[1])) if found and int(found[1]) <= self.kept else None

    def concerned(self, ranks: Iterable[int], *, moved: bool, changes: int) -> set[str]:
        """Paths to look at again after `changes` entries came, went or changed, those still there standing at `ranks`.

        `moved`: entries came or went, so whatever stands after the first of them has shifted. The
        numbered pages that such a change brings to life or ends are among the paths.
        """
        paths = {self.front.path}
        ranks = [rank for rank in ranks if rank < self.total]
        numbers = {rank // self.size + 1 for rank in ranks}
        if moved and ranks:
            numbers.update(range(min(numbers), self.kept + 1))
        before, after = max((self.total - changes) // self.size, 0), (self.total + changes) // self.size
        if before != after:
            numbers.update(range(max(before - 2, 1), after + 1))
        return paths | {self.path(number) for number in numbers if number <= max(self.kept, after)}

    def every(self, changes: int = 0) -> set[str]:
        return {self.front.path} | {self.path(number) for number in range(1, max(self.kept, (self.total + changes) // self.size) + 1)}
