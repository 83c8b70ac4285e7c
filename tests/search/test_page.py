"""The page of results: for anybody, in words that help, and nothing a visitor types becomes part of it."""

import json
import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.test import Client

from gongkai.search import actions, shelf
from gongkai.sitebuild.actions import build, site_root
from tests.factories.consultation import ConsultationFactory, ConsultationNoticeFactory, OpinionFactory
from tests.factories.documents import NormativeDocumentFactory
from tests.house.test_addresses import NEEDS_SESSION

from .test_engine import HOSTILE

pytestmark = pytest.mark.django_db


def said(answer) -> str:
    """What a person reads."""
    text = re.sub(r"<(head|script)\b.*?</\1>", "", answer.content.decode(), flags=re.S)
    return re.sub(r"\s+", "", unescape(re.sub(r"<[^>]+>", "", text)))


def main(answer) -> str:
    return re.search(r"<main.*</main>", answer.content.decode(), re.S)[0]


def get(public, q="", **what):
    return public.get("/search/", {"q": q, **what})


def test_a_visitor_finds_a_document_by_its_words(public, office, press):
    press.publish("技术改造扶持办法出台", "对企业设备投资给予奖补。凡设备投资三百万元以上的都可以申请。")
    press.follow()
    answer = get(public, "设备投资")
    assert "共找到1条" in said(answer)
    assert re.search(r'<h3><a href="/articles/\d+/\d+\.html">技术改造扶持办法出台</a></h3>', main(answer))
    assert "<mark>设备投资</mark>" in main(answer)
    assert '<time datetime="2022-03-10">2022年3月10日</time>' in main(answer)
    assert "标题中出现检索词的排在前面" in said(answer), "the order is explained"
    assert not answer.cookies and answer["Cache-Control"] == "no-store"


def test_the_page_needs_no_session_and_no_script(office, press, settings):
    settings.ROOT_URLCONF = "gongkai.urls_public"
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.endswith(NEEDS_SESSION)]
    press.publish("政务公开要点")
    press.follow()
    answer = Client().get("/search/", {"q": "要点"})
    assert "共找到1条" in said(answer) and not answer.cookies
    assert '<form class="search-form" action="/search/" method="get"' in answer.content.decode()


def test_a_document_is_found_by_its_number_and_says_so(public, office):
    NormativeDocumentFactory(office=office, title="扶持办法", number="青工信规〔2022〕3号", index_number="11370000MB284000XX/2022-00014")
    NormativeDocumentFactory(office=office, title="另一办法", number="青工信规〔2022〕13号", body="<p>依据青工信规〔2022〕3号</p>")
    actions.rebuild(office)
    answer = get(public, "青工信规[２０２２]3号")
    assert said(answer).index("扶持办法") < said(answer).index("另一办法") and "（文号或索引号一致）" in said(answer)
    assert "共找到1条" in said(get(public, "11370000mb284000xx／2022-00014"))


def test_the_page_says_by_what_it_widened_the_search_and_how_not_to(public, office, press):
    press.publish("奖补资金申报指南")
    press.publish("对企业补贴的说明")
    press.follow()
    answer = get(public, "对企业补贴")
    assert "共找到2条" in said(answer) and "同时检索了：奖补、惠企。" in said(answer)
    narrow = unescape(re.search(r'<a href="(\?[^"]*exact=1[^"]*)"', main(answer))[1])
    assert "共找到1条" in said(public.get("/search/" + narrow)) and "同时检索了" not in said(public.get("/search/" + narrow))


@pytest.mark.slow
def test_facets_are_links_that_narrow_and_widen_again(public, office, press):
    for n in range(25):
        press.publish(f"公开事项第{n}号", on=date(2021, 1, 1))
    press.publish("公开年度要点", on=date(2022, 1, 1))
    NormativeDocumentFactory(office=office, title="公开办法")
    actions.rebuild(office)
    answer = get(public, "公开")
    assert "共找到27条，第1页，共2页" in said(answer) and "2021年（25）" in said(answer) and "政策文件（1）" in said(answer) and "有效（1）" in said(answer)
    link = unescape(re.search(r'<a href="([^"]*)">2021年</a>', main(answer))[1])
    narrowed = public.get("/search/" + link)
    assert "共找到25条" in said(narrowed) and "2021年（25）不限" in said(narrowed)
    back = unescape(re.search(r'<a href="([^"]*)" aria-label="不限年份"', main(narrowed))[1])
    assert "共找到27条" in said(public.get("/search/" + back))
    following = unescape(re.search(r'<a rel="next" href="([^"]*)"', main(answer))[1])
    second = public.get("/search/" + following)
    assert main(second).count('class="search-result"') == 7 and 'start="21"' in main(second)


@pytest.mark.slow
def test_nothing_found_offers_what_sounds_alike_and_where_to_look(public, office, press):
    press.publish("政务公开工作要点")
    press.publish("政务公开指南")
    press.follow()
    for typed in ("正务公开", "zhengwu gongkai", "政务公凯"):
        answer = get(public, typed)
        assert "没有找到" in said(answer) and "您是不是要找：政务公开？" in said(answer), typed
        link = unescape(re.search(r'您是不是要找：<a href="([^"]*)"', main(answer))[1])
        assert "共找到2条" in said(public.get("/search/" + link))
    answer = get(public, "完全没有的东西", year="2022")
    assert "您是不是要找" not in said(answer) and "不限分类再试一次" in said(answer) and '<a href="/">首页</a>' in main(answer)


def test_suggestions_come_while_typing_and_only_of_what_is_public(public, office, press):
    press.publish("政务公开工作要点")
    gone = press.publish("政务公开旧要点")
    press.follow()
    press.withdraw(gone)
    for typed in ("政务", "zhengwu", "zwgk"):
        answer = public.get("/search/suggest/", {"q": typed})
        assert json.loads(answer.content) == {"suggestions": ["政务公开工作要点"]}, typed
        assert not answer.cookies
    assert json.loads(public.get("/search/suggest/").content) == {"suggestions": []}


@pytest.mark.parametrize(("asked", "sentence"), [
    pytest.param({"q": "公" * 61}, "检索词有61个字，最多60个字。请只保留最能说明问题的几个词。", id="太长"),
    pytest.param({"q": " ".join("公开政务意见办事指南年报")}, "检索词有12段，最多10段。", id="太多"),
    pytest.param({"q": "？！……"}, "检索词中没有文字，只有标点或符号。请输入汉字、字母或数字。", id="只有标点"),
    pytest.param({"q": "公开", "page": "51"}, "页码应在1到50之间。", id="页码太大"),
    pytest.param({"q": "公开", "page": "0"}, "页码应在1到50之间。", id="页码为零"),
    pytest.param({"q": "公开", "page": "9" * 300}, "页码应在1到50之间。", id="页码极大"),
    pytest.param({"q": "公开", "page": "²"}, "页码应在1到50之间。", id="页码不是数"),
    pytest.param({"q": "公开", "order": "price"}, "没有这种排列方式", id="不认识的排列"),
])  # fmt: skip
def test_what_is_not_searched_says_why_and_what_to_do(public, office, press, asked, sentence):
    press.follow()
    answer = public.get("/search/", asked)
    assert answer.status_code == 400 and sentence in said(answer) and "没有检索" in said(answer)


def test_a_page_beyond_the_last_leads_back(public, office, press):
    press.publish("公开")
    press.follow()
    answer = get(public, "公开", page=7)
    assert "第7页没有结果，共1页。回到第1页" in said(answer)


@pytest.mark.slow
@pytest.mark.parametrize("words", [words for words in HOSTILE if "\ud800" not in words])
def test_hostile_words_are_answered_in_words_and_never_become_markup(public, office, press, words, settings):
    # The desk's process turns a NUL away before any view sees it; the page can do without that.
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.endswith("PlainText")]
    press.publish("公开<b>指南</b>", "正文&lt;script&gt;alert(1)&lt;/script&gt;")
    press.follow()
    for what in ({"q": words}, {"q": "公开", "kind": words}, {"q": "公开", "year": words, "column": words}, {"q": "公开", "order": words}, {"q": "公开", "exact": words}):
        answer = public.get("/search/", what)
        assert answer.status_code in (200, 400)
        assert "检索" in said(answer)
        assert "<script>alert" not in main(answer) and "<b>" not in main(answer)
    assert isinstance(json.loads(public.get("/search/suggest/", {"q": words}).content)["suggestions"], list)


def test_marked_words_are_marked_in_text_that_stays_escaped(public, office, press):
    press.publish("收入<5万元的<企业>", "&lt;企业&gt; ５Ｇ 基\n站 建设")
    press.follow()
    assert "&lt;<mark>企业</mark>&gt;" in main(get(public, "企业"))
    assert "<mark>５Ｇ</mark>" in main(get(public, "5g"))
    assert "<mark>基站</mark>" in main(get(public, "基站"))


def test_bytes_that_are_no_text_are_answered(public, office, press):
    press.follow()
    answer = public.get("/search/?q=%ff%fe%80&kind=%c0%af")
    assert answer.status_code in (200, 400) and "检索" in said(answer)
    assert public.get("/search/suggest/?q=%ff").status_code == 200


def test_without_an_index_the_page_says_so_and_where_to_look(public, office, press):
    answer = get(public, "公开")
    assert answer.status_code == 503 and "检索暂时不能使用" in said(answer) and "/search/unavailable.html" in main(answer)
    assert json.loads(public.get("/search/suggest/", {"q": "公"}).content) == {"suggestions": []}
    assert "检索范围是本站已经公开的" in said(get(public)), "the form itself needs none"


def test_damage_met_while_serving_is_no_error_and_is_mended(public, office, press):
    press.publish("公开政务指南")
    press.follow()
    for file in shelf.standing(office.pk).glob("*.store"):
        file.write_bytes(b"\0" * file.stat().st_size)
    shelf._open.clear()
    assert get(public, "公开").status_code == 503
    press.follow()
    assert "共找到1条" in said(get(public, "公开"))


@pytest.mark.slow
def test_a_consultation_is_found_and_what_was_said_to_it_is_not(public, office):
    consultation = ConsultationFactory(office=office, title="扶持办法（征求意见稿）")
    OpinionFactory(consultation=consultation, content="建议将门槛调整为三百万元", public_content="建议调整门槛")
    actions.rebuild(office)
    assert "没有找到" in said(get(public, "征求意见稿")), "not announced yet"
    ConsultationNoticeFactory(consultation=consultation)
    actions.rebuild(office)
    assert "征求意见时间：2022年3月1日至31日" in said(get(public, "征求意见稿", exact="1"))
    assert "没有找到" in said(get(public, "调整门槛", exact="1")) and "没有找到" in said(get(public, "三百万元", exact="1"))


def test_three_results_ask_as_many_queries_as_one(public, office, press, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counted = []
    for many in (1, 2):
        for n in range(many):
            press.publish(f"公开{many}{n}", on=date(2022, 1, 1) + timedelta(days=n))
        press.follow()
        with CaptureQueriesContext(connection) as made:
            get(public, "公开")
        counted.append(len(made))
    assert counted[0] == counted[1] <= 6


@pytest.mark.slow
def test_the_built_site_explains_where_to_look_when_search_is_down(office):
    build(office)
    page = (site_root() / "current" / "search" / "unavailable.html").read_text()
    assert "检索暂时不能使用" in page and '<a href="/">首页</a>' in page and "0000-8800000" in page
