"""Backup, restore and upgrade. The archive holds the database and the files; the key file goes apart."""

import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from gongkai import __version__
from gongkai.audit.queries import verify

from .fresh import lay_down

FOLDERS = ("files", "media")


class BackupError(Exception):
    """A backup or restore can't go on, said in Chinese. Nothing of the running data was touched."""


@dataclass(frozen=True, slots=True)
class Made:
    files: int
    size: int
    head: str


@dataclass(frozen=True, slots=True)
class Restored:
    files: int
    sound: bool


def backup(target: Path, *, keys: Path | None = None) -> Made:
    """Write an archive to `target`: a consistent copy of the database, every file, and a manifest of digests.

    The archive appears under its name only when it is whole. Raises BackupError.
    """
    if target.exists():
        raise BackupError(f"{target} 已存在，为免覆盖旧备份，请换一个文件名。")
    if not target.parent.is_dir():
        raise BackupError(f"目录 {target.parent} 不存在。")
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        work = Path(folder)
        _dump(work / "database")
        entries = {"database": _digest(work / "database")}
        half = work / "archive"
        head, count = verify().head, 0
        with tarfile.open(half, "w:gz") as archive:
            archive.add(work / "database", "database")
            for name in FOLDERS:
                root = settings.HOME / name
                for path in sorted(p for p in root.rglob("*") if p.is_file()) if root.is_dir() else ():
                    inside = f"{name}/{path.relative_to(root)}"
                    archive.add(path, inside)
                    entries[inside] = _digest(path)
                    count += 1
            manifest = work / "manifest.json"
            manifest.write_text(json.dumps({
                "version": __version__, "vendor": connection.vendor, "at": timezone.localtime().isoformat(timespec="seconds"),
                "head": head, "entries": entries, "migrations": _applied(),
            }, ensure_ascii=False, indent=1))
            archive.add(manifest, "manifest.json")
        os.replace(half, target)
    if keys is not None:
        source = _key_file()
        shutil.copyfile(source, keys)
        keys.chmod(0o600)
    return Made(count, target.stat().st_size, head)


def restore(source: Path) -> Restored:
    """Put back what `source` holds, after every digest in it has been checked. Raises BackupError before anything is touched."""
    with tempfile.TemporaryDirectory(dir=settings.HOME) as folder:
        work = Path(folder)
        try:
            with tarfile.open(source, "r:gz") as archive:
                archive.extractall(work, filter="data")
            manifest = json.loads((work / "manifest.json").read_text())
            entries, vendor, migrations = manifest["entries"], manifest["vendor"], manifest["migrations"]
        except (tarfile.TarError, OSError, ValueError, KeyError, EOFError) as error:
            raise BackupError(f"{source} 不是完整的备份文件（{error}），没有恢复任何内容。") from None
        for name, digest in entries.items():
            path = work / name
            if not path.is_file() or _digest(path) != digest:
                raise BackupError(f"备份中的 {name} 缺失或已损坏，没有恢复任何内容。请使用另一份备份。")
        found = {str(p.relative_to(work)) for p in work.rglob("*") if p.is_file()} - {"manifest.json"}
        if "database" not in entries or (strange := sorted(found - entries.keys())):
            raise BackupError(f"备份的清单不全（{'、'.join(strange[:3]) if 'database' in entries else '没有数据库'}），没有恢复任何内容。请使用另一份备份。")
        if vendor != connection.vendor:
            raise BackupError(f"备份来自 {vendor}，现用数据库为 {connection.vendor}，不能直接恢复。")
        ahead = {tuple(m) for m in migrations} - _known()
        if ahead:
            raise BackupError("备份来自更新的版本，请先升级程序再恢复。")
        _load(work / "database")
        for name in FOLDERS:
            root = settings.HOME / name
            if root.is_dir():
                shutil.rmtree(root)
            if (work / name).is_dir():
                shutil.move(work / name, root)
    call_command("migrate", verbosity=0, interactive=False)
    return Restored(len(entries) - 1, verify().sound)


def upgrade(*, dry_run: bool, with_backup: bool, say: Callable[[str], None]) -> int:
    """Bring the database to this version, after a backup. Returns the number of migration steps."""
    if connection.vendor == "sqlite" and not dry_run and not connection.introspection.table_names():
        connection.close()
        lay_down(Path(connection.settings_dict["NAME"]))
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    for migration, _ in plan:
        say(f"  {migration.app_label}：{migration.name}")
    if not dry_run:
        if plan and with_backup and _applied():
            target = settings.HOME / f"before-upgrade-{timezone.localtime():%Y%m%d-%H%M%S}.tar.gz"
            backup(target)
            say(f"已备份到{target}")
        call_command("migrate", verbosity=0, interactive=False)
    return len(plan)


def _dump(target: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with sqlite3.connect(target) as copy:
            connection.connection.backup(copy)
        copy.close()
        return
    _run(["pg_dump", "--format=custom", "--no-owner", f"--file={target}", *_postgres_arguments()], "pg_dump")


def _load(source: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with sqlite3.connect(source) as copy:
            copy.backup(connection.connection)
        copy.close()
        connections.close_all()
        return
    connections.close_all()
    _run(["pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", *_postgres_arguments(), str(source)], "pg_restore")


def _postgres_arguments() -> list[str]:
    found = connections[DEFAULT_DB_ALIAS].settings_dict
    pairs = (("--host", "HOST"), ("--port", "PORT"), ("--username", "USER"))
    return [f"{flag}={found[key]}" for flag, key in pairs if found.get(key)] + [f"--dbname={found['NAME']}"]


def _run(command: list[str], name: str) -> None:
    password = connections[DEFAULT_DB_ALIAS].settings_dict.get("PASSWORD", "")
    try:
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, **({"PGPASSWORD": password} if password else {})})
    except FileNotFoundError:
        raise BackupError(f"本机没有 {name}，请安装 PostgreSQL 客户端后重试。") from None
    except subprocess.CalledProcessError as error:
        raise BackupError(f"{name} 执行失败：{error.stderr.decode(errors='replace')[-500:]}") from None


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        digest = sha256()
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def _applied() -> list[list[str]]:
    return sorted([app, name] for app, name in MigrationExecutor(connection).loader.applied_migrations)


def _known() -> set[tuple[str, str]]:
    return set(MigrationExecutor(connection).loader.disk_migrations)


def _key_file() -> Path:
    return Path(os.environ.get("KEY_FILE") or settings.HOME / "keys.json")
