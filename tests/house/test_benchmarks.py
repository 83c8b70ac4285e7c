"""The tables compare what the house does with the same done by hand: whoever adds to the one adds to the other."""

from collections import namedtuple

import pytest

from benchmarks import by_hand, foi
from benchmarks.command import answer
from gongkai.sockets import all_indicators


def test_every_register_an_indicator_reads_has_its_numbers_written_by_hand():
    assert {indicator.model for indicator in all_indicators().values()} == by_hand.BY_MODEL.keys()


def asked(monkeypatch, *words: str, parts=foi.PARTS):
    """What a table of one row is asked to measure, by these words on the command line."""
    row, measured = namedtuple("Row", "work"), []

    def rows(quick, only=()):
        measured.append((quick, only))
        return [row("一行")]

    monkeypatch.setattr("sys.argv", ["benchmarks", *words])
    answer("foi", "说明", rows, lambda found: found[0].work, parts)
    return measured


def test_a_table_is_asked_for_whole_quick_or_in_part(monkeypatch, capsys):
    assert asked(monkeypatch, parts=()) == [(False, ())] and asked(monkeypatch, "--quick") == [(True, foi.PARTS)]
    assert asked(monkeypatch, "--only", "alike,three") == [(False, ("alike", "three"))] and capsys.readouterr().out == "一行\n" * 3
    assert asked(monkeypatch, "--json") and '"work": "一行"' in capsys.readouterr().out


def test_every_part_is_named_where_parts_are_asked_for(monkeypatch, capsys):
    with pytest.raises(SystemExit):
        asked(monkeypatch, "--help")
    said = capsys.readouterr().out
    assert all(part in said for part in foi.PARTS)
    with pytest.raises(SystemExit):
        asked(monkeypatch, "--only", "alike,letters")
    assert "没有“letters”" in capsys.readouterr().err
