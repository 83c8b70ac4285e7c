"""The built site as an exit: every file of it, as the outside gets it."""

from collections.abc import Iterable

from gongkai.accounts.models import Office
from gongkai.sockets import register_exit

from .actions import public_pages


@register_exit("site", "公开网站", "public")
def site_files(office_id: int) -> Iterable[tuple[str, bytes]]:
    for page in public_pages(Office.objects.get(pk=office_id)):
        yield page.path, page.render()
