"""Law of the review chain: what stands passed, who may look next, when something may go out.

123号 asks for review before publication; 保密法实施条例 42 for a secrecy review of each item, before and
never after. That there are three reviews with three proofs by three people is the office's own rule
(三审三校), which row M13 of its plan makes a promise.

What was seen is a submission: an unchangeable copy with a digest. A look (审核意见) is bound to the
submission it looked at. Where the chain stands is folded from the two lists, never stored.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import new
from typing import Any, cast

from gongkai.law import Objection
from gongkai.law.moves import Moves


class Step(StrEnum):
    FIRST = "first"
    SECOND = "second"
    THIRD = "third"
    SECRECY = "secrecy"

    @property
    def label(self) -> str:
        return {"first": "初审一校", "second": "复审二校", "third": "终审三校", "secrecy": "保密审查"}[self.value]


REVIEWS = (Step.FIRST, Step.SECOND, Step.THIRD)


class Verdict(StrEnum):
    PASS = "pass"
    RETURN = "return"
    RECONFIRM = "reconfirm"  # 复核: an earlier reviewer agrees to what a later one changed

    @property
    def label(self) -> str:
        return {"pass": "通过", "return": "退回", "reconfirm": "复核同意"}[self.value]


class State(StrEnum):
    AT_FIRST = "at_first"
    AT_SECOND = "at_second"
    AT_THIRD = "at_third"
    REVIEWED = "reviewed"
    RETURNED = "returned"

    @property
    def label(self) -> str:
        return {"at_first": "待初审", "at_second": "待复审", "at_third": "待终审", "reviewed": "三审通过", "returned": "已退回"}[self.value]


MOVES = Moves(
    ("first", [State.AT_FIRST], State.AT_SECOND),
    ("second", [State.AT_SECOND], State.AT_THIRD),
    ("third", [State.AT_THIRD], State.REVIEWED),
    # An emergency is signed by one leader at once; the others follow.
    ("emergency", [State.AT_FIRST, State.AT_SECOND, State.AT_THIRD], State.REVIEWED),
    ("return", [State.AT_FIRST, State.AT_SECOND, State.AT_THIRD, State.REVIEWED], State.RETURNED),
)


@dataclass(frozen=True, slots=True)
class Sent:
    """A submission as the chain sees it. `number` counts the submissions of one record from 1.

    `edited_at` is the step whose reviewer made it by changing what lay before him; None for the authors' own.
    """

    number: int
    digest: str
    authors: frozenset[int]
    at: datetime
    edited_at: Step | None = None
    edited_by: int | None = None
    emergency: bool = False
    afresh: bool = False  # the first after a withdrawal: nothing seen before it counts


@dataclass(frozen=True, slots=True)
class Look:
    """One opinion, of one person, on one submission."""

    number: int
    step: Step
    verdict: Verdict
    by: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Stage:
    """Where one step stands. `waits_for` is the person who has to reconfirm, where it is that person's turn."""

    step: Step
    state: str  # passed · reconfirm · next · waiting · returned · owed
    look: Look | None = None
    waits_for: int | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """Where a submission stands, with every step."""

    number: int
    state: State
    stages: tuple[Stage, ...]
    objections: tuple[Objection, ...] = field(default=())

    @property
    def approved(self) -> bool:
        """Whether it may go out: reviewed, nothing to reconfirm, and let out by the secrecy review."""
        return not self.objections

    @property
    def owed(self) -> tuple[Step, ...]:
        """Reviews that an emergency left for afterwards."""
        return tuple(stage.step for stage in self.stages if stage.state == "owed")

    def stage(self, step: Step) -> Stage:
        return next(stage for stage in self.stages if stage.step is step)

    @property
    def open_steps(self) -> tuple[Step, ...]:
        """The steps at which somebody may look now."""
        return tuple(stage.step for stage in self.stages if stage.state in ("next", "reconfirm", "owed"))


def digest_of(content: Mapping[str, Any]) -> str:
    """SM3 over the canonical JSON of everything that goes out: text, files by digest, attribute, channels, members."""
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return new("sm3", plain.encode()).hexdigest()


def chain(sent: Sequence[Sent], looks: Iterable[Look]) -> Chain:
    """Where the newest of a record's submissions stands.

    An approval holds while the digest it saw is the newest one's. A change by the authors lets every
    approval fall. A reviewer's own change carries his approval, keeps those before him until they
    reconfirm, and lets what came after, and the secrecy review, fall. The same digest again keeps all, unless
    it was out and was taken back.
    """
    ordered = sorted(sent, key=lambda s: s.number)
    newest = ordered[-1]
    by_number: dict[int, list[Look]] = {}
    for look in sorted(looks, key=lambda k: (k.at, k.number)):
        by_number.setdefault(look.number, []).append(look)

    passed: dict[Step, Look] = {}
    again: set[Step] = set()
    returned: Look | None = None
    before: Sent | None = None
    for submission in ordered:
        returned = None
        if before is not None and (submission.afresh or submission.digest != before.digest):
            if submission.edited_at is None:
                passed, again = {}, set()
            else:
                kept = REVIEWS[: REVIEWS.index(submission.edited_at)]
                passed = {step: look for step, look in passed.items() if step in kept}
                again = set(passed)
        for look in by_number.get(submission.number, ()):
            if look.verdict is Verdict.RETURN:
                returned = look
                passed.pop(look.step, None)
            elif look.verdict is Verdict.RECONFIRM:
                again.discard(look.step)
                passed[look.step] = look
            else:
                passed[look.step] = look
                again.discard(look.step)
        before = submission
    return _standing(newest, passed, again, returned)


def _after(state: State, verb: str) -> State:
    return cast(State, MOVES.after(state, verb))


def _standing(newest: Sent, passed: dict[Step, Look], again: set[Step], returned: Look | None) -> Chain:
    state = State.AT_FIRST
    if newest.emergency and Step.THIRD in passed:
        state = _after(state, "emergency")
    else:
        for step in REVIEWS:
            if step not in passed:
                break
            state = _after(state, step.value)
    signed = state is State.REVIEWED
    if returned is not None:
        state = _after(state, "return")
    stages = []
    for step in Step:
        look = passed.get(step)
        if returned is not None and step is returned.step:
            stages.append(Stage(step, "returned", returned))
        elif look is not None and step in again:
            stages.append(Stage(step, "reconfirm", look, waits_for=look.by))
        elif look is not None:
            stages.append(Stage(step, "passed", look))
        elif returned is not None:
            stages.append(Stage(step, "waiting"))
        elif step is Step.SECRECY or (newest.emergency and step is Step.THIRD):
            stages.append(Stage(step, "next"))
        elif newest.emergency:
            stages.append(Stage(step, "owed" if signed else "waiting"))
        else:
            earlier = REVIEWS[: REVIEWS.index(step)]
            stages.append(Stage(step, "next" if all(e in passed for e in earlier) else "waiting"))
    found = Chain(newest.number, state, tuple(stages))
    return Chain(found.number, state, found.stages, tuple(_objections_to_release(found, newest)))


def _objections_to_release(found: Chain, newest: Sent) -> list[Objection]:
    objections = []
    if found.state is State.RETURNED:
        objections.append(Objection("returned", "已被退回，须修改后重新送审"))
    elif found.state is not State.REVIEWED:
        missing = [stage.step.label for stage in found.stages if stage.step in REVIEWS and stage.look is None and stage.state != "owed"]
        objections.append(Objection("not_reviewed", f"尚未完成{'、'.join(missing)}", "123号"))
    waiting = [stage.step.label for stage in found.stages if stage.state == "reconfirm"]
    if waiting:
        objections.append(Objection("not_reconfirmed", f"审核中内容有改动，{'、'.join(waiting)}须复核"))
    if found.stage(Step.SECRECY).state != "passed":
        objections.append(Objection("no_secrecy_review", "保密审查未通过，先审查、后公开", "保密法实施条例 42"))
    return objections


def objections_to_look(
    found: Chain, step: Step, verdict: Verdict, *, by: int, authors: Iterable[int], secrecy_may_review: bool = False
) -> list[Objection]:
    """Why this person may not give this verdict at this step now.

    `authors` are all who had a hand in the submission or an earlier one.
    """
    objections = []
    stage = found.stage(step)
    if found.state is State.RETURNED:
        return [Objection("returned", "已被退回，等承办人修改后重新送审")]
    if verdict is Verdict.RECONFIRM:
        if stage.state != "reconfirm":
            objections.append(Objection("nothing_to_reconfirm", f"{step.label}没有需要复核的改动"))
        elif stage.waits_for != by:
            objections.append(Objection("not_the_reviewer", f"改动由原{step.label}人复核；本人不能办理的，请重新{step.label}"))
    elif stage.state == "passed":
        objections.append(Objection("passed", f"{step.label}已经通过"))
    elif stage.state == "waiting":
        objections.append(Objection("not_yet", f"还没有到{step.label}"))
    if by in set(authors):
        objections.append(Objection("own_work", f"撰稿人不能对自己的稿件{step.label}"))
    others = {stage.look.by for stage in found.stages if stage.look is not None and stage.step is not step and stage.step is not Step.SECRECY}
    secret = found.stage(Step.SECRECY).look
    if step is not Step.SECRECY and by in others:
        objections.append(Objection("same_person", "三审三校须由三个人分别进行"))
    if not secrecy_may_review and (by in others if step is Step.SECRECY else secret is not None and secret.by == by):
        objections.append(Objection("secrecy_apart", "保密审查不能与三审三校是同一人"))
    return objections


def objections_to_submitting(
    *, digest: str, last: Sent | None, last_state: State | None, released: str | None, afresh: bool = False
) -> list[Objection]:
    """Why this content need not or may not be submitted now. `released` is the digest that is out, if any."""
    if afresh:
        return []
    if released == digest:
        return [Objection("released", "与已发布的内容相同，没有需要送审的改动")]
    if last is not None and last.digest == digest and last_state is not State.RETURNED:
        return [Objection("unchanged", "内容与上次送审的相同，审核继续进行，不必重新送审")]
    return []


def objections_to_own_edit(*, before: str, after: str) -> list[Objection]:
    """Why a reviewer's change is no change."""
    return [Objection("unchanged", "内容没有改动，可以直接通过")] if before == after else []
