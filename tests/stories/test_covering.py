"""A paper is covered on a tablet: by finger, by keys and by numbers, and a drawn place is saved as soon as the finger is lifted."""

import pytest

from gongkai.foi.models import Application, RedactionMark
from tests.foi.test_redacting import pdf_of

pytestmark = pytest.mark.browser


@pytest.fixture
def paper(tmp_path):
    path = tmp_path / "合同.pdf"
    path.write_bytes(pdf_of("前言 甲方电话 13912345678", "附页"))
    return path


def test_手指_方向键_数字_三种办法画框(person, bureau, paper):
    shen = person("shenzhiqiu", touch=True)
    page, case = shen.page, Application.objects.order_by("pk").last()
    shen.open(f"/desk/foi/{case.pk}/")
    page.get_by_text("收存材料", exact=True).click()
    page.get_by_label("材料名称").fill("合同")
    page.get_by_label("文件", exact=True).set_input_files(paper)
    shen.press("收存").press("区分处理")
    shen.look()
    page.get_by_label("不予公开的情形").select_option("denied_third")

    finger, frame = page.context.new_cdp_session(page), page.locator("[data-redact-frame]")
    frame.scroll_into_view_if_needed()

    def drawn(left: int, top: int) -> None:
        box = frame.bounding_box()
        for kind, step in (("touchStart", 0), *(("touchMove", 12 * n) for n in range(1, 9)), ("touchEnd", None)):
            point = [] if step is None else [{"x": box["x"] + left + step, "y": box["y"] + top + step / 3}]
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": point})

    drawn(60, 40)
    assert not RedactionMark.objects.exists(), "没有按“手指画框”时，手指只滚动页面"
    page.get_by_role("button", name="手指画框").click()
    frame.scroll_into_view_if_needed()
    drawn(60, 80)
    page.get_by_text("第1页已遮盖1处。").wait_for()
    page.get_by_role("button", name="手指画框", pressed=True).click()

    frame.focus()
    for key in ("ArrowRight", "Shift+ArrowDown", "Enter"):
        page.keyboard.press(key)
    page.get_by_role("heading", name="遮盖清单（2处）").wait_for()

    page.get_by_text("按位置遮盖").click()
    for label, value in (("左边距", "20"), ("上边距", "80.5"), ("宽", "30"), ("高", "5")):
        page.get_by_label(label).fill(value)
    assert page.locator(".redact-now").get_attribute("y") == "8050", "填写的位置随填随显"
    shen.press("遮盖这个位置")
    by_finger, by_keys, by_numbers = RedactionMark.objects.order_by("pk")
    assert by_finger.width > 100 and (by_keys.left, by_keys.height) == (3600, 500) and (by_numbers.left, by_numbers.top, by_numbers.width, by_numbers.height) == (2000, 8050, 3000, 500)
    shen.look()
