"""The live part of search: a page and the suggestions while typing. No session, no cookie, no script needed."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from gongkai.accounts.models import Office
from gongkai.publishing.site import Site
from gongkai.rulebook.queries import adjustments

from . import queries, rules, shelf
from .engine import FACETS, Damaged, Reading

LABELS = {"kind": "类别", "column": "栏目", "year": "年份", "validity": "有效性"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet, or one order: `address` chooses it, or lets it go if it is chosen."""

    label: str
    address: str
    count: int = 0
    chosen: bool = False


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """检索：what was asked for, or how to ask."""
    office = _office()
    # Before there is an office there is nothing to look for, and the form says what it will be for.
    facts = page_of(office, request.GET) if office else {}
    return _closed(HttpResponse(drawn(office, facts), status=facts.get("status", 200)))


def drawn(office: Office | None, facts: dict) -> bytes:
    """The page of results in the site's own frame."""
    if office is None:
        return render_to_string("search/public/results.html", {"whole_title": "检索"}).encode()
    title = f"“{facts['text']}”的检索结果" if facts.get("text") else "检索"
    return Site(office).render("search/index.html", "search/public/results.html", title, facts)


@require_safe
def suggestions(request: HttpRequest) -> JsonResponse:
    """检索提示：titles that begin as typed. Nothing when the index can't be asked: the box works without."""
    office = _office()
    return _closed(JsonResponse({"suggestions": suggested(office, request.GET) if office else []}, json_dumps_params={"ensure_ascii": False}))


def page_of(office: Office, asked: QueryDict, reading: Reading | None = None) -> dict:
    """All that the page of results shows for an address's query."""
    on = timezone.localdate()
    bounds = rules.limits(on, adjustments(office.pk, "search"))
    text = asked.get("q", "").replace("\x00", " ").strip()
    chosen = {name: value[:100] for name in FACETS if (value := asked.get(name, "").replace("\x00", ""))}
    order, page = asked.get("order", ""), _whole(asked.get("page", "1"))
    widen = asked.get("exact") != "1"
    page_facts = {"office": office, "text": text[:200], "chosen": chosen, "order": order, "asked": bool(text or chosen), "bounds": bounds, "hidden": _hidden(asked)}
    objections = rules.objections_to_asking(text, page, order, bounds)
    if objections:
        return page_facts | {"objections": objections, "status": 400}
    if not page_facts["asked"]:
        return page_facts
    try:
        found = queries.ask(office.pk, text, on=on, chosen=chosen, order=order, page=page, results=bounds.results, widen=widen, reading=reading)
    except Damaged:
        shelf.report(office.pk)
        return page_facts | {"closed": True, "status": 503}
    last = min(bounds.pages, -(-found.count // bounds.results))
    return page_facts | {
        "found": found,
        "page": page,
        "last": last,
        "start": (page - 1) * bounds.results + 1,
        "first": _address(asked, page=None),
        "beyond": found.count > bounds.pages * bounds.results,
        "previous": _address(asked, page=page - 1) if page > 1 else "",
        "next": _address(asked, page=page + 1) if page < last else "",
        "explained": rules.ORDERS[order if text else rules.NEWEST][1],
        "orders": [Choice(label, _address(asked, order=name, page=None), chosen=name == order) for name, (label, _) in rules.ORDERS.items()] if text else [],
        "facets": [(LABELS[name], choices) for name in FACETS if (choices := _choices(asked, name, found.facets[name], chosen.get(name)))],
        "narrow": _address(asked, exact="1", page=None) if found.also else "",
        "nearby": [Choice(word, _address(asked, q=word, page=None)) for word in found.nearby],
        "everywhere": _address(asked, **dict.fromkeys(FACETS), page=None) if chosen else "",
    }


def suggested(office: Office, asked: QueryDict, reading: Reading | None = None) -> list[str]:
    text = asked.get("q", "").replace("\x00", " ").strip()
    if not text or len(text) > rules.limits(timezone.localdate(), adjustments(office.pk, "search")).characters:
        return []
    try:
        return queries.suggest(office.pk, text, reading=reading)
    except Damaged:
        return []


def _office() -> Office | None:
    return Office.objects.order_by("pk").first()


def _closed(answer: HttpResponse) -> HttpResponse:
    """What was withdrawn must not come back from anybody's cache."""
    answer["Cache-Control"] = "no-store"
    return answer


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0


def _address(asked: QueryDict, **changes) -> str:
    """The address of the same search with something else, or (None) nothing, in some places."""
    kept = QueryDict(mutable=True)
    for name in ("q", *FACETS, "order", "exact", "page"):
        value = changes[name] if name in changes else asked.get(name)
        if value:
            kept[name] = str(value)
    return f"?{kept.urlencode()}"


def _hidden(asked: QueryDict) -> list[tuple[str, str]]:
    """What the form keeps when other words are typed into it."""
    return [(name, value[:100]) for name in (*FACETS, "order") if (value := asked.get(name, "").replace("\x00", ""))]


def _choices(asked: QueryDict, name: str, counted: list[tuple[str, int]], chosen: str | None) -> list[Choice]:
    if name == "year":
        counted = sorted(counted, reverse=True)
    if chosen:
        counted = [(value, count) for value, count in counted if value == chosen] or [(chosen, 0)]
    labels = rules.KINDS if name == "kind" else {}
    return [
        Choice(labels.get(value, f"{value}年" if name == "year" else value), _address(asked, **{name: None if value == chosen else value}, page=None), count, value == chosen)
        for value, count in counted
    ]
