"""A register's day: entered by hand, brought in from a table, found again, taken away."""

import openpyxl
import pytest

from gongkai.events.models import Interview

pytestmark = pytest.mark.browser

LIST = "/desk/registers/interviews/"


def test_登记出错_按提示改正_保存_历史里看得到(person):
    shen = person("shenzhiqiu").open(LIST).follow("登记", exact=True)
    shen.fill("采访日期", "2022-12-05").fill("媒体名称", "青禾日报").fill("刊播日期", "2022-12-01").press("保存", exact=True)
    summary = shen.page.get_by_role("alert")
    assert "没有保存" in summary.inner_text() and "采访主题" in summary.inner_text()
    assert summary.evaluate("e => e === document.activeElement")
    summary.get_by_role("link", name="采访主题").click()
    assert shen.page.evaluate("document.activeElement.name") == "subject"
    assert shen.page.get_by_label("媒体名称").input_value() == "青禾日报"

    shen.page.keyboard.type("工业企业技术改造奖补怎样申报")
    shen.choose("媒体类别", "报刊").press("保存", exact=True)
    assert "刊播日期不能早于采访日期" in shen.text
    shen.fill("刊播日期", "2022-12-06").press("保存", exact=True)
    assert "已登记" in shen.text
    shen.fill("受访人", "中小企业科负责人").press("保存", exact=True)
    shen.follow("历史", exact=True)
    assert "沈知秋" in shen.text and "受访人" in shen.text and "中小企业科负责人" in shen.text

    shen.open(f"{LIST}?q=改造奖补怎")
    assert shen.page.locator("main tbody tr").count() == 1
    assert shen.page.locator("main mark").inner_text() == "改造奖补怎"


def test_批量导入_一行有误_只写无误的行_导出所筛选的(person, tmp_path):
    shen = person("shenzhiqiu").open(LIST).follow("批量导入")
    template = shen.download("下载导入模板", tmp_path)
    book = openpyxl.load_workbook(template)
    sheet = book.worksheets[0]
    heads = {}
    for number, line in enumerate(sheet.iter_rows(values_only=True), 1):
        names = {str(cell).split("（")[0].strip("*＊ \n"): n for n, cell in enumerate(line, 1) if cell}
        if {"采访日期", "媒体名称", "采访主题"} <= set(names):
            heads, first = names, number + 1
            break
    assert heads, "模板里没有表头"
    rows = (("2022-12-08", "青禾电视台", "电视", "绿色工厂创建问答"), ("2022年11月31日", "青禾日报", "报刊", "专精特新培育"), ("2022-12-09", "青禾广播", "广播", "数字化转型贷款贴息"))
    for n, row in enumerate(rows):
        for name, value in zip(("采访日期", "媒体名称", "媒体类别", "采访主题"), row, strict=True):
            sheet.cell(first + n, heads[name], value)
    path = tmp_path / "十二月采访.xlsx"
    book.save(path)

    shen.page.get_by_label("要导入的表格").set_input_files(path)
    shen.press("上传并预览")
    fault = shen.row(f"第{first + 1}行").inner_text()
    assert "采访日期" in fault and "2022年11月31日" in fault
    before = Interview.objects.count()
    shen.page.get_by_label("只导入无误的行").check()
    shen.press("确认写入")
    assert "2条" in shen.text and Interview.objects.count() == before + 2

    shen.open(f"{LIST}?q=型贷款贴")
    assert shen.page.locator("main tbody tr").count() == 1
    shen.page.locator("summary", has_text="导出").click()
    exported = openpyxl.load_workbook(shen.download("导出 Excel 表格（xlsx）", tmp_path)).worksheets[0]
    cells = [cell for line in exported.iter_rows(values_only=True) for cell in line if cell]
    assert "数字化转型贷款贴息" in cells and "绿色工厂创建问答" not in cells


def test_经办人只能改自己科室的记录(person):
    other = Interview.objects.exclude(section__name="产业政策与法制科").first()
    fang = person("fangyi").open(f"{LIST}{other.pk}/")
    assert other.subject in fang.text and "保存" not in fang.buttons() and fang.page.locator("main form").count() == 0
    assert fang.post(f"{LIST}{other.pk}/", {"subject": "改掉"}).status == 403
    other.refresh_from_db()
    assert other.subject != "改掉"


def test_登记簿的各页在手机和桌面上都好用(person):
    shen = person("shenzhiqiu")
    for slug in ("applications", "consultations", "posts"):
        shen.open("/desk/registers/" + slug + "/")
        assert shen.answer.status == 200, slug
        with shen.page.expect_navigation():
            shen.page.locator("main tbody a").first.click()
        shen.look()
