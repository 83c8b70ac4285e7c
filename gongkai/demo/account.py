"""The plan and its account through the year: brought in by the importer, reported in rounds, checked, linked."""

import tomllib
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from random import Random

from django.core.files.base import ContentFile

from gongkai.documents.models import NormativeDocument
from gongkai.files.actions import keep
from gongkai.ledger import actions as ledger
from gongkai.ledger.models import Measure, Plan, Progress

from .cast import CLERKS, COORDINATOR, DISCLOSURE_HEAD, HEADS, OFFICE_SECTION, POLICY
from .deeds import ZONE, Days, Deed
from .play import VERBS, Player

FOLDER = Path(__file__).with_name("plan")


@cache
def progress_texts() -> tuple[dict, ...]:
    """落实情况 of the plan, in the order of its measures."""
    return tuple(tomllib.loads((FOLDER / "progress.toml").read_text(encoding="utf-8"))["measure"])


def source(name: str, year: int) -> bytes:
    """A plan of the folder, for that year."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    return text.replace("@本年@", str(year)).encode()


def deeds(days: Days, seed: int) -> Iterator[Deed]:
    """What is done with the plans, in no order: the caller sorts."""
    year, rng, last_of_all = days.year, Random(f"{seed}:account"), len(progress_texts()) - 1

    def deed(on: date, who: str, verb: str, name: str, hour: int, /, **facts) -> Deed:
        at = datetime.combine(days.on_or_after(on), time(hour, rng.randrange(60), rng.randrange(60)), ZONE)
        return Deed(at, who, verb, "ledger", name, facts)

    last = year - 1
    yield deed(date(last, 3, 8), COORDINATOR, "ledger.import", "plan:last", 9, file="last-year.html", title=f"{last}年分工方案.html", level="own", year=last)
    yield deed(date(last, 12, 20), COORDINATOR, "ledger.submit_all", "plan:last", 9)
    yield deed(date(last, 12, 22), DISCLOSURE_HEAD, "ledger.confirm_all", "plan:last", 10)
    yield deed(date(year, 1, 6), COORDINATOR, "ledger.freeze", "plan:last", 10, as_of=date(last, 12, 31), today=days.on_or_after(date(year, 1, 6)))
    yield deed(date(year, 3, 2), COORDINATOR, "ledger.import", "plan:city", 9, file="city.html", title=f"{year}年市政务公开工作要点分工方案.html", level="city", year=year)
    yield deed(date(year, 3, 9), COORDINATOR, "ledger.import", "plan", 9, file="own.html", title=f"{year}年分工方案.html", level="own", year=year)
    yield deed(date(year, 3, 10), COORDINATOR, "ledger.set_up", "plan", 10)
    yield deed(date(year, 3, 14), DISCLOSURE_HEAD, "ledger.publish", "plan", 15)
    for title, opens, due, as_of in (
        ("半年填报", date(year, 7, 1), date(year, 7, 8), date(year, 6, 30)),
        ("年度填报", date(year, 11, 30), date(year, 12, 7), date(year, 11, 30)),
    ):  # fmt: skip
        yield deed(opens, COORDINATOR, "ledger.open_round", "plan", 8, title=title, opens_on=opens, due_on=due, as_of=as_of)
        for n in range(len(progress_texts())):
            reported = days.draw(rng, days.add(opens, 1), days.add(opens, 3))
            yield deed(reported, "", "ledger.report", "plan", 9 + n % 3, number=n)
            if n == 7 and title == "年度填报":
                yield deed(days.add(opens, 4), "", "ledger.return", "plan", 9, number=n, comment="请核对采访次数与登记簿是否一致")
                yield deed(days.add(opens, 4), "", "ledger.report", "plan", 15, number=n)
            if n == last_of_all and title == "年度填报":
                # Sent back and not yet sent in again: it waits on its writer's workbench.
                yield deed(days.add(opens, 4), "", "ledger.return", "plan", 16, number=n, comment="请补充年度报告的计划公布日期")
                continue
            yield deed(days.add(opens, 4), "", "ledger.confirm", "plan", 16, number=n)
    yield deed(date(year, 11, 28), "", "ledger.finish", "plan", 16, number=9)
    yield deed(date(year, 11, 28), "", "ledger.link", "plan", 15, number=0)


def together(*streams) -> list[Deed]:
    return sorted((deed for stream in streams for deed in stream), key=lambda deed: deed.at)


# -- How each is done ------------------------------------------------------------------------------------------------


def _import(player: Player, deed: Deed, facts: dict, by) -> Plan:
    """As at the desk: the file is kept and checked, read into a batch, and the draft confirmed."""
    upload = ContentFile(source(facts["file"], facts["year"]), name=facts["title"])
    office, level, of = player.cast.office, facts["level"], facts["year"]
    stored = keep(upload, office=office, by=by, name=facts["title"])
    batch = ledger.take(stored, office=office, by=by, level=level, year=of)
    return ledger.import_plan(office, ledger.draft_of(stored, office, of, level), by=by, level=level, year=of, batch=batch, at=deed.at)


def _measure(player: Player, deed: Deed) -> Measure:
    return player.thing(deed).measures.order_by("order")[deed.facts["number"]]


def _lead(measure: Measure) -> str:
    """The section that answers for a measure: its first lead, or the 办公室."""
    lead = measure.assignments.exclude(part="support").exclude(section=None).select_related("section").order_by("order").first()
    return lead.section.name if lead else OFFICE_SECTION


def _report(player: Player, deed: Deed, facts: dict, by) -> None:
    measure = _measure(player, deed)
    ledger.report(measure, text=progress_texts()[facts["number"]]["text"].strip(), by=player.cast.people[CLERKS[_lead(measure)]], at=deed.at)


def _confirm(player: Player, deed: Deed, facts: dict, by) -> None:
    measure = _measure(player, deed)
    ledger.confirm(measure.progress.order_by("-version").first(), by=player.cast.people[HEADS[_lead(measure)]], at=deed.at)


def _return(player: Player, deed: Deed, facts: dict, by) -> None:
    measure = _measure(player, deed)
    ledger.return_progress(measure.progress.order_by("-version").first(), by=player.cast.people[HEADS[_lead(measure)]], comment=facts["comment"], at=deed.at)


def _finish(player: Player, deed: Deed, facts: dict, by) -> None:
    measure = _measure(player, deed)
    ledger.finish(measure, done_on=deed.at.date(), by=player.cast.people[HEADS[_lead(measure)]])


def _set_up(player: Player, deed: Deed, facts: dict, by) -> None:
    """Targets, and which of the city's items each measure answers. One item of the city's has no measure: the matrix shows it."""
    items = {n: item for n, item in enumerate(player.things["plan:city"].measures.order_by("order"), 1)} if "plan:city" in player.things else {}
    for measure, text in zip(player.thing(deed).measures.order_by("order"), progress_texts(), strict=True):
        for indicator, at_least in text.get("targets", {}).items():
            ledger.set_target(measure, indicator=indicator, at_least=at_least, by=by)
        if answers := [items[n] for n in text.get("answers", ()) if n in items]:
            ledger.answer(measure, items=answers, by=by)


def _link(player: Player, deed: Deed, facts: dict, by) -> None:
    """The documents of the year as evidence of the first measure."""
    measure, year = _measure(player, deed), player.thing(deed).year
    person = player.cast.people[CLERKS[POLICY]]
    for document in NormativeDocument.objects.of(player.cast.office).normative().filter(published_on__year=year, published_on__lte=deed.at.date()).order_by("published_on"):
        ledger.link(measure, item=document, note="公开的规范性文件", by=person)


def _submit_all(player: Player, deed: Deed, facts: dict, by) -> None:
    for progress in Progress.objects.filter(measure__plan=player.thing(deed), state="draft").order_by("measure__order"):
        ledger.submit_progress(progress, by=by, at=deed.at)


def _confirm_all(player: Player, deed: Deed, facts: dict, by) -> None:
    for progress in Progress.objects.filter(measure__plan=player.thing(deed), state="submitted").order_by("measure__order"):
        ledger.confirm(progress, by=by, at=deed.at)


def _with_plan(action: Callable) -> Callable:
    def done(player: Player, deed: Deed, facts: dict, by) -> None:
        action(player.thing(deed), by=by, **facts)

    return done


VERBS |= {
    "ledger.import": _import,
    "ledger.set_up": _set_up,
    "ledger.open_round": _with_plan(ledger.open_round),
    "ledger.report": _report,
    "ledger.confirm": _confirm,
    "ledger.return": _return,
    "ledger.finish": _finish,
    "ledger.link": _link,
    "ledger.submit_all": _submit_all,
    "ledger.confirm_all": _confirm_all,
    "ledger.freeze": _with_plan(ledger.freeze),
    "ledger.publish": _with_plan(ledger.publish),
}
