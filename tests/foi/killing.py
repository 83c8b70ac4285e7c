"""A process that has printed nothing yet, to be forked for every deed that is killed.

The printer keeps threads of its own, which a forked child does not get; a child of a process that never printed starts its
own. `Killer` starts such a process on the tests' own database and has it fork, do a deed by name, and die before its n-th
statement, before or after a commit. Run as `python -m tests.foi.killing <database>`; one line of JSON in, one out.
"""

import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

NEVER = 10_000


def killed(deed: Callable[[], object], stop: int) -> str:
    """Fork, do `deed`, killed before its event number `stop`: "killed", "lived", or the traceback."""
    from django.db import connection, connections
    from django.db.backends.base.base import BaseDatabaseWrapper

    connections.close_all()  # the child must not speak over its parent's line
    read, write = os.pipe()
    pid = os.fork()
    if pid:
        os.close(write)
        with os.fdopen(read) as said:
            words = said.read()
        _, status = os.waitpid(pid, 0)
        return "killed" if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL else words
    try:
        done = 0

        def event() -> None:
            nonlocal done
            if done == stop:
                os.kill(os.getpid(), signal.SIGKILL)
            done += 1

        def before(execute, sql, params, many, context):
            event()
            return execute(sql, params, many, context)

        commit = BaseDatabaseWrapper._commit

        def both_sides(self):
            event()
            commit(self)
            event()

        BaseDatabaseWrapper._commit = both_sides
        with connection.execute_wrapper(before):
            deed()
        words = "lived"
    except BaseException:
        words = traceback.format_exc()
    os.write(write, words.encode()[:60_000])
    os._exit(0)


class Killer:
    """The process that forks, and what it is asked for."""

    def __init__(self):
        from django.db import connection

        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.foi.killing", str(connection.settings_dict["NAME"])], cwd=Path(__file__).parents[2],
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "gongkai.settings.test"}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def __call__(self, deed: str, stop: int = NEVER, **said) -> str:
        self.process.stdin.write(json.dumps({"deed": deed, "stop": stop, "said": said}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "分叉用的进程没有回答"
        return json.loads(line)

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(30)


# The deeds, by name: everything they need is looked up by key, as a request would.


def _deeds() -> dict[str, Callable]:
    from datetime import date

    from django.core.files.base import ContentFile

    from gongkai.accounts.models import User
    from gongkai.foi import archiving, redacting, redactions
    from gongkai.foi.models import Application, Redaction
    from gongkai.letters import actions as letters
    from gongkai.letters.models import Letter
    from tests.letters.test_letters import PNG

    def by(pk: int) -> User:
        return User.objects.get(pk=pk)

    def scan(n: int) -> ContentFile:
        """Another picture every time, so that its file is written anew."""
        return ContentFile(PNG + b"\0" * n, f"扫描件{n}.png")

    def make_copy(redaction: int, page: int) -> None:
        """The jobs process makes a covered copy and dies before it draws this page."""
        drawn, pages = redacting.burned, []

        def burned(picture, covers):
            pages.append(picture)
            if len(pages) == page:
                os.kill(os.getpid(), signal.SIGKILL)
            return drawn(picture, covers)

        redacting.burned = burned
        redactions.make_later.call(redaction)

    return {
        "make_copy": make_copy,
        "archive": lambda case, clerk, n: archiving.archive(Application.objects.get(pk=case), by=by(clerk), number=f"XXGK-{n}", on=date(2022, 5, 5)),
        "freeze": lambda letter, clerk: letters.freeze(Letter.objects.get(pk=letter), by=by(clerk)),
        "render": lambda letter, clerk: letters.render(Letter.objects.get(pk=letter), by=by(clerk)),
        "stamp": lambda letter, clerk, n: letters.stamp(
            found := Letter.objects.get(pk=letter), by=by(clerk), scan=scan(n), bound_to=found.rendering.pdf_sha256,
        ),
        "deliver": lambda letter, clerk, n: letters.deliver(
            Letter.objects.get(pk=letter), by=by(clerk), way="direct", on=date(2022, 3, 25), proof="签收", scan=scan(n),
        ),
        "finish": lambda redaction, clerk: redactions.finish(Redaction.objects.get(pk=redaction), by=by(clerk)),
    }  # fmt: skip


def _serve(database: str) -> None:
    import django

    django.setup()
    from django.db import connections

    connections.databases["default"]["NAME"] = database
    connections["default"].settings_dict["NAME"] = database
    deeds = _deeds()
    for line in sys.stdin:
        asked = json.loads(line)
        said = killed(lambda asked=asked: deeds[asked["deed"]](**asked["said"]), asked["stop"])
        print(json.dumps(said), flush=True)


if __name__ == "__main__":
    _serve(sys.argv[1])
