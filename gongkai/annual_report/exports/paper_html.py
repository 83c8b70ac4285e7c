"""The report as one HTML file that needs nothing else: to be opened, printed or handed in."""

from pathlib import Path

from django.template.loader import render_to_string

from ..composing import Composed

STYLE = Path(__file__).parent / "report.css"


def write(report: Composed) -> bytes:
    return render_to_string("annual_report/exports/report.html", {"report": report, "style": STYLE.read_text(encoding="utf-8")}).encode()
