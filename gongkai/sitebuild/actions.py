"""Building the public site: whole into a fresh folder, or what a change touched in the folder being served.

It reads records and writes none but its own. One builder at a time works on an office's site, held by a file lock that
ends with its process. Whatever moment it is killed at, readers have whole files and the next run finishes:

- a full build is not seen before the one rename of `current`; what a dead one left behind is cleared away;
- an incremental run notes which addresses it is about to write before it writes, and moves its position in the
  publication log only when everything is in place. The next run does those addresses again, and the same entries.
"""

import fcntl
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from gongkai.accounts.models import Office
from gongkai.audit.actions import record
from gongkai.audit.verbs import sentences
from gongkai.publishing import log
from gongkai.publishing.site import one_site
from gongkai.sockets import Page, PageSource, rendered

from . import rules
from .models import BuiltPage, PageKey, SiteBuild
from .queries import (
    Difference,
    broken_links,
    builds,
    differences,
    followed_sources,
    office_root,
    sample,
    served,
    site_root,
)
from .slices import lines, render_all
from .sources import Unbuildable, checked, is_followed, made_by, source_of, sources
from .tree import Tree

__all__ = ["Built", "Busy", "Followed", "Unbuildable", "build", "compare", "follow", "site_root"]

sentences(sitebuild__differed="网站抽查发现{count}个页面与应有内容不同，已重新生成全站：{paths}")

#: Touched by what every page shows: columns, the office's name, the footer.
NAVIGATION = "navigation"
#: Pages found, rendered and written at a time.
BATCH = 200
#: The tables of pages and of their keys, in SQL: many rows are written at once. Every value is a parameter.
PAGES, KEYS, KEY = (f'"{name}"' for name in (BuiltPage._meta.db_table, PageKey._meta.db_table, "key"))
#: A site smaller than this is built quicker than a second process starts.
FEW = 500


class _Row(NamedTuple):
    """A row of the pages of a build."""

    pk: int
    path: str
    source: str
    digest: str


class Busy(Exception):
    """Another builder is at work on this office's site."""


@dataclass(frozen=True, slots=True)
class Built:
    """A full build: how many files, where, and which addresses its links lead to in vain (target -> a page)."""

    pages: int
    folder: Path
    broken: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        fault = rules.objections_to_links(self.broken)
        return f"已生成{self.pages}个页面" + (f"；{fault}" if fault else "")


@dataclass(slots=True)
class Followed:
    """What an incremental run did. `failed` is address -> why; those pages stay as they were and are tried again next time."""

    entries: int = 0
    written: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)
    failed: dict[str, str] = field(default_factory=dict)
    led: dict[str, str] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        said = f"跟进发布日志{self.entries}条，更新{len(self.written)}个页面，移除{len(self.removed)}个"
        fault = rules.objections_to_links(self.broken)
        failed = "；".join(f"{path}：{why}" for path, why in sorted(self.failed.items())[:5])
        return said + (f"；{fault}" if fault else "") + (f"；{len(self.failed)}个页面未能生成，保持原样，下次再试（{failed}）" if failed else "")


# -- The verbs ------------------------------------------------------------------------------------------------------


def build(office: Office, *, strict: bool = True, workers: int | None = None) -> Built:
    """生成全站。Afterwards `current` is a new site, whole, and as the records stand; a build that fails leaves the old one standing.

    With `strict`, a link within the site that leads nowhere stops it; otherwise such links are named in the answer.
    """
    with _builder(office) as root:
        return _build(office, root, strict, workers)


def follow(office: Office, *, unfollowed: bool = True) -> Followed | Built:
    """跟进发布日志。Afterwards the served site shows everything the log told by now; what is no longer public is gone from it.

    Builds everything where there is no site yet, the program has changed, or the navigation has. Without `unfollowed`,
    pages of sources that can't say what a change touches are left until a run that renders them again.
    """
    with _builder(office) as root:
        made, others = builds(office, root)
        if made is None or made.made_by != made_by() or NAVIGATION in _keys(entries := log.after(office.pk, made.position)):
            return _build(office, root, strict=False, workers=None)
        _clear(root, others, serving=made.folder)
        tree, done = Tree(root / made.folder), Followed()
        _bring_up(office, made, tree, entries, done, unfollowed=unfollowed)
        _catch_up(office, made, tree, done)
        done.broken = broken_links(tree, done.led)
        return done


def compare(office: Office, *, pages: int = 200, seed: int | None = None) -> list[Difference]:
    """抽查。Renders a sample afresh and compares it with what is served; afterwards a site that differed has been built anew, and the log says so.

    What is published while it looks is no difference: such pages are looked at again after following.
    """
    follow(office)
    paths = sample(office, pages, seed)
    found = differences(office, paths)
    if found:
        follow(office)
        found = differences(office, [difference.path for difference in found])
    if found:
        record("sitebuild.differed", office_id=office.pk, count=len(found), paths="、".join(d.path for d in found[:5]))
        build(office, strict=False)
    return found


# -- One builder at a time --------------------------------------------------------------------------------------------


@contextmanager
def _builder(office: Office) -> Iterator[Path]:
    """Hold the office's site, or raise Busy. Yields the folder its builds stand in."""
    root = office_root(office)
    root.mkdir(parents=True, exist_ok=True)
    with open(root / "builder.lock", "a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy("另一个生成程序正在生成这个网站，请等它完成；它会把已经发布的内容一并带上") from None
        yield root


# -- The whole site ---------------------------------------------------------------------------------------------------


def _build(office: Office, root: Path, strict: bool, workers: int | None) -> Built:
    standing, others = builds(office, root)
    _clear(root, others, serving=(before := served(root)))
    tree = Tree(root / f"build-{timezone.now():%Y%m%d%H%M%S%f}")
    made = SiteBuild.objects.create(office=office, folder=tree.folder.name, made_by=made_by(), built_at=timezone.now(), position=log.position(office.pk))
    try:
        tree.lay_out()
        render_all(office.pk, tree, workers or _workers(standing))
        broken = broken_links(tree, dict(_first(lines(tree, "links"))))
        if strict and (fault := rules.objections_to_links(broken)):
            raise Unbuildable(fault)
        _insert(made, lines(tree, "rows"))
        done = Followed()
        # What was withdrawn while the pages were rendered must not come back with the new folder.
        _catch_up(office, made, tree, done)
        if done.failed:
            raise Unbuildable(str(done))
        os.sync()
        _swing(root / "current", tree.folder)
    except BaseException:
        tree.discard()
        _forget(made)
        raise
    _clear(root, SiteBuild.objects.filter(office=office).exclude(pk=made.pk), serving=tree.folder.name, before=before)
    return Built(made.pages.count(), tree.folder, broken)


def _first(led: Iterable[list]) -> Iterator[tuple[str, str]]:
    """One page for each target, the same whoever found it first."""
    found: dict[str, str] = {}
    for target, page in led:
        found[target] = min(page, found.get(target, page))
    return iter(found.items())


def _workers(standing: SiteBuild | None) -> int:
    """How many processes render. A caller's open transaction can't be seen from another, and a small site is not worth two."""
    if connection.in_atomic_block or (standing is not None and standing.pages.count() < FEW):
        return 1
    return os.cpu_count() or 1


def _insert(made: SiteBuild, rows: Iterable[list]) -> None:
    """The rows of a fresh build, a few thousand to a transaction so that clerks can write in between."""
    while chunk := [(rules.row_id(made.pk, path), path, source, digest, keys) for path, source, digest, keys in islice(rows, 2000)]:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {PAGES} (id, build_id, path, source, digest) VALUES (%s, %s, %s, %s, %s)",  # noqa: S608
                [(pk, made.pk, path, source, digest) for pk, path, source, digest, _ in chunk],
            )
            cursor.executemany(f"INSERT INTO {KEYS} (page_id, {KEY}) VALUES (%s, %s)", [(pk, key) for pk, _, _, _, keys in chunk for key in keys])  # noqa: S608


def _swing(link: Path, target: Path) -> None:
    """Point `link` at `target` in one rename, so that readers see the old site or the new one."""
    half = link.with_name(f"{link.name}-{os.getpid()}")
    half.unlink(missing_ok=True)
    half.symlink_to(target.name, target_is_directory=True)
    os.replace(half, link)


def _clear(root: Path, others: Iterable[SiteBuild], *, serving: str, before: str = "") -> None:
    """Throw away builds that nobody is served from: those a dead builder left, and those that were replaced.

    `before` keeps its files, not its rows, for a reader who is half way through opening one.
    """
    for name in os.listdir(root):
        kind, _, stamp = name.partition("-")
        if kind in ("build", "book") and f"build-{stamp}" not in (serving, before):
            Tree(root / f"build-{stamp}").discard()
    for made in others:
        _forget(made)


def _forget(made: SiteBuild) -> None:
    """Delete a build's rows, a few hundred at a time."""
    while ids := list(made.pages.values_list("pk", flat=True)[:500]):
        PageKey.objects.filter(page_id__in=ids).delete()
        BuiltPage.objects.filter(pk__in=ids).delete()
    made.delete()


# -- What a change touched --------------------------------------------------------------------------------------------


def _keys(entries: list[tuple[int, list[str]]]) -> frozenset[str]:
    return frozenset(key for _, keys in entries for key in keys)


def _catch_up(office: Office, made: SiteBuild, tree: Tree, done: Followed) -> None:
    """Follow what was told meanwhile, until nothing more is. A changed navigation waits for the next run, which builds everything."""
    while log.position(office.pk) > made.position:
        before = made.position
        _bring_up(office, made, tree, log.after(office.pk, made.position), done, unfollowed=False)
        if made.position == before:
            return


def _bring_up(office: Office, made: SiteBuild, tree: Tree, entries: list[tuple[int, list[str]]], done: Followed, *, unfollowed: bool) -> None:
    """One pass over these entries of the log: the pages they touch are rendered, written or removed; then the position moves."""
    tree.sweep()
    waiting = frozenset(tree.expected())
    by_source: dict[str, set[str]] = defaultdict(set)
    failed: dict[str, str] = {}
    asked: list[str] = []
    found: dict[str, tuple[str, Page]] = {}
    with one_site():
        for path in waiting | _concerned(office, made, _keys(entries)):
            source = source_of(path)
            by_source[source.key if source else ""].add(path)
        for source in followed_sources():
            for batch in _chunks(sorted(by_source.get(source.key, ()))):
                asked += batch
                found |= _by_path(source, checked(source, source.find(office.pk, batch), set(batch)))  # type: ignore[misc]
                if len(asked) >= BATCH:
                    failed |= _write(made, tree, asked, found, waiting, done)
                    asked, found = [], {}
        failed |= _write(made, tree, asked, found, waiting, done)
    rest = by_source.get("", set())
    if unfollowed or rest:
        for source in sources():
            if not is_followed(source):
                held = set(made.pages.filter(source=source.key).values_list("path", flat=True))
                found = _by_path(source, checked(source, source.produce(office.pk)))
                failed |= _write(made, tree, sorted(held | found.keys()), found, waiting, done)
                rest = rest - held - found.keys()
        if rest:  # addresses whose source is no longer there
            _write(made, tree, sorted(rest), {}, waiting, done)
    later = next((number for number, keys in entries if NAVIGATION in keys), None)
    made.position = later - 1 if later is not None else entries[-1][0] if entries else made.position
    made.followed_at = timezone.now()
    with connection.cursor() as cursor:
        at = connection.ops.adapt_datetimefield_value(made.followed_at)
        cursor.execute(f"UPDATE {SiteBuild._meta.db_table} SET position = %s, followed_at = %s WHERE id = %s", [made.position, at, made.pk])  # noqa: S608
    if failed:
        tree.commit(failed, (), {})
    else:
        tree.forget()
    done.entries += len(entries)
    done.failed = failed


def _concerned(office: Office, made: SiteBuild, keys: frozenset[str]) -> set[str]:
    """The addresses these keys touch: pages that depended on one when last built, and what their sources add."""
    paths: set[str] = set()
    if not keys:
        return paths
    pages: set[int] = set()
    # Not in one join: SQLite would begin it at the build's pages, and read them all.
    pages.update(page for (page,) in _rows(f"SELECT page_id FROM {KEYS} WHERE {KEY} IN", sorted(keys)))  # noqa: S608 -- our own names
    # Nor is it asked for the build, whose index SQLite would rather read than the keys.
    paths.update(path for build, path in _rows(f"SELECT build_id, path FROM {PAGES} WHERE id IN", sorted(pages)) if build == made.pk)  # noqa: S608
    for source in followed_sources():
        for path in source.touch(office.pk, keys):  # type: ignore[misc]
            if fault := rules.fault_of_path(path):
                raise Unbuildable(f"{fault}（来源：{source.label}）")
            if source_of(path) != source:
                raise Unbuildable(f"页面 {path} 不在来源“{source.label}”登记的地址之内")
            paths.add(path)
    return paths


def _by_path(source: PageSource, given: Iterable[Page]) -> dict[str, tuple[str, Page]]:
    """Address -> the source's key and the page."""
    found: dict[str, tuple[str, Page]] = {}
    for page in given:
        if page.path in found:
            raise Unbuildable(f"两个页面同一地址：{page.path}，其中一个是“{page.title}”")
        found[page.path] = (source.key, page)
    return found


def _write(made: SiteBuild, tree: Tree, asked: list[str], found: dict[str, tuple[str, Page]], waiting: frozenset[str], done: Followed) -> dict[str, str]:
    """Bring the `asked` addresses to what `found` holds. Returns the pages that could not be, with the reason.

    Files, then the manifest, then rows: whatever a killed run has not reached is done again by the next, since the
    addresses are noted first and rewritten then whatever they look like.
    """
    failed: dict[str, str] = {}
    if not asked:
        return failed
    ids = [rules.row_id(made.pk, path) for path in asked]
    rows = {row.pk: row for row in map(_Row._make, _rows(f"SELECT id, path, source, digest FROM {PAGES} WHERE id IN", ids))}  # noqa: S608
    gone = [path for path in asked if path not in found]
    leaving = {rules.row_id(made.pk, path) for path in gone if (row := rows.get(rules.row_id(made.pk, path))) and row.path == path}
    gone = [path for path in gone if path in waiting or rules.row_id(made.pk, path) in leaving]
    fresh: dict[str, tuple[bytes, frozenset[str]]] = {}
    taken: dict[int, str] = {pk: row.path for pk, row in rows.items() if pk not in leaving}
    for _, page in found.values():
        if taken.setdefault(rules.row_id(made.pk, page.path), page.path) != page.path:
            failed[page.path] = f"两个页面同一地址（不分大小写）：{taken[rules.row_id(made.pk, page.path)]}"
            continue
        try:
            fresh[page.path] = rendered(page)
        except Exception as error:  # one page that fails must not keep another's withdrawal waiting
            failed[page.path] = f"“{page.title}”未能生成：{error}"
    changing = [path for path, (content, _) in fresh.items() if path in waiting or tree.content(path) != content]
    for path in list(changing):
        try:
            tree.stage(path, fresh[path][0])
        except OSError as error:
            failed[path] = f"与另一个页面或其目录重名，或不能写入（{error.strerror}）"
            changing.remove(path)
            del fresh[path]
    digests = {path: sha256(content).hexdigest() for path, (content, _) in fresh.items()}
    if gone or changing:
        tree.commit({*waiting, *gone, *changing}, gone, {**dict.fromkeys(gone), **{path: digests[path] for path in changing}})
    _store(made, leaving, rows, {path: (found[path][0], digests[path], keys) for path, (_, keys) in fresh.items()})
    done.removed |= set(gone)
    done.written |= set(changing)
    for path in changing:
        if path.endswith(".html"):
            for target in rules.links_of(path, fresh[path][0]):
                done.led.setdefault(target, path)
    return failed


def _store(made: SiteBuild, leaving: set[int], rows: dict[int, _Row], now: dict[str, tuple[str, str, frozenset[str]]]) -> None:
    """Rows as the files stand now. Writes nothing where nothing changed."""
    ids = {path: rules.row_id(made.pk, path) for path in now}
    held: dict[int, set[str]] = defaultdict(set)
    for page_id, key in _rows(f"SELECT page_id, {KEY} FROM {KEYS} WHERE page_id IN", sorted(ids.values())):  # noqa: S608
        held[page_id].add(key)
    changed, added, dropped = [], [], []
    for path, (source, digest, keys) in now.items():
        row = rows.get(ids[path])
        if row is None or row.pk in leaving or (row.digest, row.source) != (digest, source):
            changed.append((ids[path], made.pk, path, source, digest))
        kept = set() if ids[path] in leaving else held[ids[path]]
        added += [(ids[path], key) for key in sorted(keys - kept)]
        dropped += [(ids[path], key) for key in kept - keys]
    if not (leaving or changed or added or dropped):
        return
    with transaction.atomic():
        for some in _chunks(sorted(leaving)):
            PageKey.objects.filter(page_id__in=some).delete()
            BuiltPage.objects.filter(pk__in=some).delete()
        with connection.cursor() as cursor:
            if changed:
                cursor.executemany(
                    f"INSERT INTO {PAGES} (id, build_id, path, source, digest) VALUES (%s, %s, %s, %s, %s)"  # noqa: S608 -- our own names
                    " ON CONFLICT (id) DO UPDATE SET path = excluded.path, source = excluded.source, digest = excluded.digest",
                    changed,
                )
            if dropped:
                cursor.executemany(f"DELETE FROM {KEYS} WHERE page_id = %s AND {KEY} = %s", dropped)  # noqa: S608
            if added:
                cursor.executemany(f"INSERT INTO {KEYS} (page_id, {KEY}) VALUES (%s, %s)", added)  # noqa: S608


def _rows(select: str, values: list) -> Iterator[tuple]:
    """The rows of `select … IN` these values. Written out, since an article costs little more than its few questions."""
    for some in _chunks(values):
        with connection.cursor() as cursor:
            cursor.execute(f"{select} ({', '.join(['%s'] * len(some))})", some)
            yield from cursor.fetchall()


def _chunks(items: list) -> Iterator[list]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
