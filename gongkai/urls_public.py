"""All that an anonymous visitor can reach. Works with no session and no account."""

urlpatterns: list = []
