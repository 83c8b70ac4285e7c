"""What goes out of a guide: one plain copy of it, with what it takes from its matter, and what pages read of that copy."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import linebreaks
from django.utils.safestring import SafeString

from gongkai.publishing import markup
from gongkai.publishing.bodies import clean, shown_body

from .models import Guide, Matter

#: The facts of a copy in reading order, with what they are called.
READ = {
    "matter": "事项名称", "matter_kind": "事项类型", "basis": "设定依据", "agency": "办理机构", "place": "办理地点", "hours": "办理时间", "phone": "联系电话", "fees": "收费标准",
    "handling": "办件类型", "promised_days": "承诺办结时限", "statutory_days": "法定办结时限", "visits": "到现场次数", "result": "办理结果",
}  # fmt: skip
#: Rich text, each under what it is called.
TEXTS = {"conditions": "受理条件", "materials": "办事材料", "steps": "办理流程"}
#: What a copy holds of its matter: under which name, and which field of the matter it is.
OF_MATTER = {"matter": "name", "matter_kind": "kind", "basis": "basis"}


def snapshot(guide: Guide) -> dict[str, Any]:
    """Everything that goes out, as JSON. The same content gives the same snapshot, whoever saved it and when.

    Name, kind and basis of its matter are of the copy, so that a change of the matter is a change of the guide.
    """
    return {
        "model": guide._meta.label, "title": guide.title, "column": guide.column.name, "column_id": guide.column_id,
        **{name: getattr(guide.matter, field) for name, field in OF_MATTER.items()},
        **{name: getattr(guide, name) for name in READ if name not in OF_MATTER}, **{name: markup.clean(getattr(guide, name)) for name in TEXTS},
        "remedies": guide.remedies, "url": guide.url,
    }  # fmt: skip


def said(copy: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """The facts of a copy as they are read: name, label, words. What is not said is left out."""
    days = {name: "" if copy[name] is None else f"{copy[name]}个工作日" for name in ("promised_days", "statutory_days")}
    words = {
        **copy, **days, "matter_kind": Matter.Kind(copy["matter_kind"]).label, "handling": Guide.Handling(copy["handling"]).label,
        "visits": "" if copy["visits"] is None else f"{copy['visits']}次",
    }  # fmt: skip
    return [(name, label, str(words[name])) for name, label in READ.items() if words[name]]


def texts(copy: Mapping[str, Any]) -> list[tuple[str, SafeString]]:
    """What an applicant reads, part by part: label and HTML."""
    found = [(label, shown_body(copy[name])) for name, label in TEXTS.items() if copy[name]]
    return [*found, ("救济途径", clean(linebreaks(copy["remedies"], autoescape=True)))] if copy["remedies"] else found


def body_html(copy: Mapping[str, Any]) -> str:
    """The texts of a copy as a page shows them, each under what it is called."""
    return render_to_string("guides/_texts.html", {"texts": texts(copy)})


def shown(guide: Guide) -> SimpleNamespace:
    """What the public sees of a guide that is out. Public pages and search read this and nothing else of the record."""
    copy = guide.released
    return SimpleNamespace(**{**copy, "pk": guide.pk, "published_on": guide.published_on, "said": [(label, words) for _, label, words in said(copy)], "texts": texts(copy)})
