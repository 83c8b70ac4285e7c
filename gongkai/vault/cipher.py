"""Sealing texts with AES-256-GCM and finding people by keyed hash.

The keys live in the key file, newest first; a sealed text names the key it was sealed with, so
rotation adds a key and re-seals at leisure.
"""

import base64
import hmac
import os
import unicodedata
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings


class Sealed(Exception):
    """A sealed text can't be opened: its key is missing or it was tampered with."""


def _key_id(key: bytes) -> str:
    return sha256(b"gongkai-key-id" + key).hexdigest()[:8]


def _keys() -> dict[str, bytes]:
    return {_key_id(bytes.fromhex(key)): bytes.fromhex(key) for key in settings.FIELD_KEYS}


def seal_text(text: str) -> str:
    """`text` sealed under the newest key. Blank stays blank: it hides nothing."""
    if not text:
        return ""
    key_id, key = next(iter(_keys().items()))
    nonce = os.urandom(12)
    sealed = AESGCM(key).encrypt(nonce, text.encode(), key_id.encode())
    return f"v1:{key_id}:{base64.b64encode(nonce + sealed).decode()}"


def open_text(sealed: str) -> str:
    """What `seal_text` was given. Sealed when it can't be had."""
    if not sealed:
        return ""
    try:
        version, key_id, body = sealed.split(":", 2)
        raw = base64.b64decode(body)
        key = _keys()[key_id]
        if version != "v1":
            raise ValueError(version)
        return AESGCM(key).decrypt(raw[:12], raw[12:], key_id.encode()).decode()
    except (ValueError, KeyError, InvalidTag):
        raise Sealed("加密内容无法解开：密钥文件与数据库不配套，或内容被改动。请从备份恢复配套的密钥文件。") from None


def lookup_hash(kind: str, value: str) -> str:
    """A keyed hash under which a person is found by exactly that name, phone or number.

    Width, case, spaces and hyphens don't matter; `kind` keeps a phone from meeting an ID of the same digits.
    """
    folded = "".join(c for c in unicodedata.normalize("NFKC", value).casefold() if not c.isspace() and c not in "-－—·.")
    if not folded:
        return ""
    return hmac.new(bytes.fromhex(settings.KEYS["lookup"]), f"{kind}:{folded}".encode(), "sm3").hexdigest()
