"""A list of wording comes in and is put in force; a finding is left with a reason."""

from datetime import date
from pathlib import Path

from django.db import transaction
from django.db.models import Max

from gongkai.accounts.models import Office
from gongkai.audit.actions import record as log
from gongkai.audit.verbs import sentences
from gongkai.exchange.blocks import Unreadable
from gongkai.files.actions import keep
from gongkai.law.objections import Objection
from gongkai.law.refusals import refuse_if

from . import rules
from .importing import read_terms
from .models import Dismissal, Term, TermList

sentences(
    screening__terms_imported="导入{name}第{version}版，{terms}条",
    screening__terms_in_force="启用{name}第{version}版，自{starts_on}起",
    screening__dismissed="对“{label}”忽略筛查结果“{rule}”，理由：{reason}",
)

SHOWN_ERRORS = 50
#: Rules whose quotes are personal data: of those only the ends are kept.
_PERSONAL = frozenset({"id_number", "old_id_number", "mobile", "landline", "bank_card", "home_address", "names_with_money"})


def import_terms(upload, *, office: Office, by, name: str = "用语表", source: str = "") -> TermList:
    """导入用语表。Afterwards a new version stands with all its terms, not yet in force; earlier versions stay as they are.

    `upload` is an open file or a path. All or none: with a faulty row nothing but the file is kept, and Refused
    names the rows.
    """
    stored = keep(upload, office=office, by=by)
    refuse_if([Objection("file", stored.refused)] if stored.refused else [])
    try:
        reading = read_terms(Path(stored.content.path), stored.name)
    except Unreadable as problem:
        refuse_if([Objection("unreadable", problem.sentence)])
        raise
    errors = [Objection("row", str(error)) for error in reading.errors[:SHOWN_ERRORS]]
    if more := len(reading.errors) - SHOWN_ERRORS:
        errors += [Objection("row", f"另有{more}行有误")] if more > 0 else []
    refuse_if(errors or ([] if reading.terms else [Objection("empty", "表头下面没有用语。请填写后重新上传")]))
    with transaction.atomic():
        Office.objects.select_for_update().get(pk=office.pk)  # versions are counted one at a time
        last = TermList.objects.of(office).aggregate(last=Max("version"))["last"] or 0
        found = TermList.objects.create(office=office, version=last + 1, name=name.strip() or "用语表", source=source.strip(), file=stored, size=len(reading.terms), imported_by=by)
        Term.objects.bulk_create(
            (Term(term_list=found, wrong=t.wrong, right=t.right, level=t.level, category=t.category, why=t.why, source=t.source, exceptions=list(t.exceptions)) for t in reading.terms),
            batch_size=2000,
        )
        log("screening.terms_imported", found, by=by, name=found.name, version=found.version, terms=found.size)
    return found


@transaction.atomic
def put_in_force(term_list: TermList, *, by, starts_on: date) -> TermList:
    """启用用语表。From that day texts are screened by it, until a later one is put in force; none is ever removed."""
    held = TermList.objects.select_for_update().get(pk=term_list.pk)
    refuse_if([Objection("already", f"该版本已于{held.in_force_from:%Y-%m-%d}启用")] if held.in_force_from else [])
    held.in_force_from, held.put_in_force_by = starts_on, by
    held.save(update_fields=["in_force_from", "put_in_force_by"])
    log("screening.terms_in_force", held, by=by, name=held.name, version=held.version, starts_on=starts_on)
    return held


@transaction.atomic
def dismiss(finding: rules.Finding, *, by, reason: str, record) -> Dismissal:
    """忽略一处筛查结果。Afterwards it is shown as left, with reason and person, whenever that record holds the same words.

    What must be put right can't be left. Left twice, the first reason stands.
    """
    found = []
    if finding.severity == rules.REFUSE:
        found.append(Objection("refused", f"“{finding.rule_label}”必须改正，不能忽略", "保密法 31(3)" if finding.rule == "mark" else ""))
    if not reason.strip():
        found.append(Objection("no_reason", "请填写忽略的理由"))
    if record.pk is None:
        found.append(Objection("unsaved", "请先保存，再忽略筛查结果"))
    refuse_if(found)
    quote = masked(finding.quote) if finding.rule in _PERSONAL else finding.quote
    dismissal, made = Dismissal.objects.get_or_create(
        office_id=record.office_id, subject_kind=record._meta.label, subject_id=str(record.pk), digest=finding.digest,
        defaults={"rule": finding.rule, "quote": quote[:200], "reason": reason.strip()[:300], "by": by},
    )  # fmt: skip
    if made:
        log("screening.dismissed", dismissal, by=by, office_id=record.office_id, label=str(record)[:100], rule=finding.rule_label, reason=reason.strip()[:300])
    return dismissal


def masked(words: str) -> str:
    """Personal data as a log may hold it: its first and last two characters."""
    return words if len(words) <= 1 else words[:2] + "*" * max(1, len(words) - 4) + (words[-2:] if len(words) > 4 else "")
