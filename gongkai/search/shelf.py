"""Where a node keeps the index of an office: one folder at a time is `current`, the next is written beside it.

    search/3/current -> v1-20261130091500123456      read by everybody
    search/3/lock                                    held by whoever writes
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock

import tantivy
from django.conf import settings
from django.utils import timezone

from .engine import SCHEMA, VERSION, Damaged, Reading, readable


class Busy(Exception):
    """Another process is writing the index."""


def folder(office_id: int) -> Path:
    return settings.HOME / "search" / str(office_id)


@contextmanager
def held(office_id: int, *, wait: bool) -> Iterator[None]:
    """Be the only writer on this node. The lock goes with the process that held it. Raises Busy if one mayn't wait."""
    place = folder(office_id)
    place.mkdir(parents=True, exist_ok=True)
    with (place / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise Busy from None
        yield


def standing(office_id: int) -> Path:
    """The folder that is being read. Raises Damaged when there is none, or one of another version."""
    link = folder(office_id) / "current"
    try:
        target = link.with_name(os.readlink(link))
    except OSError:
        raise Damaged("还没有建立索引") from None
    if not target.name.startswith(f"v{VERSION}-"):
        raise Damaged("索引是程序的另一版本建立的")
    if not target.is_dir():
        raise Damaged("索引目录已经不在")
    return target


def report(office_id: int) -> None:
    """A reader met with damage: the next follower builds anew. What can't be written is met again."""
    with suppress(OSError, Damaged):
        (standing(office_id) / "damaged").touch()


def reported(path: Path) -> bool:
    return (path / "damaged").exists()


def opened(path: Path) -> tantivy.Index:
    """The index in a folder. A reader decides for itself when to look again."""
    with readable():
        index = tantivy.Index.open(str(path))
        index.config_reader("manual")
        index.reload()
    return index


@contextmanager
def fresh(office_id: int) -> Iterator[tantivy.Index]:
    """An empty index that takes the standing one's place if all went well; else nothing is left of it."""
    place = folder(office_id)
    path = place / f"v{VERSION}-{timezone.now():%Y%m%d%H%M%S%f}"
    path.mkdir(parents=True)
    try:
        yield tantivy.Index(SCHEMA, path=str(path))
    except BaseException:
        shutil.rmtree(path, ignore_errors=True)
        raise
    half = place / f"current-{os.getpid()}"
    half.unlink(missing_ok=True)
    half.symlink_to(path.name, target_is_directory=True)
    os.replace(half, place / "current")
    # Who reads the old one has its files open, and looks for the new one at the next question.
    for old in place.glob("v*-*"):
        if old != path:
            shutil.rmtree(old, ignore_errors=True)


_open: dict[int, tuple[tuple, tantivy.Index, Reading]] = {}
_turn = Lock()


def reading(office_id: int) -> Reading:
    """The index as last committed, kept open between questions. Raises Damaged."""
    while True:
        path = standing(office_id)
        try:
            return _reading(office_id, path)
        except Damaged:
            # Not damaged but replaced, between finding the folder and opening it: look again.
            if standing(office_id) == path:
                raise


def _reading(office_id: int, path: Path) -> Reading:
    try:
        meta = (path / "meta.json").stat()
    except OSError:
        raise Damaged("索引缺少目录文件") from None
    # Each commit puts a new file in the place of meta.json.
    state = (str(path), meta.st_ino, meta.st_mtime_ns, meta.st_size)
    with _turn:
        known = _open.get(office_id)
        if known and known[0] == state:
            return known[2]
        index = opened(path)
        found = Reading(index)
        _open[office_id] = (state, index, found)
        return found
