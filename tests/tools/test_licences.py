"""Which licences may stand beside ours."""

import importlib.machinery
import importlib.util
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def licences():
    path = str(Path(__file__).resolve().parents[2] / "tools" / "licences")
    loader = importlib.machinery.SourceFileLoader("licences", path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("licences", loader))
    loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("expression", "may"),
    [
        ("MIT", True),
        ("LGPL-3.0-only", True),
        ("Apache-2.0 OR BSD-3-Clause", True),
        ("MIT OR GPL-3.0-only", True),
        ("MIT AND PSF-2.0", True),
        ("GPL-3.0-or-later", False),
        ("AGPL-3.0-only", False),
        ("MIT AND GPL-2.0-only", False),
        ("Proprietary", False),
    ],
)
def test_what_may_be_shipped(licences, expression, may):
    assert licences.may_ship(expression) is may


@pytest.mark.slow
def test_every_installed_package_has_a_licence_we_know(licences):
    """Asked of what the product itself needs, since that is what is installed everywhere."""
    for name in licences.locked("core"):
        found = licences.licence_of(name)
        assert found and licences.may_ship(found), f"{name}: {found}"


def test_the_list_names_every_locked_package(licences):
    text = (licences.ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")
    missing = [
        name for part in licences.PARTS for name, version in licences.locked(part).items() if f"| {name} | {version} |" not in text
    ]
    assert not missing, f"THIRD_PARTY.md 缺少 {missing}：运行 make licences"
