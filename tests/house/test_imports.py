"""House test 1: imports lean one way, and the law knows nothing of Django."""

import ast
import subprocess
import sys

from .tree import ROOT, complain, parsed, python_files, rooms, shown


def test_imports_lean_one_way():
    run = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert run.returncode == 0, (
        f"\n{run.stdout[-4000:]}{run.stderr[-2000:]}\n"
        "Why: a room that knows the rooms below it can't be changed, tested or left out alone.\n"
        "Instead: register in gongkai/sockets what the upper room should find, or move what both need up the hill "
        "under a name that says what it is (docs/map.md). A new package gets a line in pyproject.toml."
    )


def test_no_room_is_called_utils():
    vague = {"utils", "util", "common", "core", "helpers", "misc", "shared", "base"}
    found = [shown(room) for room in rooms() if room.name in vague]
    found += [
        shown(path)
        for path in python_files()
        if path.stem in vague - {"base"}
    ]
    complain(
        found,
        "a name that says nothing collects everything, and everybody ends up importing it.",
        "name the module for what it holds.",
    )


def test_rules_never_read_the_clock():
    """Today's date and the calendar are handed in, so that a rule can be asked about any day."""
    troubles = []
    for path in python_files():
        if not ("law" in path.parts or path.stem == "rules" or path.stem.endswith("_rules") or "rules" in path.parts):
            continue
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not node.args:
                if node.func.attr in {"today", "now", "utcnow"}:
                    troubles.append(f"{shown(path)}:{node.lineno} calls .{node.func.attr}()")
    complain(
        troubles,
        "a rule that reads the clock can't be asked what was true on 30 November, and its tests rot.",
        "take `today: date` (and `calendar`) as an argument and let the action pass them.",
    )
