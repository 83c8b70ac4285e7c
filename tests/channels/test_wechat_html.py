"""What of an article reaches WeChat: its words, tables, own pictures; nothing that runs or fetches."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.channels.wechat_html import ForeignImage, images_in, to_wechat

OURS = {"/f/1.png": "http://mmbiz.qpic.cn/a/0"}


def seen(html: str) -> list[tuple[str, dict]]:
    """Every tag with its attributes, as a reader's browser would find them."""
    found = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            found.append((tag, dict(attrs)))

    Reader().feed(html)
    return found


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        pytest.param("<h2>一、范围</h2><p>全市<b>企业</b></p>", "一、范围全市企业", id="标题与段落"),
        pytest.param('<table><tr><th colspan="2">项目</th></tr><tr><td>奖补</td><td>3万元</td></tr></table>', "项目奖补3万元", id="表格"),
        pytest.param("<script>alert(1)</script><style>p{}</style><p>正文</p>", "正文", id="脚本与样式连同内容去掉"),
        pytest.param('<div class="x" id="y"><section onclick="z()"><p>正文</p></section></div>', "正文", id="外层容器去掉，文字留下"),
        pytest.param('<p>见<a href="https://www.gov.cn/x">国务院文件</a></p>', "见国务院文件（https://www.gov.cn/x）", id="站外链接写出网址"),
        pytest.param('<p><a href="https://www.gov.cn/x">https://www.gov.cn/x</a></p>', "https://www.gov.cn/x", id="链接文字就是网址的不重复"),
        pytest.param('<p>见<a href="/zc/3.html">通知</a></p>', "见通知", id="站内相对链接只留文字"),
        pytest.param('<p><a href="javascript:alert(1)">点我</a></p>', "点我", id="脚本链接只留文字"),
        pytest.param("<p>1 &lt; 2 &amp; “3”</p>", "1 < 2 & “3”", id="转义"),
    ],
)
def test_the_words_stay(html, kept):
    out = to_wechat(html, {})
    text = re.sub(r"<[^>]*>", "", out).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert text == kept


def test_a_link_to_the_platforms_own_articles_stays_a_link():
    assert '<a href="https://mp.weixin.qq.com/s/abc">' in to_wechat('<a href="https://mp.weixin.qq.com/s/abc">上一期</a>', {})
    assert "<a" not in to_wechat('<a href="https://mp.weixin.qq.com.evil.example/s">上一期</a>', {})


def test_pictures_are_replaced_and_keep_their_words():
    ((tag, attributes),) = seen(to_wechat('<img class="x" src="/f/1.png" alt="图解" onerror="x()">', OURS))
    assert tag == "img" and attributes["src"] == OURS["/f/1.png"] and attributes["alt"] == "图解" and "onerror" not in attributes


@pytest.mark.parametrize(
    "html",
    ['<img src="https://evil.example/t.png">', '<img src="//evil.example/t.png">', "<img>", '<img src="data:image/png;base64,AA">', '<img srcset="/f/1.png 2x">', '<IMG SRC="/f/2.png">'],
)
def test_a_foreign_picture_is_refused(html):
    with pytest.raises(ForeignImage):
        to_wechat(f"<p>正文</p>{html}", OURS)


HOSTILE = [
    '<svg><script>alert(1)</script></svg>', '<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>',
    '<p style="background:url(https://evil.example/a)">x</p>', '<a href="java\nscript:alert(1)">x</a>', "<iframe src=//evil.example></iframe>",
    '<img src="/f/1.png" onload=alert(1)>', "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>", "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    '<b title="x" lang="en">x</b>', '<base href="https://evil.example/">', '<table background="https://evil.example/a"><td>x', "<!--[if IE]><script>1</script><![endif]-->", "<a href='\"><img src=/f/1.png>'>x</a>",
]  # fmt: skip
ALLOWED = {"a": {"href"}, "img": {"src", "alt", "style"}, "td": {"colspan", "rowspan", "style"}, "th": {"colspan", "rowspan", "style"}}


def assert_tame(out: str) -> None:
    for tag, attributes in seen(out):
        assert tag not in {"script", "style", "iframe", "svg", "math", "form", "base", "object", "link", "meta"}
        assert set(attributes) <= ALLOWED.get(tag, {"style"})
        assert "url(" not in (attributes.get("style") or "")
        if tag == "img":
            assert attributes["src"] in OURS.values()
        if tag == "a":
            assert attributes["href"].startswith("https://mp.weixin.qq.com/")


@pytest.mark.parametrize("html", HOSTILE)
def test_nothing_that_runs_or_fetches_gets_through(html):
    try:
        out = to_wechat(html, OURS)
    except ForeignImage:
        return
    assert_tame(out)


@given(st.lists(st.sampled_from([*HOSTILE, "<p>", "</p>", "</a>", "<b", ">", '"', "'", "文字", "<td>", "</table>"]), max_size=8).map("".join))
def test_nor_does_any_mixture_of_it(html):
    try:
        out = to_wechat(html, OURS)
    except ForeignImage:
        return
    assert_tame(out)
    assert set(images_in(out)) <= set(OURS.values()), "图片已经都是平台的"
