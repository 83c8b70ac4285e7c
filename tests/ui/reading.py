"""A page as a person meets it: the words, and where its links lead."""

import re
from html.parser import HTMLParser

SILENT = {"script", "style", "template", "svg", "code"}
SPOKEN = ("title", "placeholder", "aria-label", "alt", "data-busy", "label")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}

#: What is written in Latin letters in a Chinese office too.
ALLOWED = {
    "PDF", "URL", "xlsx", "xls", "ods", "csv", "docx", "doc", "wps", "Word", "Excel", "SM", "HTML", "SHA", "ISO", "IP", "APP", "OFD", "GB", "KB", "MB", "ID", "PLC", "MA",
    "JPG", "PNG", "JPEG", "GIF", "WebP", "jpg", "png", "ICP", "RSS", "Atom", "zip", "Ctrl", "AppID", "AppSecret", "IPv", "tsv", "WPS", "CSV", "html", "pdf", "txt", "AI", "VR", "logo", "http", "https", "JSON",
}  # fmt: skip
_NOT_WORDS = re.compile(r"\{\{[^{}]*\}\}|https?://\S+|\S+@\S+|\b[\w.-]+\.(?:csv|xlsx|docx|pdf|cn|com|txt|html?)\b|[0-9A-F]{16,}|\b[0-9a-f]{8,}\b|\b\d[0-9A-Z]{17}\b")


class Page(HTMLParser):
    def __init__(self, html: str):
        super().__init__()
        self.silent = 0
        self.texts: list[str] = []
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag in SILENT:
            self.silent += 1
        if tag == "a" and attrs.get("href"):
            self.links.append(attrs["href"])
        if not self.silent:
            self.texts += [attrs[name] for name in SPOKEN if attrs.get(name)]
            if tag == "input" and attrs.get("type") in {"submit", "button", "reset"} and attrs.get("value"):
                self.texts.append(attrs["value"])

    def handle_endtag(self, tag):
        if tag in SILENT and self.silent:
            self.silent -= 1

    def handle_data(self, data):
        if not self.silent and data.strip():
            self.texts.append(data.strip())


def english(html: str, allowed=frozenset()) -> list[str]:
    """English words on the page, each in its sentence."""
    found = []
    for text in Page(html).texts:
        rest = _NOT_WORDS.sub(" ", text)
        words = [word for word in re.findall(r"[A-Za-z]{2,}", rest) if word not in ALLOWED and word not in allowed]
        if words:
            found.append(f"{'、'.join(words)}：{text[:80]}")
    return found
