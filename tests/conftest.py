"""What every test may ask for: the published material, a browser, and a database that is kept between runs."""

import contextlib
import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from gongkai.jobs.fresh import lay_down

from . import migrations

ROOT = Path(__file__).resolve().parents[1]

hypothesis.settings.register_profile("fast", max_examples=30, deadline=None, derandomize=True, database=None)
hypothesis.settings.register_profile("thorough", max_examples=100, deadline=None, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))


# -- Stepping aside ------------------------------------------------------------------------------------------------


def required() -> set[str]:
    return {part.strip() for part in os.environ.get("REQUIRE", "").split(",") if part.strip()}


def step_aside(kind: str, reason: str) -> None:
    """Skip this test because something outside the repository is missing; fail instead when REQUIRE names `kind`."""
    if kind in required():
        pytest.fail(f"REQUIRE={kind} 要求这项测试必须运行，但{reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of published material that the importers are tried on."""
    folder = Path(os.environ.get("GONGKAI_SHARED") or ROOT.parent / "shared")
    if not (folder / "seed").is_dir():
        step_aside("shared", f"没有找到公开材料目录 {folder.name}：用环境变量 GONGKAI_SHARED 指明它的位置。")
    return folder


@pytest.fixture(autouse=True)
def _kinds(request: pytest.FixtureRequest) -> None:
    """Tests marked `shared` or `postgres` step aside where those are missing."""
    if request.node.get_closest_marker("shared"):
        request.getfixturevalue("shared")
    if request.node.get_closest_marker("postgres"):
        from django.db import connection

        if connection.vendor != "postgresql":
            step_aside("postgres", "当前数据库不是 PostgreSQL：用 tools/with-postgres 运行。")


# -- The database ---------------------------------------------------------------------------------------------------
# Migrating takes half a minute, so the test database starts from the schema kept in gongkai/jobs/schema (if that
# is of today's migrations), stays between runs and is only brought up to date. An *edited* migration is not
# something Django notices: when any migration file, or Django itself, is not what it was, it is thrown away.


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    if os.environ.get("DATABASE_URL"):
        config.option.create_db = True
        return
    home = Path(os.environ["GONGKAI_HOME"])
    known, now = home / "migrations.sha256", migrations.digest()
    if not known.exists() or known.read_text() != now:
        for database in home.glob("test.sqlite3*"):
            database.unlink()
        known.write_text(now)


# Each of xdist's workers has a database of its own. One of them migrates, the others copy the result.


@pytest.fixture(scope="session")
def _already_migrated(django_db_modify_db_settings) -> Iterator[object]:
    from django.db import connection

    if connection.vendor != "sqlite":
        yield None
        return
    migrated = Path(os.environ["GONGKAI_HOME"]) / "test.sqlite3.migrated"
    own = Path(connection.settings_dict["TEST"]["NAME"])
    turn = open(migrated.with_suffix(".turn"), "w")
    fcntl.flock(turn, fcntl.LOCK_EX)
    if not own.exists():
        if migrated.exists():
            shutil.copyfile(migrated, own)
        elif migrations.kept_schema():
            lay_down(own)

    def done() -> None:
        if not migrated.exists():
            connection.ensure_connection()
            with contextlib.closing(sqlite3.connect(migrated)) as copy:
                connection.connection.backup(copy)
        turn.close()

    yield done
    turn.close()


@pytest.fixture(scope="session")
def django_db_setup(_already_migrated, django_db_setup, django_db_blocker) -> None:
    if _already_migrated is not None:
        with django_db_blocker.unblock():
            _already_migrated()


# A test that commits (transaction=True, or one that talks to a live server) must leave the kept database
# as it found it. Django would empty every table, which the append-only ones refuse, and which would throw
# away what migrations wrote. So the database itself is put back: SQLite's page by page, PostgreSQL's from a copy.


@pytest.fixture(scope="session", autouse=True)
def _put_back_what_was_committed(django_db_blocker) -> Iterator[None]:
    from django.db import connection
    from django.test import TransactionTestCase

    keep, put_back, forget = (_sqlite_copy if connection.vendor == "sqlite" else _postgres_copy)(connection)
    emptying, setting_up = TransactionTestCase._fixture_teardown, TransactionTestCase._fixture_setup.__func__
    taken = []

    def remember(cls):
        if not taken:
            keep()
            taken.append(True)
        setting_up(cls)

    TransactionTestCase._fixture_setup = classmethod(remember)
    TransactionTestCase._fixture_teardown = lambda self: put_back()
    yield
    TransactionTestCase._fixture_setup = classmethod(setting_up)
    TransactionTestCase._fixture_teardown = emptying
    if taken:
        with django_db_blocker.unblock():
            forget()


def _sqlite_copy(connection):
    as_found = sqlite3.connect(":memory:")

    def keep():
        connection.ensure_connection()
        connection.connection.backup(as_found)

    def put_back():
        connection.close()
        connection.ensure_connection()
        as_found.backup(connection.connection)

    return keep, put_back, as_found.close


def _postgres_copy(connection):
    def of(source: str, target: str) -> None:
        connection.close()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
            if source:
                cursor.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')

    def name() -> str:
        return connection.settings_dict["NAME"]

    return lambda: of(name(), f"{name()}_kept"), lambda: of(f"{name()}_kept", name()), lambda: of("", f"{name()}_kept")


# -- The browser ----------------------------------------------------------------------------------------------------


def _chromium() -> str | None:
    names = [os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"]
    return next((found for name in names if name and (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """A headless Chromium, driven by Playwright's synchronous API."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        step_aside("browser", "没有安装 playwright：先运行 tools/setup check。")
    path = _chromium()
    if path is None:
        step_aside("browser", "没有找到 chromium：安装它，或用环境变量 CHROMIUM 指明位置。")
    # Playwright's synchronous API runs an event loop in this thread, which makes Django refuse the ORM.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        )
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser) -> Iterator[object]:
    """A fresh page, 1280 wide, in Chinese, that fails the test when a script fails or the page reaches out."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN", timezone_id="Asia/Shanghai")
    opened = context.new_page()
    troubles: list[str] = []
    opened.on("pageerror", lambda error: troubles.append(f"脚本出错：{error}"))
    opened.on(
        "request",
        lambda request: troubles.append(f"请求了站外地址：{request.url}")
        if request.url.startswith("http") and "//localhost" not in request.url and "//127.0.0.1" not in request.url
        else None,
    )
    yield opened
    context.close()
    assert not troubles, "；".join(troubles)
