"""Personal data at rest: encrypted fields and keyed hashes. No models of its own."""

from .cipher import lookup_hash, open_text, seal_text
from .fields import EncryptedTextField

__all__ = ["EncryptedTextField", "lookup_hash", "open_text", "seal_text"]
