"""The built site as an exit: every file of it, as the outside gets it."""

from collections.abc import Iterable

from gongkai.sockets import register_exit

from .sources import everything


@register_exit("site", "公开网站", "public")
def site_files(office_id: int) -> Iterable[tuple[str, bytes]]:
    for _, page in everything(office_id):
        yield page.path, page.render()
