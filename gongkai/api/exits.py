"""What leaves by the API: the document for anybody, and for each system where its own applications stand."""

import json
from collections.abc import Iterable

from django.utils import timezone

from gongkai.sockets import register_exit

from . import queries
from .models import HandedOver
from .views import document_bytes


@register_exit("api.systems", "接口", "public")
def answers(office_id: int) -> Iterable[tuple[str, bytes]]:
    today = timezone.localdate()
    yield "api/", document_bytes()
    for there in HandedOver.objects.filter(system__office_id=office_id).select_related("application__office").prefetch_related("application__opinions"):
        for said in (queries.brief(there), queries.standing(there, today)):
            yield f"api/v1/applications/{there.reference}", json.dumps(said, ensure_ascii=False).encode()
