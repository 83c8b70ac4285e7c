"""Typed readers of environment values. Each stops with a clear sentence instead of guessing."""

import os
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

UNSET = object()


def text(name: str, default: object = UNSET) -> str:
    """The value of `name`; without one, `default`, or a stop when there is none."""
    value = os.environ.get(name)
    if value is None or value == "":
        if default is UNSET:
            raise ImproperlyConfigured(f"缺少环境变量 {name}：请在启动前设置，或写入服务的环境文件。")
        return default  # type: ignore[return-value]
    return value


def whole(name: str, default: object = UNSET) -> int:
    value = text(name, default)
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"环境变量 {name} 应为整数，现为“{value}”。") from None


def yes(name: str, default: bool = False) -> bool:
    value = str(text(name, "1" if default else "0")).strip().lower()
    if value in {"1", "yes", "true", "on", "是"}:
        return True
    if value in {"0", "no", "false", "off", "否", ""}:
        return False
    raise ImproperlyConfigured(f"环境变量 {name} 应为 1 或 0，现为“{value}”。")


def listed(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in str(text(name, default)).split(",") if part.strip()]


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Addresses and ranges of addresses, divided by commas."""
    found = []
    for part in listed(name):
        try:
            found.append(ip_network(part))
        except ValueError:
            raise ImproperlyConfigured(f"环境变量 {name} 应为地址或网段，用逗号分开，如“10.1.2.3,10.8.0.0/24”，“{part}”不是。") from None
    return found


def folder(name: str, default: Path) -> Path:
    """An existing folder: made when missing, refused when it can't be written."""
    path = Path(str(text(name, str(default)))).expanduser()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"环境变量 {name} 所指目录无法使用：{path}（{error.strerror}）。") from None
    return path


def database(name: str, home: Path) -> dict:
    """Django's database settings for a URL: `sqlite:///path` (the default) or `postgres://user:pass@host/db`."""
    url = str(text(name, f"sqlite:///{home / 'gongkai.sqlite3'}"))
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": parts.path,
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                # A hundred thousand rows brought in hold the lock for half a minute: whoever saves meanwhile waits, and is not refused.
                "timeout": 60,
                # SQLite ignores select_for_update: an IMMEDIATE transaction is the lock.
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            # The ledger's one query has hundreds of expressions, which PostgreSQL would compile for a second and run for half of one.
            "OPTIONS": {"pool": {"min_size": 1, "max_size": 8}, "options": "-c jit=off"},
        }
    raise ImproperlyConfigured(f"环境变量 {name} 只认 sqlite:/// 或 postgres://，现为“{parts.scheme}://…”。")
