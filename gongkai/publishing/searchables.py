"""Articles as the public search finds them."""

from collections.abc import Iterable

from gongkai.sockets.searchables import Searchable, record_ids, register_searchables, search_sources

from . import content, rules
from .models import Article, ArticleQuerySet
from .queries import content_models


def _public(office_id: int) -> ArticleQuerySet:
    # No draft of an article, which is as large as what was released.
    return Article.objects.of(office_id).public().select_related("column").only("released", "published_on", "column__name")


def _searchable(article: Article) -> Searchable:
    """From the released copy alone, with its column under today's name: what is written on since then is nobody's yet."""
    copy = article.released
    said = [content.block_text(block) for block in copy["blocks"]]
    said += [f"{label}：{copy[name]}" for name, label in (("keywords", "主题词"), ("source", "来源")) if copy[name]]
    return Searchable(
        key=f"article:{article.pk}", path=Article.path_of(article.pk), kind="article", title=copy["title"], summary=copy["summary"],
        body="\n\n".join(filter(None, said)), column=article.column.name, number=copy["document_number"], index_number=copy["index_number"],
        published_on=article.published_on, validity=rules.VALIDITIES.get(copy["validity"], ""),
    )


def produce(office_id: int) -> Iterable[Searchable]:
    for article in _public(office_id).order_by("pk").iterator(chunk_size=500):
        yield _searchable(article)


def find(office_id: int, keys: Iterable[str]) -> Iterable[Searchable]:
    # By number: to give them newest first, SQLite would go through all that is public.
    for article in _public(office_id).filter(pk__in=record_ids(keys)).order_by("pk"):
        yield _searchable(article)


def find_in_renamed(office_id: int, keys: Iterable[str]) -> Iterable[Searchable]:
    """Everything that stands in columns which got a new name, of whatever kind."""
    renamed, sources = record_ids(keys), search_sources()
    for model, field in content_models():
        source = sources.get(model._meta.model_name)
        if source is not None:
            ids = model.objects.public().filter(office_id=office_id, **{f"{field}__in": renamed}).values_list("pk", flat=True)
            yield from source.find(office_id, [f"{source.key}:{pk}" for pk in ids])


register_searchables("article", produce, find)
register_searchables("columnname", lambda office_id: (), find_in_renamed)
