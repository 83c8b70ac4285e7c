"""Counting, and taking down what a visitor found wrong."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from pathlib import Path

from django.db import transaction
from django.db.models import F
from django.utils import timezone

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
from .models import LogMark, PageDay


@transaction.atomic
def take(office: Office, logs: Iterable[Path]) -> int:
    """Add up what these logs say that was not added before. Returns how many visits that was.

    Each log is read from where the last reading ended to its last whole line; where that was is kept with the sums, in one
    transaction, so that no line counts twice or not at all, whenever a run dies. A file is known by its log and its first line, so it
    may be renamed, as logrotate does: what was put aside under its name is read to the end. Only pages of the site as built are
    counted: what nobody built was looked for, not read.
    """
    counted: Counter[rules.Visit] = Counter()
    marks = {mark.begins: mark for mark in LogMark.objects.select_for_update().all()}
    for log, file in ((given, file) for given in dict.fromkeys(logs) for file in [given, *given.parent.glob(f"{given.name}[.-]*")]):
        if file.suffix in rules.COMPRESSED or not file.is_file():
            continue
        with open(file, "rb") as lines:
            first = lines.readline()
            if not first.endswith(b"\n"):
                continue
            begins = sha256(f"{log}\n".encode() + first).hexdigest()
            mark = marks.setdefault(begins, LogMark(begins=begins))
            lines.seek(mark.read)
            for line in lines:
                if not line.endswith(b"\n"):
                    break  # still being written
                mark.read += len(line)
                if visit := rules.read(line.decode(errors="replace")):
                    counted[visit] += 1
        mark.log = str(file)
        mark.save()
    LogMark.objects.filter(at__lt=timezone.now() - LogMark.KEPT).delete()
    made = current(office)
    known = set(BuiltPage.objects.filter(build=made, path__in={visit.path for visit in counted}).values_list("path", flat=True)) if made else set()
    counted = Counter({visit: times for visit, times in counted.items() if visit.path in known})
    for visit, times in sorted(counted.items()):
        _add(office, visit.path, visit.day, visits=times)
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
