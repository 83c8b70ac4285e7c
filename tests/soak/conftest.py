"""An installation of its own for a soak: its own folder, database and keys."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


class Installation:
    """A migrated database in a folder of its own, and processes that work on it."""

    def __init__(self, home: Path):
        self.home = home
        self.environment = {
            **os.environ,
            "GONGKAI_HOME": str(home),
            "DJANGO_SETTINGS_MODULE": "gongkai.settings.embedded",
        }

    def start(self, script: str, *arguments: str) -> subprocess.Popen:
        """Start Python on `script`, with Django set up; its lines are read from stdout."""
        prelude = "import django, sys\ndjango.setup()\n"
        return subprocess.Popen(
            [sys.executable, "-u", "-c", prelude + script, *arguments],
            cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, script: str, *arguments: str) -> str:
        process = self.start(script, *arguments)
        said, complained = process.communicate(timeout=600)
        assert process.returncode == 0, complained
        return said


@pytest.fixture(scope="module")
def installation(tmp_path_factory) -> Installation:
    made = Installation(tmp_path_factory.mktemp("soak"))
    made.run("from django.core.management import call_command\ncall_command('migrate', verbosity=0)")
    return made


@pytest.fixture
def seconds() -> float:
    """How long a soak goes on: SOAK_SECONDS, twenty without it."""
    return float(os.environ.get("SOAK_SECONDS", "20"))
