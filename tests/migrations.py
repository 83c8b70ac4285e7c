"""What the database's shape depends on, in one digest: our migrations, and the locked versions of everybody else's."""

import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def digest() -> str:
    found = hashlib.sha256((ROOT / "requirements" / "core.txt").read_bytes())
    for path in sorted((ROOT / "gongkai").glob("*/migrations/*.py")):
        found.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


def kept_schema() -> Path | None:
    """The schema kept in gongkai/jobs/schema, when it was made from the migrations as they are now."""
    path = ROOT / "gongkai" / "jobs" / "schema" / "sqlite.sql"
    if not path.exists():
        return None
    with path.open(encoding="utf-8") as file:
        return path if file.readline().strip() == f"-- {digest()}" else None
