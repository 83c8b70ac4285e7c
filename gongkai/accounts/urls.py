"""The door and one's own account: addresses that Wagtail has views of its own for, so they stand before its."""

from django.urls import path
from wagtail.admin.auth import require_admin_access
from wagtail.utils.urlpatterns import decorate_urlpatterns

from . import views

urlpatterns = [
    path("login/", views.SignIn.as_view(), name="wagtailadmin_login"),
    path("login/code/", views.SignInCode.as_view(), name="accounts_two_factor_code"),
    path("logout/", views.SignOut.as_view(), name="wagtailadmin_logout"),
    *decorate_urlpatterns([path("account/", views.Account.as_view(), name="wagtailadmin_account")], require_admin_access),
]
