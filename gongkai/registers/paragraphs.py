"""Rich text in a plain box: paragraphs as text and back, and what may be shown of markup that came from elsewhere."""

import re
from html import escape, unescape

import nh3
from django.utils.safestring import SafeString, mark_safe

TAGS = {"p", "br", "h2", "h3", "h4", "b", "strong", "i", "em", "ol", "ul", "li", "hr", "a", "blockquote"}
_MORE = re.compile(r"<(?!/?p[\s>]|/?br\b)[a-zA-Z/]")


def holds_more(html: str) -> bool:
    """Whether the text has headings, lists or links, which a plain box would lose."""
    return bool(_MORE.search(html))


def to_text(html: str) -> str:
    """Paragraphs parted by an empty line, other markup dropped."""
    text = re.sub(r"<br\s*/?>", "\n", html or "")
    text = re.sub(r"</(?:p|h[1-6]|ul|ol|blockquote)>\s*", "\n\n", text)
    text = re.sub(r"</li>\s*", "\n", text)
    return unescape(re.sub(r"<[^>]+>", "", text)).strip()


def to_html(text: str) -> str:
    """Each block of lines a paragraph. Markup typed into the box is text, not markup."""
    blocks = re.split(r"\n\s*\n", (text or "").replace("\r\n", "\n").strip())
    return "".join(f"<p>{escape(block, quote=False).replace(chr(10), '<br/>')}</p>" for block in blocks if block.strip())


def shown(html: str) -> SafeString:
    """The markup a page may show; whatever else is in it is dropped."""
    return mark_safe(nh3.clean(html or "", tags=TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"}))
