"""One notice from the Word file it was written in to WeChat's receipt and the page on the site, and back off both."""

import threading
from functools import partial
from http.server import ThreadingHTTPServer

import docx
import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from gongkai.accounts.models import User
from gongkai.channels import actions as channels
from gongkai.channels.models import Delivery
from gongkai.demo.bureau import standing
from gongkai.files.actions import keep
from gongkai.files.checks import ATTACHABLE
from gongkai.publishing.models import Article
from gongkai.sitebuild.actions import build, follow
from gongkai.sitebuild.queries import site_root
from tests.channels.conftest import png
from tests.channels.standin import APP_ID, SECRET, running

from .test_the_site import Files, visitor  # noqa: F401

pytestmark = pytest.mark.browser
CLERK, HEAD, SECRECY, SECOND, LEADER, COORDINATOR = "tianlong", "meiyingxue", "zhongruogu", "gumingyuan", "huoqiming", "shenzhiqiu"
TITLE = "关于组织申报中小企业数字化转型试点的通知"


@pytest.fixture
def platform():
    with running() as (platform, address):
        platform.address = address
        yield platform


@pytest.fixture
def account(bureau, platform):
    office, by = standing().office, User.objects.get(username=COORDINATOR)
    cover = keep(ContentFile(png("blue"), name="封面.png"), office=office, by=by, allowed=ATTACHABLE)
    return channels.keep_account(
        office, by=by, name="青禾工信", app_id=APP_ID, app_secret=SECRET, api_base=platform.address, author="青禾市工信局", enabled=True, cover=cover
    )


def word_file(folder):
    """As a clerk writes it: a title, numbered parts, a table."""
    paper = docx.Document()
    paper.add_heading(TITLE, 0)
    paper.add_paragraph("各有关企业：")
    paper.add_paragraph("现组织开展试点申报，有关事项如下。")
    paper.add_heading("一、申报对象", 1)
    paper.add_paragraph("在本市登记的中小企业，数量不限。")
    table = paper.add_table(3, 2)
    for cell, text in zip((c for row in table.rows for c in row.cells), ("档次", "奖补标准", "示范", "30万元", "试点", "10万元"), strict=True):
        cell.text = text
    paper.save(folder / "通知.docx")
    return folder / "通知.docx"


def submit(clerk, pk: int, *, wechat: bool = True, note: str = ""):
    clerk.open(f"/desk/reviewing/about/publishing.Article/{pk}/")
    if wechat:
        clerk.page.get_by_label("微信公众号").check()
    if note:
        clerk.fill("送审说明", note)
    return clerk.press("送审", exact=True)


def passes(one, at: str, opinion: str = "同意"):
    one.open(at)
    for gate in one.page.locator("input[name^=gate_]").all():
        gate.check()
    return one.fill("意见", opinion).press("通过", exact=True)


def rewrite(clerk, pk: int, summary: str):
    clerk.open(f"/desk/registers/articles/{pk}/").fill("摘要", summary)
    return clerk.press("保存", exact=True)


def work_through() -> None:
    """The jobs of the next minutes: build what was released, deliver what waits."""
    for _ in range(6):
        follow(standing().office)
        channels.work_due()
        Delivery.objects.filter(failed_at=None, next_at__gt=timezone.now()).update(next_at=timezone.now())


def test_从Word文件到公众号回执和网页_再撤回(bureau, person, platform, account, visitor, tmp_path):  # noqa: F811
    build(standing().office)
    clerk, head = person(CLERK), person(HEAD)

    # 写：导入Word为草稿，表格还在
    clerk.open("/desk/articles/from-word/")
    clerk.page.get_by_label("Word文件").set_input_files(word_file(tmp_path))
    clerk.choose("栏目", "通知公告").choose("承办科室", "中小企业科").press("导入为草稿")
    article = Article.objects.get(title=TITLE)
    assert [block.block_type for block in article.body] == ["paragraph", "heading", "paragraph", "table"]

    # 送审，初审退回，标注在文中
    first = submit(clerk, article.pk).page.url.removeprefix(bureau.address)
    head.open(first)
    head.page.get_by_text("在文中标注").click()
    head.page.get_by_label("所指文字").first.fill("数量不限")
    head.page.get_by_label("标注", exact=True).first.fill("与预算不符，请写明名额")
    head.page.get_by_label("位置", exact=True).first.select_option(index=4)
    head.fill("意见", "请按预算改").press("退回", exact=True)
    assert "已退回" in head.text or "退回" in head.text
    clerk.open(first)
    assert "与预算不符，请写明名额" in clerk.text

    # 改后再送，初审通过；又改一次，初审的意见就不作数了
    rewrite(clerk, article.pk, "试点名额20个，先到先审。")
    second = submit(clerk, article.pk, note="已写明名额").page.url.removeprefix(bureau.address)
    passes(head, second)
    rewrite(clerk, article.pk, "试点名额20个，按综合评分择优。")
    third = submit(clerk, article.pk).page.url.removeprefix(bureau.address)
    head.open(third)
    assert "按综合评分择优" in head.page.locator(".changes").inner_text(), "看得见上次通过之后改了什么"
    passes(head, third)

    # 保密审查：勾了汇聚风险就不能通过；退回，改后重审
    secrecy = person(SECRECY)
    secrecy.open(third)
    secrecy.page.get_by_label("汇聚后有泄密风险").check()
    secrecy.press("通过", exact=True)
    assert "不能通过，请退回处理" in secrecy.page.content()
    secrecy.open(third).fill("意见", "名额与评分一并公布前请核对").press("退回", exact=True)
    rewrite(clerk, article.pk, "试点名额20个，按综合评分择优，评分办法另行公布。")
    fourth = submit(clerk, article.pk).page.url.removeprefix(bureau.address)
    secrecy.open(fourth).fill("意见", "经逐项检查，可以公开").press("通过", exact=True)
    for who in (head, person(SECOND), person(LEADER)):
        passes(who, fourth)

    # 发布：两个渠道各有回执，网页上是审定的那一稿
    coordinator = person(COORDINATOR).open(fourth)
    coordinator.press("发布", exact=True)
    work_through()
    assert [d.state.label for d in Delivery.objects.carrying(article).order_by("channel")] == ["已发布", "已发布"]
    (out,) = platform.out()
    assert out["title"] == TITLE and "30万元" in out["content"] and "<script" not in out["content"]
    coordinator.open("/desk/channels/")
    assert TITLE in coordinator.text
    path = Article.path_of(article.pk)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=site_root() / "current"))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        citizen = visitor(f"http://127.0.0.1:{server.server_port}")
        citizen.open("/")
        citizen.follow(TITLE)
        assert "评分办法另行公布" in citizen.text and "10万元" in citizen.text and citizen.page.url.endswith(path)

        # 撤回：公众号上没有了，网页写明撤回和原因
        coordinator.open(fourth)
        coordinator.page.get_by_text("撤回已发布的内容").click()
        coordinator.fill("撤回原因", "名额有误").page.once("dialog", lambda dialog: dialog.accept())
        coordinator.press("撤回", exact=True)
        work_through()
        assert not platform.out()
        citizen.open("/")
        assert TITLE not in citizen.text
        citizen.open(f"/{path}")
        assert "撤回" in citizen.text and "名额有误" in citizen.text and "30万元" not in citizen.text
    finally:
        server.shutdown()
        server.server_close()
