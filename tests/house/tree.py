"""The repository as the house tests see it: its rooms, its Python, its templates, its tracked files."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "gongkai"
NOT_ROOMS = {"settings", "__pycache__"}


def rooms() -> list[Path]:
    """The packages of the house, in alphabetical order."""
    return sorted(p for p in PACKAGE.iterdir() if (p / "__init__.py").exists() and p.name not in NOT_ROOMS)


def python_files(*, migrations: bool = False) -> Iterator[Path]:
    for path in sorted(PACKAGE.rglob("*.py")):
        if migrations or "migrations" not in path.parts:
            yield path


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tracked_files() -> list[Path]:
    """What a commit would hold. A tree without git (an archive) counts as tracked whole."""
    try:
        said = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
            cwd=ROOT, capture_output=True, check=True,
        ).stdout  # fmt: skip
        names = [name for name in said.decode().split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        made = {".venv", "var", ".test", "wheels", ".git", "__pycache__"}
        names = [str(p.relative_to(ROOT)) for p in ROOT.rglob("*") if p.is_file() and not made & set(p.parts)]
    return sorted(ROOT / name for name in set(names) if (ROOT / name).is_file())


def complain(troubles: list[str], why: str, instead: str) -> None:
    """Fail with every trouble found, why it matters, and what to write instead."""
    if troubles:
        listed = "\n".join(f"  · {trouble}" for trouble in troubles[:40])
        more = f"\n  … and {len(troubles) - 40} more" if len(troubles) > 40 else ""
        raise AssertionError(f"\n{listed}{more}\nWhy: {why}\nInstead: {instead}")
