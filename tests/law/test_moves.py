"""One table of states and moves, and the drawing made from it."""

from enum import StrEnum

import pytest

from gongkai.law.moves import Moves, NoSuchMove
from gongkai.law.objections import Objection


class State(StrEnum):
    RECEIVED = "已收到"
    OPEN = "办理中"
    WAITING = "待补正"
    ANSWERED = "已答复"


MOVES = Moves(
    ("accept", [State.RECEIVED], State.OPEN),
    ("ask_to_correct", [State.OPEN], State.WAITING),
    ("resume", [State.WAITING], State.OPEN),
    ("reply", [State.OPEN, State.RECEIVED], State.ANSWERED),
)


def test_the_table_answers_what_may_be_done_and_where_it_leads():
    assert MOVES.verbs(State.OPEN) == ["ask_to_correct", "reply"]
    assert MOVES.after(State.WAITING, "resume") == State.OPEN
    assert MOVES.allows(State.RECEIVED, "reply") and not MOVES.allows(State.ANSWERED, "reply")
    assert MOVES.ends() == [State.ANSWERED]


@pytest.mark.parametrize(("state", "verb"), [(State.ANSWERED, "reply"), (State.OPEN, "burn")])
def test_a_move_not_in_the_table_is_refused_in_words(state, verb):
    with pytest.raises(NoSuchMove, match=f"“{state.value}”状态下不能办理该事项"):
        MOVES.after(state, verb)


def test_a_table_that_contradicts_itself_is_refused():
    with pytest.raises(ValueError, match="given twice"):
        Moves(("a", ["x"], "y"), ("a", ["x"], "z"))
    with pytest.raises(ValueError, match="starts nowhere"):
        Moves(("a", [], "y"))


def test_the_drawing_shows_every_move():
    assert MOVES.drawing("text").splitlines() == [
        "已收到 --accept--> 办理中",
        "办理中 --ask_to_correct--> 待补正",
        "待补正 --resume--> 办理中",
        "办理中 --reply--> 已答复",
        "已收到 --reply--> 已答复",
    ]
    assert '    state "待补正" as s2' in MOVES.drawing().splitlines()
    assert "    s0 --> s1: accept" in MOVES.drawing().splitlines()
    assert "    s3 --> [*]" in MOVES.drawing().splitlines()


def test_an_objection_reads_as_its_sentence():
    assert (
        str(Objection("too_long", "延长最长不得超过20个工作日", "条例 33.2")) == "延长最长不得超过20个工作日"
    )
