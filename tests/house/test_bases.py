"""House test 3: every basis names an article we hold, in force on that date."""

import ast
from datetime import date

import pytest

from gongkai.law.figures import Standing, figures, rooms_with_figures
from gongkai.law.instruments import Basis, Held, UnknownBasis, instruments
from gongkai.sockets import all_indicators, duty_sources

from .tree import complain, parsed, python_files, shown

INSTEAD = (
    "a short basis that gongkai/law/figures/instruments.toml knows (“条例 33.2”); add the article there with its gist and "
    "how we know it. What the office itself decided starts with 本机关."
)
WHY = "a legal officer who asks where a date came from gets an article, and can look it up."


def trouble_with(basis: str, on: date) -> str:
    """Why `basis` may not be cited on `on`; empty when it may."""
    if basis.startswith("本机关"):
        return ""
    try:
        found = Basis.parse(basis)
    except UnknownBasis as error:
        return str(error)
    return found.instrument.warning(on)


def test_every_figure_rests_on_an_article_in_force():
    troubles = []
    for room in rooms_with_figures():
        for name, values in figures(room).items():
            for value in values:
                where = f"gongkai/{room}/figures: {name} from {value.from_on}"
                if value.basis and (said := trouble_with(value.basis, value.from_on)):
                    troubles.append(f"{where}: {said}")
                if value.standing is Standing.LAW and Basis.parse(value.basis).held is Held.NAME:
                    troubles.append(f"{where}: is called law, and nobody has read the text of “{value.basis}”")
                if value.standing is Standing.HOUSE and not value.basis and not value.note:
                    troubles.append(f"{where}: a house figure without a basis says in `note` why it is what it is")
    complain(troubles, WHY, INSTEAD)


def test_figures_stand_in_order_of_date():
    for room in rooms_with_figures():
        for name, values in figures(room).items():
            days = [value.from_on for value in values]
            assert days == sorted(set(days)), f"{room}.{name}：同一天有两个值"


def test_every_indicator_and_duty_rests_on_an_article():
    today = date(2026, 11, 23)
    troubles = []
    for key, indicator in all_indicators().items():
        if indicator.basis and (said := trouble_with(indicator.basis, today)):
            troubles.append(f"indicator {key}: {said}")
        for claim in indicator.claims:
            if not claim.basis:
                troubles.append(f"claim {key}.{claim.key} has no basis")
            elif said := trouble_with(claim.basis, today):
                troubles.append(f"claim {key}.{claim.key}: {said}")
    for key, source in duty_sources().items():
        if not source.basis:
            troubles.append(f"duty {key} has no basis")
        elif said := trouble_with(source.basis, today):
            troubles.append(f"duty {key}: {said}")
    complain(troubles, WHY, INSTEAD)


def written_bases():
    """(where, text) of every basis written as a plain string in code: basis="…" and Objection(…, …, "…")."""
    for path in python_files():
        if "demo" in path.parts:
            continue
        for node in ast.walk(parsed(path)):
            if not isinstance(node, ast.Call):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            given = [keyword.value for keyword in node.keywords if keyword.arg == "basis"]
            if called == "Objection" and len(node.args) > 2:
                given.append(node.args[2])
            for value in given:
                if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
                    yield f"{shown(path)}:{node.lineno}", value.value


def test_every_basis_written_in_code_is_held():
    troubles = [f"{where}: {said}" for where, basis in written_bases() if (said := trouble_with(basis, date(2026, 11, 23)))]
    complain(troubles, WHY, INSTEAD)


def test_successors_are_instruments_we_hold():
    known = instruments()
    troubles = [
        f"{short} is succeeded by {instrument.successor}, which is not held"
        for short, instrument in known.items()
        if instrument.successor and instrument.successor not in known
    ]
    complain(troubles, "a replaced instrument points the reader to what replaced it.", "add the successor to instruments.toml.")


@pytest.mark.parametrize(
    ("basis", "on", "may"),
    [
        pytest.param("条例 33.2", date(2022, 11, 30), True, id="施行中的条款"),
        pytest.param("条例 33.2", date(2019, 1, 1), False, id="尚未施行"),
        pytest.param("条例 99", date(2022, 11, 30), False, id="没有这一条"),
        pytest.param("60号", date(2022, 11, 30), False, id="已被30号取代"),
        pytest.param("60号", date(2020, 11, 30), True, id="当时尚未被取代"),
        pytest.param("不存在的规定 3", date(2022, 11, 30), False, id="没有收录"),
        pytest.param("本机关分工方案", date(2022, 11, 30), True, id="本机关自定"),
    ],
)
def test_what_may_be_cited(basis, on, may):
    assert (trouble_with(basis, on) == "") is may
