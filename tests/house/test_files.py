"""What may stand in a tracked file, and that the documents' links lead somewhere."""

import re
import tomllib

import pytest

from .tree import ROOT, complain, shown, tracked_files

TEXT = {".py", ".md", ".toml", ".txt", ".in", ".html", ".css", ".js", ".csv", ".json", ".sh", ".cfg", ".po", ".typ", ".svg", ""}
# Written in halves, so that this file is not the one it finds.
HOSTS = ["py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com", "deb." + "debian.org"]
MACHINE = re.compile(r"(?<![\w.~-])/(?:work|root|Users|tmp)/(?=[\w.])")


def texts():
    for path in tracked_files():
        if path.suffix in TEXT and path.stat().st_size < 2_000_000:
            try:
                yield path, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue  # a test's input in another encoding


def test_no_file_names_a_machine_or_a_registry():
    troubles = []
    for path, text in texts():
        for number, line in enumerate(text.splitlines(), 1):
            if any(host in line for host in HOSTS):
                troubles.append(f"{shown(path)}:{number} names a package registry")
            if MACHINE.search(line):
                troubles.append(f"{shown(path)}:{number} holds a path of somebody's machine: {line.strip()[:80]}")
    complain(
        troubles,
        "an office installs from its own mirror, and nobody else has your folders.",
        "paths relative to the repository or to $GONGKAI_HOME; lock with `make locks`, which leaves addresses out.",
    )


def test_locks_pin_everything_by_hash():
    troubles = []
    for name in ("uv", "core", "dev", "check"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        entries = re.split(r"(?m)^(?=[A-Za-z0-9])", text)
        troubles += [
            f"requirements/{name}.txt: {entry.splitlines()[0]} has no hash"
            for entry in entries
            if entry.strip() and not entry.startswith("#") and "--hash=sha256:" not in entry
        ]
        asked = (ROOT / "requirements" / f"{name}.in").read_text(encoding="utf-8")
        for line in asked.splitlines():
            wanted = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", line)
            if wanted and not re.search(rf"(?mi)^{re.escape(wanted.group())}(\[[^\]]*\])?==", text):
                troubles.append(f"{wanted.group()} is in {name}.in and not in {name}.txt")
    complain(troubles, "setup installs what was looked at, byte for byte.", "run `make locks`.")


def test_each_lock_holds_the_one_before_it():
    def entries(name: str) -> set[str]:
        text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        return set(re.findall(r"(?m)^([A-Za-z0-9][^ \\;]*==[^ \\;]+)", text))

    assert entries("core") <= entries("dev") <= entries("check"), "运行 make locks：dev 与 check 须包含同一版本的 core。"


LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")


def test_links_in_documents_lead_somewhere():
    troubles = []
    for path, text in texts():
        if path.suffix != ".md":
            continue
        for found in LINK.finditer(text):
            target = (found.group(1) or found.group(2)).split("#")[0]
            if not target or re.match(r"[a-z]+:", target):
                continue
            if not (path.parent / target).exists():
                troubles.append(f"{shown(path)} links to {target}, which is not there")
    complain(troubles, "a reader follows links.", "mend the link, or leave it out.")


def test_every_room_is_on_the_map():
    from .tree import rooms

    text = (ROOT / "docs" / "map.md").read_text(encoding="utf-8")
    layers = " ".join(
        tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"][0]["layers"]
    )
    troubles = [f"{room.name} is not in docs/map.md" for room in rooms() if not re.search(rf"\b{room.name}\b", text)]
    troubles += [
        f"{room.name} is not in the layers of pyproject.toml" for room in rooms() if not re.search(rf"\b{room.name}\b", layers)
    ]
    complain(troubles, "the map is how a newcomer finds a room.", "put the room where its imports allow it.")


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "THIRD_PARTY.md"])
def test_the_front_door_is_furnished(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert len(text) > 400, f"{name} 几乎是空的"
    if name.startswith("README"):
        assert "make demo" in text and "make test" in text, f"{name} 应写明两条命令：make demo、make test"


def test_decisions_say_what_a_decision_must():
    troubles = []
    for path in sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md")):
        text = path.read_text(encoding="utf-8")
        for heading in ("## Context", "## Options", "## Decision", "## Consequences"):
            if heading not in text:
                troubles.append(f"{shown(path)} has no “{heading}”")
        if not re.search(r"(?m)^Date: \d{4}-\d{2}-\d{2}$", text):
            troubles.append(f"{shown(path)} has no line “Date: YYYY-MM-DD”")
    complain(troubles, "a decision without its reasons is re-argued.", "context, options, decision, consequences, date.")
