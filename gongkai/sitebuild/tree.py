"""The files of one build: pages with their compressed twins, the manifest, and what is being written just now."""

import gzip
import json
import os
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from errno import EISDIR
from functools import cache
from hashlib import sha256
from itertools import count
from pathlib import Path

import zstandard

from . import rules


def compressed(path: str, content: bytes) -> dict[str, bytes]:
    """The twins worth keeping beside a file: end of name -> bytes. The same content always gives the same bytes."""
    if not rules.may_have_twins(path, len(content)):
        return {}
    made = {".gz": gzip.compress(content, 6, mtime=0), ".zst": zstandard.ZstdCompressor(level=9).compress(content)}
    return {end: data for end, data in made.items() if len(data) <= len(content) * rules.WORTH}


class Tree:
    """`build-<stamp>`, the folder that is served, and `book-<stamp>` beside it, which is not.

    The book holds the manifest (address -> SHA-256, in small files by address, so that a change costs the same on any
    site), half-written files, and the addresses being written.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.book = folder.with_name("book-" + folder.name.removeprefix("build-"))
        self._staged: list[tuple[Path, Path]] = []
        self._idle: list[Path] = []
        self._touched: set[Path] = set()
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
        target = f"{self.folder}/{path}"
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
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_dir():
            raise IsADirectoryError(EISDIR, os.strerror(EISDIR), str(target))
        twins = compressed(path, content)
        for end, data in (("", content), *twins.items()):
            self._staged.append((self._half(data), Path(f"{target}{end}")))
        if rules.may_have_twins(path, rules.LEAST):
            self._idle += [Path(f"{target}{end}") for end in rules.TWINS.keys() - twins.keys()]

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
            self._touched.add(target.parent)

    def commit(self, writing: Iterable[str], gone: Iterable[str], digests: dict[str, str | None]) -> None:
        """Put what is staged in place and take `gone` away, with the manifest: whatever moment this is killed at, or the power
        fails, every file is the old one or the new one, and `expected` names the addresses in `writing` until `forget`.

        Synced together, since a disk takes thirty files in hardly more time than one.
        """
        note = self._half(json.dumps(sorted(writing), ensure_ascii=False).encode()), self.book / "writing.json"
        parts, empty = self._parts(digests)
        _sync([note[0], *(half for half, _ in (*self._staged, *parts))])
        os.replace(*note)
        _sync([self.book])
        for half, whole in (*self._staged, *parts):
            os.replace(half, whole)
            self._touched.add(whole.parent)
        for path in gone:  # last, since it takes away folders that are left empty
            self.remove(path)
        for file in (*self._idle, *empty):
            file.unlink(missing_ok=True)
        _sync([folder for folder in self._touched if folder.is_dir()])
        self._staged, self._idle, self._touched = [], [], set()

    def _half(self, data: bytes) -> Path:
        half = self.book / "half" / f"{os.getpid()}-{next(self._number)}"
        half.write_bytes(data)
        return half

    # -- What is being written ----------------------------------------------------------------------------------------

    def expected(self) -> list[str]:
        """Addresses that a run before this one may have left half done."""
        try:
            return json.loads((self.book / "writing.json").read_bytes())
        except FileNotFoundError:
            return []

    def forget(self) -> None:
        (self.book / "writing.json").unlink(missing_ok=True)

    def sweep(self) -> None:
        """Throw away what a run that died left half written."""
        self._staged, self._idle = [], []
        for half in (self.book / "half").iterdir():
            half.unlink(missing_ok=True)

    # -- The manifest -------------------------------------------------------------------------------------------------

    def _parts(self, digests: dict[str, str | None]) -> tuple[list[tuple[Path, Path]], list[Path]]:
        """The files of the manifest that these digests change (None: gone), ready to be put in place, and those that become empty."""
        changed: dict[str, dict[str, str | None]] = defaultdict(dict)
        for path, digest in digests.items():
            changed[rules.shard_of(path)][path] = digest
        ready, empty = [], []
        for shard, some in changed.items():
            file = self.book / "manifest" / f"{shard}.json"
            held = json.loads(file.read_bytes()) if file.exists() else {}
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
        folder = f"{self.book}/manifest/"  # strings: there are thousands of files, and Path costs more than one
        for name in sorted(os.listdir(folder)):
            if name.endswith(".json"):
                with open(folder + name, "rb", buffering=0) as file:
                    yield from json.loads(file.read()).items()

    # -- Reading ------------------------------------------------------------------------------------------------------

    def content(self, path: str) -> bytes | None:
        try:
            return (self.folder / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None

    def answers(self, target: str) -> bool:
        """Whether some file of the build answers this address."""
        return any((self.folder / file).is_file() for file in rules.files_of(target))


def _part(digests: dict[str, str]) -> bytes:
    return json.dumps(digests, ensure_ascii=False, indent=0, sort_keys=True).encode()


def _sync(places: list[Path]) -> None:
    """Wait until these files and folders are on the disk, all at once so that its journal is written once."""
    if len(places) > 1:
        list(_hands().map(_sync_one, places))
    elif places:
        _sync_one(places[0])


@cache
def _hands() -> ThreadPoolExecutor:
    """Those who wait for the disk; kept, since sixteen threads take longer to start than a disk to write."""
    return ThreadPoolExecutor(16, "sync")


os.register_at_fork(after_in_child=_hands.cache_clear)


def _sync_one(place: Path) -> None:
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
