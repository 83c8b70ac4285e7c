"""House test 6: templates hold no inline script or style; colours appear only as tokens."""

import re
import tomllib
from pathlib import Path

import pytest

from .tree import PACKAGE, ROOT, complain, shown

TEMPLATES = sorted(p for p in PACKAGE.rglob("templates/**/*") if p.suffix in {".html", ".svg"})
STYLES = sorted(p for p in PACKAGE.rglob("*.css") if "locale" not in p.parts)


def stands_alone(path: Path) -> bool:
    """Printed and exported files (…/exports/…) leave the site without our stylesheet beside them."""
    return "exports" in path.parts


INLINE = {
    "an inline <script>": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/(?:ld\+)?json\")[^>]*>", re.I),
    "an inline <style>": re.compile(r"<style\b", re.I),
    "a style attribute": re.compile(r"\sstyle\s*=\s*[\"'{]", re.I),
    "an event attribute": re.compile(r"\son(?:click|change|submit|load|input|focus|blur|key\w+|mouse\w+)\s*=", re.I),
    "a javascript: address": re.compile(r"[\"']\s*javascript:", re.I),
}
COLOUR = re.compile(
    r"(?<![\w&/#-])#(?:[0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})(?![\w-])|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch)\(",
    re.I,
)
COMMENT = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}|<!--.*?-->|/\*.*?\*/", re.S)


def _without_comments(text: str) -> str:
    return COMMENT.sub(lambda found: "\n" * found.group().count("\n"), text)


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def test_templates_hold_no_inline_script_or_style():
    troubles = []
    for path in TEMPLATES:
        if stands_alone(path):
            continue
        text = _without_comments(path.read_text(encoding="utf-8"))
        for what, pattern in INLINE.items():
            troubles += [f"{shown(path)}:{_line(text, found.start())} has {what}" for found in pattern.finditer(text)]
    complain(
        troubles,
        "the desk runs under script-src 'self' and style-src 'self': the browser throws these away.",
        "a class in the stylesheet, a token, or a module attached by a data- attribute. What leaves the site alone "
        "(a printed or exported file) lives under exports/.",
    )


#: What a template takes of another: a template, a stylesheet, a script.
TAKES = re.compile(r"""\{% (?:extends|include|static) ["']([a-z_]+)/""")


def test_templates_lean_the_way_imports_do():
    """`ui` is every desk's layout, also of the rooms below it."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(one["layers"] for one in contracts if one["type"] == "layers")
    height = {name.strip("() "): -n for n, level in enumerate(layers) for name in level.split("|")}
    troubles = []
    for path in TEMPLATES:
        room = path.relative_to(PACKAGE).parts[0]
        text = _without_comments(path.read_text(encoding="utf-8"))
        for found in TAKES.finditer(text):
            if found[1] not in (room, "ui") and height.get(found[1], -99) >= height.get(room, 99):
                troubles.append(f"{shown(path)}:{_line(text, found.start())} takes {found.group()[3:]}…")
    complain(
        troubles,
        "a page that takes a template or a stylesheet from the room above it breaks when that room is left out or changed.",
        "let the room above hand in what is its own when it registers, or move the piece up the hill (docs/map.md).",
    )


def test_colours_appear_only_as_tokens():
    troubles = []
    for path in [*TEMPLATES, *STYLES]:
        if path.stem == "tokens" or stands_alone(path):
            continue
        text = _without_comments(path.read_text(encoding="utf-8"))
        troubles += [f"{shown(path)}:{_line(text, f.start())} writes {f.group()}" for f in COLOUR.finditer(text)]
    complain(
        troubles,
        "a colour written twice drifts, and nobody can check its contrast or change the seal red in one place.",
        "var(--role) with the colour in tokens.css, named for its role.",
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param('<script>go()</script>', True, id="内联脚本"),
        pytest.param('<script src="{% static "a.js" %}"></script>', False, id="外部脚本"),
        pytest.param('<p style="color: red">', True, id="内联样式"),
        pytest.param('<a onclick="x()">', True, id="事件属性"),
        pytest.param('<p class="conclick = x">', False, id="无关文字"),
    ],
)
def test_the_patterns_find_what_they_look_for(text, found):
    assert any(pattern.search(text) for pattern in INLINE.values()) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("color: #b22;", True),
        ("color: #B22222;", True),
        ("fill: rgb(1 2 3)", True),
        ('<a href="#abc">', False),
        ("&#8230;", False),
        ("#list-item { }", False),
        ("color: var(--seal)", False),
    ],
)
def test_the_colour_pattern_finds_colours(text, found):
    assert bool(COLOUR.search(text.replace('"#', '"/#'))) is found
