"""A text field that is sealed in the database and plain in memory."""

from django.db import models

from .cipher import open_text, seal_text


class EncryptedTextField(models.TextField):
    """Reads and writes plain text; the column holds only the sealed form. Can't be searched or sorted.

    `max_length` limits the plain text in forms.
    """

    def get_prep_value(self, value):
        return seal_text(value) if isinstance(value, str) else value

    def from_db_value(self, value, expression, connection):
        return value if value is None else open_text(value)

    def get_lookup(self, name):
        if name in {"isnull"}:
            return super().get_lookup(name)
        return None
