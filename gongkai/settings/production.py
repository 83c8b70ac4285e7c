"""What differs on a server: PostgreSQL, TLS in front, keys from their own file."""

from pathlib import Path

from . import env
from .base import *  # noqa: F403
from .base import HOME
from .keys import load_or_make

KEYS = load_or_make(Path(env.text("KEY_FILE", str(HOME / "keys.json"))))
SECRET_KEY = KEYS["django"]
FIELD_KEYS = KEYS["field"]
ALLOWED_HOSTS = env.listed("ALLOWED_HOSTS")
DATABASES = {"default": env.database("DATABASE_URL", HOME)}
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.yes("SSL_REDIRECT", True)
SECURE_HSTS_SECONDS = env.whole("HSTS_SECONDS", 31536000)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
