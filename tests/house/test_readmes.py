"""House test 7: every indicator, duty and command is described in its app's README."""

import re

import click

from gongkai.cli import build
from gongkai.sockets import all_indicators, duty_sources

from .tree import PACKAGE, complain, rooms, shown, tracked_files


def described(key: str, text: str) -> bool:
    """Whether `key` is named, alone or with its family: `foi.result.*` stands for all that begin so."""
    family = key.rpartition(".")[0] + ".*"
    return key in text or (family.count(".") > 1 and family in text)


def readme(room: str) -> str:
    path = PACKAGE / room / "README.md"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def test_every_room_has_a_readme():
    missing = [f"{shown(room)}/ has no README.md" for room in rooms() if not (room / "README.md").exists()]
    complain(
        missing,
        "a newcomer opens the folder first.",
        "half a page: what duty it serves, which articles, its states, who may do what, which notices it sends.",
    )


def test_every_indicator_is_described():
    troubles = [
        f"{key} is not named in gongkai/{indicator.room}/README.md"
        for key, indicator in all_indicators().items()
        if not described(key, readme(indicator.room))
    ]
    complain(
        troubles,
        "an indicator nobody described is a number nobody can defend.",
        "a line in the README: `key` — what it counts, which dated fact puts a record into the year.",
    )


def test_every_duty_is_described():
    troubles = [
        f"{key} is not named in gongkai/{key.split('.')[0]}/README.md"
        for key in duty_sources()
        if key not in readme(key.split(".")[0])
    ]
    complain(
        troubles,
        "people are reminded of duties: the README says by which article and from which day.",
        "a line in the README: `key` — what is owed, from which day, by which basis, what discharges it.",
    )


def commands(command: click.Command, names: tuple[str, ...] = ()):
    """Every command below `command`: (its words, the module of the function that runs it)."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            yield from commands(below, (*names, name))
    else:
        function = command.callback
        while hasattr(function, "__wrapped__"):
            function = function.__wrapped__
        yield " ".join(names), function.__module__


def test_every_command_is_described():
    troubles = []
    for words, module in commands(build()):
        room = module.split(".")[1]
        if f"gongkai {words}" not in readme(room):
            troubles.append(f"`gongkai {words}` is not named in gongkai/{room}/README.md")
    complain(
        troubles,
        "an operator reads before typing.",
        "a line in the README of the room the command lives in: the words to type, and what they do.",
    )


def test_documents_name_commands_that_exist():
    known = {words for words, _ in commands(build())}
    known |= {" ".join(words.split()[:n]) for words in known for n in (1, 2)}
    troubles = []
    for path in tracked_files():
        if path.suffix != ".md" or path.name == "CHANGELOG.md":
            continue
        for typed in re.findall(r"(?:`|bin/)gongkai ((?:[a-z]+ ?){1,2})", path.read_text(encoding="utf-8")):
            words = typed.split()
            if not (" ".join(words) in known or words[0] in plain(known)):
                troubles.append(f"{shown(path)} tells to type `gongkai {typed.strip()}`")
    complain(troubles, "a handbook that is wrong once is not read again.", "the command as `gongkai --help` lists it.")


def plain(known: set[str]) -> set[str]:
    """The commands of one word: what follows them are arguments."""
    return {words for words in known if " " not in words and not any(other.startswith(words + " ") for other in known)}
