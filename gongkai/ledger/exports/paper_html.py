"""The account as one HTML file that needs nothing else: to be opened, printed or pasted."""

from pathlib import Path

from django.template.loader import render_to_string

from .table import PaperTable

STYLE = Path(__file__).parent / "paper.css"


def write(table: PaperTable) -> bytes:
    """The bytes of the page, style included, so that it reads the same wherever it is sent."""
    return render_to_string("ledger/exports/paper.html", {"table": table, "style": STYLE.read_text()}).encode()
