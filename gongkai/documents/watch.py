"""What stood outside before there were copies gets its copy when it is first written on.

By signal, so that no verb and no form of any room can change what the outside reads without a review.
"""

from django.db.models.signals import pre_save

from gongkai.sockets import get_reviewable

from .models import Outward


def keep_what_stands(sender, instance, raw=False, **kwargs) -> None:
    """The copy is of what stood until now; asked once, of the records on record as public before this system."""
    if raw or not isinstance(instance, Outward) or instance.released is not None or not instance.published_elsewhere:
        return
    stood = sender._base_manager.filter(pk=instance.pk, released__isnull=True).exclude(published_elsewhere="").first()
    if stood is not None:
        stood.released = instance.released = dict(get_reviewable(sender._meta.label).gather(stood).content)
        stood.save(update_fields=["released"])


def watch() -> None:
    pre_save.connect(keep_what_stands, dispatch_uid="documents.watch")
