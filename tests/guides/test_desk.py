"""The registers of matters and guides at the desk: who sees and enters what, and how often the database is asked."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongkai.accounts.roles import Role
from gongkai.documents import actions
from gongkai.guides.models import Guide, Matter, MatterChange
from gongkai.reviewing.models import Submission
from tests.factories.accounts import SectionFactory, UserFactory
from tests.factories.guides import GuideFactory, MatterChangeFactory, MatterFactory

REGISTERS = [("matters", MatterFactory), ("guides", GuideFactory), ("matter-changes", MatterChangeFactory)]
YEARS = [
    pytest.param("matters", MatterFactory, {"listed_on": date(2022, 1, 4)}, True, id="事项按列入日期"),
    pytest.param("guides", GuideFactory, {}, True, id="指南按发布日期"),
    pytest.param("matter-changes", MatterChangeFactory, {"proposed_on": date(2021, 12, 1)}, False, id="变更按提出日期"),
]
BACKEND = "gongkai.accounts.backends.PostBackend"
pytestmark = pytest.mark.django_db


def sign_in(client, **post):
    client.force_login(UserFactory(**post), backend=BACKEND)
    return client


def page(client, slug: str, tail: str = "") -> str:
    answer = client.get(f"/desk/registers/{slug}/{tail}")
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


@pytest.mark.parametrize(("slug", "factory"), REGISTERS)
def test_a_list_asks_as_often_for_three_rows_as_for_one(client, slug, factory):
    sign_in(client, role=Role.COORDINATOR)
    factory()
    page(client, slug)  # what is read once and kept
    with CaptureQueriesContext(connection) as one:
        page(client, slug)
    factory()
    factory()
    with CaptureQueriesContext(connection) as three:
        page(client, slug)
    assert len(three) == len(one)


@pytest.mark.parametrize(("slug", "factory"), REGISTERS)
def test_a_stranger_sees_no_record(client, slug, factory):
    record = factory()
    sign_in(client)
    for tail in ("", f"{record.pk}/", f"{record.pk}/history/", "add/", "export.xlsx/"):
        answer = client.get(f"/desk/registers/{slug}/{tail}")
        assert answer.status_code == 403 or "/login/" in answer.get("Location", ""), tail


@pytest.mark.parametrize(("slug", "factory", "facts", "inside"), YEARS)
def test_the_year_of_a_list_is_that_of_the_fact(client, slug, factory, facts, inside):
    record = factory(**facts)
    sign_in(client, role=Role.COORDINATOR)
    address = f"/desk/registers/{slug}/{record.pk}/"
    assert [address in page(client, slug, f"?year={year}") for year in (2021, 2022)] == [not inside, inside]


def test_a_clerk_demands_that_a_guide_be_put_right_and_sees_its_last_day(client):
    section, matter = SectionFactory(name="办公室"), MatterFactory()
    sign_in(client, role=Role.CLERK, role__section=section)
    facts = {"matter": matter.pk, "kind": "rectified", "target": "guide", "reason": "缺少收费标准", "proposed_on": "2022-06-01", "section": section.pk}
    assert client.post("/desk/registers/matter-changes/add/", facts).status_code == 302
    change = MatterChange.objects.get()
    assert change.rectify_due_on == date(2022, 6, 30)
    shown = page(client, "matter-changes", f"{change.pk}/")
    assert "整改最后日期" in shown and "2022年6月30日" in shown


@pytest.mark.slow
def test_a_guide_is_entered_as_a_draft_and_one_with_a_catch_all_clause_is_not_sent(client):
    section, kept = SectionFactory(name="办公室"), GuideFactory()
    sign_in(client, role=Role.CLERK, role__section=section)
    facts = {
        "matter": kept.matter_id, "column": kept.column_id, "title": "另一份指南", "conditions": "在青禾市登记注册的企业。",
        "materials": "项目备案表\n\n其他材料", "steps": "网上提交。", "handling": "promised", "section": section.pk,
    }  # fmt: skip
    typed = client.post("/desk/registers/guides/add/", facts | {"published_on": "2022-08-01"}).content.decode()
    assert "公开日期由审核发布写入" in typed and "办事材料不得有“其他材料”这样的兜底表述" in typed
    assert client.post("/desk/registers/guides/add/", facts).status_code == 302
    guide = Guide.objects.get(title="另一份指南")
    assert guide.materials == "<p>项目备案表</p><p>其他材料</p>"
    assert "送审与发布" in page(client, "guides", f"{guide.pk}/")
    sent = client.post(f"/desk/reviewing/about/guides.Guide/{guide.pk}/", {"channels": ["website"]}).content.decode()
    assert "办事材料不得有“其他材料”这样的兜底表述" in sent and not Submission.objects.exists()
    kept = page(client, "guides", f"{guide.pk}/")
    assert client.post(f"/desk/registers/guides/{guide.pk}/", facts | {"materials": "项目备案表", "seen": guide.changed_at.isoformat()}).status_code == 302, kept
    assert "未公开" in page(client, "guides", f"{guide.pk}/")
    client.post(f"/desk/reviewing/about/guides.Guide/{guide.pk}/", {"channels": ["website"]})
    assert Submission.objects.get().content["materials"] == "<p>项目备案表</p>"


def test_the_page_of_a_guide_says_what_is_public_of_it_and_that_more_was_written_since(client):
    guide = GuideFactory(materials="<ol><li>备案表</li><li>营业执照</li></ol>")
    sign_in(client, role=Role.COORDINATOR)
    shown = page(client, "guides", f"{guide.pk}/")
    assert "公开中" in shown and "系统外：青禾市政务服务网" in shown and "与公开的不一样" not in shown
    assert "1. 备案表\n2. 营业执照" in shown, "材料清单在表单里逐条可改"
    Matter.objects.filter(pk=guide.matter_id).update(name="改过的事项")
    assert "与公开的不一样" in page(client, "guides", f"{guide.pk}/")
    actions.take_back(guide, reason="内容过时", by=UserFactory(office=guide.office, role=Role.COORDINATOR))
    assert "已撤回" in (shown := page(client, "guides", f"{guide.pk}/")) and "内容过时" in shown
