"""The key file: made at setup, kept outside the database, backed up apart."""

import json
import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def load_or_make(path: Path) -> dict:
    """The installation's keys: `django` (signing), `field` (a list, newest first, of field encryption keys), `lookup` (keyed hashes).

    Made with mode 600 when the file is missing. A broken file stops the start: new keys would make
    every encrypted field unreadable.
    """
    if not path.exists():
        made = {
            "django": secrets.token_urlsafe(50),
            "field": [secrets.token_hex(32)],
            "lookup": secrets.token_hex(32),
        }
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(made, file)
        return made
    try:
        keys = json.loads(path.read_text())
        whole = bool(keys["django"] and keys["field"] and keys["lookup"])
    except (ValueError, KeyError, TypeError):
        whole = False
    if not whole:
        raise ImproperlyConfigured(f"密钥文件 {path} 已损坏：请从单独的备份恢复，不要新建，否则已加密的数据无法读出。")
    return keys
