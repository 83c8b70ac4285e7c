"""Files made of parts in a zip (docx, xlsx) without the minute they were made: the same content is the same bytes."""

import zipfile
from datetime import date
from io import BytesIO


def undated(content: bytes, on: date) -> bytes:
    """The file with every part dated `on`, which is to be 1980 or later; the dates in its properties are its writer's to set."""
    held = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as made, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in made.namelist():
            kept.writestr(zipfile.ZipInfo(name, (on.year, on.month, on.day, 0, 0, 0)), made.read(name), zipfile.ZIP_DEFLATED)
    return held.getvalue()
