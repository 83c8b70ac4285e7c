"""The builder killed at random moments: readers find whole files, the next run completes, nothing withdrawn stays."""

import gzip
import os
import random
import signal
import time
from collections import defaultdict
from pathlib import Path

import pytest
import zstandard
from django.db import connections

from gongkai.sitebuild.actions import Busy, build, follow
from gongkai.sitebuild.queries import office_root, verify
from gongkai.sitebuild.sources import everything
from tests.factories.accounts import OfficeFactory

from .synthetic import Bureau, on_disk, plugged

UNPACK = {".gz": gzip.decompress, ".zst": zstandard.decompress}


class Killing:
    """Deeds, a builder in a process of its own that is killed, and a reader who knows every version there ever was."""

    def __init__(self, bureau: Bureau, seed: int):
        self.bureau, self.office, self.dice = bureau, bureau.office, random.Random(seed)
        self.versions: dict[str, set[bytes]] = defaultdict(set)
        self.finished = 0

    def deeds(self) -> None:
        for _ in range(self.dice.randint(1, 4)):
            public = self.bureau.public()
            deed = self.dice.choice(["publish", "publish", "correct", "withdraw", "rename"])
            mark = f"第{self.dice.randrange(10**9)}号"
            if deed == "publish" or not public:
                self.bureau.publish(self.dice.randint(1, 3), mark)
            elif deed == "correct":
                self.bureau.correct(self.dice.choice(public), mark, self.dice.randint(1, 3))
            elif deed == "withdraw":
                self.bureau.withdraw(self.dice.choice(public))
            else:
                self.bureau.rename(self.dice.randint(1, 3), mark)
        for _, page in everything(self.office.pk):
            self.versions[page.path].add(page.render())

    def kill(self, verb, longest: float) -> None:
        """Start the builder, read while it works, kill it."""
        connections.close_all()
        child = os.fork()
        if child == 0:
            try:
                verb(self.office)
            finally:
                os._exit(0)
        until = time.monotonic() + self.dice.random() * longest
        while time.monotonic() < until:
            self.read(sample=3)
        self.finished += os.waitpid(child, os.WNOHANG)[0] == child
        try:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        except (ProcessLookupError, ChildProcessError):
            pass
        self.read()

    def read(self, sample: int | None = None) -> None:
        """Every file that is served, or some, is a version that was complete once."""
        folder = (office_root(self.office) / "current").resolve()
        paths = [Path(where) / name for where, _, names in os.walk(folder) for name in names]
        assert paths
        for path in self.dice.sample(paths, sample) if sample else paths:
            end = path.suffix if path.suffix in UNPACK else ""
            name = str(path.relative_to(folder)).removesuffix(end)
            try:
                content = path.read_bytes()
            except FileNotFoundError:  # taken away just now
                continue
            assert (UNPACK[end](content) if end else content) in self.versions[name], f"{name}{end} 不是任何一个完整的版本"

    def complete(self) -> None:
        """A run nobody kills, as soon as what a dead one left behind has ended."""
        for _ in range(200):
            try:
                follow(self.office)
                break
            except Busy:
                time.sleep(0.05)
        assert verify(self.office).faults == []
        text = b"".join(on_disk(office_root(self.office)).values()).decode(errors="ignore")
        assert not [title for title in self.bureau.withdrawn if title in text]


def kill_often(settings, folder, times: int, seed: int) -> None:
    settings.HOME = folder
    with plugged(Bureau(OfficeFactory())) as bureau:
        killing = Killing(bureau, seed)
        killing.deeds()
        build(bureau.office, workers=1)
        killing.deeds()
        began = time.monotonic()
        follow(bureau.office)
        longest = 1.5 * (time.monotonic() - began)
        for turn in range(times):
            killing.deeds()
            if turn % 4 == 3:
                killing.kill(lambda office: build(office, workers=2), 4 * longest)
            else:
                killing.kill(follow, longest)
            if turn % 3 == 2:
                killing.complete()
        killing.complete()
        assert killing.finished < times, "at least some were killed at work"
        incremental = on_disk(office_root(bureau.office))
        build(bureau.office, workers=1)
        assert on_disk(office_root(bureau.office)) == incremental
        print(f"中断{times}次，其中{times - killing.finished}次正在生成。")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_builder_killed_ten_times(settings, tmp_path):
    kill_often(settings, tmp_path, 10, seed=1)


@pytest.mark.soak
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_builder_killed_two_hundred_times(settings, tmp_path):
    kill_often(settings, tmp_path, int(os.environ.get("SITE_KILLS", "200")), seed=int(os.environ.get("SITE_SEED", "20221130")))
