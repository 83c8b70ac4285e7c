"""The serving process: the built site and its live part for everyone, the desk for staff."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.settings.embedded")

desk = get_wsgi_application()

from django.conf import settings  # noqa: E402  (settings exist only once the application does)

from gongkai.sitebuild.serving import serving  # noqa: E402
from gongkai.visits.logbook import counting  # noqa: E402

application = counting(serving(desk, settings.HOME / "site" / "current"))
