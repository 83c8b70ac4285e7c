"""A fresh SQLite database in a second: the schema as text, instead of two hundred migrations one by one.

Migrating from nothing renders every model again for every migration, half a minute of computing for a
result that is always the same. So that result is kept as SQL beside this file, made by
`tools/snapshot` from a real migration. Migrating goes on from there as from any other database: what
is newer than the snapshot is applied as usual, and a stale snapshot only costs time. That the two ways
give the same database is a test.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

SCHEMA = Path(__file__).parent / "schema" / "sqlite.sql"


def lay_down(path: Path) -> bool:
    """Write the kept schema into a database file that has no table yet. False when it has, or nothing is kept."""
    if not SCHEMA.exists():
        return False
    with closing(sqlite3.connect(path)) as database:
        if database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            return False
        database.executescript(SCHEMA.read_text())
    return True


def snapshot(path: Path) -> str:
    """A migrated database as SQL: every table, index and row, without triggers, which every migrate lays anew."""
    with closing(sqlite3.connect(path)) as database:
        lines = [line for line in database.iterdump() if not line.startswith("CREATE TRIGGER")]
    return "\n".join(lines) + "\n"
