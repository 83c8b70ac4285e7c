"""The plan and its 落实情况 on the public site."""

from collections.abc import Iterable

from django.template.loader import render_to_string

from gongkai.sockets import Page, pages

from .exports.table import public_table
from .models import Plan


@pages("ledger", "政务公开工作要点分工方案及落实情况")
def plan_pages(office_id: int) -> Iterable[Page]:
    """One page for each published plan: the newest frozen account, or the plan alone before there is one."""
    for plan in Plan.objects.of(office_id).public().select_related("office"):
        yield Page(
            path=f"ledger/{plan.year}/index.html", title=plan.title, keys=frozenset({f"plan:{plan.pk}"}),
            render=lambda plan=plan: render_to_string("ledger/public/plan.html", {"plan": plan, "office": plan.office, "table": public_table(plan)}).encode(),
        )
