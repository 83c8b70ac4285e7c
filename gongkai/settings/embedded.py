"""One machine: SQLite and files on disk. Also what development and the demo run on."""

from .base import *  # noqa: F403
from .base import HOME, STATIC_ROOT
from .keys import load_or_make

KEYS = load_or_make(HOME / "keys.json")
SECRET_KEY = KEYS["django"]
FIELD_KEYS = KEYS["field"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
STATIC_ROOT.mkdir(exist_ok=True)
