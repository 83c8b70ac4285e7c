"""Two-dimensional codes of addresses, fast enough for a hundred thousand pages.

With version, level, mask and length held fixed, every module of a code is a sum modulo two of the bits
of its text: the check words are linear. So a code is one reference code and, for each bit in which the
text differs, the change that bit makes; each change is asked of segno once.
"""

import re
from functools import cache

import segno
from django.utils.safestring import SafeString, mark_safe

_BORDER = 2
#: So many modules of a row are drawn together.
_PIECE = 11
_RUN = re.compile("0+|1+")
#: The first text of each length with its code: what later ones are compared with.
_references: dict[int, tuple[bytes, int, int]] = {}


def qr_svg(address: str) -> SafeString:
    """An SVG of the code of `address`, without a size of its own; its modules are strokes in the colour of the text around it."""
    text = address.encode()
    if len(text) not in _references:
        _references[len(text)] = (text, *_code(text))
    reference, side, code = _references[len(text)]
    for place, (ours, theirs) in enumerate(zip(text, reference, strict=True)):
        differing = ours ^ theirs
        while differing:
            bit = differing & -differing
            code ^= _change(len(text), place, bit)
            differing ^= bit
    rows = f"{code:0{side * side}b}"
    path = "".join(_row(rows[y * side : (y + 1) * side], y) for y in range(side))
    whole = side + 2 * _BORDER
    return mark_safe(f'<svg class="qr" viewBox="0 0 {whole} {whole}" role="img" aria-label="本页地址的二维码"><path d="{path}"/></svg>')


def _row(row: str, y: int) -> str:
    """The dark runs of one row as strokes, put together from pieces: there are few different ones, and many codes."""
    return f"M{_BORDER} {y + _BORDER}.5" + "".join([_piece(row[x : x + _PIECE]) for x in range(0, len(row), _PIECE)])


@cache
def _piece(modules: str) -> str:
    """The strokes of some modules, from before the first to behind the last."""
    return "".join(f"h{len(run)}" if run[0] == "1" else f"m{len(run)} 0" for run in _RUN.findall(modules))


@cache
def _version(length: int) -> int:
    return segno.make_qr(b"x" * length, error="m", boost_error=False, mode="byte").version


def _code(text: bytes) -> tuple[int, int]:
    """(side, modules as one number) of a code."""
    made = segno.make_qr(text, version=_version(len(text)), error="m", boost_error=False, mask=3, mode="byte")
    rows = ["".join("1" if dark else "0" for dark in row) for row in made.matrix]
    return len(rows), int("".join(rows), 2)


@cache
def _change(length: int, place: int, bit: int) -> int:
    """What turning one bit of a text of that length does to its code."""
    plain = bytes(length)
    turned = bytearray(plain)
    turned[place] = bit
    return _zero(length) ^ _code(bytes(turned))[1]


@cache
def _zero(length: int) -> int:
    return _code(bytes(length))[1]
