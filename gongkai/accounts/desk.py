"""What every page of the desk checks before it does anything."""

from django.views.generic.base import ContextMixin, TemplateResponseMixin, View

from .permissions import refuse_unless


class DeskPage(TemplateResponseMixin, ContextMixin, View):
    """A page of the desk for people whose posts allow `verb` on `thing`; others get 403 and the reason.

    The door itself (a signed-in person with a post) is kept by Wagtail's `register_admin_urls` hook.
    """

    thing = verb = title = lead = ""

    def dispatch(self, request, *args, **kwargs):
        if self.thing:
            refuse_unless(request.user, self.thing, self.verb)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(**{"title": self.title, "lead": self.lead, **kwargs})

    def get(self, request, *args, **kwargs):
        return self.render_to_response(self.get_context_data(**kwargs))
