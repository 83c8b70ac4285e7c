"""The pages of a full build, rendered in slices by processes of their own.

Every slice goes through all pages and renders those whose address is its own, so that memory stays flat and nobody
hands pages around. What a slice found out goes into files of the book, a line a page.
"""

import gc
import json
import os
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path

from django.db import connections

from gongkai.sockets import rendered

from . import rules
from .sources import Unbuildable, everything
from .tree import Tree

_written = json.JSONEncoder(ensure_ascii=False).encode


def render_slice(office_id: int, tree: Tree, number: int, of: int, parent: int | None = None) -> None:
    """Write the pages of one slice, its part of the manifest, and its rows and links into the book."""
    seen: set[bytes] = set()
    led: dict[str, str] = {}
    digests: dict[str, str] = {}
    with open(tree.book / f"rows-{number}.jsonl", "w") as rows:
        # By the manifest's own sharing out, so that no two slices write one file of it.
        for source, page in everything(office_id, lambda path: int.from_bytes(rules.address(path)[:2], "big") // 16 % of == number):
            at = rules.address(page.path)
            if at in seen:
                raise Unbuildable(f"两个页面同一地址（不分大小写）：{page.path}，其中一个是“{page.title}”")
            seen.add(at)
            try:
                content, keys = rendered(page)
            except Exception as error:
                raise Unbuildable(f"页面“{page.title}”（{page.path}）未能生成：{error}") from error
            try:
                digest = tree.lay(page.path, content)
            except OSError as error:
                raise Unbuildable(f"页面 {page.path} 与另一个页面或其目录重名，或不能写入（{error.strerror}）") from None
            digests[page.path] = digest
            rows.write(_written([page.path, source.key, digest, sorted(keys)]) + "\n")
            if page.path.endswith(".html"):
                for target in rules.links_of(page.path, content):
                    led.setdefault(target, page.path)
            if parent is not None and os.getppid() != parent:
                os._exit(1)  # the builder was killed: nobody waits for this slice
    tree.lay_manifest(digests)
    with open(tree.book / f"links-{number}.jsonl", "w") as links:
        for target, path in led.items():
            if not any(file in digests for file in rules.files_of(target)):  # most lead to a page of this slice, and need no further look
                links.write(_written([target, path]) + "\n")


def render_all(office_id: int, tree: Tree, workers: int) -> None:
    """Write every page. With several workers each is a fork with database connections of its own."""
    if workers == 1 or _has_foreign_threads():
        render_slice(office_id, tree, 0, 1)
        return
    for connection in connections.all(initialized_only=True):
        connection.close()
        if connection.vendor == "postgresql":
            connection.close_pool()
    parent, children = os.getpid(), []
    for number in range(workers):
        child = os.fork()
        if child == 0:
            _child(office_id, tree, number, workers, parent)
        children.append(child)
    ended = [os.waitpid(child, 0)[1] for child in children]
    for number, status in enumerate(ended):
        if status != 0:
            said = tree.book / f"fault-{number}"
            raise Unbuildable(said.read_text() if said.exists() else "生成进程被中断，请重新生成")


def _has_foreign_threads() -> bool:
    """Whether a library keeps threads of its own here (the typesetter does, once it was used).

    A fork has the library and not its threads, and would wait for them for ever.
    """
    try:
        return len(os.listdir("/proc/self/task")) > threading.active_count()
    except OSError:
        return True


def _child(office_id: int, tree: Tree, number: int, of: int, parent: int) -> None:
    """A slice in a process of its own; never returns."""
    code = 1
    gc.freeze()
    gc.set_threshold(50_000)  # pages are made and let go by the thousand, and hardly any in a circle
    try:
        render_slice(office_id, tree, number, of, parent)
        code = 0
    except Unbuildable as error:
        (tree.book / f"fault-{number}").write_text(str(error))
    except BaseException as error:  # whatever it was, the parent must hear of it and this copy of it must end here
        (tree.book / f"fault-{number}").write_text(f"生成进程出错：{error}")
        traceback.print_exc()
    finally:
        connections.close_all()
        os._exit(code)


def lines(tree: Tree, kind: str) -> Iterator[list]:
    """What the slices wrote down: `rows` as [path, source, digest, keys], `links` as [target, page]."""
    for file in sorted(Path(tree.book).glob(f"{kind}-*.jsonl")):
        with open(file) as held:
            for line in held:
                yield json.loads(line)
        file.unlink()
