"""What tests run on: as embedded, with a database file of its own and a cheap password hash."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
os.environ.setdefault("GONGKAI_HOME", str(ROOT / ".test"))

from .embedded import *  # noqa: E402,F403
from .embedded import DATABASES, HOME  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(HOME / "test.sqlite3")}
else:
    DATABASES["default"]["OPTIONS"].pop("pool", None)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
AXES_ENABLED = True
SITE_FOLLOWS_AT_ONCE = False  # a test that publishes is seldom about the site
