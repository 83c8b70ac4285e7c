"""Many files handed in at once, an archive among them perhaps: each as a file of its own, on disk, before anything reads it."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from gongkai.files.checks import safe_name
from gongkai.law.objections import Objection
from gongkai.law.refusals import Refused

#: House limits: more offices than a city has, each with a report far larger than any.
FILES, FILE_BYTES, ALL_BYTES = 500, 20 * 1024 * 1024, 300 * 1024 * 1024
_CHUNK = 1 << 20


def unpacked(uploads: Iterable, folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file of the uploads as (name as handed in, where it now lies), what is in an archive instead of the archive.

    Folders, hidden files and what systems leave in archives are passed over. Raises Refused over a limit or for an archive
    that is damaged or locked; what was yielded before may be thrown away with the folder.
    """
    count, left = 0, ALL_BYTES
    for upload in uploads:
        for name, opened, limit in _each(upload):
            count += 1
            if count > FILES:
                raise Refused([Objection("too_many", f"文件超过{FILES}个，请分批登记。")])
            place = folder / f"{count}{PurePosixPath(name).suffix.lower()[:8]}"
            try:
                left -= _write(opened, place, min(limit, left), name)
            except (zipfile.BadZipFile, zlib.error, EOFError):  # found out only while it is read
                raise Refused([_damaged(upload)]) from None
            yield name, place


def _damaged(upload) -> Objection:
    return Objection("damaged", f"压缩包“{safe_name(str(upload.name))}”不完整或已损坏，打不开。请重新打包后上传。")


def _each(upload) -> Iterator[tuple[str, BinaryIO, int]]:
    if not str(upload.name).lower().endswith(".zip"):
        yield safe_name(str(upload.name)), upload, FILE_BYTES
        return
    locked = Refused([Objection("locked", f"压缩包“{safe_name(str(upload.name))}”有密码，打不开。请去掉密码后再上传。")])
    damaged = Refused([_damaged(upload)])
    try:
        with zipfile.ZipFile(upload) as package:
            for info in package.infolist():
                parts = [part for part in PurePosixPath(_name_of(info).replace("\\", "/")).parts if part not in ("/", "..", ".")]
                if info.is_dir() or not parts or parts[0] == "__MACOSX" or parts[-1].startswith((".", "~$")) or parts[-1] in ("Thumbs.db", "desktop.ini"):
                    continue
                if info.flag_bits & 1:
                    raise locked
                with package.open(info) as opened:
                    yield "/".join(safe_name(part) for part in parts[-2:]), opened, FILE_BYTES
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError):
        raise damaged from None
    except RuntimeError:  # what zipfile says of a password
        raise locked from None


def _name_of(info: zipfile.ZipInfo) -> str:
    """The name in an archive; one packed on a Chinese Windows without the mark for UTF-8 is in GBK."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return info.filename


def _write(opened, place: Path, limit: int, name: str) -> int:
    """Copy piece by piece, so that what an archive says of its sizes need not be believed."""
    size = 0
    with place.open("wb") as out:
        while piece := opened.read(_CHUNK):
            size += len(piece)
            if size > limit:
                raise Refused([Objection("too_big", f"“{name}”过大，或全部文件超过{ALL_BYTES // 1024 // 1024}MB，没有读取。请分批登记。")])
            out.write(piece)
    return size
