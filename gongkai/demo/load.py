"""A big year at once: the same deeds, written down in sets instead of played one by one.

Each story is folded into the records it leaves behind (a deed's facts are the values of its record's
fields), the derived days are written by the rooms' own rules, and rows go in by the thousand. Stories
come one at a time, so memory does not grow with the size of the year. One log row for each set says
how many were written; histories record by record are what `play` is for.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models, transaction

from gongkai.audit.actions import record
from gongkai.audit.source import coming_from
from gongkai.audit.verbs import sentences
from gongkai.concerns.models import Concern
from gongkai.concerns.rules import press_clock, response_clock
from gongkai.consultation.models import Consultation, Opinion
from gongkai.consultation.rules import feedback_clock
from gongkai.documents.models import DocumentRelation
from gongkai.foi import rules as foi
from gongkai.foi.models import Applicant, Application, ThirdPartyOpinion
from gongkai.foi.result_rules import row_of
from gongkai.guides.content import snapshot as guide_copy
from gongkai.law import figure
from gongkai.publishing.models import SecrecyReview
from gongkai.publishing.queries import reassess_due_on
from gongkai.registers.register import get_register, register_of
from gongkai.rulebook.queries import adjustments, calendar

from .bureau import Cast
from .deeds import Deed, Story
from .play import SOURCE, Player
from .stories import ELSEWHERE

#: Rows of one model that are gathered before they are written.
SET = 2000
#: Registers whose records later stories name.
NAMED = frozenset({"documents", "matters", "benefit-policies"})

#: Verbs that begin a record; all others change one of the same story.
BEGINNINGS = frozenset({
    "add", "foi.receive", "foi.consult", "consultation.open_consultation", "consultation.announce", "consultation.receive", "concerns.find",
    "benefits.take_down", "accountability.tally",
})  # fmt: skip

sentences(demo__written="年度模拟器成批写入{what}{rows}条")


class Loader:
    """Folds stories into rows. Explicit ids let rows name each other before they are written."""

    def __init__(self, cast: Cast, *, by):
        self.cast, self.by = cast, by
        self.player = Player(cast)  # for what a deed's values mean
        self.sets: dict[type[models.Model], list] = {}
        self.next_id: dict[type[models.Model], int] = {}
        self.written: dict[type[models.Model], int] = {}
        self.days = calendar()
        self.own = {room: adjustments(cast.office.pk, room) for room in ("foi", "consultation", "concerns", "publishing")}
        self.numbers: dict[int, int] = {}

    @transaction.atomic
    def load(self, stories: Iterable[Story], progress: Callable[[int], None] = lambda records: None) -> int:
        """Write the year whole. Afterwards its records stand, with their derived days; returns how many."""
        total = 0
        with coming_from(SOURCE):
            for story in stories:
                for item in self.fold(story.deeds):
                    rows = self.sets.setdefault(type(item), [])
                    rows.append(item)
                    total += 1
                    if len(rows) >= SET:
                        self.write(type(item))
                progress(total)
            for model in list(self.sets):
                self.write(model)
            for model, rows in self.written.items():
                record("demo.written", by=self.by, office_id=self.cast.office.pk, what=model._meta.verbose_name, rows=rows)
            reset = connection.ops.sequence_reset_sql(no_style(), list(self.written))
            with connection.cursor() as cursor:
                for statement in reset:
                    cursor.execute(statement)
        return total

    def write(self, model: type[models.Model]) -> None:
        rows = self.sets.pop(model, [])
        model._base_manager.bulk_create(rows)
        self.written[model] = self.written.get(model, 0) + len(rows)

    def new(self, model: type[models.Model], **values) -> Any:
        """An unsaved record with its id."""
        if model not in self.next_id:
            self.next_id[model] = (model._base_manager.aggregate(last=models.Max("pk"))["last"] or 0) + 1
        item = model(pk=self.next_id[model], **values)
        self.next_id[model] += 1
        return item

    # -- Folding -----------------------------------------------------------------------------------------------------

    def fold(self, deeds: Iterable[Deed]) -> list:
        """The records that a story leaves behind, whole."""
        things, known = self.player.things, dict(self.player.things)
        made: list = []
        for deed in deeds:
            facts = {name: self.player.meant(value) for name, value in deed.facts.items()}
            if deed.verb in ("publishing.illustrate", "reviewing.submit", "reviewing.look", "reviewing.bundle"):
                continue  # what went out is written by the records themselves; the chain is only played
            if deed.register == "guides" and deed.verb in ("change", "reviewing.release"):
                continue  # a guide put right by a later story is only played
            if deed.verb == "bring_in":
                model = get_register(deed.register).model
                made += [self.new(model, office=self.cast.office, **row, **facts) for row in facts.pop("rows")]
            elif deed.verb == "documents.repeal":
                made.append(self._repeal(things[deed.name], facts))
            elif deed.verb == "reviewing.release_bundle":
                for item in (facts["document"], facts["interpretation"]):
                    item.published_on, item.published_elsewhere = facts["published_on"], ELSEWHERE
            elif deed.verb in BEGINNINGS:
                things[deed.name] = item = self._begin(deed, facts)
                made.append(item)
                if deed.register in NAMED:
                    known[deed.name] = item
                if deed.verb == "foi.receive":
                    made.append(self._applicant(item, deed.facts["applicant"]))
            else:
                for name, value in facts.items():
                    setattr(things[deed.name], name, value)
                if deed.verb == "guides.declare":
                    things[deed.name].released = guide_copy(things[deed.name])
            if deed.verb == "consultation.feed_back":
                for opinion in (item for item in made if isinstance(item, Opinion)):
                    opinion.fed_back_on = facts["feedback_on"]
        # Only what later stories name is remembered.
        self.player.things = known
        self._derive(made)
        return made

    def _begin(self, deed: Deed, facts: dict) -> Any:
        office, model = self.cast.office, get_register(deed.register).model
        if deed.verb == "foi.receive":
            del facts["applicant"]
            year = facts["handed_in_on"].year
            self.numbers[year] = self.numbers.get(year, 0) + 1
            facts["number"] = f"{office.number_prefix}公开申〔{year}〕{self.numbers[year]}号"
        elif deed.verb == "foi.consult":
            facts["name"] = facts.pop("recipient")
        elif deed.verb == "benefits.take_down":
            facts["kind"] = "removed"
        parent = facts.get("application") or facts.get("consultation")
        if parent is not None and "section" not in facts:
            facts["section"] = parent.section
        return self.new(model, office=office, **facts)

    def _applicant(self, application: Application, values: Mapping[str, str]) -> Applicant:
        applicant = self.new(Applicant, application=application, **values)
        applicant.hash_for_lookup()
        return applicant

    def _repeal(self, document: Any, facts: dict) -> DocumentRelation:
        """A document of an earlier story: changed where it stands, with the relation that says by what."""
        self.write(type(document))
        type(document)._base_manager.filter(pk=document.pk).update(repealed_on=facts["repealed_on"])
        return self.new(DocumentRelation, office=self.cast.office, section=document.section, document=facts["successor"], relation="repeals", other=document)

    # -- What follows from the facts ---------------------------------------------------------------------------------

    def _derive(self, items: list) -> None:
        letters: dict[int, list[ThirdPartyOpinion]] = {}
        for item in items:
            if isinstance(item, ThirdPartyOpinion):
                item.expires_on = foi.opinion_expires_on(item.kind, item.received_by_on, self.days)
                letters.setdefault(item.application_id, []).append(item)
        for item in items:
            match item:
                case Application():
                    self._derive_application(item, letters.get(item.pk, []))
                case Consultation():
                    item.feedback_due_on = feedback_clock(item.window, self.days, self.own["consultation"]).last_day
                case Concern():
                    first, press = (clock(item.facts, self.days, self.own["concerns"]) for clock in (response_clock, press_clock))
                    item.first_due_at, item.press_due_at = first.last_moment if first else None, press.last_moment if press else None
                case SecrecyReview():
                    item.reassess_due_on = reassess_due_on(item, self.own["publishing"])
                case ThirdPartyOpinion():
                    pass  # done above, since its application's last day rests on it
                case _:
                    register = register_of(item)
                    if register is not None and register.derive:
                        register.derive(item)

    def _derive_application(self, item: Application, letters: list[ThirdPartyOpinion]) -> None:
        """What `foi.actions.derive` writes, by the same rules, without asking the database for each."""
        own = self.own["foi"]
        case = replace(item.case(with_letters=False), consulted=tuple(letter.consulted for letter in letters))
        clock = foi.reply_clock(case, self.days, own)
        item.received_on, item.reply_on, item.closed_on = case.received_on, case.reply_on, case.closed_on
        item.correction_ask_due_on = foi.correction_ask_due_on(case.received_on, self.days) if clock and case.received_on else None
        item.reply_due_on = clock.last_day if clock else None
        row = figure("foi", "withdrawn_row", max(item.closed_on, foi.IN_FORCE), own).value if item.result == "withdrawn" else ""
        item.report_row = row_of(item.result, row)

