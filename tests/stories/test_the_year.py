"""The coordinator's year: a number opens, a record turns late, the account is frozen and taken away."""

import re
from datetime import date, timedelta

import docx
import openpyxl
import pytest

from gongkai.exchange.reading import read
from gongkai.foi.models import Application

pytestmark = pytest.mark.browser

LEDGER = "/desk/ledger/2022/?as_of=2022-11-30"
NINTH = "青工信公开申〔2022〕9号"


def test_协调员从工作台打开台账和数字背后的记录(person):
    shen = person("shenzhiqiu")
    shen.open("/desk/?on=2022-12-01")
    for heading in ("2022年台账", "应办事项", "等我处理", "本周"):
        assert heading in shen.text
    assert shen.page.locator(".strip-cell[href]").count() >= 10

    shen.follow("2022年台账")
    assert shen.page.locator(".ledger tbody tr").count() == 22
    shen.open(LEDGER)
    row = shen.row("收到政府信息公开申请")
    assert re.search(r"截至11月30日，本年度收到政府信息公开申请11件，均依据规定给予答复", row.inner_text())

    shen.follow("11", within="tr:has-text('收到政府信息公开申请')", exact=True)
    rows = shen.page.locator("main tbody tr")
    assert rows.count() == 11
    assert rows.first.inner_text().split("\t")[1:] and all("〔2022〕" in text for text in rows.all_inner_texts())

    shen.open(LEDGER).follow("均依据规定给予答复")
    heads = shen.page.locator("main thead th").all_inner_texts()
    assert "答复最后一日" in heads and "办结日期" in heads
    assert all(re.search(r"\d月\d+日.*\d月\d+日.*\d月\d+日", text.replace("\n", " ")) for text in rows.all_inner_texts())
    assert "全部符合" in shen.text


def test_一件变成逾期后句子不再写均_改回后恢复(person, bureau):
    shen = person("shenzhiqiu")
    case = Application.objects.get(number=NINTH)
    was, late = case.dispatched_on, case.reply_due_on + timedelta(days=3)
    for day, holds in ((late, False), (was, True)):
        shen.open(f"/desk/registers/applications/{case.pk}/").fill("答复发出日期", day.isoformat()).press("保存", exact=True)
        assert "已保存" in shen.text
        sentence = shen.open(LEDGER).row("收到政府信息公开申请").inner_text()
        assert ("均依据规定给予答复" in sentence) is holds
        if not holds:
            assert "其中10件依据规定给予答复，1件未按期答复" in sentence
            assert NINTH in sentence
            shen.follow("其中10件").page.get_by_role("link", name="未按期答复").click()
            shen.look()
            assert shen.page.locator("main tbody tr").count() == 1 and NINTH in shen.text


def test_冻结后导出四种文件_更正记录_再冻结列出差异(person, bureau, tmp_path):
    shen = person("shenzhiqiu")
    shen.open(LEDGER).follow("冻结年度账")
    assert "将冻结的数值" in shen.text
    shen.press("冻结：截至2022年11月30日")
    assert "内容摘要相符" in shen.text
    first = shen.page.url.removeprefix(bureau.address)

    word = docx.Document(shen.download("Word 文档", tmp_path)).tables[0]
    assert [cell.text for cell in word.rows[0].cells] == ["工作要求", "一级要点", "计划措施", "落实情况", "责任科室"]
    assert len(word.rows) == 23 and "收到政府信息公开申请11件，均依据规定给予答复" in word.rows[2].cells[3].text
    sheet = openpyxl.load_workbook(shen.download("Excel 工作簿", tmp_path)).worksheets[0]
    assert any("申请11件，均依据规定" in str(cell) for line in sheet.iter_rows(values_only=True) for cell in line if cell)
    for name, suffix in (("PDF", ".pdf"), ("网页", ".html")):
        path = shen.download(name, tmp_path)
        assert path.suffix == suffix
        found = read(path, name=path.name)
        words = re.sub(r"\s", "", found.text + "".join(cell.text for block in found.blocks for row in getattr(block, "cells", ()) for cell in row if cell))
        assert "均依据规定给予答复" in words and "五、加强统筹" in words

    case = Application.objects.get(number=NINTH)
    shen.open(f"/desk/registers/applications/{case.pk}/")
    assert "冻结账以此记录为依据" in shen.text
    shen.fill("答复发出日期", (case.reply_due_on + timedelta(days=3)).isoformat()).press("保存", exact=True)
    assert "均依据规定给予答复" in shen.open(first).row("收到政府信息公开申请").inner_text()
    assert NINTH in shen.follow("均依据规定给予答复").text
    assert "未按期答复" in shen.open(LEDGER).row("收到政府信息公开申请").inner_text()

    shen.follow("冻结年度账")
    assert "不写“均”" in shen.text
    shen.fill("说明", "更正9号申请的答复日期").press("冻结：截至2022年11月30日").follow("与上一版比较")
    assert "更正9号申请的答复日期" in shen.text
    changed = shen.page.locator("section[aria-labelledby=values]").inner_text()
    assert NINTH in changed and "依据规定给予答复" in changed and "未按期答复" in changed
    assert "均" in shen.page.locator("section[aria-labelledby=texts] del").all_inner_texts()
    shen.open("/desk/ledger/2022/accounts/")
    assert shen.page.get_by_role("link", name=re.compile("^第[12]版$")).count() == 2


def test_没有脚本也能走完_打开数字_改记录_冻结(person, bureau):
    shen = person("shenzhiqiu", scripts=False)
    shen.open(LEDGER).follow("11", within="tr:has-text('收到政府信息公开申请')", exact=True)
    assert shen.page.locator("main tbody tr").count() == 11
    shen.follow(NINTH).fill("备注", "无脚本修改").press("保存", exact=True)
    assert "已保存" in shen.text
    shen.open("/desk/ledger/2022/freeze/?as_of=2022-11-30").press("冻结：截至2022年11月30日")
    assert "内容摘要相符" in shen.text


@pytest.mark.parametrize(
    ("path", "action"),
    [
        pytest.param("/desk/", "2022年台账", id="工作台"),
        pytest.param(LEDGER, "冻结年度账", id="台账"),
        pytest.param("/desk/ledger/2022/freeze/", "冻结：", id="冻结"),
        pytest.param("/desk/ledger/import/", "读取并预览", id="导入方案"),
        pytest.param("/desk/registers/interviews/", "登记", id="登记簿"),
        pytest.param("/desk/registers/interviews/add/", "保存", id="登记表"),
    ],
)
def test_只用键盘能到达主要操作_焦点看得见(person, path, action):
    shen = person("shenzhiqiu")
    shen.page.goto(shen.address + path)
    shen.tab_to(action)


def test_放大到百分之二百仍能办事(person):
    shen = person("shenzhiqiu", size=(720, 450), scale=2)
    shen.open("/desk/").open(LEDGER).follow("均依据规定给予答复").follow(NINTH)
    shen.fill("备注", "放大后修改").press("保存", exact=True)
    assert "已保存" in shen.text


@pytest.mark.parametrize("path", ["rounds", "coverage", "carry", "beside/2021", "accounts"])
def test_台账的其他页面(person, path):
    shen = person("shenzhiqiu").open(f"/desk/ledger/2022/{path}/")
    assert shen.answer.status == 200 and len(shen.text) > 60


def test_日期不认识时说明按哪天显示(person):
    shen = person("shenzhiqiu").open("/desk/ledger/2022/?as_of=2022-11-31")
    assert "无法识别" in shen.text and str(date(2022, 12, 31)) in shen.text
