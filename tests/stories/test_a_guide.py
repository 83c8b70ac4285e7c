"""The guide to a matter from the form to the site and to WeChat under a title of its own, corrected, and taken back."""

import pytest

from gongkai.channels.models import Delivery
from gongkai.demo.bureau import standing
from gongkai.guides.models import Guide, Matter
from gongkai.sitebuild.actions import build
from gongkai.sitebuild.queries import site_root

from .test_from_word_to_wechat import (  # noqa: F401
    CLERK,
    COORDINATOR,
    HEAD,
    LEADER,
    SECOND,
    SECRECY,
    account,
    passes,
    platform,
    work_through,
)

pytestmark = pytest.mark.browser
TITLE = "首台（套）装备示范应用认定申报办事指南"


def send(clerk, pk: int, wechat_title: str):
    clerk.open(f"/desk/reviewing/about/guides.Guide/{pk}/")
    clerk.page.get_by_label("微信公众号", exact=True).check()
    return clerk.fill("公众号标题", wechat_title).press("送审", exact=True)


def shown(guide: Guide) -> str:
    return (site_root() / "current" / guide.path_of(guide.pk)).read_text()


def test_办事指南从登记到网站和公众号_更正和撤回(bureau, person, platform, account):  # noqa: F811
    build(standing().office)
    clerk = person(CLERK)
    matter = next(m for m in Matter.objects.filter(section__name="中小企业科") if m.is_service)

    # 登记：材料逐条列出；有兜底表述的存得下，送不出
    clerk.open(f"/desk/registers/guides/add/?parent={matter.pk}").choose("栏目", "办事指南").fill("标题", TITLE).choose("承办科室", "中小企业科")
    clerk.fill("受理条件", "在本市登记的工业企业。").fill("办事材料", "1. 申请表\n2. 其他材料").fill("办理流程", "1. 网上申请\n2. 受理审查").fill("联系电话", "0000-8822000").press("保存", exact=True)
    guide = Guide.objects.get(title=TITLE)
    clerk.open(f"/desk/registers/guides/{guide.pk}/")
    assert "未公开" in clerk.text
    send(clerk, guide.pk, "首台套怎么申报")
    assert "不得有“其他材料”这样的兜底表述" in clerk.text
    clerk.open(f"/desk/registers/guides/{guide.pk}/")
    assert clerk.page.get_by_label("办事材料").input_value() == "1. 申请表\n2. 其他材料"
    clerk.fill("办事材料", "1. 申请表\n2. 装备检测报告").press("保存", exact=True)

    # 三审三校和保密审查，放行到两个渠道
    at = send(clerk, guide.pk, "首台套怎么申报").page.url.removeprefix(bureau.address)
    assert "微信公众号（标题《首台套怎么申报》）" in clerk.page.content()
    secrecy = person(SECRECY)
    secrecy.open(at).fill("意见", "经逐项检查，可以公开").press("通过", exact=True)
    for who in (person(HEAD), person(SECOND), person(LEADER)):
        passes(who, at)
    coordinator = person(COORDINATOR).open(at)
    coordinator.press("发布", exact=True)
    work_through()
    assert [d.state.label for d in Delivery.objects.carrying(guide).order_by("channel")] == ["已发布", "已发布"]
    (out,) = platform.out()
    assert out["title"] == "首台套怎么申报" and "装备检测报告" in out["content"] and "联系电话：0000-8822000" in out["content"]
    assert "<li>装备检测报告</li>" in shown(guide)

    # 改了没有送审的，只在工作台上
    clerk.open(f"/desk/registers/guides/{guide.pk}/").fill("联系电话", "0000-8822999").press("保存", exact=True)
    clerk.open(f"/desk/registers/guides/{guide.pk}/")
    assert "公开中" in clerk.text and "与公开的不一样" in clerk.text
    work_through()
    assert "0000-8822999" not in shown(guide)

    # 撤回：两个渠道都没有了，网页写明原因
    coordinator.open("/desk/channels/").open("/desk/reviewing/bundles/").open(at)
    coordinator.page.get_by_text("撤回已发布的内容").click()
    coordinator.fill("撤回原因", "申报已经截止").page.once("dialog", lambda dialog: dialog.accept())
    coordinator.press("撤回", exact=True)
    work_through()
    assert not platform.out() and "申报已经截止" in shown(guide) and "装备检测报告" not in shown(guide)
    clerk.open(f"/desk/registers/guides/{guide.pk}/")
    assert "已撤回" in clerk.text and "申报已经截止" in clerk.text
