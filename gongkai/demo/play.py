"""Playing a year: every deed through the very action a person at the desk would use.

So the log, the clocks and the histories are real: an action that would refuse a person refuses the
simulator, and the year stops there.
"""

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.core.files import File

from gongkai.accountability import actions as accountability
from gongkai.audit.source import coming_from
from gongkai.benefits import actions as benefits
from gongkai.concerns import actions as concerns
from gongkai.consultation import actions as consultation
from gongkai.documents import actions as documents
from gongkai.events import actions as events
from gongkai.foi import actions as foi
from gongkai.guides import actions as guides
from gongkai.publishing import actions as publishing
from gongkai.registers.actions import bring_in, change, create
from gongkai.registers.register import get_register
from gongkai.reviewing import actions as reviewing
from gongkai.reviewing import bundles
from gongkai.reviewing import queries as reviewing_queries
from gongkai.reviewing.models import Submission
from gongkai.reviewing.rules import Step, Verdict

from . import picture
from .bureau import Cast
from .clock import occurring
from .deeds import Deed, In, Person, Thing, Under

SOURCE = "年度模拟"


class Player:
    """Does deeds in order of time, remembering what came of each."""

    def __init__(self, cast: Cast):
        self.cast, self.things = cast, {}

    def play(self, deeds: Iterable[Deed], *, until: datetime | None = None, progress: Callable[[int], None] = lambda done: None) -> int:
        """Play those that have happened by `until`. Afterwards their records and their log stand; returns how many were played."""
        done = 0
        with coming_from(SOURCE):
            for deed in deeds:
                if until is not None and deed.at > until:
                    break
                self.do(deed)
                done += 1
                progress(done)
        return done

    def do(self, deed: Deed) -> None:
        facts = {name: self.meant(value) for name, value in deed.facts.items()}
        by = self.cast.people.get(deed.who)
        with occurring(deed.at):
            found = VERBS[deed.verb](self, deed, facts, by)
        if found is not None:
            self.things[deed.name] = found

    def meant(self, value: Any) -> Any:
        """A deed's value as the database knows it."""
        match value:
            case Thing(name):
                return self.things[name]
            case Person(username):
                return self.cast.people[username]
            case In(section):
                return self.cast.sections[section]
            case Under(slug):
                return self.cast.columns[slug]
        return value

    def thing(self, deed: Deed):
        return self.things[deed.name]


def _add(player: Player, deed: Deed, facts: dict, by):
    register = get_register(deed.register)
    return create(register, register.model(office=player.cast.office, **facts), by=by, at=deed.at)


def _change(player: Player, deed: Deed, facts: dict, by):
    return change(get_register(deed.register), player.thing(deed), by=by, at=deed.at, **facts)


def _bring_in(player: Player, deed: Deed, facts: dict, by) -> None:
    register = get_register(deed.register)
    rows = facts.pop("rows")
    bring_in(register, (register.model(**row, **facts) for row in rows), by=by, office_id=player.cast.office.pk)


def _move(action: Callable, **names: str) -> Callable:
    """An action on a record: its arguments, by the fields in which they end up."""

    def done(player: Player, deed: Deed, facts: dict, by):
        return action(player.thing(deed), by=by, **{argument: facts[field] for argument, field in names.items() if field in facts})

    return done


def _receive_application(player: Player, deed: Deed, facts: dict, by):
    return foi.receive(player.cast.office, by=by, **facts)


def _consult(player: Player, deed: Deed, facts: dict, by):
    return foi.consult(
        facts["application"], by=by, kind=facts["kind"], sent_on=facts["sent_on"], received_by_on=facts["received_by_on"], name=facts["recipient"]
    )


def _open_consultation(player: Player, deed: Deed, facts: dict, by):
    return consultation.open_consultation(player.cast.office, by=by, **facts)


def _announce(player: Player, deed: Deed, facts: dict, by):
    return consultation.announce(facts.pop("consultation"), by=by, **facts)


def _receive_opinion(player: Player, deed: Deed, facts: dict, by):
    facts.pop("number")  # the action gives the next one
    return consultation.receive(facts.pop("consultation"), by=by, **facts)


def _find_concern(player: Player, deed: Deed, facts: dict, by):
    return concerns.find(player.cast.office, by=by, **facts)


def _take_down(player: Player, deed: Deed, facts: dict, by):
    return benefits.take_down(facts["policy"], on=facts["updated_on"], reason=facts["reason"], by=by, at=deed.at)


def _tally(player: Player, deed: Deed, facts: dict, by):
    counts = {name: facts[name] for name in ("issued", "returned", "good", "fair", "poor", "abstain", "invalid")}
    return accountability.tally(facts["report"], by=by, at=deed.at, **counts)


def _set_aside(player: Player, deed: Deed, facts: dict, by):
    return foi.set_aside(player.thing(deed), by=by, on=facts["dispatched_on"])


def _illustrate(player: Player, deed: Deed, facts: dict, by) -> None:
    item, name = player.thing(deed), f"{facts['title'].replace('：', '')}.png"
    drawn = File(picture.draw(facts["title"], facts["steps"]), name=name)
    material = publishing.add_material(item, publishing.take_in(drawn, office=player.cast.office, by=by), by=by)
    shown = {"type": "image", "value": {"image": material.pk, "alt": picture.told(facts["title"], facts["steps"]), "caption": ""}}
    publishing.edit(item, by=by, at=deed.at, body=json.dumps([shown, *item.body.get_prep_value()], ensure_ascii=False))
    item.refresh_from_db()


def _submit(player: Player, deed: Deed, facts: dict, by) -> None:
    reviewing.submit(player.thing(deed), by=by, at=deed.at)


def _look(player: Player, deed: Deed, facts: dict, by) -> None:
    step = Step(facts["step"])
    said = {"opinion": "经逐项检查，可以公开"} if step is Step.SECRECY else {"opinion": "同意", "checklist": {key: True for key, _ in reviewing_queries.gates()}}
    reviewing.look(Submission.objects.about(player.thing(deed)).last(), step=step, verdict=Verdict.PASS, by=by, at=deed.at, **said)


def _bundle(player: Player, deed: Deed, facts: dict, by):
    made = bundles.make(player.cast.office, title=facts["title"], items=[facts["document"], facts["interpretation"]], by=by)
    bundles.submit(made, by=by)
    return made


def _release_bundle(player: Player, deed: Deed, facts: dict, by) -> None:
    bundles.release(player.thing(deed), by=by, at=deed.at)
    for item in (facts["document"], facts["interpretation"]):
        item.refresh_from_db()


def _release(player: Player, deed: Deed, facts: dict, by) -> None:
    reviewing.release(Submission.objects.about(player.thing(deed)).last(), by=by, at=deed.at)


VERBS: dict[str, Callable] = {
    "add": _add,
    "change": _change,
    "bring_in": _bring_in,
    "foi.receive": _receive_application,
    "foi.confirm": _move(foi.confirm, on="confirmed_on"),
    "foi.ask_to_correct": _move(foi.ask_to_correct, on="correction_asked_on", due_on="correction_due_on"),
    "foi.corrected": _move(foi.corrected, on="corrected_on"),
    "foi.ask_fee": _move(foi.ask_fee, on="fee_noticed_on"),
    "foi.fee_paid": _move(foi.fee_paid, on="fee_paid_on"),
    "foi.consult": _consult,
    "foi.opinion_received": _move(foi.opinion_received, on="opinion_on", agrees="agrees", opinion="opinion"),
    "foi.extend": _move(foi.extend, on="extended_on", days="extended_days", consented_by="consented_by"),
    "foi.reply": _move(
        foi.reply, result="result", delivery="delivery", dispatched_on="dispatched_on", signed_for_on="signed_for_on", reply_number="reply_number"
    ),
    "foi.set_aside": _set_aside,
    "foi.withdraw": _move(foi.withdraw, on="withdrawn_on"),
    "consultation.open_consultation": _open_consultation,
    "consultation.announce": _announce,
    "consultation.receive": _receive_opinion,
    "consultation.dispose": _move(consultation.dispose, disposition="disposition", reason="reason"),
    "consultation.feed_back": _move(consultation.feed_back, on="feedback_on", url="feedback_url"),
    "concerns.find": _find_concern,
    "concerns.grade": _move(concerns.grade, grade="grade", at="graded_at"),
    "concerns.respond": _move(concerns.respond, at="first_response_at"),
    "concerns.press": _move(concerns.hold_press_conference, at="press_at"),
    "concerns.clarify": _move(concerns.clarify, at="clarified_at"),
    "concerns.reply": _move(concerns.reply, at="replied_at", summary="reply_summary", url="reply_url"),
    "benefits.take_down": _take_down,
    "documents.repeal": _move(documents.repeal, on="repealed_on", successor="successor"),
    "events.hold": _move(events.hold, on="held_on"),
    "events.postpone": _move(events.postpone, to="planned_on", reason="reason"),
    "accountability.hold": _move(accountability.hold, on="held_on", expected="expected", present="present", minutes_number="minutes_number"),
    "accountability.tally": _tally,
    "guides.declare": _move(documents.declare, on="published_on", where="published_elsewhere"),
    "guides.review": _move(guides.review, on="reviewed_on"),
    "publishing.illustrate": _illustrate,
    "reviewing.submit": _submit,
    "reviewing.look": _look,
    "reviewing.release": _release,
    "reviewing.bundle": _bundle,
    "reviewing.release_bundle": _release_bundle,
    "guides.bring_into_force": _move(guides.bring_into_force, on="effective_on"),
}
