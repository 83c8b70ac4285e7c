"""At the prompt, too, what goes wrong is said in a sentence."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("command", [["ledger", "status", "2022"], *(pytest.param(other, marks=pytest.mark.slow) for other in (["audit", "verify"], ["calendar", "impact"]))])
def test_before_there_is_a_database_a_command_says_what_to_run(tmp_path, command):
    env = {**os.environ, "GONGKAI_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "gongkai.settings.embedded", "DATABASE_URL": ""}
    done = subprocess.run([sys.executable, "-m", "gongkai", *command], capture_output=True, text=True, env=env, timeout=120)
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr and "gongkai upgrade" in done.stderr
