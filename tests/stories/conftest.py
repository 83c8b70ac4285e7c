"""The demo bureau behind real pages, loaded once and put back for every story."""

import contextlib
import fcntl
import hashlib
import os
import sqlite3
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from gongkai.demo.deeds import ZONE
from gongkai.demo.profile import FOUNDING_SEED
from gongkai.ledger.models import Measure
from tests.conftest import ROOT

from .person import Person

NOW = datetime(2026, 1, 5, 9, tzinfo=ZONE)


def _made_from() -> str:
    """A digest of everything a loaded year depends on."""
    digest = hashlib.sha256()
    for path in sorted(path for kind in ("py", "toml", "html", "csv") for path in (ROOT / "gongkai").rglob(f"*.{kind}")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@pytest.fixture(scope="session")
def _year(django_db_setup, django_db_blocker) -> Path:
    """A database file with the bureau and its 2022. Kept between runs until a line of the product changes; xdist's workers share it."""
    from django.db import connection

    from gongkai.demo.commands import load

    if connection.vendor != "sqlite":
        pytest.skip("浏览器里的故事只在单机版（SQLite）上讲一遍。")
    home = Path(os.environ["GONGKAI_HOME"])
    kept = home / f"stories-{_made_from()}.sqlite3"
    with open(home / "stories.turn", "w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not kept.exists():
            for old in home.glob("stories-*.sqlite3"):
                old.unlink()
            half = home / "stories.half"
            half.unlink(missing_ok=True)
            with django_db_blocker.unblock(), contextlib.closing(sqlite3.connect(":memory:")) as before, contextlib.closing(sqlite3.connect(half)) as loaded:
                connection.ensure_connection()
                connection.connection.backup(before)
                try:
                    load(seed=FOUNDING_SEED, of=2022, now=NOW)
                    connection.connection.backup(loaded)
                finally:
                    before.backup(connection.connection)
                    connection.close()
            half.rename(kept)
    return kept


@pytest.fixture
def bureau(transactional_db, live_server, _year) -> SimpleNamespace:
    """青禾市工业和信息化局 on the last day the demo knows, at an address."""
    from django.db import connection

    connection.ensure_connection()
    with contextlib.closing(sqlite3.connect(_year)) as year:
        year.backup(connection.connection)
    return SimpleNamespace(address=live_server.url, measure=lambda number: Measure.objects.get(plan__level="own", number=number))


@pytest.fixture
def person(browser, bureau):
    """Sits somebody down at a browser. At the end, nothing may have been wrong with any page they saw."""
    seated: list[Person] = []

    def sit_down(username: str = "", **how) -> Person:
        seated.append(Person(browser, bureau.address, username, **how))
        return seated[-1]

    yield sit_down
    for one in seated:
        one.context.close()
    troubles = list(dict.fromkeys(trouble for one in seated for trouble in one.troubles))
    assert not troubles, "\n".join(troubles)
