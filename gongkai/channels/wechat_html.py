"""An article's HTML as the WeChat editor keeps it: plain tags, our own inline styles, pictures of the platform.

The platform drops classes, style sheets, scripts and links to other sites, and filters pictures it does
not hold. So what arrives there is decided here, and is the same for the interface and for copy and paste.
"""

from collections.abc import Mapping
from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

import nh3

_STYLES = {
    "h1": "margin:1.4em 0 0.7em;font-size:1.25em;font-weight:bold;line-height:1.5",
    "h2": "margin:1.4em 0 0.7em;font-size:1.15em;font-weight:bold;line-height:1.5",
    "h3": "margin:1.2em 0 0.6em;font-size:1.05em;font-weight:bold;line-height:1.5",
    "h4": "margin:1em 0 0.5em;font-size:1em;font-weight:bold;line-height:1.5",
    "p": "margin:0 0 1em;font-size:1em;line-height:1.75",
    "blockquote": "margin:0 0 1em;padding:0.2em 0 0.2em 1em;border-left:3px solid #999999",
    "ul": "margin:0 0 1em;padding-left:1.5em",
    "ol": "margin:0 0 1em;padding-left:1.5em",
    "li": "margin:0 0 0.4em;line-height:1.75",
    "table": "width:100%;margin:0 0 1em;border-collapse:collapse;font-size:0.9em",
    "th": "padding:0.4em;border:1px solid #999999;font-weight:bold;text-align:left",
    "td": "padding:0.4em;border:1px solid #999999;vertical-align:top",
    "img": "display:block;max-width:100%;margin:0 auto 1em",
    "figcaption": "margin:0 0 1em;font-size:0.85em;text-align:center",
}
_TAGS = frozenset(_STYLES) | {"br", "hr", "strong", "b", "em", "i", "u", "sub", "sup", "a", "figure", "caption", "thead", "tbody", "tr", "span"}
_ATTRIBUTES: dict[str, set[str]] = {"*": set(), "a": {"href"}, "img": {"src", "alt"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
_BARE = frozenset({"span"})  # kept for their text alone
_VOID = frozenset({"br", "hr", "img"})
_DROPPED_WITH_TEXT = {"script", "style", "template", "iframe", "object", "noscript", "title", "textarea", "svg", "math"}


class ForeignImage(ValueError):
    """A picture in the text has no file of ours; `sources` are their addresses. Nothing was converted."""

    def __init__(self, sources: list[str]) -> None:
        self.sources = sources
        named = "、".join(source[:80] or "（没有地址）" for source in sources[:5])
        super().__init__(f"正文中有{len(sources)}张图片不是本稿送审的文件：{named}。请把图片上传到稿件中再送审")


def _clean(html: str) -> str:
    return nh3.clean(html, tags=set(_TAGS), clean_content_tags=_DROPPED_WITH_TEXT, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto", "tel"}, link_rel=None)


def images_in(html: str) -> list[str]:
    """The addresses of the pictures of a text, in order, each once. A picture without an address is an empty text."""
    found: dict[str, None] = {}

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag == "img":
                found[dict(attrs).get("src") or ""] = None

    Reader().feed(_clean(html))
    return list(found)


def to_wechat(html: str, images: Mapping[str, str]) -> str:
    """The text with its pictures' addresses replaced by `images` (address in the text to address at the platform).

    Raises ForeignImage when a picture is not among them: the platform would drop it without a word.
    Links to the platform's own articles stay; of others the text stays, followed by the address.
    """
    if missing := [source for source in images_in(html) if source not in images]:
        raise ForeignImage(missing)
    writer = _Writer(images)
    writer.feed(_clean(html))
    writer.close()
    return "".join(writer.out)


def _kept_link(href: str) -> bool:
    try:
        parts = urlsplit(href)
    except ValueError:
        return False
    return parts.scheme == "https" and parts.hostname == "mp.weixin.qq.com"


class _Writer(HTMLParser):
    """Writes cleaned HTML out again with our styles. What it reads is well formed: nh3 has balanced it."""

    def __init__(self, images: Mapping[str, str]) -> None:
        super().__init__(convert_charrefs=True)
        self.images, self.out = images, []
        self.links: list[tuple[bool, str, int]] = []  # kept?, address, where its text begins

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            href = given.get("href", "")
            kept = _kept_link(href)
            if kept:
                self.out.append(f'<a href="{escape(href)}">')
            self.links.append((kept, href, len(self.out)))
            return
        if tag in _BARE:
            return
        if tag == "img":
            given["src"] = self.images[given.get("src", "")]
        written = "".join(f' {name}="{escape(value)}"' for name, value in given.items())
        style = f' style="{_STYLES[tag]}"' if tag in _STYLES else ""
        self.out.append(f"<{tag}{written}{style}>")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.links:
            kept, href, begins = self.links.pop()
            if kept:
                self.out.append("</a>")
            elif href.startswith(("http://", "https://")) and escape(href) not in "".join(self.out[begins:]):
                self.out.append(f"（{escape(href)}）")
        elif tag not in _VOID and tag not in _BARE and tag != "a":
            self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.out.append(escape(data))
