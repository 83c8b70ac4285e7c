"""The plan and its 落实情况 on the public site."""

from collections.abc import Iterable

from gongkai.publishing.site import SHELVES, Crumb, Site
from gongkai.sockets import Page, pages

from .exports.table import public_table
from .models import Plan


@pages("ledger", "政务公开工作要点分工方案及落实情况")
def plan_pages(office_id: int) -> Iterable[Page]:
    """A list of the plans, and one page for each published one: the newest frozen account, or the plan alone before there is one."""
    site = Site.of(office_id)
    plans = list(Plan.objects.of(office_id).public().order_by("-year"))
    yield site.page(
        "ledger/index.html", "ledger/public/plans.html", "公开工作", keys=[f"plan:{plan.pk}" for plan in plans], column=SHELVES["ledger"],
        description=SHELVES["ledger"].description, context={"plans": plans},
    )  # fmt: skip
    for plan in plans:
        yield site.page(
            f"ledger/{plan.year}/index.html", "ledger/public/plan.html", plan.title, keys=[f"plan:{plan.pk}"], column=SHELVES["ledger"],
            crumbs=[Crumb("公开工作", "/ledger/")], description=plan.title, context=lambda plan=plan: {"plan": plan, "table": public_table(plan)},
        )  # fmt: skip
