"""Finding the section, person or record that a typed name or number means."""

import re
from collections import defaultdict
from collections.abc import Iterable

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q

from gongkai.evidence.models import Record
from gongkai.text.normalise import nfkc
from gongkai.vault import EncryptedTextField

from .register import register_of

USUAL = ("number", "code", "title", "name", "username")
EXACT = re.compile(r"\[#(\d+)\]$")
CHUNK = 400  # texts in one query: SQLite takes at most 999 parameters of old


def naming_fields(model: type[models.Model]) -> tuple[str, ...]:
    """The text columns by which people name a record: its register's number or first column, and the usual ones."""
    entry = register_of(model)
    names = [*(entry.natural_key if len(entry.natural_key) == 1 else ()), *entry.columns[:1]] if entry else []
    found = []
    for name in dict.fromkeys([*names, *USUAL]):
        try:
            f = model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        if isinstance(f, models.CharField | models.TextField) and not isinstance(f, EncryptedTextField) and not f.choices:
            found.append(name)
    return tuple(found)


def candidates(model: type[models.Model], office_id: int) -> models.QuerySet:
    """What may be meant at all: the office's own, not voided."""
    found = model._base_manager.all()
    if any(f.name == "office" for f in model._meta.fields):
        found = found.filter(office_id=office_id)
    if issubclass(model, Record):
        found = found.filter(voided_at=None)
    return found


def resolve(model: type[models.Model], office_id: int, texts: Iterable[str]) -> dict[str, list[int]]:
    """For each text the ids of the records it names, in one query for every few hundred texts. None, one or several.

    `[#12]` at the end of a text names record 12, where titles alone don't tell records apart.
    """
    names = naming_fields(model)
    found: dict[str, set[int]] = defaultdict(set)
    spelt = {text: {text, text.strip(), nfkc(text).strip()} for text in texts}
    wanted = sorted({form for forms in spelt.values() for form in forms})
    by_form: dict[str, set[int]] = defaultdict(set)
    for start in range(0, len(wanted), CHUNK):
        part = wanted[start : start + CHUNK]
        condition = Q()
        for name in names:
            condition |= Q(**{f"{name}__in": part})
        for pk, *values in candidates(model, office_id).filter(condition).values_list("pk", *names) if names else ():
            for value in values:
                by_form[value].add(pk)
    exact = {text: int(shown.group(1)) for text in spelt if (shown := EXACT.search(text))}
    standing = set(candidates(model, office_id).filter(pk__in=set(exact.values())).values_list("pk", flat=True)) if exact else set()
    for text, forms in spelt.items():
        if text in exact:
            found[text] = {exact[text]} & standing
            continue
        for form in forms:
            found[text] |= by_form.get(form, set())
    return {text: sorted(found[text]) for text in spelt}


def why_not(model: type[models.Model], text: str, ids: list[int]) -> str:
    """Why a text names no single record; blank when it does."""
    kind = model._meta.verbose_name
    if not ids:
        return f"没有找到{kind}“{text}”，请核对后填写完整的名称或编号。"
    if len(ids) > 1:
        return f"有{len(ids)}个{kind}叫“{text}”，请改填编号，或在名称后加上“[#记录号]”。"
    return ""
