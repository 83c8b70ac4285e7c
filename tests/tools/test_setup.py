"""Setting up says in a sentence what is missing, and does nothing twice."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def clone(tmp_path):
    """A tree with the locks and the tools, and no environment."""
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    shutil.copytree(ROOT / "tools", tmp_path / "tools")
    return tmp_path


def setup(tree: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        ["sh", tree / "tools" / "setup", *arguments], capture_output=True, text=True,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **environment},
    )  # fmt: skip


def interpreter(folder: Path, script: str) -> str:
    """A stand-in for a Python that lacks something: an executable that answers as `script` does."""
    path = folder / "python3"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_an_old_python_is_named(clone, tmp_path):
    said = setup(clone, PYTHON=interpreter(tmp_path, "exit 1"))
    assert said.returncode == 1
    assert "低于 3.11" in said.stderr
    assert not (clone / ".venv").exists()


def test_a_missing_venv_module_is_named(clone, tmp_path):
    old = f'case "$2" in *ensurepip*) exit 1;; *) exec {sys.executable} "$@";; esac'
    said = setup(clone, PYTHON=interpreter(tmp_path, old))
    assert said.returncode == 1
    assert "python3-venv" in said.stderr


def test_an_unknown_set_is_refused(clone):
    said = setup(clone, "everything")
    assert said.returncode == 1
    assert "core、dev、check" in said.stderr


@pytest.mark.parametrize(("installed", "asked", "works"), [
    pytest.param("core", "core", False, id="已装的就是所要的"),
    pytest.param("check", "core", False, id="已装的包含所要的"),
    pytest.param("core", "dev", True, id="已装的不够"),
])  # fmt: skip
def test_what_is_installed_is_not_installed_again(clone, tmp_path, installed, asked, works):
    mark = clone / ".venv" / ".installed"
    mark.mkdir(parents=True)
    (clone / ".venv" / "bin").mkdir()
    (clone / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (mark / "where").write_text(str(clone.resolve()))
    shutil.copy(clone / "requirements" / f"{installed}.txt", mark)
    # Were it to go on, this interpreter would stop it.
    (clone / ".venv" / "bin" / "python").unlink()
    (clone / ".venv" / "bin" / "python").write_text("#!/bin/sh\nexit 1\n")
    (clone / ".venv" / "bin" / "python").chmod(0o755)
    said = setup(clone, asked, PYTHON=interpreter(tmp_path, "exit 1"))
    assert (said.returncode != 0) is works, said.stderr


def test_a_changed_lock_is_installed_again(clone, tmp_path):
    mark = clone / ".venv" / ".installed"
    mark.mkdir(parents=True)
    (mark / "where").write_text(str(clone.resolve()))
    (mark / "core.txt").write_text("django==1.0\n")
    said = setup(clone, "core", PYTHON=interpreter(tmp_path, "exit 1"))
    assert said.returncode == 1
