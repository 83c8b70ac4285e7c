"""The command line every table has: whole or quick, as a table or as JSON, and only some of its parts where it has parts."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from typing import Any


def answer(name: str, description: str, rows: Callable[..., list[Any]], table: Callable[[list[Any]], str], parts: Sequence[str] = ()) -> None:
    """Measure and print, as `python -m benchmarks.<name>` was asked to. `rows` takes `quick`, and `only` where there are `parts`."""
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{name}", description=description)
    parser.add_argument("--json", action="store_true", help="输出JSON")
    parser.add_argument("--quick", action="store_true", help="用小数据跑一遍，只看结果是否一致")
    if parts:
        parser.add_argument("--only", default=",".join(parts), metavar="项目", help=f"只做其中几项，用逗号隔开：{'、'.join(parts)}")
    asked = parser.parse_args()
    chosen = tuple(asked.only.split(",")) if parts else ()
    if unknown := [part for part in chosen if part not in parts]:
        parser.error(f"没有“{'、'.join(unknown)}”，可以选：{'、'.join(parts)}")
    found = rows(asked.quick, chosen) if parts else rows(asked.quick)
    print(json.dumps([row._asdict() for row in found], ensure_ascii=False, indent=2) if asked.json else table(found))
