"""One application from the internet to the archive, over the National Day of 2022: by its applicant, and by the people who answer it."""

import os
import re
from base64 import b64decode
from datetime import date, datetime
from pathlib import Path

import pypdfium2
import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from gongkai.accounts.models import User
from gongkai.annual_report import queries as tables
from gongkai.demo.deeds import ZONE
from gongkai.foi import actions, archiving, letter_facts, public_rules
from gongkai.foi.models import Application, Remedy
from gongkai.letters import actions as letters
from gongkai.letters import rules as letter_rules
from gongkai.letters.models import Letter
from gongkai.registers import actions as registers
from gongkai.registers.register import get_register
from tests.foi.test_by_hand import COUNTED

from .test_applying import PNG, town, visitor  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.slow]


class Wall:
    """The clock on the wall, which the story sets."""

    def __init__(self, monkeypatch):
        monkeypatch.setattr("django.utils.timezone.now", lambda: self.now)

    def turn(self, month: int, day: int) -> date:
        self.now = datetime(2022, month, day, 10, tzinfo=ZONE)
        return self.now.date()


class Desk:
    """The people a letter passes through, and a letter made and sent by them."""

    def __init__(self, case: Application):
        self.case = case
        self.clerk, self.legal, self.secrecy, self.head = (User.objects.get(username=name) for name in ("shenzhiqiu", "hesiqi", "zhongruogu", "gumingyuan"))

    def send(self, kind: str, on: date, way: str, **said: str) -> Letter:
        known = letter_rules.kinds()[kind]
        names = letter_rules.fields_of(letter_rules.wording(known, on))
        self.case.refresh_from_db()
        offered = {name: words for name, words in letter_facts.facts(self.case, by=self.clerk, today=on).items() if words}
        blank = {name: "青禾市人民法院" if name == letter_facts.LASTING[0] else "2022年度技术改造专项资金分配表" for name in names}
        letter = letters.draft(self.case, kind=kind, by=self.clerk, fields=blank | {name: words for name, words in offered.items() if name in names} | said, written_on=on, number=self.case.number)
        if known.encloses:
            letters.enclose(letter, by=self.clerk, material=letters.add_material(self.case, by=self.clerk, upload=ContentFile(PNG, "附件.png"), label=known.encloses, number=self.case.number))
        for step in known.steps:
            letters.sign(letter, step=step, by={"legal": self.legal, "secrecy": self.secrecy}.get(step.value, self.head))
        frozen = letters.freeze(Letter.objects.get(pk=letter.pk), by=self.clerk)
        letters.stamp(frozen, by=self.clerk, scan=ContentFile(PNG, "用印件.png"), bound_to=frozen.rendering.pdf_sha256)
        letters.deliver(Letter.objects.get(pk=letter.pk), by=self.clerk, way=way, carrier="ems" if way == "post" else "", on=on, proof="凭据一件")
        return Letter.objects.get(pk=letter.pk)


def test_从网上申请到复议纠正归档_跨国庆(town, visitor, person, settings, monkeypatch, tmp_path):  # noqa: F811
    settings.IDLE_SECONDS = settings.SESSION_COOKIE_AGE = 10**9
    limits = public_rules.limits(timezone.localdate())._replace(seconds=-(10**12), posts=1000)
    monkeypatch.setattr("gongkai.foi.public_views._limits", lambda office: limits)
    wall = Wall(monkeypatch)
    before = {key: number for key, number in cells().items()}

    # 9月2日，周五：网上申请。
    wall.turn(9, 2)
    card = tmp_path / "证件.png"
    card.write_bytes(PNG)
    one = visitor(town).open("/apply/person/")
    one.fill("姓名", "林溪桥").fill("联系电话", "13900001234").fill("需要什么信息", "2022年度技术改造专项资金的分配结果及依据")
    one.page.get_by_label("电子", exact=True).check()
    one.page.get_by_label("在本网站凭查询码下载").check()
    one.page.set_input_files("#papers", card)
    one.press("下一步：核对").press("提交申请")
    number, code = one.page.locator(".apply-receipt dd").first.inner_text(), one.page.locator(".apply-receipt code").inner_text()
    case = Application.objects.get(number=number)
    desk = Desk(case)

    # 9月5日：双方确认，才算收到。
    wall.turn(9, 5)
    clerk = person("shenzhiqiu").open(f"/desk/foi/{case.pk}/")
    clerk.page.locator("summary").filter(has_text="登记与申请人确认").click()
    clerk.press("登记与申请人确认", exact=True)
    assert due(case) == date(2022, 10, 9)

    # 9月7日：告知补正；9月14日：申请人在网上补正，受理后从这一天重新计算。
    desk.send("correction", wall.turn(9, 7), "network", 补正期限="2022年9月21日", 补正事项="请写明指哪一批资金")
    assert due(case) is None
    wall.turn(9, 14)
    look(one, number, code)
    assert "等待您补正" in one.text
    one.page.locator("#text-correction").fill("指2022年第二批技术改造资金")
    one.press("递交补正")
    clerk.open(f"/desk/foi/{case.pk}/").press("受理", exact=True)
    assert due(case) == COUNTED_LAST

    # 9月27日：征求第三方意见，当面送达；10月10日收到意见，国庆在内的这段时间不计。
    desk.send("consult_third", wall.turn(9, 27), "direct", 收件人="青禾市穗丰机械有限公司")
    wall.turn(9, 28)
    look(one, number, code)
    assert "正在征求意见" in one.text and "穗丰机械" not in one.text
    actions.opinion_received(case.opinions.get(), by=desk.clerk, on=wall.turn(10, 10), agrees=False, opinion="其中的设备价格不同意公开")
    assert due(case) == date(2022, 10, 25) == COUNTED[19]

    # 10月21日：工作机构负责人签发延长告知书，延长十个工作日。
    desk.send("extension", wall.turn(10, 21), "network", 延长天数="10")
    assert due(case) == date(2022, 11, 8) == COUNTED[29]
    look(one, number, code)
    assert "2022年11月8日" in one.text

    # 11月2日：逐问定案，部分公开；11月3日交邮。
    wall.turn(11, 2)
    clerk.open(f"/desk/foi/{case.pk}/decide/")
    for answer in ("明确", "要办理", "是公开申请", "都不是", "没有", "由本机关负责", "有", "没有", "部分可以公开"):
        clerk.follow(answer, exact=True)
    assert "部分公开" in clerk.text and "条例" in clerk.text
    clerk.follow("拟写文书")
    clerk.fill(letter_facts.LASTING[0], "青禾市人民法院")
    for box in clerk.page.locator("main form textarea, main form input[type=text]").all():
        if not box.input_value():
            box.fill("除设备价格涉及第三方商业秘密外的全部内容")
    clerk.press("保存草稿")
    letter = Letter.objects.get(subject_id=case.pk, kind="partial")
    material = letters.add_material(case, by=desk.clerk, upload=ContentFile(PNG, "分配表（部分）.png"), label="可以公开的部分", number=case.number)
    letters.enclose(letter, by=desk.clerk, material=material)
    for name in ("hesiqi", "zhongruogu", "gumingyuan"):
        person(name).open(f"/desk/letters/{letter.pk}/").press("通过")
    wall.turn(11, 3)
    clerk.open(f"/desk/letters/{letter.pk}/").press("定稿并编号")
    clerk.page.set_input_files("input[type=file]", card)
    clerk.press("登记用印").open("/desk/letters/waiting/")
    clerk.page.get_by_label(f"选择{Letter.objects.get(pk=letter.pk).number}").check()
    clerk.press("下一步：打印和登记").choose("邮件种类", "邮政特快专递（EMS）")
    clerk.page.get_by_label("的邮件号码").fill("1234567890123")
    clerk.fill("交邮日期", "2022-11-03").press("登记1份交邮")
    case.refresh_from_db()
    assert (case.state, case.closed_on, case.report_row, case.reply_due_on) == ("已答复", date(2022, 11, 3), "partial", date(2022, 11, 8))
    clerk.open(f"/desk/foi/{case.pk}/sheet/")
    for day in ("2022年9月14日", "2022年9月27日", "2022年10月10日", "2022年11月8日"):
        assert day in clerk.text
    look(one, number, code)
    with one.page.expect_download() as waiting:
        one.page.get_by_role("button", name=f"下载{Letter.objects.get(pk=letter.pk).number}", exact=True).click()
    waiting.value.save_as(tmp_path / "答复书.pdf")
    assert (tmp_path / "答复书.pdf").read_bytes() == b64decode(Letter.objects.get(pk=letter.pk).rendering.pdf)

    assert letter_facts.facts(case, by=desk.clerk, today=date(2022, 11, 4))[letter_facts.LASTING[0]] == "青禾市人民法院"  # the next letter need not be told again

    # 11月14日：复议受理；12月20日：纠正，责令重新作出；12月28日：重新答复；12月30日：归档。
    wall.turn(11, 14)
    remedy = Remedy(office=case.office, section=case.section, application=case, kind="reconsideration", organ="青禾市人民政府", accepted_on=date(2022, 11, 14))
    remedy = registers.create(get_register("remedies"), remedy, by=desk.clerk)
    wall.turn(12, 20)
    decided = {"decided_on": date(2022, 12, 20), "result": "corrected", "orders_redo": True, "document_number": "青府复决〔2022〕19号"}
    registers.change(get_register("remedies"), remedy, by=desk.clerk, **decided)
    actions.reopen(case, by=desk.clerk, remedy=Remedy.objects.get(pk=remedy.pk), on=wall.turn(12, 21), reason="复议决定责令重新作出")
    desk.send("granted", wall.turn(12, 28), "network")
    wall.turn(12, 30)
    case.refresh_from_db()
    assert case.redone_on == date(2022, 12, 28) and case.report_row == "partial"
    archiving.archive(case, by=desk.clerk, number="2022年第99卷", on=date(2022, 12, 30))
    clerk.open(f"/desk/foi/{case.pk}/")
    assert "已归档" in clerk.text
    look(one, number, code)
    assert "林溪桥" not in one.text

    # 表三多一件新收、一件部分公开，表四多一件复议纠正，此外一格不动。
    moved = {key: number - (before.get(key) or 0) for key, number in cells().items() if number != (before.get(key) or 0)}
    assert moved == {
        **{f"three/{row}/{column}": 1 for row in ("new_received", "partial", "total_processed") for column in ("natural", "total")},
        "four/reconsideration/corrected": 1, "four/reconsideration/total": 1,
    }  # fmt: skip
    pictured(case)


COUNTED_LAST = date(2022, 10, 17)


def due(case: Application) -> date | None:
    case.refresh_from_db()
    return case.reply_due_on


def look(one, number: str, code: str):
    return one.open("/apply/progress/").fill("申请编号", number).fill("查询码", code).press("查询")


def cells() -> dict:
    office = Application.objects.first().office_id
    found = tables.tables_of(tables.form_for(2022), office, 2022, date(2022, 12, 31)).cells
    return {key: number for key, number in found.items() if key.startswith(("three/", "four/"))}


def pictured(case: Application) -> None:
    """Every letter of the case is whole pages with words on them; STORIES_PICTURES keeps them as images to be looked at."""
    made = Letter.objects.filter(subject_id=case.pk, rendering__isnull=False)
    assert made.count() == 5
    for letter in made:
        pages = pypdfium2.PdfDocument(b64decode(letter.rendering.pdf))
        assert letter.number in re.sub(r"\s", "", pages[0].get_textpage().get_text_range())
        if folder := os.environ.get("STORIES_PICTURES"):
            for n, page in enumerate(pages, 1):
                page.render(scale=1.5).to_pil().save(Path(folder) / f"letter-{letter.kind}-{n}.png")
