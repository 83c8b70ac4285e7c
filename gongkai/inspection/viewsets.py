"""The register of findings."""

from gongkai.registers.register import Fieldset, Register, register

from . import actions
from .models import Finding

findings = register(Register(
    slug="findings", model=Finding, thing="inspection.finding", group="duty", icon="warning",
    columns=("title", "site", "code", "source", "found_on", "fix_due_on", "fixed_on", "rechecked_on"),
    fieldsets=(
        Fieldset("问题", ("source", "site", "code", "is_veto", "title", "url", "detail", "found_on", "fix_set_on")),
        Fieldset("整改", ("fixed_on", "remedy", "rechecked_on", "section", "remarks")),
    ),
    date_field="found_on", search=("title", "detail", "url", "remedy"), filters=("source", "site", "code", "is_veto", "section"),
    ordering=("-found_on", "-pk"), related=("section",), natural_key=("site", "title", "found_on"),
    objections=actions.objections, derive=actions.derive, export_extra=("fix_due_on",),
    description="网站和政务新媒体检查发现的问题，从发现到整改、复查；部门网站按六项、新媒体按三项单项否决评判。",
))
