"""What visitors are shown when they answer."""

from collections.abc import Iterable

from gongkai.accounts.models import Office
from gongkai.sockets import register_exit

from .views import drawn


@register_exit("visits", "网页反馈", "public")
def pages(office_id: int) -> Iterable[tuple[str, bytes]]:
    office = Office.objects.get(pk=office_id)
    yield "feedback/", drawn(office, {"path": "index.html"})
    yield "feedback/thanks", drawn(office, {"path": "index.html", "thanks": "谢谢"})
