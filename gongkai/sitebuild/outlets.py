"""Whether the site as built shows what was delivered to it."""

from gongkai.channels.models import Delivery
from gongkai.channels.ports import website_shows
from gongkai.publishing.models import Publication

from .queries import current


@website_shows
def shows(delivery: Delivery) -> str | None:
    """The address, if the newest release or withdrawal of this record that the build has followed put out this very text. A draft saved since is none."""
    made = current(delivery.office)
    if made is None:
        return None
    told = Publication.objects.of(delivery.office_id).filter(kind=delivery.kind, record_id=delivery.record_id, number__lte=made.position).exclude(deed=Publication.Deed.TOUCHED).order_by("-number").first()
    if told is None or told.deed not in (Publication.Deed.PUBLISHED, Publication.Deed.CORRECTED) or told.digest != delivery.digest:
        return None
    return delivery.content.get("url") or None
