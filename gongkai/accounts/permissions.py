"""Who may attempt which verb: one table of thing × verb × role, filled by the modules.

A *thing* is a register or a room ("foi.application", "ledger.plan"); a grant says how far it
reaches: the whole office, or only records of the sections in which the person holds that post.
Whether a verb is lawful in the record's state is another question, which the action asks.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import IntEnum

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from .roles import WORKERS, Role


class Reach(IntEnum):
    NONE = 0
    SECTION = 1
    OFFICE = 2


Grants = Mapping[Role, Reach]
_table: dict[tuple[str, str], dict[Role, Reach]] = {}
_labels: dict[str, str] = {}
VERB_LABELS = {
    "view": "查看", "add": "登记", "change": "修改", "remove": "作废", "import": "批量导入", "export": "导出",
    "history": "查看历史",
}


def allow(thing: str, verb: str, *, office: Iterable[Role] = (), section: Iterable[Role] = (), label: str = "") -> None:
    """Let `office` roles do `verb` on every record of the office, `section` roles on their own section's."""
    grants = _table.setdefault((thing, verb), {})
    for role in section:
        grants[role] = max(grants.get(role, Reach.NONE), Reach.SECTION)
    for role in office:
        grants[role] = Reach.OFFICE
    if label:
        _labels[thing] = label


def name_verbs(**labels: str) -> None:
    """Chinese names of verbs beyond the common ones, for the matrix page."""
    VERB_LABELS.update(labels)


def allow_register(thing: str, label: str, *, readers: Iterable[Role] = WORKERS, keepers: Iterable[Role] = (Role.COORDINATOR,)) -> None:
    """The usual grants of a register: clerks and heads keep their own section's records, `keepers` the office's."""
    keepers = tuple(keepers)
    allow(thing, "view", office=readers, label=label)
    allow(thing, "history", office=readers)
    allow(thing, "add", section=(Role.CLERK, Role.HEAD), office=keepers)
    allow(thing, "change", section=(Role.CLERK, Role.HEAD), office=keepers)
    allow(thing, "remove", section=(Role.HEAD,), office=keepers)
    allow(thing, "import", section=(Role.HEAD,), office=keepers)
    allow(thing, "export", section=(Role.HEAD,), office=(*keepers, Role.DEPUTY_DIRECTOR, Role.DIRECTOR))


def table() -> dict[tuple[str, str], Grants]:
    return dict(sorted(_table.items()))


def thing_label(thing: str) -> str:
    return _labels.get(thing, thing)


def reach(user, thing: str, verb: str, on: date | None = None) -> tuple[Reach, frozenset[int]]:
    """How far `user` may go: the reach, and for SECTION the ids of the sections it covers."""
    grants = _table.get((thing, verb), {})
    best, sections = Reach.NONE, set()
    for post in user.posts_on(on or timezone.localdate()):
        granted = grants.get(Role(post.role), Reach.NONE)
        best = max(best, granted)
        if granted is Reach.SECTION and post.section_id:
            sections.add(post.section_id)
    if best is Reach.SECTION and not sections:
        best = Reach.NONE
    return best, frozenset(sections)


def may(user, thing: str, verb: str, record=None) -> bool:
    """Whether `user` may attempt `verb` on `record`, or on any record at all when none is named."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return False
    far, sections = reach(user, thing, verb)
    if far is Reach.NONE:
        return False
    if record is None:
        return True
    if getattr(record, "office_id", user.office_id) != user.office_id:
        return False
    return far is Reach.OFFICE or _section_of(record) in sections


def _section_of(record) -> int | None:
    """Whose record it is: the section that stands in it or, where it is about another record and goes along with that, the `handling_section_id` it tells."""
    return record.handling_section_id if hasattr(type(record), "handling_section_id") else getattr(record, "section_id", None)


def refuse_unless(user, thing: str, verb: str, record=None) -> None:
    """Stop with 403 unless the person may."""
    if not may(user, thing, verb, record):
        raise PermissionDenied(f"您的岗位不能对“{thing_label(thing)}”进行“{VERB_LABELS.get(verb, verb)}”。如确需办理，请联系本机关公开协调员。")
