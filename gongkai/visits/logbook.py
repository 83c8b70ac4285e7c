"""Our own server's log of visits: a file of the minute's lines, appended to by whoever serves."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from . import rules


def folder() -> Path:
    return settings.HOME / "visits"


def counting(application: Callable) -> Callable:
    """The same WSGI application; pages it answers with are entered."""

    def counted(environ: dict, start_response: Callable):
        def start(status: str, *given):
            enter(environ, status[:3])
            return start_response(status, *given)

        return application(environ, start)

    return counted


def enter(environ: dict, status: str) -> None:
    """One line for a page that a person opened. Never in the way: what can't be written is not."""
    path = environ.get("PATH_INFO", "")
    if status not in ("200", "304") or environ.get("REQUEST_METHOD") != "GET" or not rules.is_page(path) or not rules.is_person(environ.get("HTTP_USER_AGENT", "")):
        return
    try:
        path = path.encode("latin-1").decode()
        if any(c.isspace() for c in path) or len(path) > 290:
            return
        folder().mkdir(exist_ok=True)
        with open(folder() / "now.log", "a", encoding="utf-8") as log:
            log.write(rules.line(timezone.localtime(), path))
    except (OSError, UnicodeError):
        return
