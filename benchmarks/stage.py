"""Where a benchmark plays: a scratch database and a process of its own, both gone afterwards.

    with stage("sqlite") as play:
        found = play("benchmarks.indicators:measure", records=1_000_000)

The function runs in a fresh Python with Django set up on that database, so that one bench neither
warms nor burdens another and the memory it is charged with is its own. What it returns goes through JSON.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[1]

#: The databases we promise something about.
DATABASES = ("sqlite", "postgresql")
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


class Absent(Exception):
    """The database is not to be had; the sentence says what to do."""


@contextmanager
def stage(database: str) -> Iterator[Callable[..., Any]]:
    """A scratch `database`, migrated; yields `play(function, **arguments)`. Raises Absent without a server."""
    with tempfile.TemporaryDirectory(prefix="gongkai-bench-") as home, server(database) as url:
        surroundings = {**os.environ, "GONGKAI_HOME": home, "DJANGO_SETTINGS_MODULE": "gongkai.settings.test"}
        surroundings.pop("DATABASE_URL", None)
        if url:
            surroundings["DATABASE_URL"] = url

        def play(function: str, **arguments) -> Any:
            answer = Path(home) / "answer.json"
            done = subprocess.run(
                [sys.executable, "-m", "benchmarks.stage", function, json.dumps(arguments), str(answer)], cwd=ROOT, env=surroundings, check=False
            )
            if done.returncode:
                raise SystemExit(f"{function} 没有做完（退出码{done.returncode}），原因见上。")
            return json.loads(answer.read_text())

        play("benchmarks.stage:lay")
        yield play


@contextmanager
def server(database: str) -> Iterator[str]:
    """The URL of a scratch PostgreSQL database, dropped afterwards; blank for SQLite, which lives in the home."""
    if database == "sqlite":
        yield ""
        return
    import psycopg

    url = os.environ.get("DATABASE_URL", "")
    server = urlsplit(url if url.startswith("postgres") else "postgres://127.0.0.1:5432/")
    name = f"gongkai_bench_{os.getpid()}"
    try:
        keeper = psycopg.connect(urlunsplit(server._replace(scheme="postgresql", path="/postgres")), autocommit=True, connect_timeout=5)
    except psycopg.OperationalError as problem:
        raise Absent(f"没有连上PostgreSQL，略过：用环境变量 DATABASE_URL 指明一台可建库的服务器，或用 tools/with-postgres 运行。（{str(problem).splitlines()[0]}）") from None
    with keeper:
        keeper.execute(f'CREATE DATABASE "{name}"')
        try:
            user = f"{server.username or keeper.info.user}"
            place = server.netloc if server.username else f"{user}@{server.netloc}"
            yield urlunsplit(server._replace(netloc=place, path=f"/{name}"))
        finally:
            keeper.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def lay() -> None:
    """Every table, as a fresh installation has them."""
    from django.core.management import call_command
    from django.db import connection

    from gongkai.jobs.fresh import lay_down

    if connection.vendor == "sqlite":
        lay_down(Path(connection.settings_dict["NAME"]))
    call_command("migrate", verbosity=0, interactive=False)


def best(run: Callable[[], Any], repeat: int) -> tuple[float, Any]:
    """The shortest of `repeat` runs in seconds, since noise only ever adds, and what the last returned."""
    shortest, found = float("inf"), None
    for _ in range(repeat):
        begun = time.perf_counter()
        found = run()
        shortest = min(shortest, time.perf_counter() - begun)
    return shortest, found


def _main(function: str, arguments: str, answer: str) -> None:
    import django

    django.setup()
    module, name = function.split(":")
    found = getattr(importlib.import_module(module), name)(**json.loads(arguments))
    Path(answer).write_text(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    _main(*sys.argv[1:])
