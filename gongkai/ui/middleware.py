"""Wagtail's stock screens are not ours to offer."""

from django.core.exceptions import BadRequest
from django.http import Http404

#: Views of Wagtail that our screens and, later, its editors rely on.
OPEN = frozenset({
    "wagtailadmin_home", "wagtailadmin_login", "wagtailadmin_logout", "wagtailadmin_sprite", "wagtailadmin_javascript_catalog",
})  # fmt: skip


class StockScreens:
    """Answers 404 to a signed-in person who types the address of a Wagtail screen we don't use.

    Those screens speak of pages, sites and groups, which this desk does not have, and they are partly
    in English. A stranger still meets Wagtail's door.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        module = getattr(view_func, "__module__", "") or ""
        if module.startswith("wagtail.") and request.user.is_authenticated and request.resolver_match.view_name not in OPEN:
            raise Http404
        return None


class PlainText:
    """Turns away an address or a posted text with a NUL in it: nobody types one, and PostgreSQL can't keep or look for it.

    A view marked `takes_bytes` reads its own body, which is no form, and answers for what is in it.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        if getattr(view_func, "takes_bytes", False):
            return None
        texts = [request.path, *(value for posted in (request.GET, request.POST) for name, values in posted.lists() for value in (name, *values))]
        if any("\x00" in text for text in texts):
            raise BadRequest("地址或填写的内容中有不能保存的字符，请删去后重试。")
        return None
