"""A place of its own for every test run, chosen before Django reads its settings.

Two runs at once (two terminals, or a colleague's) must not share one database file. Loaded by
`-p tests.home` in pyproject.toml, because pytest-django reads the settings before any conftest.
"""

import fcntl
import os
from pathlib import Path

_held = []


def _take(root: Path) -> Path:
    """The first folder under .test/ that no other run holds; held until this process ends."""
    for number in range(1, 100):
        folder = root / ".test" / str(number)
        folder.mkdir(parents=True, exist_ok=True)
        handle = open(folder / "held", "w")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            handle.close()
            continue
        _held.append(handle)
        return folder
    raise SystemExit("已有近百个测试在同时运行：请等其中一些结束，或删除 .test/。")


# xdist's workers inherit the variable and so the place.
if "GONGKAI_HOME" not in os.environ:
    os.environ["GONGKAI_HOME"] = str(_take(Path(__file__).resolve().parents[1]))
