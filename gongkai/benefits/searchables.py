"""Benefit policies as the public search finds them: the released copy of what is on the platform."""

from collections.abc import Iterable

from django.utils import timezone

from gongkai.documents import rules as documents
from gongkai.sockets.searchables import Searchable, record_ids, register_searchables

from . import content
from .models import BenefitPolicy, BenefitPolicyQuerySet


def _public(office_id: int) -> BenefitPolicyQuerySet:
    return BenefitPolicy.objects.of(office_id).public().listed().select_related("document")


def _searchable(policy: BenefitPolicy) -> Searchable:
    shown = content.shown(policy)
    texts = [getattr(shown, name) for name in content.TEXTS]
    facts = [f"{label}：{value}" for name, label in content.READ.items() if name in FACTS and (value := getattr(shown, name))]
    return Searchable(
        key=f"benefitpolicy:{policy.pk}", path=policy.path_of(policy.pk), kind="benefit", title=shown.name, summary=shown.standard, number=shown.number,
        body="\n\n".join(filter(None, [*texts, f"支持方式：{shown.get_support_display}", *facts])), published_on=policy.published_on,
        validity=documents.validity(policy.published_on, shown.effective_on, shown.expires_on, None, on=timezone.localdate()),
    )  # fmt: skip


FACTS = frozenset({"issuer", "industries", "scale", "region", "qualifications"})


def produce(office_id: int) -> Iterable[Searchable]:
    for policy in _public(office_id).order_by("pk").iterator(chunk_size=500):
        yield _searchable(policy)


def find(office_id: int, keys: Iterable[str]) -> Iterable[Searchable]:
    for policy in _public(office_id).filter(pk__in=record_ids(keys)):
        yield _searchable(policy)


register_searchables("benefitpolicy", produce, find)
