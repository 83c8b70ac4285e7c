"""Old and other word-processor files (doc, wps, odt, rtf), through LibreOffice where it is installed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from gongkai.exchange.blocks import Source, Unreadable
from gongkai.exchange.reading.word import read_docx

TIME_LIMIT = 120  # seconds; a first start with a fresh profile takes about ten
MEMORY_LIMIT = 0  # bytes of the converter's own data; 0 for as much as it wants

# The converter opens what strangers wrote: no macros, nothing fetched, no links refreshed.
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetProxyType" oor:op="fuse"><value>2</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPProxyName" oor:op="fuse"><value>127.0.0.1</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPProxyPort" oor:op="fuse"><value>9</value></prop></item>
</oor:items>
"""
_SUFFIX = {b"\xd0\xcf\x11\xe0": ".doc", b"{\\rt": ".rtf", b"PK\x03\x04": ".odt"}


def converter() -> str | None:
    """The LibreOffice program on this machine, or ``None``."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def read_converted(path: Path, name: str) -> Source:
    """The blocks of a file after LibreOffice has made a docx of it, in a folder and profile of its own."""
    program = converter()
    if program is None:
        raise Unreadable(
            f"“{name}”是旧格式，本机没有安装LibreOffice，无法读取。请用Word或WPS打开，另存为.docx后重新上传。",
            "no_converter",
        )
    with tempfile.TemporaryDirectory(prefix="gongkai-convert-") as folder:
        made = _convert(program, path, Path(folder), name)
        source = read_docx(made, name)
    source.warnings.append("旧格式文件经LibreOffice转换后读取，版式可能略有出入，请对照原件核对。")
    return source


def as_pdf(path: Path, name: str, kind: str) -> bytes:
    """The file as LibreOffice prints it. `kind` is how it was found to be: docx, doc, odt or rtf.

    Raises Unreadable, with a sentence for the clerk, where there is no LibreOffice, and when it fails or takes too long.
    """
    program = converter()
    if program is None:
        raise Unreadable(f"“{name}”须先转换为PDF，本机没有安装LibreOffice。请用Word或WPS打开，另存为PDF后再收存。", "no_converter")
    with tempfile.TemporaryDirectory(prefix="gongkai-convert-") as folder:
        return _convert(program, path, Path(folder), name, suffix=f".{kind}", form="pdf").read_bytes()


def _limit_memory(pid: int) -> None:
    """The converter's memory, and that of all it starts, where a limit is set and the system can say so."""
    try:
        import resource  # noqa: PLC0415 - not on every system
        if MEMORY_LIMIT and hasattr(resource, "prlimit"):
            resource.prlimit(pid, resource.RLIMIT_DATA, (MEMORY_LIMIT, MEMORY_LIMIT))
    except (ImportError, ProcessLookupError):  # it has ended already
        return


def _convert(program: str, path: Path, folder: Path, name: str, *, suffix: str = "", form: str = "docx:MS Word 2007 XML") -> Path:
    if not suffix:
        with path.open("rb") as stream:
            suffix = _SUFFIX.get(stream.read(4), ".doc")
    kind = form.partition(":")[0]
    original = folder / f"original{suffix}"
    shutil.copyfile(path, original)
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
    out = folder / "out"
    command = [
        program, "--headless", "--norestore", "--nolockcheck", "--nodefault", f"-env:UserInstallation={profile.parent.as_uri()}",
        "--convert-to", form, "--outdir", str(out), str(original),
    ]  # fmt: skip
    environment = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "LC_ALL", "TMPDIR")} | {
        "HOME": str(folder)
    }
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
    )
    _limit_memory(process.pid)
    try:
        process.wait(TIME_LIMIT)
    except subprocess.TimeoutExpired:
        # soffice starts a second process; both are in the session made above.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise Unreadable(
            f"“{name}”转换超过{TIME_LIMIT}秒没有完成。请用Word或WPS打开，另存为.{kind}后重新上传。", "timeout"
        ) from None
    made = out / f"original.{kind}"
    if not made.exists():
        raise Unreadable(
            f"“{name}”转换失败，文件可能损坏。请用Word或WPS打开，另存为.{kind}后重新上传。", "broken"
        )
    return made
