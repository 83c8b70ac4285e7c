"""The file of a case, as it is now and as it was put away. It names people: every time it leaves is on record."""

from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from gongkai.accounts.permissions import refuse_unless
from gongkai.audit.actions import record

from . import archiving
from .desk_views import _case
from .models import Archive

TYPES = {"pdf": "application/pdf", "zip": "application/zip"}


def _sent(content: bytes, form: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=TYPES[form])
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.{form}"
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
def file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """案卷 as of now: one PDF, or the PDF with the originals."""
    application = _case(request, pk)
    if form not in TYPES:
        raise Http404
    made = archiving.pack(application, by=request.user)
    return _sent(made.pdf if form == "pdf" else made.zip(), form, f"{application.number}案卷")


@require_GET
def archived(request: HttpRequest, pk: int, archive: int) -> HttpResponse:
    """案卷 as it was put away."""
    application = _case(request, pk)
    refuse_unless(request.user, "foi.application", "pack", application)
    kept = get_object_or_404(Archive, pk=archive, application=application)
    record("foi.packed", application, by=request.user, number=application.number, pages=kept.pages)
    return _sent(archiving.kept_pdf(kept), "pdf", f"{kept.number}案卷")
