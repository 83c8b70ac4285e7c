"""Keeping what is uploaded."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from django.core.files import File
from django.db import transaction

from gongkai.audit.actions import record
from gongkai.audit.verbs import sentences

from .checks import IMPORTABLE, FileFacts, Refused, inspect
from .models import StoredFile, vault_storage

sentences(
    files__kept="收存文件“{name}”（{size}字节）",
    files__refused="拒收文件“{name}”：{why}（原件已留存）",
    files__erased="拒收文件“{name}”：{why}（没有留存）",
    files__opened="下载文件“{name}”",
)


#: What may not even lie here.
ERASED = "classified"
_further: list[Callable[[Path, FileFacts], None]] = []


def further(check: Callable[[Path, FileFacts], None]) -> Callable[[Path, FileFacts], None]:
    """Plug in what a room above looks for in every file that passed the checks of this one. It raises :class:`Refused` like them."""
    _further.append(check)
    return check


@transaction.atomic
def keep(upload, *, office, by, name: str | None = None, allowed: frozenset[str] = IMPORTABLE) -> StoredFile:
    """收存文件。Afterwards the bytes are on disk under their digest and checked.

    `upload` is an open binary file or a path; `allowed` are the kinds of file that may be used here. A file that fails a check is kept too, marked with
    the reason in `refused`: nothing may use it, but the person can look at it. Of one that is `ERASED` only the row stays, unless the same bytes came before.
    """
    opened = File(open(upload, "rb"), name=Path(upload).name) if isinstance(upload, (str, Path)) else upload
    name = Path(name or opened.name or "未命名").name[:255]
    digest, size = sha256(), 0
    for chunk in _chunks(opened):
        digest.update(chunk)
        size += len(chunk)
    hexdigest = digest.hexdigest()
    place = f"{hexdigest[:2]}/{hexdigest}"
    storage = vault_storage()
    try:
        os.utime(storage.path(place))  # known already: from now on too young to be cleared away
        is_there = os.path.getsize(storage.path(place)) == size
    except FileNotFoundError:
        is_there = False
    if not is_there:
        storage.lay_down(place, _chunks(opened))
    kind, refused, erased = "", "", False
    try:
        facts = inspect(Path(storage.path(place)), name, allowed=allowed)
        kind = facts.kind
        for check in _further:
            check(Path(storage.path(place)), facts)
    except Refused as refusal:
        refused = refusal.sentence
        if erased := refusal.code == ERASED:
            if StoredFile.objects.filter(content=place).exists():
                refused += "系统中此前收存过同样的文件，请联系系统管理员一并处理。"
            else:
                storage.delete(place)
                refused += "本系统没有留存这份文件。"
            place = ""
    stored = StoredFile.objects.create(office=office, name=name, sha256=hexdigest, size=size, kind=kind, content=place, refused=refused, by=by)
    if refused:
        record("files.erased" if erased else "files.refused", stored, by=by, name=name, why=refused)
    else:
        record("files.kept", stored, by=by, name=name, size=size)
    return stored


def _chunks(opened) -> Iterator[bytes]:
    opened.seek(0)
    yield from opened.chunks() if hasattr(opened, "chunks") else iter(lambda: opened.read(1 << 20), b"")


def clear_unowned(before: datetime) -> int:
    """清理无主文件。

    Afterwards nothing lies on disk that was laid down before that moment and belongs to no row: what a transaction that was
    undone, or a process that was killed, left behind. How many there were.
    """
    root, cleared = Path(vault_storage().location), 0
    for path in sorted(root.glob("??/*")):
        place = str(path.relative_to(root))
        if path.stat().st_mtime < before.timestamp() and not StoredFile.objects.filter(content=place).exists():
            path.unlink()
            cleared += 1
    return cleared
