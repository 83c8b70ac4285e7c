"""Counting, and taking down what a visitor found wrong."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from time import sleep

from django.db import transaction
from django.db.models import F

from gongkai.accounts.models import Office
from gongkai.inspection.models import Code, Finding, Site, Source
from gongkai.law.figures import figure
from gongkai.law.refusals import refuse_if
from gongkai.publishing.rules import objections_to_marks
from gongkai.registers import actions as registers
from gongkai.registers.register import get_register
from gongkai.rulebook.queries import adjustments
from gongkai.sitebuild.models import BuiltPage
from gongkai.sitebuild.queries import current

from . import rules
from .models import PageDay


def take(office: Office, logs: Iterable[Path], *, settle: float = 0.0) -> int:
    """Add up the visits of these logs and remove them. Returns how many were counted.

    A log is renamed before it is read, so that lines written meanwhile begin a new one; one that a dead run left renamed
    is read again. A server that keeps its log open looks once a second whether it is still there: `settle` seconds are left
    for what it writes till then. Only pages of the site as built are counted: what nobody built was looked for, not read.
    """
    counted: Counter[rules.Visit] = Counter()
    taken = []
    for log in logs:
        half = log.with_suffix(".taken")
        if not half.exists():
            try:
                log.rename(half)
            except FileNotFoundError:
                continue
            if settle:  # an empty one in its place, which the server may write: finding none, nginx would drop a line before making one
                log.touch()
                log.chmod(0o666)
        taken.append(half)
    if taken and settle:
        sleep(settle)
    for half in taken:
        with open(half, encoding="utf-8", errors="replace") as lines:
            counted.update(visit for text in lines if (visit := rules.read(text)))
    made = current(office)
    known = set(BuiltPage.objects.filter(build=made, path__in={visit.path for visit in counted}).values_list("path", flat=True)) if made else set()
    counted = Counter({visit: times for visit, times in counted.items() if visit.path in known})
    with transaction.atomic():
        for visit, times in sorted(counted.items()):
            _add(office, visit.path, visit.day, visits=times)
        for half in taken:  # within the transaction: a count without its log's removal would be counted twice
            half.unlink()
    return sum(counted.values())


def _add(office: Office, path: str, day: date, **more: int) -> None:
    row, _ = PageDay.objects.get_or_create(office=office, path=path, day=day)
    PageDay.objects.filter(pk=row.pk).update(**{name: F(name) + times for name, times in more.items()})


def vote(office: Office, path: str, *, useful: bool, on: date) -> None:
    """有用、没用。Afterwards the page's day counts one more."""
    _add(office, path, on, **{"useful" if useful else "useless": 1})


@transaction.atomic
def report(office: Office, path: str, words: str, *, on: date) -> Finding:
    """找错。Afterwards what the visitor found is a finding, with its clock and its duty."""
    most = figure("visits", "words_most", on, adjustments(office.pk, "visits")).value
    refuse_if([*rules.objections_to_mistake(words, most), *objections_to_marks(words)])
    finding = Finding(
        office=office, source=Source.VISITOR, code=Code.OTHER, site=Site.WEBSITE, title=f"访客找错：/{path}"[:200], detail=words.strip(), found_on=on,
    )  # fmt: skip
    registers.create(get_register("findings"), finding, by=None)
    return finding
