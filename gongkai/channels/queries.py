"""Questions of the channels: which deliveries a person may see, how many stand where."""

from django.db.models import Q

from gongkai.accounts.permissions import Reach, reach

from .models import Delivery, DeliveryQuerySet
from .rules import State

THING = "channels.delivery"


def visible_to(user, verb: str = "view") -> DeliveryQuerySet:
    """The deliveries on which the person may do `verb`: the office's, their sections', or none."""
    far, sections = reach(user, THING, verb)
    mine = Delivery.objects.of(user.office_id)
    if far is Reach.OFFICE:
        return mine
    return mine.filter(section_id__in=sections) if far is Reach.SECTION else mine.none()


def asked(user, *, channel: str = "", state: str = "", q: str = "") -> DeliveryQuerySet:
    """The list as filtered. A filter that means nothing is left out."""
    found = visible_to(user).select_related("section").defer("content")
    if channel:
        found = found.filter(channel=channel)
    if state in State.__members__:
        found = found.in_state(State[state])
    for word in q.split():
        found = found.filter(Q(title__icontains=word) | Q(receipt__icontains=word))
    return found.order_by("-asked_at", "-pk")


def standing(office_id: int | None = None) -> dict[State, int]:
    """How many deliveries stand where, for one office or all."""
    found = Delivery.objects.all() if office_id is None else Delivery.objects.of(office_id)
    return {state: count for state in State if (count := found.in_state(state).count())}
