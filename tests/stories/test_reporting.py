"""落实情况 on its way: a clerk writes it, the head sends it back, the clerk amends it, the head lets it count."""

import pytest

from gongkai.ledger.models import Progress

pytestmark = pytest.mark.browser

NUMBER = "2022-03"


def test_填报_退回_修改_审核通过后台账才显示(person, bureau):
    measure = bureau.measure(NUMBER)
    path = f"/desk/ledger/measure/{measure.pk}/"

    lin = person("linxiaohe").open(path)
    lin.fill("填报文字", "数据底表已建，已核对申请")
    lin.page.get_by_label("查找指标").fill("新收")
    palette = lin.page.locator(".palette-item:visible")
    assert 0 < palette.count() < 8
    lin.page.get_by_label("填报文字").press("End")
    palette.filter(has_text="本年新收政府信息公开申请").first.click()
    assert lin.page.get_by_label("填报文字").input_value() == "数据底表已建，已核对申请{{foi.received}}"
    lin.page.get_by_label("填报文字").press("End")
    lin.page.keyboard.type("件。")
    lin.press("提交审核")
    assert "提交审核" in lin.text and "数据底表已建，已核对申请13件。" in lin.page.locator(".rendered").inner_text()
    assert "审核通过" not in lin.buttons()

    gu = person("gumingyuan").open("/desk/")
    gu.follow(f"审核落实情况：{NUMBER}")
    gu.fill("退回意见", "请写明截至日期").press("退回", exact=True)
    assert "已退回填报人" in gu.text

    lin.open("/desk/")
    assert "请写明截至日期" in lin.text
    lin.follow(f"已退回：{NUMBER}")
    assert "顾明远退回：请写明截至日期" in lin.text
    lin.fill("填报文字", "截至{{截至}}，数据底表已建，已核对申请{{foi.received}}件。").press("提交审核")

    ledger = "/desk/ledger/2022/?as_of=2022-11-30"
    assert "有新版本：待审核" in lin.open(ledger).row(NUMBER).inner_text()
    gu.open(path).press("审核通过")
    assert "已审核通过" in gu.text
    assert "截至11月30日，数据底表已建，已核对申请11件。" in lin.open(ledger).row(NUMBER).inner_text()
    versions = Progress.objects.filter(measure=measure).count()
    assert lin.open(path).page.locator(".measure-versions li").count() == versions


def test_写错的数据标记不能提交(person, bureau):
    lin = person("linxiaohe").open(f"/desk/ledger/measure/{bureau.measure(NUMBER).pk}/")
    lin.fill("填报文字", "收到申请{{收到申请}}件。").press("提交审核")
    assert "没有“收到申请”这个指标" in lin.text
    assert lin.page.get_by_label("填报文字").input_value() == "收到申请{{收到申请}}件。"


def test_别的科室的经办人只能看(person, bureau):
    measure = bureau.measure(NUMBER)
    path = f"/desk/ledger/measure/{measure.pk}/"
    fang = person("fangyi").open(path)
    assert fang.page.locator("textarea, input[type=file]").count() == 0
    assert not {"提交审核", "存草稿", "审核通过", "确认本措施已办结"} & set(fang.buttons())
    before = list(measure.progress.values_list("version", "text"))
    answer = fang.post(path, {"do": "submit", "text": "替别人写"})
    assert answer.status == 403 and "您的岗位不能" in answer.text()
    assert list(measure.progress.values_list("version", "text")) == before


def test_数字核对后换成数据标记(person, bureau):
    lin = person("linxiaohe").open(f"/desk/ledger/measure/{bureau.measure(NUMBER).pk}/")
    lin.fill("填报文字", "截至11月30日，收到政府信息公开申请13件。").press("存草稿")
    assert "文中数字核对" in lin.text
    lin.press("将所选换成数据标记")
    assert "{{foi.received}}" in lin.page.get_by_label("填报文字").input_value()


def test_没有脚本也能填报和审核(person, bureau):
    path = f"/desk/ledger/measure/{bureau.measure(NUMBER).pk}/"
    person("linxiaohe", scripts=False).open(path).fill("填报文字", "数据底表已建。").press("提交审核")
    person("gumingyuan", scripts=False).open(path).press("审核通过")
    assert "数据底表已建。" in person("linxiaohe", scripts=False).open("/desk/ledger/2022/").row(NUMBER).inner_text()
