"""What a stranger is shown of 依申请公开: empty forms. And what the holder of a code is shown of his own case, for whoever walks the exits."""

from collections.abc import Iterable
from io import BytesIO

from django.utils import timezone

from gongkai.accounts.models import Office
from gongkai.exchange.writing import write_csv
from gongkai.sockets import register_exit

from . import fee_export, public_actions, public_rules, redactions
from .models import Fee, Redaction
from .public_forms import OrganisationForm, PersonForm
from .public_views import FORMS, drawn


@register_exit("foi.apply", "网上申请和进度查询", "public")
def pages(office_id: int) -> Iterable[tuple[str, bytes]]:
    office = Office.objects.get(pk=office_id)
    limits = public_rules.limits(timezone.localdate())
    yield "apply/", drawn(office, "choose", "网上申请", {})
    yield "apply/progress/", drawn(office, "ask", "进度查询", {})
    for who, form in (("person", PersonForm()), ("organisation", OrganisationForm())):
        yield f"apply/{who}/", drawn(office, "form", FORMS[who][1], {"form": form, "groups": form.groups(), "who": who, "token": public_actions.new_token(), "limits": limits})


@register_exit("foi.fees", "信息处理费台账", "office")
def ledgers(office_id: int) -> Iterable[tuple[str, bytes]]:
    """Every year's ledger as its export would hold it."""
    for year in Fee.objects.filter(application__office_id=office_id).dates("decided_on", "year"):
        out = BytesIO()
        write_csv(out, fee_export.TABLE, fee_export.rows(office_id, year.year))
        yield f"{year.year}年信息处理费台账", out.getvalue()


@register_exit("foi.redacted", "区分处理件", "office")
def covered(office_id: int) -> Iterable[tuple[str, bytes]]:
    """Every covered copy, as it is enclosed and downloaded."""
    for one in Redaction.objects.filter(application__office_id=office_id, result__isnull=False).select_related("result__file").order_by("pk"):
        yield one.result.label, redactions.content_of(one.result.file)
