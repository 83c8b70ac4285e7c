"""Guides as the public search finds them: the released copy."""

from collections.abc import Iterable

from gongkai.sockets.searchables import Searchable, record_ids, register_searchables
from gongkai.text.markup import paragraphs

from . import content
from .models import Guide, GuideQuerySet


def _public(office_id: int) -> GuideQuerySet:
    return Guide.objects.of(office_id).public().select_related("column")


def _searchable(guide: Guide) -> Searchable:
    shown = content.shown(guide)
    said = [
        f"事项：{shown.matter}", *(paragraphs(html) for name in content.TEXTS if (html := getattr(shown, name))),
        *(f"{label}：{value}" for label, value in (("办理机构", shown.agency), ("办理地点", shown.place), ("收费标准", shown.fees)) if value),
    ]  # fmt: skip
    return Searchable(
        key=f"guide:{guide.pk}", path=guide.path_of(guide.pk), kind="guide", title=shown.title, body="\n\n".join(said), column=guide.column.name, published_on=guide.published_on,
    )  # fmt: skip


def produce(office_id: int) -> Iterable[Searchable]:
    for guide in _public(office_id).order_by("pk").iterator(chunk_size=500):
        yield _searchable(guide)


def find(office_id: int, keys: Iterable[str]) -> Iterable[Searchable]:
    for guide in _public(office_id).filter(pk__in=record_ids(keys)):
        yield _searchable(guide)


register_searchables("guide", produce, find)
