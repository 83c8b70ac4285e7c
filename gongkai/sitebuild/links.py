"""Where links within the site lead: asked of one address before a text goes out, and of every page that stands."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from html import unescape
from multiprocessing import get_context
from posixpath import dirname, isfile, join, normpath
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser

from gongkai.accounts.models import Office
from gongkai.publishing import log
from gongkai.publishing.models import SiteProfile
from gongkai.screening.lookups import link_lookup
from gongkai.screening.rules import Target
from gongkai.sockets import WITHDRAWN

from .models import BuiltPage, PageKey
from .queries import current, is_live, office_root
from .rules import files_of, row_id
from .sources import source_of
from .tree import Tree

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


# -- One address, today ------------------------------------------------------------------------------------------------


@link_lookup
def stands(office_id: int, path: str) -> Target:
    """What readers find at a path of the site: as built, or as the records stand where the build has not followed yet."""
    target = _below_root(path)
    if is_live(target):
        return Target.THERE
    files = files_of(target)
    office = Office.objects.get(pk=office_id)
    made = current(office)
    if made is None:
        return _today(office_id, files)
    rows = {row: path for path in files if (row := row_id(made.pk, path))}
    held = set(BuiltPage.objects.filter(pk__in=rows).values_list("pk", flat=True))
    waiting = {key for _, keys in log.after(office.pk, made.position) for key in keys}
    if not waiting and not held:
        return Target.MISSING
    keys = set(PageKey.objects.filter(page_id__in=held).values_list("key", flat=True))
    if not held or keys & waiting:
        return _today(office_id, files)
    return Target.WITHDRAWN if WITHDRAWN in keys else Target.THERE


def _today(office_id: int, files: Iterable[str]) -> Target:
    """What the records would have built at one of these addresses."""
    for path in files:
        source = source_of(path)
        for page in source.find(office_id, [path]) if source and source.find else ():
            return Target.WITHDRAWN if WITHDRAWN in page.keys else Target.THERE
    return Target.MISSING


def _below_root(path: str) -> str:
    """An address from the root of the site as the tree knows it; "" is the home page."""
    found = normpath(join("/", unquote(path))).lstrip("/")
    return f"{found}/" if path.endswith("/") and found else found


# -- Every page that stands --------------------------------------------------------------------------------------------


class DeadLink(NamedTuple):
    """A link of a built page that leads to nothing, or to what was taken back. Both addresses are from the root."""

    page: str
    link: str
    text: str
    why: str


class Swept(NamedTuple):
    pages: int
    links: int
    dead: list[DeadLink]


#: Pages handed to a process at a time.
BATCH = 500
#: Addresses whose answer a process keeps in mind.
MEMORY = 100_000
#: A site smaller than this is read quicker than a second process starts.
FEW = 2000
#: The value of an attribute that leads somewhere, with its quotes; found by its sign, which texts seldom hold.
_LEADING = re.compile(rb"""=(?:(?<=(?i:href)=)|(?<=(?i:src)=)|(?<=(?i:action)=))\s*("[^"]*"|'[^']*'|[^\s"'>]+)""")
#: The same where a blank stands before the sign, which is rare and slow to look for.
_BLANK, _PARTED = re.compile(rb"=(?<=\s=)"), re.compile(rb"""(?i:href|src|action)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""")
#: An address from the root, in its quotes, that means just what it says: nothing to unescape, to resolve or to cut off.
_PLAIN = re.compile(rb"""(["'])/((?:[\w-]+(?:\.[\w-]+)*/)*(?:[\w-]+(?:\.[\w-]+)*)?)\1""", re.ASCII)
WHY = {Target.MISSING: "没有这个页面", Target.WITHDRAWN: "内容已撤回"}


def sweep(office: Office, *, workers: int | None = None, told: Callable[[int, int], None] = lambda done, total: None) -> Swept:
    """Read every built page and look where its links within the site lead. Raises LookupError when no site was built.

    `told` hears how many pages of how many are read. Nothing is asked of the network, nor of the database for each page.
    """
    made = current(office)
    if made is None:
        raise LookupError("还没有生成过网站，请先运行 gongkai site build")
    withdrawn = frozenset(PageKey.objects.filter(key=WITHDRAWN, page__build=made).values_list("page__path", flat=True))
    domain = SiteProfile.objects.filter(office=office).values_list("domain", flat=True).first() or ""
    return sweep_tree(Tree(office_root(office) / made.folder), domain=domain, withdrawn=withdrawn, workers=workers, told=told)


def sweep_tree(
    tree: Tree, *, domain: str = "", withdrawn: frozenset[str] = frozenset(), workers: int | None = None, told: Callable[[int, int], None] = lambda done, total: None
) -> Swept:
    """The same of any tree of files: `withdrawn` are addresses whose page says that it was taken back."""
    paths = sorted(path for path, _ in tree.manifest() if path.endswith(".html"))
    links, done, dead = 0, 0, []
    for read, found, wrong in _read_all(_Reader(tree, domain, withdrawn), paths, workers or (1 if len(paths) < FEW else os.cpu_count() or 1)):
        links, done, dead = links + found, done + read, dead + wrong
        told(done, len(paths))
    return Swept(len(paths), links, sorted(dead))


def _read_all(reader: _Reader, paths: list[str], workers: int) -> Iterator[tuple[int, int, list[DeadLink]]]:
    if workers == 1:
        yield from map(reader, _batches(paths))
        return
    # The children read files only; what they were given is theirs by the fork.
    with ProcessPoolExecutor(workers, get_context("fork"), initializer=_keep, initargs=(reader,)) as pool:
        yield from pool.map(_read, _batches(paths))


def _batches(paths: list[str]) -> Iterator[list[str]]:
    return (paths[n : n + BATCH] for n in range(0, len(paths), BATCH))


_reader: _Reader | None = None


def _keep(reader: _Reader) -> None:
    global _reader
    _reader = reader


def _read(paths: list[str]) -> tuple[int, int, list[DeadLink]]:
    assert _reader is not None  # noqa: S101
    return _reader(paths)


def _parts(content: bytes) -> Iterator[tuple[bytes, bool]]:
    """A page in four, each with whether other pages share it: what is before its body, the head, what is its own, the foot."""
    body = content.find(b"<body")
    main = content.find(b"<main", body)
    foot = content.find(b"</main>", main)
    if min(body, main, foot) < 0:
        yield content, False
    else:
        yield from ((content[:body], False), (content[body:main], True), (content[main:foot], False), (content[foot:], True))


def _leading(part: bytes) -> list[bytes]:
    """The values of attributes that lead somewhere, with their quotes. It takes too much (words in a text), never too little; what looks dead is read properly."""
    return _PARTED.findall(part) if _BLANK.search(part) else _LEADING.findall(part)


class _Reader:
    """Reads pages of one build. What it learned of an address it keeps: most links of a site lead to the same few places."""

    def __init__(self, tree: Tree, domain: str, withdrawn: frozenset[str]):
        self.root, self.withdrawn = f"{tree.folder}/", withdrawn  # a string: Path costs more than the file
        self.own = tuple(f"{scheme}//{domain}/" for scheme in ("https:", "http:", "")) if domain else ()
        self.known: dict[tuple[str, bytes], bool] = {}
        self.good: set[bytes] = set()  # those from the root that lead somewhere
        self.parts: dict[bytes, tuple[int, bool]] = {}

    def __call__(self, paths: Iterable[str]) -> tuple[int, int, list[DeadLink]]:
        read, links, dead = 0, 0, []
        for path in paths:
            read += 1
            try:
                with open(self.root + path, "rb", buffering=0) as file:
                    content = file.read()
            except FileNotFoundError:  # taken away since: the site is followed while it is read
                continue
            base, suspect = dirname(path), False
            for part, shared in _parts(content):
                count, bad = self.parts.get(part) or self._part(base, part, shared)
                links, suspect = links + count, suspect or bad
            if suspect:
                dead += self._closely(path, content)
        return read, links, dead

    def _part(self, base: str, part: bytes, shared: bool) -> tuple[int, bool]:
        """How many links a part of a page has, and whether one looks dead. A head and a foot are looked at once for all the pages that bear them."""
        leading = _leading(part)
        unknown = [] if self.good.issuperset(leading) else [value for value in leading if value not in self.good]
        said = len(leading), any([self._quick(base, value) for value in unknown])
        if shared and len(self.parts) < 1000 and all(value[1:2] in (b"/", b"#", b"?") for value in leading):
            self.parts[part] = said
        return said

    def _quick(self, base: str, value: bytes) -> bool:
        """Whether an attribute, with its quotes, looks as if it led nowhere."""
        if len(self.good) + len(self.known) > MEMORY:
            self.good.clear()
            self.known.clear()
        if plain := _PLAIN.fullmatch(value):
            if dead := self._stands(plain[2].decode()) in WHY:
                return dead
            self.good.add(value)
            return False
        key = ("" if value[1:2] == b"/" else base, value)
        if key not in self.known:
            self.known[key] = self._leads(base, unescape(value.decode(errors="replace")).strip("\"'")) in WHY
        return self.known[key]

    def _leads(self, base: str, value: str) -> Target | None:
        """What stands where a link leads; None when that is another site."""
        value = value.strip()
        if value.startswith(self.own) and self.own:
            # Another program may answer under our name; but what we took back, we took back.
            target = _below_root(urlsplit(value).path)
            return Target.WITHDRAWN if self.withdrawn.intersection(files_of(target)) else None
        if not value or value[0] in "#?" or value.startswith("//") or _SCHEME.match(value):
            return None
        return self._stands(_below_root(join("/", base, urlsplit(value).path)))

    def _stands(self, target: str) -> Target:
        files = files_of(target)
        if not self.withdrawn.isdisjoint(files):
            return Target.WITHDRAWN
        return Target.THERE if any(isfile(self.root + file) for file in files) or is_live(target) else Target.MISSING

    def _closely(self, path: str, content: bytes) -> Iterator[DeadLink]:
        base = dirname(path)
        for node in LexborHTMLParser(content).css("[href],[src],[action]"):
            for name in ("href", "src", "action"):
                value = node.attributes.get(name) or ""
                leads = self._leads(base, value)
                if leads in WHY and not (node.tag == "link" and node.attributes.get("rel") == "canonical"):
                    text = " ".join((node.text() or node.attributes.get("alt") or node.attributes.get("title") or "").split())
                    yield DeadLink(path, value.strip(), text[:80], WHY[leads])
