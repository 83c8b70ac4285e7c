"""Records that are public without a review of their own tell the publication log whenever they are saved.

By signal, so that no verb of any room can forget it. Articles are not here: of them only what is released or
withdrawn is told, since a draft is nobody's business outside.
"""

from django.db import models
from django.db.models.signals import post_save

from . import content
from .log import tell
from .models import Column, Publication, ReleasedFile, SiteProfile, Written

#: What the public pages of the rooms below are made of, by model name.
TOLD = frozenset({
    "normativedocument", "interpretation", "consultation", "opinion", "consultationnotice", "benefitpolicy", "benefitupdate", "guide", "event", "plan",
})  # fmt: skip
#: Touched when something changes that every page shows.
EVERYWHERE = ("site", "navigation")


def keys_of(record: models.Model) -> set[str]:
    """The record's own key, those of the columns it stands in, and of the records whose place outside it decides (`decides`: names of fields)."""
    fields = [f for f in record._meta.concrete_fields if f.is_relation]
    keys = {f"{record._meta.model_name}:{record.pk}"} | {f"column:{pk}" for f in fields if f.related_model is Column and (pk := getattr(record, f.attname))}
    decided = (f for f in fields if f.name in getattr(record, "decides", ()))
    return keys | {f"{f.related_model._meta.model_name}:{pk}" for f in decided if (pk := getattr(record, f.attname))}


def changed(sender, instance, raw=False, **kwargs) -> None:
    if raw:
        return
    if isinstance(instance, Column | SiteProfile):
        tell(instance, Publication.Deed.TOUCHED, keys=EVERYWHERE)
    elif sender._meta.model_name in TOLD and sender.__module__.startswith("gongkai.") and getattr(instance, "office_id", None):
        tell(instance, Publication.Deed.TOUCHED, keys=keys_of(instance))


def released(sender, instance, created=False, update_fields=None, **kwargs) -> None:
    """Which files go out with the copy, so that the site finds what was written by a file's address."""
    if not isinstance(instance, Written) or (update_fields is not None and "released" not in update_fields):
        return
    index = ReleasedFile.objects.about(instance)
    now = {file["sha256"][:32] for file in content.files_of(instance.released)} if instance.released else set()
    held = set() if created else set(index.values_list("digest", flat=True))
    if held - now:
        index.filter(digest__in=held - now).delete()
    ReleasedFile.objects.bulk_create([ReleasedFile(kind=instance._meta.label, record_id=instance.pk, digest=digest) for digest in sorted(now - held)])


def watch() -> None:
    post_save.connect(changed, dispatch_uid="publishing.watch")
    post_save.connect(released, dispatch_uid="publishing.released_files")
