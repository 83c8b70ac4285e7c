"""Figures that ran together: every way of cutting them, and those ways that the form's sums allow.

`640020470` is 64|0|0|2|0|4|70 and nothing else once the row must add up; `270020130` has two cuttings, and only
the sums of the columns tell which. Where the sums allow several, all of them are kept: nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Parts = tuple[int, ...]
_STEPS = 60_000
_STATES = 20_000
_CANDIDATES = 3_000


class TooMany(Exception):
    """More ways than are worth listing."""


def cuts(pieces: Sequence[str], cells: int, *, adds_up: bool) -> list[Parts]:
    """Every way to cut pieces of digits into so many cells; a piece never shares a cell with the next.

    With `adds_up` the last cell is the sum of the others. No figure begins with 0 unless it is 0. Where there are commas,
    they part the thousands of every figure that has any. Raises :class:`TooMany`.
    """
    digits, walls, commas = "", set(), set()
    for piece in pieces:
        for part in piece.split(","):
            digits += part
            commas.add(len(digits))
        commas.discard(len(digits))
        walls.add(len(digits))
    if len(digits) < cells or len(pieces) > cells or not digits.isdigit():
        return []
    budget = [_STEPS]
    if not adds_up:
        return list(_limited(_parts(digits, walls, commas, 0, len(digits), cells, None, budget)))
    found: list[Parts] = []
    for start in range(len(digits) - 1, cells - 2, -1):
        if (digits[start] != "0" or start == len(digits) - 1) and _written(start, len(digits), commas):
            total = int(digits[start:])
            found += [(*parts, total) for parts in _parts(digits, walls, commas, 0, start, cells - 1, total, budget)]
            if len(found) > _CANDIDATES:
                raise TooMany
        if start in walls:
            break
    return found


def _limited(ways: Iterator[Parts]) -> Iterator[Parts]:
    for count, way in enumerate(ways):
        if count >= _CANDIDATES:
            raise TooMany
        yield way


def _written(start: int, stop: int, commas: set[int]) -> bool:
    """Whether a figure from here to there has its commas, and no others, where thousands are parted."""
    return not commas or {at for at in commas if start < at < stop} == set(range(stop - 3, start, -3))


def _parts(digits: str, walls: set[int], commas: set[int], at: int, end: int, cells: int, total: int | None, budget: list[int]) -> Iterator[Parts]:
    budget[0] -= 1
    if budget[0] < 0:
        raise TooMany
    if cells == 0:
        if at == end and not total:
            yield ()
        return
    if end - at < cells:
        return
    for stop in range(at + 1, end - cells + 2):
        value = int(digits[at:stop])
        if total is not None and value > total:
            return
        if not commas or stop not in commas and _written(at, stop, commas):
            for rest in _parts(digits, walls, commas, stop, end, cells - 1, None if total is None else total - value, budget):
                yield (value, *rest)
        if digits[at] == "0" or stop in walls:
            return


@dataclass(frozen=True, slots=True)
class Solved:
    """What the sums leave: for each row the ways still possible, and how many column sums fail at best."""

    ways: dict[str, list[Parts]]
    failing: int
    complete: bool = True


def solve(rows: dict[str, list[Parts]], sums: Sequence[dict[str, int]]) -> Solved:
    """The ways of each row that belong to an assignment under which the fewest column sums fail.

    Each of `sums` gives rows their sign; the signed sum should be 0 in every column.
    """
    width = len(next(iter(rows.values()))[0]) if rows else 0
    order = sorted((key for key in rows if rows[key]), key=lambda key: len(rows[key]))

    def moved(state: Parts, key: str, way: Parts) -> Parts:
        return tuple(
            state[index * width + column] + each.get(key, 0) * way[column] for index, each in enumerate(sums) for column in range(width)
        )

    levels: list[set[Parts]] = [{(0,) * (width * len(sums))}]
    for key in order:
        following = {moved(state, key, way) for state in levels[-1] for way in rows[key]}
        if len(following) > _STATES:
            return Solved(rows, 0, complete=False)
        levels.append(following)
    failing = min(sum(map(bool, state)) for state in levels[-1])
    alive = {state for state in levels[-1] if sum(map(bool, state)) == failing}
    ways: dict[str, list[Parts]] = {}
    for index in range(len(order) - 1, -1, -1):
        key, kept, before = order[index], set(), set()
        for state in levels[index]:
            for way in rows[key]:
                if moved(state, key, way) in alive:
                    kept.add(way)
                    before.add(state)
        ways[key] = [way for way in rows[key] if way in kept]
        alive = before
    return Solved(ways, failing)
