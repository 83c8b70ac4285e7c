"""Rules of the built site: which addresses it may hold, where its links lead, what is kept compressed beside."""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b
from html import unescape
from itertools import pairwise
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser

#: What is worth keeping compressed; pictures and PDFs are compressed already.
TEXTS = (".html", ".xml", ".css", ".js", ".json", ".svg", ".txt", ".csv", ".webmanifest")
#: Ends of the compressed twins, and the name each has in Accept-Encoding.
TWINS = {".gz": "gzip", ".zst": "zstd"}
#: Below this many bytes a response fits in one packet anyway.
LEAST = 512
#: A twin that saves less than a tenth is not kept.
WORTH = 0.9

_ODD = re.compile(r"[\x00-\x1f\x7f\\]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ATTRIBUTES = (b"href", b"src", b"action")
#: An address of the usual kind, at which there is nothing to fault.
_PLAIN = re.compile(r"(?!desk/)(?:[a-z0-9_][a-z0-9_-]{0,80}/){0,6}[a-z0-9_][a-z0-9_-]{0,80}\.(?:html|xml)")


def fault_of_path(path: str) -> str | None:
    """Why a file may not stand at this address of the public site, as a sentence; None if it may."""
    if _PLAIN.fullmatch(path):
        return None
    parts = path.split("/")
    if path.startswith("/") or ".." in parts or _ODD.search(path):
        return f"页面地址越界：{path!r}须是网站目录以内的相对地址"
    if not path or any(part in ("", ".") for part in parts):
        return f"页面地址不完整：{path!r}，应写到文件名，如 about/index.html"
    if any(part.startswith(".") for part in parts):
        return f"页面地址不能以点开头：{path}"
    if parts[0].casefold() == "desk":
        return f"页面地址 {path} 会遮住工作台，desk/ 以下不能放公开页面"
    if path.endswith((*TWINS, ".br")) and path.rsplit(".", 1)[0].endswith(TEXTS):
        return f"页面地址 {path} 与压缩文件重名"
    if len(path) > 500 or any(len(part.encode()) > 200 for part in parts):
        return f"页面地址过长：{path[:80]}…"
    return None


def address(path: str) -> bytes:
    """Eight bytes that stand for an address whatever its case, evenly spread."""
    return blake2b(path.casefold().encode(), digest_size=8).digest()


def row_id(build: int, path: str) -> int:
    """The primary key of a page of a build: 63 bits of both."""
    return int.from_bytes(blake2b(build.to_bytes(8, "big") + address(path), digest_size=8).digest(), "big") >> 1


def shard_of(path: str) -> str:
    """Which of the manifest's 4,096 files holds this address; near ones stand apart, so each stays small."""
    return address(path).hex()[:3]


def may_have_twins(path: str, size: int) -> bool:
    return size >= LEAST and path.endswith(TEXTS)


def links_of(path: str, html: bytes) -> set[str]:
    """The addresses within the site that a page asks for or leads to, below its root; "" is the home page.

    Found by their attributes, which stand in double quotes in every template and in what the cleaner lets through; that is
    some twenty times quicker than reading the page. A link quoted in a text is taken for one: :func:`leads_to` tells.
    """
    folder = dirname(path)
    parts = html.split(b'="')
    values = {after[: after.find(b'"')] for before, after in pairwise(parts) if before.endswith(_ATTRIBUTES)}
    return {target for value in values if (target := _target(value, "" if value[:1] == b"/" else folder)) is not None}


def leads_to(path: str, html: bytes) -> set[str]:
    """The same, exactly: of what a browser would take for links."""
    found = set()
    for node in LexborHTMLParser(html).css("[href],[src],[action]"):
        for name in ("href", "src", "action"):
            value = (node.attributes.get(name) or "").strip()
            if value and (target := _below_root(value, dirname(path))) is not None:
                found.add(target)
    return found


@lru_cache(4096)
def _target(value: bytes, folder: str) -> str | None:
    text = value.decode(errors="replace").strip()
    return _below_root(unescape(text) if "&" in text else text, folder)


def _below_root(value: str, folder: str) -> str | None:
    """Where a link in a page of that folder leads on this site; None where it leads elsewhere, or nowhere else."""
    if not value or value[0] in "#?" or value.startswith("//") or _SCHEME.match(value):
        return None
    try:
        target = join("/", folder, unquote(urlsplit(value).path))
    except ValueError:
        return None
    return normpath(target).lstrip("/") + ("/" if target.endswith("/") and target != "/" else "")


def files_of(target: str) -> tuple[str, ...]:
    """The files that may answer an address: itself, or the page of the folder it names."""
    if target == "":
        return ("index.html",)
    if target.endswith("/"):
        return (f"{target}index.html",)
    return (target, f"{target}/index.html")


def objections_to_links(broken: dict[str, str], limit: int = 5) -> str | None:
    """Target -> a page that leads there, as one sentence; None when there is none."""
    if not broken:
        return None
    shown = "；".join(f"页面 {page} 的链接 /{target}" for target, page in sorted(broken.items())[:limit])
    more = f"；等共{len(broken)}处" if len(broken) > limit else ""
    return f"站内链接打不开：{shown}{more}。请改正链接或恢复目标页面"
