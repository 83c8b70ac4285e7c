"""States and the moves between them, as one table that is also the drawing."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import NamedTuple


class Move(NamedTuple):
    verb: str
    sources: tuple[Hashable, ...]
    target: Hashable


class NoSuchMove(ValueError):
    """The verb exists, but not from this state; or it does not exist at all."""


class Moves:
    """The table of moves: rows of (verb, states it may start from, state it ends in).

    One verb from one state leads to one place; a table that says otherwise is
    refused when it is read.
    """

    def __init__(self, *rows: tuple[str, Iterable[Hashable], Hashable]):
        self.rows = tuple(Move(verb, tuple(sources), target) for verb, sources, target in rows)
        self._targets: dict[tuple[Hashable, str], Hashable] = {}
        for move in self.rows:
            if not move.sources:
                raise ValueError(f"the move {move.verb!r} starts nowhere")
            for source in move.sources:
                if (source, move.verb) in self._targets:
                    raise ValueError(f"the move {move.verb!r} from {source!r} is given twice")
                self._targets[source, move.verb] = move.target

    def after(self, state: Hashable, verb: str) -> Hashable:
        """The state that `verb` leads to from `state`. Raises NoSuchMove."""
        try:
            return self._targets[state, verb]
        except KeyError:
            raise NoSuchMove(f"“{_name(state)}”状态下不能办理该事项（{verb}）") from None

    def allows(self, state: Hashable, verb: str) -> bool:
        return (state, verb) in self._targets

    def verbs(self, state: Hashable) -> list[str]:
        """What may be done in `state`, in the order of the table."""
        return [move.verb for move in self.rows if state in move.sources]

    def states(self) -> list[Hashable]:
        """Every state named, in order of first mention."""
        seen: dict[Hashable, None] = {}
        for move in self.rows:
            seen.update(dict.fromkeys((*move.sources, move.target)))
        return list(seen)

    def ends(self) -> list[Hashable]:
        """States from which nothing more can be done."""
        return [state for state in self.states() if not self.verbs(state)]

    def drawing(self, form: str = "mermaid") -> str:
        """The table as a drawing for a README: `mermaid`, or `text` for a terminal."""
        if form not in ("mermaid", "text"):
            raise ValueError(f"a drawing is mermaid or text, not {form!r}")
        arrows = [
            (_name(source), move.verb, _name(move.target)) for move in self.rows for source in move.sources
        ]
        if form == "text":
            return "\n".join(f"{source} --{verb}--> {target}" for source, verb, target in arrows)
        keys = {_name(state): f"s{number}" for number, state in enumerate(self.states())}
        return "\n".join(
            [
                "stateDiagram-v2",
                *(f'    state "{name}" as {key}' for name, key in keys.items()),
                *(f"    {keys[source]} --> {keys[target]}: {verb}" for source, verb, target in arrows),
                *(f"    {keys[_name(state)]} --> [*]" for state in self.ends()),
            ]
        )


def _name(state: Hashable) -> str:
    """A state as people read it: the Chinese label of a Django choice, else its value."""
    return str(getattr(state, "label", None) or getattr(state, "value", None) or state)
