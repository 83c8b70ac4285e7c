"""The files of one build: pages with their compressed twins, the manifest, and what is being written just now."""

import gzip
import json
import os
import shutil
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from errno import EISDIR
from functools import cache
from hashlib import sha256
from itertools import count
from pathlib import Path

import zstandard

from . import rules

#: How many wait for the disk at a time.
HANDS = 8

_own = threading.local()


def compressed(path: str, content: bytes) -> dict[str, bytes]:
    """The twins worth keeping beside a file: end of name -> bytes. The same content always gives the same bytes."""
    if not rules.may_have_twins(path, len(content)):
        return {}
    made = {".gz": gzip.compress(content, 6, mtime=0), ".zst": _zstd().compress(content)}
    return {end: data for end, data in made.items() if len(data) <= len(content) * rules.WORTH}


def _zstd() -> zstandard.ZstdCompressor:
    """This thread's own, since two may not use one at once; a new one for each file costs half as much as its work."""
    if not hasattr(_own, "zstd"):
        _own.zstd = zstandard.ZstdCompressor(level=9)
    return _own.zstd


class Tree:
    """`build-<stamp>`, the folder that is served, and `book-<stamp>` beside it, which is not.

    The book holds the manifest (address -> SHA-256, in small files by address, so that a change costs the same on any
    site), half-written files, and the addresses being written.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.book = folder.with_name("book-" + folder.name.removeprefix("build-"))
        # Strings: an article costs little more than its few dozen paths, and Path is slow at joining.
        self._root, self._book = str(folder), str(self.book)
        self._staged: list[tuple[str, str]] = []
        self._idle: list[str] = []
        self._touched: set[str] = set()
        self._number = count()

    def lay_out(self) -> None:
        """A fresh build's empty folders."""
        self.folder.mkdir()
        for name in ("manifest", "half"):
            (self.book / name).mkdir(parents=True)

    def discard(self) -> None:
        for folder in (self.folder, self.book):
            shutil.rmtree(folder, ignore_errors=True)

    # -- Writing ---------------------------------------------------------------------------------------------------

    def lay(self, path: str, content: bytes) -> str:
        """Write one file of a fresh build, with its twins. Nobody reads it yet, so nothing is synced. Raises FileExistsError where one stands."""
        target = f"{self._root}/{path}"
        for end, data in (("", content), *compressed(path, content).items()):
            try:
                file = open(target + end, "xb", buffering=0)
            except FileNotFoundError:
                os.makedirs(os.path.dirname(target), exist_ok=True)
                file = open(target + end, "xb", buffering=0)
            with file:
                file.write(data)
        return sha256(content).hexdigest()

    def stage(self, path: str, content: bytes) -> None:
        """Get one file of a served build ready, with its twins. Readers see nothing of it before `commit`. Raises OSError where it can't stand."""
        target = f"{self._root}/{path}"
        if not os.path.isdir(folder := os.path.dirname(target)):
            os.makedirs(folder, exist_ok=True)
        if os.path.isdir(target):
            raise IsADirectoryError(EISDIR, os.strerror(EISDIR), target)
        twins = compressed(path, content)
        self._staged += [(self._half(data), target + end) for end, data in (("", content), *twins.items())]
        if rules.may_have_twins(path, rules.LEAST):
            self._idle += [target + end for end in rules.TWINS.keys() - twins.keys()]

    def remove(self, path: str) -> None:
        """Take a file away, and folders that are empty without it. Its twins go first: nginx would go on serving one that stood alone."""
        target = self.folder / path
        if rules.may_have_twins(path, rules.LEAST):
            for end in rules.TWINS:
                Path(f"{target}{end}").unlink(missing_ok=True)
        target.unlink(missing_ok=True)
        for parent in target.parents:
            if parent == self.folder:
                break
            try:
                parent.rmdir()
            except OSError:
                break
        if target.parent.is_dir():
            self._touched.add(str(target.parent))

    def commit(self, writing: Iterable[str], gone: Iterable[str], digests: dict[str, str | None]) -> None:
        """Put what is staged in place and take `gone` away, with the manifest: whatever moment this is killed at, or the power
        fails, every file is the old one or the new one, and `expected` names the addresses in `writing` until `forget`.

        Synced together, since a disk takes thirty files in hardly more time than one.
        """
        note = self._half(json.dumps(sorted(writing), ensure_ascii=False).encode()), f"{self._book}/writing.json"
        parts, empty = self._parts(digests)
        _sync([note[0], *(half for half, _ in (*self._staged, *parts))])
        os.replace(*note)
        _sync([self._book])
        for half, whole in (*self._staged, *parts):
            os.replace(half, whole)
            self._touched.add(os.path.dirname(whole))
        for path in gone:  # last, since it takes away folders that are left empty
            self.remove(path)
        for file in (*self._idle, *empty):
            with suppress(FileNotFoundError):
                os.unlink(file)
        _sync([folder for folder in self._touched if os.path.isdir(folder)])
        self._staged, self._idle, self._touched = [], [], set()

    def _half(self, data: bytes) -> str:
        half = f"{self._book}/half/{os.getpid()}-{next(self._number)}"
        with open(half, "wb", buffering=0) as file:
            file.write(data)
        return half

    # -- What is being written ----------------------------------------------------------------------------------------

    def expected(self) -> list[str]:
        """Addresses that a run before this one may have left half done."""
        try:
            return json.loads(_read(f"{self._book}/writing.json"))
        except FileNotFoundError:
            return []

    def forget(self) -> None:
        with suppress(FileNotFoundError):
            os.unlink(f"{self._book}/writing.json")

    def sweep(self) -> None:
        """Throw away what a run that died left half written."""
        self._staged, self._idle = [], []
        for name in os.listdir(f"{self._book}/half"):
            with suppress(FileNotFoundError):
                os.unlink(f"{self._book}/half/{name}")

    # -- The manifest -------------------------------------------------------------------------------------------------

    def _parts(self, digests: dict[str, str | None]) -> tuple[list[tuple[str, str]], list[str]]:
        """The files of the manifest that these digests change (None: gone), ready to be put in place, and those that become empty."""
        changed: dict[str, dict[str, str | None]] = defaultdict(dict)
        for path, digest in digests.items():
            changed[rules.shard_of(path)][path] = digest
        ready, empty = [], []
        for shard, some in changed.items():
            file = f"{self._book}/manifest/{shard}.json"
            try:
                held = json.loads(_read(file))
            except FileNotFoundError:
                held = {}
            now = {path: digest for path, digest in {**held, **some}.items() if digest is not None}
            if not now:
                empty.append(file)
            elif now != held:
                ready.append((self._half(_part(now)), file))
        return ready, empty

    def lay_manifest(self, digests: dict[str, str]) -> None:
        """A fresh build's part of the manifest. Slices of a build never share a file of it."""
        parts: dict[str, dict[str, str]] = defaultdict(dict)
        for path, digest in digests.items():
            parts[rules.shard_of(path)][path] = digest
        for shard, held in parts.items():
            (self.book / "manifest" / f"{shard}.json").write_bytes(_part(held))

    def manifest(self) -> Iterator[tuple[str, str]]:
        """(address, SHA-256) of every file the build should hold."""
        folder = f"{self._book}/manifest/"
        for name in sorted(os.listdir(folder)):
            if name.endswith(".json"):
                yield from json.loads(_read(folder + name)).items()

    # -- Reading ------------------------------------------------------------------------------------------------------

    def content(self, path: str) -> bytes | None:
        try:
            return _read(f"{self._root}/{path}")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None

    def answers(self, target: str) -> bool:
        """Whether some file of the build answers this address."""
        return any(os.path.isfile(f"{self._root}/{file}") for file in rules.files_of(target))


#: A line an address. With `indent` it would say nearly the same, and take several times as long.
_written = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",\n", ": ")).encode


def _part(digests: dict[str, str]) -> bytes:
    return _written(digests).encode()


def _read(place: str) -> bytes:
    with open(place, "rb", buffering=0) as file:
        return file.read()


def _sync(places: list[str]) -> None:
    """Wait until these files and folders are on the disk, many at once so that its journal is written once."""
    others = [_hands().submit(_sync_each, places[n::HANDS]) for n in range(1, min(HANDS, len(places)))]
    _sync_each(places[::HANDS])
    for other in others:
        other.result()


@cache
def _hands() -> ThreadPoolExecutor:
    """Those who wait for the disk; kept, since threads take longer to start than a disk to write."""
    return ThreadPoolExecutor(HANDS, "sync")


os.register_at_fork(after_in_child=_hands.cache_clear)


def _sync_each(places: list[str]) -> None:
    for place in places:
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
