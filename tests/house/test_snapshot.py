"""The schema a fresh installation starts from is the one the migrations make."""

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests import migrations

SCHEMA = migrations.ROOT / "gongkai" / "jobs" / "schema" / "sqlite.sql"


def test_the_kept_schema_is_of_todays_migrations():
    assert migrations.kept_schema(), (
        f"{SCHEMA.relative_to(migrations.ROOT)} was made from other migrations or other versions.\n"
        "Why: a fresh installation is laid down from it, and would be told that migrations were applied which were not.\n"
        "Instead: run tools/snapshot and commit what it writes."
    )


def shape(database: sqlite3.Connection) -> dict[str, str]:
    """Every table and index as SQL. Order of columns may differ where one way rebuilds a table, so columns are sorted."""
    rows = database.execute("SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL")
    return {name: " ".join(sorted(re.split(r",\s*|\s+", sql.replace('"', "")))) for name, sql in rows if not name.startswith("sqlite_")}


@pytest.mark.slow
def test_the_kept_schema_is_what_migrating_makes(tmp_path):
    """Migrates once from nothing, which takes half a minute."""
    bare = tmp_path / "bare"
    bare.mkdir()
    subprocess.run(
        [sys.executable, "-c", "import django; django.setup(); from django.core.management import call_command; call_command('migrate', verbosity=0)"],
        check=True, cwd=Path(migrations.ROOT),
        env={**os.environ, "GONGKAI_HOME": str(bare), "DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "gongkai.settings.embedded"},
    )  # fmt: skip
    with closing(sqlite3.connect(":memory:")) as kept, closing(sqlite3.connect(bare / "gongkai.sqlite3")) as made:
        kept.executescript(SCHEMA.read_text(encoding="utf-8"))
        assert shape(kept) == shape(made)
        applied = "SELECT app, name FROM django_migrations ORDER BY app, name"
        assert kept.execute(applied).fetchall() == made.execute(applied).fetchall()
