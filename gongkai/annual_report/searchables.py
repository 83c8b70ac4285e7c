"""The annual report as the public search finds it."""

from collections.abc import Iterable

from gongkai.sockets.searchables import Searchable, record_ids, register_searchables

from .composing import Composed
from .models import Report


def _report(row: Report) -> Searchable:
    said = Composed.of(row.released)
    return Searchable(
        key=f"report:{row.pk}", path=Report.path_of(row.pk), kind="article", title=said.title, body="\n\n".join(line for section in said.sections for line in section.paragraphs),
        summary=said.period, column=row.column.name if row.column else "", published_on=row.published_on,
    )  # fmt: skip


def produce(office_id: int) -> Iterable[Searchable]:
    for row in Report.objects.public().of(office_id).select_related("column").order_by("pk"):
        yield _report(row)


def find(office_id: int, keys: Iterable[str]) -> Iterable[Searchable]:
    for row in Report.objects.public().of(office_id).filter(pk__in=record_ids(keys)).select_related("column"):
        yield _report(row)


register_searchables("report", produce, find)
