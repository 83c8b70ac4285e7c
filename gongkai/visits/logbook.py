"""Our own server's log of visits: a file a day, appended to by whoever serves."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from . import rules


def folder() -> Path:
    return settings.HOME / "visits"


def logs() -> list[Path]:
    return sorted(folder().glob("????-??-??.log"))


def clear() -> None:
    """Remove our logs of the days before yesterday, once they are counted."""
    kept = f"{timezone.localdate() - timedelta(days=1)}.log"
    for log in logs():
        if log.name < kept:
            log.unlink(missing_ok=True)


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
        now = timezone.localtime()
        with open(folder() / f"{now:%Y-%m-%d}.log", "a", encoding="utf-8") as log:
            log.write(rules.line(now, path))
    except (OSError, UnicodeError):
        return
