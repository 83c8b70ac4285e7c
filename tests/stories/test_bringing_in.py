"""A plan comes in: read beside its source, doubted, corrected, confirmed once."""

import docx
import pytest

from gongkai.ledger.models import Measure, Plan

pytestmark = pytest.mark.browser

HEADINGS = ("工作要求", "一级要点", "计划措施", "落实情况", "责任科室")
ROWS = (
    ("一、夯实政务公开基础", "（一）规范性文件集中发布。", "清理并集中公布现行有效的规范性文件。", "", "产业政策与法制科牵头，各业务科室配合"),
    ("一、夯实政务公开基础", "（二）办好依申请公开。", "做好申请登记、办理、答复和归档工作。", "", "办公室"),
    ("二、加强统筹", "", "每年至少向局长办公会汇报一次政务公开工作。", "", "办公室、综合协调科"),
)


@pytest.fixture
def next_year(tmp_path):
    """Next year's plan as the office would draft it in Word, with a section that does not exist."""
    paper = docx.Document()
    paper.add_heading("青禾市工业和信息化局2023年政务公开工作要点分工方案", 0)
    table = paper.add_table(rows=0, cols=5)
    for row in (HEADINGS, *ROWS):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    path = tmp_path / "2023年分工方案.docx"
    paper.save(path)
    return path


def test_上传_对照原文_更正一项_确认_再次提交不重复写入(person, next_year):
    shen = person("shenzhiqiu")
    shen.open("/desk/ledger/2022/").follow("导入方案")
    shen.page.get_by_label("方案文件").set_input_files(next_year)
    shen.press("读取并预览")
    source, understood = (shen.page.get_by_role("region", name=name).inner_text() for name in ("原文", "读出的内容"))
    for text in (row[2] for row in ROWS):
        assert text in source and text in understood
    assert "综合协调科" in shen.page.locator(".doubt-list").first.inner_text()
    assert not Plan.objects.filter(year=2023).exists()

    shen.page.locator(".draft-measure").nth(1).get_by_text("更正", exact=True).click()
    shen.page.locator("textarea[name='text-1']").fill("做好申请登记、审核、办理、答复和归档工作。")
    preview = shen.page.url
    shen.look().press("核对无误，写入台账")
    assert "其中1项按更正后的内容写入" in shen.text
    assert "做好申请登记、审核、办理、答复和归档工作。" in shen.row("2023-02").inner_text()

    shen.page.goto(preview)
    assert shen.page.get_by_role("button", name="核对无误，写入台账").count() == 0
    again = shen.post(preview.removeprefix(shen.address), {"do": "confirm", "title": "再写一次", "year": "2023"})
    assert again.status == 200 and "已" in again.text()
    assert Plan.objects.own().filter(year=2023).count() == 1 and Measure.objects.filter(plan__year=2023).count() == 3

    shen.open("/desk/ledger/2022/carry/").follow("与2023年比较")
    assert "做好申请登记、审核、办理、答复和归档工作。" in shen.text


def test_放弃导入什么也不写(person, next_year):
    shen = person("shenzhiqiu").open("/desk/ledger/import/")
    shen.page.get_by_label("方案文件").set_input_files(next_year)
    shen.press("读取并预览").press("放弃")
    assert "已放弃导入" in shen.text and not Plan.objects.filter(year=2023).exists()


def test_换了扩展名的文件说明为什么读不了(person, tmp_path):
    path = tmp_path / "方案.docx"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    shen = person("shenzhiqiu").open("/desk/ledger/import/")
    shen.page.get_by_label("方案文件").set_input_files(path)
    shen.press("读取并预览")
    assert "没有写入任何内容" in shen.text
    assert shen.page.get_by_role("button", name="写入台账").count() == 0


def test_没有脚本也能导入(person, next_year):
    shen = person("shenzhiqiu", scripts=False).open("/desk/ledger/import/")
    shen.page.get_by_label("方案文件").set_input_files(next_year)
    shen.press("读取并预览").press("核对无误，写入台账")
    assert shen.page.locator(".ledger tbody tr").count() == 3


def test_导入公开的原件(person, shared):
    """The published paper of another bureau, brought in as if it were ours for another year."""
    path = next((shared / "seed").glob("*.txt"))
    shen = person("shenzhiqiu").open("/desk/ledger/import/")
    shen.page.get_by_label("方案文件").set_input_files(path)
    shen.fill("年度", "2024").press("读取并预览")
    count = shen.page.locator(".draft-measure").count()
    assert count > 20 and "疑点" in shen.text
    shen.fill("名称", "青禾市工业和信息化局2024年政务公开工作要点分工方案").press("核对无误，写入台账")
    assert shen.page.locator(".ledger tbody tr").count() == count
