"""Addresses for staff. Everything but the door needs a person with a post."""

from django.urls import include, path
from django.views.generic import RedirectView
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access
from wagtail.utils.urlpatterns import decorate_urlpatterns

from gongkai.desk.views import home

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="wagtailadmin_home"), name="door"),
    # Ours stand before Wagtail's of the same name. All other rooms come in through its
    # register_admin_urls hook, which asks for a signed-in person with a post.
    *decorate_urlpatterns([path("desk/", home, name="wagtailadmin_home")], require_admin_access),
    path("desk/", include("gongkai.accounts.urls")),
    path("desk/", include(wagtailadmin_urls)),
]
