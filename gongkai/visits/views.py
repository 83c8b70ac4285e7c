"""The live part: three buttons under a page, and what comes of pressing one. No session, no cookie. And the desk's page of it."""

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from gongkai.accounts.desk import DeskPage
from gongkai.accounts.models import Office
from gongkai.law.figures import figure
from gongkai.law.refusals import Refused
from gongkai.publishing.posting import comes_from_here, once_more
from gongkai.publishing.site import Site
from gongkai.rulebook.queries import adjustments

from . import actions, queries, rules

SPANS = {7: "近7天", 30: "近30天", 365: "近一年"}


def drawn(office: Office, facts: dict) -> bytes:
    return Site(office).render("feedback/index.html", "visits/public/feedback.html", "网页反馈", facts)


@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest) -> HttpResponse:
    """有用、没用、找错, about a page that the site holds."""
    office = Office.objects.order_by("pk").first()
    path = rules.page_of(request.POST.get("page") or request.GET.get("page", "")).replace("\x00", "")[:300]
    if office is None or not queries.has_page(office, path):
        raise Http404
    facts: dict = {"path": path, "most": figure("visits", "words_most", timezone.localdate(), adjustments(office.pk, "visits")).value}
    status = 200
    if request.method == "POST":
        if not comes_from_here(request):
            facts["fault"], status = "这份反馈不是从本站页面提交的，没有收下。请回到本站页面再试", 403
        elif not _may_send(request, office):
            facts["fault"], status = "提交得太快了，没有收下。请过一分钟再试", 429
        else:
            status = _taken(request, office, path, facts)
    answer = HttpResponse(drawn(office, facts), status=status)
    answer["Cache-Control"] = "no-store"
    return answer


def _taken(request: HttpRequest, office: Office, path: str, facts: dict) -> int:
    today, useful = timezone.localdate(), request.POST.get("useful", "")
    if useful in ("yes", "no"):
        actions.vote(office, path, useful=useful == "yes", on=today)
        facts["thanks"] = "谢谢您的反馈。" if useful == "yes" else "谢谢您的反馈。如果愿意，请告诉我们哪里不好。"
        facts["ask"] = useful == "no"
        return 200
    # A field nobody sees: who fills it in is no person. Nothing is said, nothing is kept.
    if request.POST.get("website"):
        facts["thanks"] = "谢谢，已经收到。"
        return 200
    words = request.POST.get("words", "").replace("\x00", "")
    try:
        actions.report(office, path, words, on=today)
    except Refused as refused:
        facts |= {"fault": refused.objections[0].sentence, "words": words}
        return 400
    facts["thanks"] = "谢谢，已经收到，我们会核实并改正。"
    return 200


def _may_send(request: HttpRequest, office: Office) -> bool:
    """So many a minute from one address; the address itself is not kept."""
    most = figure("visits", "posts_a_minute", timezone.localdate(), adjustments(office.pk, "visits")).value
    return once_more("visits", request, 60) <= most


class Usage(DeskPage):
    """网站访问: what was read, day by day and page by page, and what readers said."""

    template_name, thing, verb, title = "visits/desk/usage.html", "visits.page", "view", "网站访问"
    lead = "只计次数，不记录访问者。搜索引擎等程序的访问不计。"

    def get_context_data(self, **kwargs):
        asked = self.request.GET.get("days", "")
        days = int(asked) if asked.isdecimal() and int(asked) in SPANS else 30
        today, office = timezone.localdate(), self.request.user.office_id
        since = today - timedelta(days=days - 1)
        daily = queries.by_day(office, since, today)
        most = max((count for _, count in daily), default=0) or 1
        bars = [{"day": day, "count": count, "height": round(count / most * 100, 1), "y": round(100 - count / most * 100, 1), "x": n} for n, (day, count) in enumerate(daily)]
        return super().get_context_data(
            spans=SPANS.items(), days=days, bars=bars, total=sum(count for _, count in daily), pages=queries.by_page(office, since, today), **kwargs,
        )  # fmt: skip
