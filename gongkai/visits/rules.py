"""What counts as a visit, and what a visitor may send."""

import re
from datetime import date, datetime
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from gongkai.law import Objection

#: How robots call themselves. Who pretends to be a person is counted as one.
_ROBOT = re.compile(r"bot|spider|crawl|slurp|curl|wget|python|java/|httpclient|headless|monitor|scrapy|^$", re.IGNORECASE)
#: Logs put aside in these are no more read: they were while they were plain.
COMPRESSED = frozenset({".gz", ".zst", ".xz", ".bz2"})
_LINE = re.compile(r"^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})\S* (\S+)$")


class Visit(NamedTuple):
    day: date
    path: str


def is_person(agent: str) -> bool:
    return not _ROBOT.search(agent)


def is_page(path: str) -> bool:
    """Whether an address is of a page, not of a picture, a style or a feed."""
    last = path.rpartition("/")[2]
    return "." not in last or last.endswith(".html")


def page_of(address: str) -> str:
    """A page's path as the built site has it: "/a/?x#y" and "/a/index.html" are the same page."""
    path = unquote(urlsplit(address).path).lstrip("/")
    return f"{path}index.html" if not path or path.endswith("/") else path


def line(at: datetime, address: str) -> str:
    return f"{at:%Y-%m-%dT%H:%M} {address}\n"


def read(text: str) -> Visit | None:
    """A line of the log of visits; None for what is none."""
    found = _LINE.match(text.strip())
    if found is None:
        return None
    try:
        day = date.fromisoformat(found[1][:10])
    except ValueError:
        return None
    return Visit(day, page_of(found[2])) if is_page(urlsplit(found[2]).path) else None


def objections_to_mistake(words: str, most: int) -> list[Objection]:
    if not words.strip():
        return [Objection("empty", "请写明哪里有错")]
    if len(words) > most:
        return [Objection("long", f"说明请不超过{most}字，现有{len(words)}字")]
    return []
