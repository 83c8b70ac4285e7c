"""A picture for what is explained at a glance, drawn from its words."""

import json
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import pylopdf_fonts_zh_cn
import typst

from .cast import OFFICE

SOURCE, FONTS = Path(__file__).with_suffix(".typ"), Path(pylopdf_fonts_zh_cn.__file__).parent


def draw(title: str, steps: Sequence[tuple[str, str]]) -> BytesIO:
    """A PNG of 900 pixels' width: the title and the steps below one another."""
    data = {"title": title, "steps": steps, "foot": f"{OFFICE['name']}　咨询电话：{OFFICE['phone']}"}
    made = typst.compile(
        SOURCE.read_bytes(), root=str(SOURCE.parent), font_paths=[str(FONTS)], ignore_system_fonts=True, format="png", ppi=144.0,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )  # fmt: skip
    return BytesIO(made)


def told(title: str, steps: Sequence[tuple[str, str]]) -> str:
    """What the picture says, for whoever can't see it."""
    return f"流程图：{title.removeprefix('一图读懂：')}" + "；".join(
        f"第{n}步{name}，{what}" for n, (name, what) in enumerate(steps, 1)
    )
