"""Text comes out of HTML as it reads."""

import pytest

from gongkai.text.markup import paragraphs


@pytest.mark.parametrize(("html", "text"), [
    pytest.param("<p>政务<b>公开</b></p><p>工作要点</p>", "政务公开\n\n工作要点", id="行内标记不断开，段落断开"),
    pytest.param("<h2>总则</h2><ul><li>一</li><li>二</li></ul>", "总则\n\n一\n\n二", id="标题与列表"),
    pytest.param("<p>第一行<br/>第二行</p>", "第一行\n第二行", id="换行仍是一段"),
    pytest.param("<td>5</td><td>G</td>", "5\n\nG", id="单元格"),
    pytest.param("<p>甲 &lt;b&gt; &amp; 乙&nbsp;</p>", "甲 <b> & 乙", id="实体"),
    pytest.param("<script>密()</script><style>p{}</style><!-- 批注 --><p>正文</p>", "正文", id="看不见的不算"),
    pytest.param("收入<5万元", "收入<5万元", id="小于号不是标记"),
    pytest.param("", "", id="空"),
])  # fmt: skip
def test_paragraphs(html, text):
    assert paragraphs(html) == text
