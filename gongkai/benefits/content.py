"""What goes out of a benefit policy: one plain copy of it, and what pages read of that copy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import SimpleNamespace
from typing import Any

from django.template.loader import render_to_string

from gongkai.documents import content as documents

from .models import BenefitPolicy

#: The facts of a copy in reading order, with what they are called.
READ = {
    "number": "文号", "issuer": "发文单位", "level": "层级", "support": "支持方式", "industries": "适用行业", "scale": "适用规模", "region": "适用区域",
    "qualifications": "资质", "effective_on": "生效日期", "expires_on": "有效期至", "opens_on": "申报开始日期", "closes_on": "申报截止日期",
    "needs_no_application": "免申即享", "funding_basis": "资金依据", "phone": "联系电话", "complaints": "监督投诉渠道",
}  # fmt: skip
TEXTS = {"standard": "标准与上限", "conditions": "申报条件", "materials": "申报材料", "outcome": "兑现结果"}
LINKS = {"entry_url": "申报入口", "original_url": "政策原文", "interpretation_url": "政策解读", "notice_url": "公示"}
DAYS = ("effective_on", "expires_on", "opens_on", "closes_on")


def snapshot(policy: BenefitPolicy) -> dict[str, Any]:
    """Everything that goes out, as JSON. The same content gives the same snapshot, whoever saved it and when."""
    plain = {name: getattr(policy, name) for name in (*READ, *TEXTS, *LINKS) if name not in DAYS}
    days = {name: day.isoformat() if (day := getattr(policy, name)) else None for name in DAYS}
    return {
        "model": policy._meta.label, "name": policy.name, **plain, **days,
        "document_id": policy.document_id, "document": documents.named(policy.document) if policy.document_id else "",
    }  # fmt: skip


def shown(policy: BenefitPolicy) -> SimpleNamespace:
    """What the public sees. Public pages read this and nothing else of the record."""
    copy = policy.released or snapshot(policy)
    days = {name: date.fromisoformat(copy[name]) if copy.get(name) else None for name in DAYS}
    return SimpleNamespace(**{
        **copy, **days, "pk": policy.pk, "published_on": policy.published_on, "get_level_display": BenefitPolicy.Level(copy["level"]).label,
        "get_support_display": BenefitPolicy.Support(copy["support"]).label,
    })  # fmt: skip


def body_html(copy: Mapping[str, Any]) -> str:
    """The texts of a copy as a page shows them, each under what it is called."""
    return render_to_string("benefits/_texts.html", {"texts": [(label, copy[name]) for name, label in TEXTS.items() if copy[name]]})
