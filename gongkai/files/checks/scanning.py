"""What a scanner knows about a file: clamd, where the operator has named one, and the test pattern everybody knows.

Fails shut: a named scanner that does not answer lets nothing in. Without one, files are checked by content alone, and
whoever shows them can say so (`FileFacts.scanned`).
"""

from __future__ import annotations

import re
import socket
import struct
from typing import BinaryIO

from django.conf import settings

from gongkai.files.checks.looking import CHUNK, Looking

#: The pattern of EICAR by which a scanner is tried; put together here, so that no scanner takes this file for it.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
CONNECT_SECONDS, ANSWER_SECONDS = 5, 60


def address() -> str:
    """Where the scanner listens: “unix:/run/clamav/clamd.ctl” or “127.0.0.1:3310”; blank when there is none."""
    return getattr(settings, "CLAMD", "")


def refuse_test_pattern(chunk: bytes, look: Looking) -> None:
    if EICAR in chunk:
        raise look.refuse("带有病毒（EICAR测试特征），不接收。请用杀毒软件检查来源电脑后再上传。", "virus")


def scan(stream: BinaryIO, look: Looking) -> bool:
    """Have the scanner look at the file. True: it did and found nothing. False: there is no scanner.

    Raises Refused with the code ``virus`` for what it found, ``unscanned`` when it can't be asked.
    """
    where = address()
    if not where:
        return False
    try:
        answer = _ask(where, stream)
    except (OSError, ValueError):
        raise look.refuse("没有接收：病毒查杀服务没有回应。请稍后重新上传；仍不行的，请联系系统管理员。", "unscanned") from None
    if answer.endswith("OK"):
        return True
    if answer.endswith("FOUND"):
        found = re.sub(r"[^\w.\-/]", "", answer.removeprefix("stream:").removesuffix("FOUND"))[:80]
        raise look.refuse(f"带有病毒（{found}），不接收。请用杀毒软件检查来源电脑后再上传。", "virus")
    raise look.refuse("没有接收：病毒查杀服务没有完成检查，可能文件过大。请联系系统管理员。", "unscanned")


def _ask(where: str, stream: BinaryIO) -> str:
    """The answer of clamd to INSTREAM: pieces with their length before them, an empty one at the end."""
    with _connected(where) as link:
        link.settimeout(ANSWER_SECONDS)
        link.sendall(b"zINSTREAM\0")
        stream.seek(0)
        try:
            while chunk := stream.read(CHUNK):
                link.sendall(struct.pack(">I", len(chunk)) + chunk)
            link.sendall(struct.pack(">I", 0))
        except (BrokenPipeError, ConnectionResetError):
            pass  # too large for it: its answer says so
        said = b""
        while not said.endswith(b"\0") and (more := link.recv(4096)):
            said += more
    return said.rstrip(b"\0").decode("utf-8", "replace").strip()


def _connected(where: str) -> socket.socket:
    if where.startswith("unix:"):
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        link.settimeout(CONNECT_SECONDS)
        try:
            link.connect(where.removeprefix("unix:"))
        except OSError:
            link.close()
            raise
        return link
    host, _, port = where.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=CONNECT_SECONDS)
