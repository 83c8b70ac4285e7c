"""The serving process: the built site for everyone, the desk for staff."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.settings.embedded")

desk = get_wsgi_application()

from django.conf import settings  # noqa: E402  (settings exist only once the application does)
from whitenoise import WhiteNoise  # noqa: E402

# A public address is a file of the built site; whatever is no file there is asked of the desk.
application = WhiteNoise(desk, root=settings.HOME / "site" / "current", autorefresh=True, index_file=True)
