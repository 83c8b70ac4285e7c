"""Questions about the built site: which build is served, whether it is whole, whether it is what it should be."""

import gzip
import os
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import zstandard
from django.conf import settings
from django.db import connection
from django.urls import Resolver404, resolve

from gongkai.accounts.models import Office
from gongkai.publishing import log
from gongkai.sockets import PageSource, page_sources, rendered

from . import rules
from .models import BuiltPage, SiteBuild
from .sources import checked, is_followed, source_of, sources
from .tree import Tree, compressed


def site_root() -> Path:
    """Where the built site stands: `current` is the folder being served."""
    return settings.HOME / "site"


def office_root(office: Office) -> Path:
    """Where an office's site stands. The first office's is the installation's; every further one has a folder of its own in it."""
    with connection.cursor() as cursor:  # asked before every article, and written out for that
        first = cursor.execute(f"SELECT MIN(id) FROM {Office._meta.db_table}").fetchone()[0]  # noqa: S608 -- our own name
    return site_root() if first in (None, office.pk) else site_root() / f"office-{office.pk}"


def followed_sources() -> list[PageSource]:
    return [source for source in page_sources().values() if is_followed(source)]


def served(root: Path) -> str:
    """The name of the folder `current` points to, blank before there is one."""
    link = root / "current"
    return os.readlink(link) if link.is_symlink() else ""


def current(office: Office, root: Path | None = None) -> SiteBuild | None:
    """The build being served; None before the first, or when its folder or its rows are not there."""
    return builds(office, root or office_root(office))[0]


def builds(office: Office, root: Path) -> tuple[SiteBuild | None, list[SiteBuild]]:
    """The build being served, and those that are served no more."""
    name = served(root)
    # Asked before every article, and written out for that.
    held = {made.folder: made for made in SiteBuild.objects.raw(f"SELECT * FROM {SiteBuild._meta.db_table} WHERE office_id = %s", [office.pk])}  # noqa: S608
    tree = Tree(root / name)
    whole = bool(name) and tree.folder.is_dir() and tree.book.is_dir()
    made = held.pop(name, None)
    return made if whole else None, list(held.values())


def is_live(target: str) -> bool:
    """Whether the live part of the public site answers this address."""
    try:
        resolve(f"/{target}", "gongkai.urls_public")
    except Resolver404:
        return False
    return True


def broken_links(tree: Tree, led: dict[str, str]) -> dict[str, str]:
    """Of target -> page, those whose target neither a file of the site nor its live part answers."""
    found: dict[str, str] = {}
    read: dict[str, set[str]] = {}
    for target, page in led.items():
        if tree.answers(target) or is_live(target):
            continue
        if page not in read:
            read[page] = rules.leads_to(page, tree.content(page) or b"")
        if target in read[page]:
            found[target] = page
    return found


class Status(NamedTuple):
    """How far an office's site is. `waiting` counts entries of the publication log it does not show yet."""

    folder: Path
    pages: int
    built_at: datetime
    followed_at: datetime | None
    position: int
    waiting: int


def status(office: Office) -> Status | None:
    made = current(office)
    if made is None:
        return None
    return Status(
        office_root(office) / made.folder, made.pages.count(), made.built_at, made.followed_at, made.position, log.position(office.pk) - made.position
    )


class Verified(NamedTuple):
    """How many files were looked at, and every fault as a sentence."""

    files: int
    faults: list[str]


def verify(office: Office) -> Verified:
    """Compare the served files with the manifest and the manifest with the rows: digests, strays, what is missing, twins that differ.

    Reads every file once. Raises LookupError when no site was built.
    """
    made = current(office)
    if made is None:
        raise LookupError("还没有生成过网站，请先运行 gongkai site build")
    tree = Tree(office_root(office) / made.folder)
    faults, belongs, count = [], set(), 0
    for path, digest in tree.manifest():
        count += 1
        belongs.add(path)
        content = tree.content(path)
        if content is None:
            faults.append(f"缺少文件：{path}")
            continue
        if sha256(content).hexdigest() != digest:
            faults.append(f"内容与清单不符：{path}")
            continue
        wanted = compressed(path, content)
        belongs |= {f"{path}{end}" for end in wanted}
        for end in wanted:
            twin = tree.content(f"{path}{end}")
            if twin is None:
                faults.append(f"缺少压缩文件：{path}{end}")
            elif _unpacked(end, twin) != content:
                faults.append(f"压缩文件与原文不符：{path}{end}")
    for folder, _, names in os.walk(tree.folder):
        for name in names:
            path = (Path(folder) / name).relative_to(tree.folder).as_posix()
            if path not in belongs:
                faults.append(f"多余的文件：{path}")
    listed = dict(tree.manifest())
    for path, digest in made.pages.values_list("path", "digest").iterator():
        if listed.pop(path, None) != digest:
            faults.append(f"记录与清单不符：{path}")
    faults += [f"清单中有而记录中没有：{path}" for path in sorted(listed)]
    return Verified(count, faults)


def _unpacked(end: str, twin: bytes) -> bytes | None:
    try:
        return gzip.decompress(twin) if end == ".gz" else zstandard.ZstdDecompressor().decompress(twin)
    except (OSError, EOFError, zstandard.ZstdError):
        return None


@dataclass(frozen=True, slots=True)
class Difference:
    """A page that is not served as it would be rendered now."""

    path: str
    why: str


def sample(office: Office, pages: int, seed: int | None = None) -> list[str]:
    """Some of the site's addresses at random. Rows' keys are spread evenly, so a run of them from a random point is a fair sample."""
    made = current(office)
    if made is None:
        return []
    start = random.Random(seed).randrange(2**63)
    paths = list(made.pages.filter(pk__gte=start).order_by("pk").values_list("path", flat=True)[:pages])
    if len(paths) < pages:
        paths += made.pages.filter(pk__lt=start).order_by("pk").values_list("path", flat=True)[: pages - len(paths)]
    return paths


def differences(office: Office, paths: Iterable[str]) -> list[Difference]:
    """Which of these addresses are served otherwise than the records would have them now."""
    made = current(office)
    if made is None:
        return []
    tree, found = Tree(office_root(office) / made.folder), []
    by_source: dict[str, set[str]] = {}
    for path, key in BuiltPage.objects.filter(build=made, path__in=list(paths)).values_list("path", "source"):
        source = source_of(path)
        by_source.setdefault(source.key if source else key, set()).add(path)
    for source in sources():
        asked = by_source.get(source.key)
        if not asked:
            continue
        given = checked(source, source.find(office.pk, sorted(asked)), asked) if source.find else (p for p in checked(source, source.produce(office.pk)) if p.path in asked)
        for page in given:
            asked.discard(page.path)
            if tree.content(page.path) != rendered(page)[0]:
                found.append(Difference(page.path, "内容不同"))
        found += [Difference(path, "已不应公开") for path in sorted(asked)]
    return found
