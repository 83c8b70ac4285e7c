"""What a text is screened by, and what was found in it."""

import re
from dataclasses import replace
from datetime import date
from functools import lru_cache, partial
from urllib.parse import urlsplit

from django.utils import timezone

from gongkai.accounts.models import Office

from . import lookups, rules
from .models import Dismissal, Leader, Term, TermList

_NUMBERS = re.compile(r"[0-9()（）\-－ +]{7,}")


def terms_in_force(office: Office, today: date) -> TermList | None:
    """The office's own list in force on that day; None while it has none."""
    return TermList.objects.of(office).in_force(today)


def screener_for(office: Office, today: date) -> rules.Screener:
    """The screener of an office on a day: the product's list and the office's own, its leaders, hosts and telephones.

    Compiled once for a version of the list: building the automaton of 50,000 terms takes half a second.
    """
    own = terms_in_force(office, today)
    leaders = tuple(
        rules.LeaderFact(*row) for row in Leader.objects.of(office).current().order_by("rank", "from_on", "pk").values_list("name", "title", "rank", "from_on", "until_on")
    )
    telephones = tuple(number.strip() for text in (office.phone, office.fax) for number in _NUMBERS.findall(text))
    return _screener(office.pk, own and (own.pk, own.imported_at), telephones, leaders, hosts_of(office), today)


@lru_cache(maxsize=32)
def _screener(office_id: int, own, telephones: tuple[str, ...], leaders: tuple[rules.LeaderFact, ...], hosts: frozenset[str], today: date) -> rules.Screener:
    return rules.Screener(
        _matcher(own, telephones), leaders, partial(lookups.validity, office_id), today, own_hosts=hosts, resolve=partial(lookups.leads_to, office_id),
    )  # fmt: skip


@lru_cache(maxsize=8)
def _matcher(own, telephones: tuple[str, ...]) -> rules.Matcher:
    """All terms compiled. `own` is the office's list by id and moment of import, since what was imported never changes."""
    rows = Term.objects.filter(term_list_id=own[0]).values_list("wrong", "right", "level", "category", "why", "source", "exceptions") if own else ()
    return rules.Matcher([
        *rules.shipped_terms()[1],
        *(rules.Term(number, level=rules.ALLOW) for number in telephones),
        *(rules.Term(*facts, exceptions=tuple(exceptions)) for *facts, exceptions in rows),
    ])  # fmt: skip


def hosts_of(office: Office) -> frozenset[str]:
    """The hosts of the office's own site, with and without www."""
    website = office.website.strip()
    host = urlsplit(website if "://" in website else f"//{website}").hostname or ""
    return frozenset({host, host.removeprefix("www."), f"www.{host.removeprefix('www.')}"}) if host else frozenset()


def screen(office: Office, draft: rules.Draft, today: date, record=None) -> list[rules.Finding]:
    """Everything found in a draft, in reading order; what was left before for `record` bears its reason and by whom."""
    findings = screener_for(office, today).screen(draft)
    return marked(findings, record) if record is not None and record.pk is not None else findings


def dead_links(office: Office, draft: rules.Draft, today: date) -> list[rules.Finding]:
    """Links within the site that lead nowhere and must be put right. Costs nothing for a draft without links."""
    if not any(passage.href for passage in draft.passages):
        return []
    return [finding for finding in screener_for(office, today).links(draft) if finding.rule == "dead_link" and finding.severity == rules.REFUSE]


def marked(findings: list[rules.Finding], record) -> list[rules.Finding]:
    """The findings of a record with what was dismissed marked as such. What must be put right is never dismissed."""
    left = {
        row.digest: rules.Dismissed(row.reason, row.by.name or row.by.get_username(), timezone.localtime(row.at).date().isoformat())
        for row in Dismissal.objects.filter(office_id=record.office_id, subject_kind=record._meta.label, subject_id=str(record.pk)).select_related("by")
    }
    return [replace(f, dismissed=left[f.digest]) if f.severity != rules.REFUSE and f.digest in left else f for f in findings]


def standing(findings: list[rules.Finding]) -> list[rules.Finding]:
    """What still stands between a draft and its review: everything not dismissed, hints aside."""
    return [finding for finding in findings if finding.severity != rules.HINT and finding.dismissed is None]
