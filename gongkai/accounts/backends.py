"""Django's permission questions, answered from posts."""

from django.contrib.auth.backends import ModelBackend


class PostBackend(ModelBackend):
    """Passwords as usual; permissions from posts only.

    Wagtail asks for `wagtailadmin.access_admin` at the door of the desk: anyone with a post in force
    has it. It is asked for nothing else: our screens use `accounts.permissions`.
    """

    def has_perm(self, user_obj, perm, obj=None) -> bool:
        if not user_obj.is_active or user_obj.is_anonymous:
            return False
        return perm == "wagtailadmin.access_admin" and bool(user_obj.posts_on())

    def get_all_permissions(self, user_obj, obj=None) -> set[str]:
        return {"wagtailadmin.access_admin"} if self.has_perm(user_obj, "wagtailadmin.access_admin") else set()

    def has_module_perms(self, user_obj, app_label) -> bool:
        return app_label == "wagtailadmin" and self.has_perm(user_obj, "wagtailadmin.access_admin")
