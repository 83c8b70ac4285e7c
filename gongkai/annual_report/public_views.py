"""The live page on which anybody has a published annual report checked. No session, no cookie; nothing is kept."""

import tempfile
from pathlib import Path

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from gongkai.accounts.models import Office
from gongkai.publishing.site import Crumb, Site
from gongkai.vault import lookup_hash

from .checking import showing
from .checking.findings import Level
from .checking.guard import SECONDS, check_files

#: House limits: far above any report's size, and few enough at once that reading never takes the machine from the site.
MEGABYTES, AT_ONCE, A_MINUTE = 10, 2, 6


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """核对年度报告: a file in, what was found out."""
    office = Office.objects.order_by("pk").first()
    if office is None:
        raise Http404
    facts: dict = {"megabytes": MEGABYTES, "seconds": round(SECONDS)}
    status = 200
    if request.method == "POST":
        upload = request.FILES.get("file")
        if upload is None:
            facts["fault"], status = "请选择一份年度报告文件", 400
        elif upload.size > MEGABYTES * 1024 * 1024:
            facts["fault"], status = f"“{Path(upload.name).name}”有{upload.size / 1024 / 1024:.1f}MB，最大{MEGABYTES}MB。请只保留年度报告的正文和表格", 413
        elif not _may_ask(request):
            facts["fault"], status = "核对得太频繁了。请过一分钟再试", 429
        else:
            status = _checked(upload, facts)
    answer = HttpResponse(Site(office).render("report-check/index.html", "annual_report/public/check.html", "核对年度报告", facts, crumbs=[Crumb("政府信息公开年报", "/xxgk/reports/")]), status=status)
    answer["Cache-Control"] = "no-store"
    return answer


def _checked(upload, facts: dict) -> int:
    """Read in a process of its own, within its time and memory, from a file that is gone afterwards."""
    slot = next((n for n in range(AT_ONCE) if cache.add(f"report-check:{n}", 1, round(SECONDS) + 4)), None)
    if slot is None:
        facts["fault"] = "正在核对别的报告。请过一会儿再试"
        return 503
    try:
        name = Path(upload.name).name[:120]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"report{Path(name).suffix.lower()[:8]}"
            with path.open("wb") as file:
                for chunk in upload.chunks():
                    file.write(chunk)
            verdicts = check_files([(path, name)])
    finally:
        cache.delete(f"report-check:{slot}")
    facts |= {
        "summary": showing.summary(verdicts), "verdicts": [(one, showing.ending(one)) for one in verdicts[:50]],
        "levels": [(level.label, sum(one.count(level) for one in verdicts)) for level in Level],
    }
    return 200


def _may_ask(request: HttpRequest) -> bool:
    """So many a minute from one address; the address itself is not kept."""
    key = "report-check:" + lookup_hash("report-check.address", f"{timezone.now():%Y%m%d%H%M}{request.META.get('REMOTE_ADDR', '')}")
    cache.add(key, 0, 90)
    return cache.incr(key) <= A_MINUTE
