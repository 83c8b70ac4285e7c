"""The report as one HTML file that needs nothing else: to be opened, printed or handed in."""

from pathlib import Path

from django.template.loader import render_to_string

from ..composing import Composed

ROOM = Path(__file__).parents[1]
#: The form's tables as the site has them, and what the site's own stylesheet would say of the rest.
STYLES = (ROOM / "static/annual_report/statutory.css", ROOM / "exports/report.css")


def write(report: Composed) -> bytes:
    return render_to_string("annual_report/exports/report.html", {"report": report, "style": "".join(path.read_text(encoding="utf-8") for path in STYLES)}).encode()
