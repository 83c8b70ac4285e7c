"""Bodies as pages show them: only known markup, tables that scroll, links that say where they lead.

What is kept was checked when it was written; here it is cleaned once more, because a page of the site
is read by everyone and an import or a restored backup may have gone around the form.
"""

import re
from itertools import count

import nh3
from django.utils.safestring import SafeString, mark_safe
from wagtail.rich_text import expand_db_html

TAGS = {
    "p", "br", "hr", "h2", "h3", "h4", "b", "strong", "i", "em", "u", "s", "sub", "sup", "small", "mark", "ul", "ol", "li", "a", "blockquote", "cite",
    "div", "section", "span", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "colgroup", "col", "figure", "figcaption", "img",
    "dl", "dt", "dd", "details", "summary", "video", "audio", "source", "track", "time", "pre",
}  # fmt: skip
ATTRIBUTES = {
    "*": {"class", "id", "lang"}, "a": {"href", "download", "type"}, "img": {"src", "alt", "width", "height", "loading"},
    "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"}, "col": {"span"}, "ol": {"start", "type"}, "time": {"datetime"},
    "video": {"src", "controls", "poster", "preload", "width", "height"}, "audio": {"src", "controls", "preload"},
    "source": {"src", "type"}, "track": {"src", "kind", "srclang", "label", "default"}, "details": {"open"},
}  # fmt: skip


def _own(tag: str, name: str, value: str) -> str | None:
    """Pictures and sound come from the site itself: a page fetches nothing from other hosts."""
    return None if name in ("src", "poster") and (not value.startswith("/") or value.startswith(("//", "/\\"))) else value


_CLEANER = nh3.Cleaner(tags=TAGS, attributes=ATTRIBUTES, url_schemes={"http", "https", "mailto", "tel"}, link_rel=None, attribute_filter=_own)
_OUTWARD = re.compile(r'<a (?=[^>]*href="(?:https?:)?//)')
_TABLE = re.compile(r"<table\b.*?</table>", re.S)
_HEADING = re.compile(r"<(/?)h([2-6])\b")


def in_order(html: str) -> str:
    """`html`, clean, with its headings one below another: the first is a second-level one, and none skips a level.

    People choose a heading by its size; who listens to a page goes by its level.
    """
    above: list[int] = []

    def put(found: re.Match) -> str:
        if not found[1]:
            level = int(found[2])
            while above and above[-1] >= level:
                above.pop()
            above.append(level)
        return f"<{found[1]}h{len(above) + 1}"

    return _HEADING.sub(put, html)


def clean(html: str) -> SafeString:
    """`html` with nothing in it that runs, calls out or breaks the page; links to other sites marked `rel="external"`, headings in order."""
    found = _CLEANER.clean(html)
    if "<h" in found:
        found = in_order(found)
    if "//" in found:
        found = _OUTWARD.sub('<a rel="external noopener" ', found)
    if "<table" in found:
        number = count(1)
        found = _TABLE.sub(lambda table: f'<div class="table-box" tabindex="0" role="region" aria-label="表格{next(number)}">{table.group()}</div>', found)
    return mark_safe(found)


def shown_body(html: str) -> SafeString:
    """A body kept as rich text, as pages show it."""
    return clean(expand_db_html(html)) if html else mark_safe("")
