"""Reading the public site from nginx: the site as we ship it, beside the same files copied by hand into a plain folder.

    python -m benchmarks.reads [--json] [--quick]

One nginx serves both: ours with the configuration that is shipped (the count of visits, addresses handed on when no file
answers, what is never given out), the other with nothing but a root, ready-made twins, an index and the same headers of
security. Once more without those headers, and ours without the count of visits, tell what each costs. wrk asks for
articles, lists and the home page by turns, under the name of a browser as long as they are, which the count looks through
for names of robots; the runs alternate, and the best of each counts. Compared is the processor time nginx takes for an
answer: what it answers in a second depends on what else the machine does, wrk among it.

What remains of the difference without the count is looking for addresses that begin with a dot and for those that the live
part answers; with it, the browser's name and the line, which nginx gathers with others before it writes.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from .command import answer
from .printing import columns, times
from .stage import ROOT, Absent, stage

PAGES, QUICK = 5_000, 100
SECONDS, QUICK_SECONDS, TURNS = 5, 1, 4
COPIED = "照抄的文件"
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/107.0.0.0 Safari/537.36"
SHIPPED = ROOT / "docs" / "operating" / "nginx"


class Row(NamedTuple):
    """One line: requests answered in a second, microseconds of processor for each, and how those compare with the copied files (1: alike, 0.5: twice as many)."""

    what: str
    accepts: str
    rate: float | None
    micros: float | None
    ratio: float | None
    note: str = ""


def measure(pages: int, seconds: int) -> list[list]:
    """In a process of its own: a site built of made-up articles, its files copied, and both read."""
    from importlib import import_module

    from django.conf import settings

    from gongkai.accounts.models import Office
    from gongkai.sitebuild.actions import build
    from gongkai.sockets import pages as source

    from .sitebuild import Corpus

    office, corpus = Office.objects.create(name="青禾市工业和信息化局", short_name="工信局"), Corpus(pages)
    import_module("gongkai.sockets.pages")._sources = {}
    source("bench", "试验文章", prefixes=("a/", "c/", "map/", "feed.xml", "index.html"), touch=corpus.touch, find=corpus.find)(corpus.produce)
    build(office)
    served = Path(settings.HOME) / "site" / "current"
    copied = Path(settings.HOME) / "copied"
    shutil.copytree(served, copied)
    addresses = ["/", *(f"/a/{number}.html" for number in range(0, pages, max(1, pages // 500))), *(f"/c/{column}/" for column in range(12))]
    best: dict[tuple[str, str], tuple[float, float]] = {}
    with reading(Path(settings.HOME), served, copied) as (worker, ports):
        for _ in range(TURNS):
            for accepts in ("gzip", "identity"):
                for what, port in ports.items():
                    rate, micros = _asked(Path(settings.HOME), worker, port, addresses, accepts, seconds)
                    most, least = best.get((what, accepts), (rate, micros))
                    best[what, accepts] = max(rate, most), min(micros, least)
    return [[what, accepts, rate, micros, best[COPIED, accepts][1] / micros, ""] for (what, accepts), (rate, micros) in best.items()]


@contextmanager
def reading(home: Path, served: Path, copied: Path) -> Iterator[tuple[int, dict[str, int]]]:
    """nginx over both folders; yields the process that answers, and their ports. Raises Absent without nginx."""
    program = os.environ.get("NGINX") or shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        raise Absent("没有找到 nginx：安装它，或用环境变量 NGINX 指明位置。")
    ports = {what: _free_port() for what in ("本系统的网站", "本系统的网站，不计访问", COPIED, "照抄的文件，不带响应头")}
    prefix = home / "nginx"
    shutil.copytree(SHIPPED, prefix / "conf" / "gongkai")
    (home / "visits").mkdir()
    ours = (SHIPPED / "gongkai.conf").read_text().replace("/srv/gongkai-data/site/current", str(served)).replace("/srv/gongkai-data/visits", str(home / "visits"))
    # Without its certificate, and without the desk: what is read is the public site.
    ours = re.sub(r"\n\s*ssl_certificate.*", "", ours).replace("listen 443 ssl;", f"listen 127.0.0.1:{ports['本系统的网站']};", 1)
    ours = re.sub(r"server \{\s*listen 443 ssl;.*?\n\}", "", ours, flags=re.S)
    ours += "\n" + f"server {{ listen 127.0.0.1:{ports['本系统的网站，不计访问']}; root {served}; access_log off; include gongkai/public.conf; }}"
    frame = f"root {copied}; index index.html; charset utf-8; gzip_static on; gzip_vary on;"
    headers = 'include gongkai/headers.conf; add_header Cache-Control "max-age=60, public" always;'
    plain = "\n".join(f"server {{ listen 127.0.0.1:{ports[what]}; {frame} {more} }}" for what, more in ((COPIED, headers), ("照抄的文件，不带响应头", "")))
    owner = "user root;" if os.geteuid() == 0 else ""
    temps = "".join(f"{kind}_temp_path {prefix}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (prefix / "conf" / "nginx.conf").write_text(
        f"{owner} daemon off; worker_processes 1; pcre_jit on; pid {prefix}/pid; error_log {prefix}/error.log; events {{}}\n"
        f"http {{ access_log off; {temps} types {{ text/html html; text/xml xml; }} default_type application/octet-stream;\n{ours}\n{plain}\n}}\n"
    )
    child = subprocess.Popen([program, "-p", str(prefix), "-c", str(prefix / "conf" / "nginx.conf"), "-e", str(prefix / "error.log")])
    try:
        for port in ports.values():
            _until_open(port, child)
        yield int(Path(f"/proc/{child.pid}/task/{child.pid}/children").read_text().split()[0]), ports
    finally:
        child.terminate()
        child.wait(timeout=10)


def _asked(home: Path, worker: int, port: int, addresses: list[str], accepts: str, seconds: int) -> tuple[float, float]:
    """Requests answered in a second, and microseconds of processor for each. SystemExit where an answer was not 200."""
    program = shutil.which("wrk")
    if program is None:
        raise Absent("没有找到 wrk：安装它（Debian 的同名软件包）。")
    script = home / "ask.lua"
    listed = ",".join(json.dumps(one) for one in addresses)
    script.write_text(
        f"local paths = {{{listed}}}\nlocal at = 0\n"
        f'wrk.headers["Accept-Encoding"] = "{accepts}"\nwrk.headers["User-Agent"] = "{BROWSER}"\n'
        "request = function()\n  at = at % #paths + 1\n  return wrk.format(nil, paths[at])\nend\n"
    )
    before = _spent(worker)
    done = subprocess.run([program, "-t1", "-c16", f"-d{seconds}s", "-s", str(script), f"http://127.0.0.1:{port}"], capture_output=True, text=True, check=True)
    if "Non-2xx" in done.stdout:
        raise SystemExit(f"有的地址没有答复200：{done.stdout}")
    answers = int(re.search(r"(\d+) requests in", done.stdout)[1])  # type: ignore[index]
    return float(re.search(r"Requests/sec:\s*([\d.]+)", done.stdout)[1]), (_spent(worker) - before) / answers * 1e6  # type: ignore[index]


def _spent(process: int) -> float:
    """Seconds of processor that a process has had."""
    said = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(said[11]) + int(said[12])) / os.sysconf("SC_CLK_TCK")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _until_open(port: int, child: subprocess.Popen, limit: float = 10) -> None:
    last = time.perf_counter() + limit
    while child.poll() is None and time.perf_counter() < last:
        with socket.socket() as trying:
            if trying.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("nginx 没有启动。")


def rows(quick: bool = False) -> list[Row]:
    if missing := [name for name in ("nginx", "wrk") if shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin") is None]:
        return [Row("未测", "", None, None, None, f"没有找到{'、'.join(missing)}，略过。")]
    with stage("sqlite") as play:
        return [Row(*row) for row in play("benchmarks.reads:measure", pages=QUICK if quick else PAGES, seconds=QUICK_SECONDS if quick else SECONDS)]


def table(found: list[Row]) -> str:
    head = ("网站", "接受的编码", "每秒答复", "每次处理器µs", "与照抄之比", "说明")
    return columns([head, *((row.what, row.accepts, "–" if row.rate is None else f"{row.rate:,.0f}", "–" if row.micros is None else f"{row.micros:.1f}", times(row.ratio), row.note) for row in found)])


if __name__ == "__main__":
    answer("reads", "由nginx读公开网站，与照抄的文件相比", rows, table)
