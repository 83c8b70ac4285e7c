"""Asking the reading process, within ten seconds a file; one that overstays is ended and another begun."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

from gongkai.annual_report.checking.check import Verdict, check_reports, unreadable
from gongkai.annual_report.checking.report import Report
from gongkai.annual_report.checking.wire import unpack

SECONDS = 8.5
_ANSWER_LIMIT = 64 * 1024 * 1024
_PACKAGE = Path(__file__).resolve().parents[3]


class Desk:
    """A reading process, begun when first asked. Use as a context manager."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self.process is not None:
            if self.process.poll() is None:
                _end(self.process)
            self.process.wait()
            for stream in (self.process.stdin, self.process.stdout):
                if stream is not None:
                    stream.close()
            self.process = None

    def read(self, path: Path, name: str = "", *, prose: bool = False) -> list[Report] | Verdict:
        """The reports of a file, or the verdict that it could not be read. Their prose is brought along when asked for."""
        name = name or path.name
        process = self._ready()
        assert process.stdin is not None  # noqa: S101 - opened as a pipe just before
        try:
            process.stdin.write(json.dumps([str(path.resolve()), name, prose]).encode() + b"\n")
            process.stdin.flush()
            line = self._line(process)
        except (BrokenPipeError, OSError):
            line = b""
        if line is None:
            self.close()
            return unreadable(name, f"“{name}”{self.seconds:.0f}秒内没有读完，已停止。请只保留年度报告的正文和表格，或改存为网页、Word后再试。", "timeout")
        if not line:
            self.close()
            return unreadable(name, f"“{name}”读取时用尽内存或使程序出错，没有核对。请只保留年度报告的正文和表格后再试。", "crashed")
        held = json.loads(line)
        if "reports" not in held:
            return unreadable(name, held["sentence"], held["code"])
        return [unpack(report) for report in held["reports"]]

    def _ready(self) -> subprocess.Popen[bytes]:
        if self.process is None or self.process.poll() is not None:
            self.close()
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gongkai.annual_report.checking.worker"], cwd=_PACKAGE, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        return self.process

    def _line(self, process: subprocess.Popen[bytes]) -> bytes | None:
        """The next line the process writes; None when time is up, empty when it has ended."""
        assert process.stdout is not None  # noqa: S101
        until, got = time.monotonic() + self.seconds, bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while not got.endswith(b"\n"):
                left = until - time.monotonic()
                if left <= 0 or not selector.select(left):
                    return None
                piece = os.read(process.stdout.fileno(), 1 << 20)
                if not piece or len(got) > _ANSWER_LIMIT:
                    return b""
                got += piece
        return bytes(got)


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        process.kill()


def check_files(files: Sequence[tuple[Path, str]], *, progress: Callable[[int], None] = lambda done: None) -> list[Verdict]:
    """The verdicts of files, each (path, name), in their order; offices with two years in a row are compared."""
    read: list[Report | Verdict] = []
    with Desk() as desk:
        for number, (path, name) in enumerate(files, 1):
            answer = desk.read(path, name)
            read += [answer] if isinstance(answer, Verdict) else answer
            progress(number)
    checked = iter(check_reports([each for each in read if isinstance(each, Report)]))
    return [each if isinstance(each, Verdict) else next(checked) for each in read]
