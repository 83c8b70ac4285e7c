"""Rich text in a plain box: paragraphs as text and back, and what may be shown of markup that came from elsewhere."""

import re
from html import escape, unescape
from itertools import count, repeat

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


# -- With lists ---------------------------------------------------------------------------------------------------------
# A list is typed as lines of its own, between empty lines: numbered ones begin with 1. and go on, others with •.

_LIST = re.compile(r"<(ol|ul)>((?:<li>(?:(?!</?(?:ol|ul|li|p|br)\b).)*</li>)+)</\1>", re.S)
_ITEM = re.compile(r"<li>(.*?)</li>", re.S)
_LINE = re.compile(r"(\d{1,7})\.[ \u3000]+(.*\S)")


def as_typed(html: str) -> str:
    """The text of a box in which paragraphs and lists are typed."""

    def lines(found: re.Match) -> str:
        marks = (f"{n}. " for n in count(1)) if found[1] == "ol" else repeat("• ")
        return "<p>" + "<br/>".join(mark + item.strip() for mark, item in zip(marks, _ITEM.findall(found[2]), strict=False)) + "</p>"

    return to_text(_LIST.sub(lines, html or ""))


def from_typed(text: str) -> str:
    """What was typed into such a box: each block of lines a paragraph or a list. Markup typed into it is text, not markup."""
    blocks = (block.strip() for block in re.split(r"\n\s*\n", (text or "").replace("\r\n", "\n").strip()))
    return "".join(_as_list(block.split("\n")) or to_html(block) for block in blocks if block)


def _as_list(lines: list[str]) -> str:
    """The lines as a list, where they are one: two or more, numbered from one without a gap, or all with a dot before them."""
    numbered = [_LINE.fullmatch(line.strip()) for line in lines]
    if len(lines) > 1 and all(found and int(found[1]) == n for n, found in enumerate(numbered, 1)):
        tag, items = "ol", [found[2] for found in numbered if found]
    elif all(line.strip().startswith("• ") for line in lines):
        tag, items = "ul", [line.strip().removeprefix("• ").strip() for line in lines]
    else:
        return ""
    return f"<{tag}>{''.join(f'<li>{escape(item, quote=False)}</li>' for item in items)}</{tag}>"


def loses(html: str) -> bool:
    """Whether such a box would lose something of the text: headings, links, bold words, lists within lists, a numbered list of one."""
    return holds_more(_LIST.sub("", html)) or (bool(_LIST.search(html)) and from_typed(as_typed(html)) != html.replace("<br>", "<br/>"))


def shown(html: str) -> SafeString:
    """The markup a page may show; whatever else is in it is dropped."""
    return mark_safe(nh3.clean(html or "", tags=TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"}))
