"""The command as it is typed: what it leaves behind, and what a second run of it does."""

import json
import os
import subprocess
import sys

import pytest

from gongkai.demo.commands import clear
from gongkai.demo.profile import FOUNDING_SEED
from tests.conftest import ROOT


@pytest.mark.slow
def test_search_answers_from_the_first_moment_and_a_fresh_bureau_is_searched_afresh(tmp_path):
    environment = {name: value for name, value in os.environ.items() if name not in ("DJANGO_SETTINGS_MODULE", "DATABASE_URL")} | {"GONGKAI_HOME": str(tmp_path)}

    def run(*arguments):
        done = subprocess.run([sys.executable, "-m", "gongkai", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    made = []
    for again in ((), (), ("--fresh",)):
        demo, index = run("demo", "--json", *again), run("search", "status", "--json")
        assert demo["seed"] == FOUNDING_SEED and demo["pages"] > 100
        assert index["records"] > 100 and not index["behind"] and not index["trouble"], again
        made.append((index["records"], {path.name for path in (tmp_path / "search").glob("*/v*")}))
    assert made[0] == made[1], "有了索引，不再重建"
    assert made[2][0] == made[0][0] and not made[2][1] & made[0][1]


def test_a_cleared_bureau_leaves_no_index_behind(settings, tmp_path, monkeypatch):
    settings.HOME = tmp_path
    for folder in ("files", "search", "site"):
        (tmp_path / folder / "1").mkdir(parents=True)
    monkeypatch.setattr("gongkai.demo.commands.connection", Nowhere(tmp_path / "gongkai.sqlite3"))
    clear()
    assert list(tmp_path.iterdir()) == []


class Nowhere:
    """A database that was never made."""

    vendor = "sqlite"

    def __init__(self, path):
        self.settings_dict = {"NAME": str(path)}

    def close(self) -> None:
        pass
