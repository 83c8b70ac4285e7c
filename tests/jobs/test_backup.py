"""Backup and restore: what comes back is what was there, and a damaged archive touches nothing."""

import io
import json
import shutil
import tarfile

import pytest
from django.db import connection

from gongkai.audit.actions import record, seal_all
from gongkai.audit.models import Entry
from gongkai.audit.queries import verify
from gongkai.events.models import Event
from gongkai.foi.models import Applicant
from gongkai.jobs import backup as backups
from gongkai.jobs.backup import BackupError, backup, restore
from tests.factories.events import EventFactory
from tests.factories.foi import ApplicantFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def home(settings, tmp_path):
    """An installation's folder of its own, with a file in it."""
    if connection.vendor == "postgresql" and not shutil.which("pg_dump"):
        pytest.skip("本机没有 pg_dump")
    settings.HOME = tmp_path / "home"
    (settings.HOME / "files" / "ab").mkdir(parents=True)
    (settings.HOME / "files" / "ab" / "abcd").write_bytes("原件内容".encode())
    (settings.HOME / "keys.json").write_text('{"field": []}')
    return settings.HOME


@pytest.fixture
def filled(home):
    EventFactory(title="备份之前的宣讲会")
    ApplicantFactory(name="林溪桥")
    seal_all()
    return home


def titles():
    return list(Event.objects.order_by("pk").values_list("title", flat=True))


@pytest.mark.slow
def test_what_was_backed_up_comes_back(filled, tmp_path):
    record("jobs.reaped", name="甲", what="重新排队")
    seal_all()
    head = verify().head
    made = backup(tmp_path / "备份.tar.gz")
    assert (made.files, made.head) == (1, head) and made.size == (tmp_path / "备份.tar.gz").stat().st_size

    EventFactory(title="备份之后的宣讲会")
    Event.objects.filter(title="备份之前的宣讲会").update(title="改了名")
    record("jobs.reaped", name="乙", what="重新排队")
    seal_all()
    (filled / "files" / "ab" / "abcd").write_bytes("被改动".encode())
    (filled / "files" / "later").write_bytes("后来的文件".encode())

    found = restore(tmp_path / "备份.tar.gz")
    assert (found.files, found.sound) == (1, True)
    assert titles() == ["备份之前的宣讲会"]
    assert Applicant.objects.get().name == "林溪桥"
    assert (filled / "files" / "ab" / "abcd").read_bytes() == "原件内容".encode()
    assert not (filled / "files" / "later").exists()
    assert (verify().head, verify().sound) == (head, True)
    assert list(Entry.objects.values_list("facts__name", flat=True)) == ["甲"]

    # The rules the database keeps are back as well, and the chain goes on.
    with pytest.raises(Exception, match="审计记录只增不改"):
        Entry.objects.update(verb="改")
    record("jobs.reaped", name="丙", what="重新排队")
    assert seal_all() == 1 and verify().sound


def damage(archive, way):
    """A damaged copy of an archive."""
    out = archive.with_name(f"{way}.tar.gz")
    if way == "截断":
        out.write_bytes(archive.read_bytes()[:-400])
        return out
    if way == "不是备份":
        out.write_bytes("只是一段文字".encode())
        return out
    with tarfile.open(archive) as old, tarfile.open(out, "w:gz") as new:
        for member in old.getmembers():
            content = old.extractfile(member).read()
            if way == "文件被改" and member.name == "files/ab/abcd":
                content = "被掉包的".encode()
            elif way == "数据库被改" and member.name == "database":
                content = content[:-1] + bytes([content[-1] ^ 1])
            elif way == "缺文件" and member.name == "files/ab/abcd":
                continue
            elif way == "清单缺项" and member.name == "manifest.json":
                content = json.dumps({"version": "0"}).encode()
            elif way == "更新的版本" and member.name == "manifest.json":
                manifest = json.loads(content)
                content = json.dumps({**manifest, "migrations": [*manifest["migrations"], ["ledger", "9999_later"]]}).encode()
            elif way == "别的数据库" and member.name == "manifest.json":
                content = json.dumps({**json.loads(content), "vendor": "oracle"}).encode()
            member.size = len(content)
            new.addfile(member, io.BytesIO(content))
        if way == "多出文件":
            extra = tarfile.TarInfo("files/zz")
            extra.size = 3
            new.addfile(extra, io.BytesIO(b"zzz"))
        if way == "越出目录":
            extra = tarfile.TarInfo("../outside")
            extra.size = 3
            new.addfile(extra, io.BytesIO(b"zzz"))
    return out


DAMAGES = {
    "截断": "不是完整的备份文件", "不是备份": "不是完整的备份文件", "文件被改": "files/ab/abcd 缺失或已损坏", "数据库被改": "database 缺失或已损坏",
    "缺文件": "files/ab/abcd 缺失或已损坏", "清单缺项": "不是完整的备份文件", "更新的版本": "请先升级程序再恢复", "别的数据库": "不能直接恢复", "多出文件": "清单不全（files/zz）",
    "越出目录": "不是完整的备份文件",
}  # fmt: skip


@pytest.mark.slow
def test_a_damaged_archive_is_refused_with_nothing_touched(filled, tmp_path):
    """One backup, damaged in every way: each is refused by its own sentence and the running data stands."""
    archive = tmp_path / "备份.tar.gz"
    backup(archive)
    EventFactory(title="备份之后的宣讲会")
    (filled / "files" / "later").write_bytes("后来的文件".encode())
    for way, sentence in DAMAGES.items():
        with pytest.raises(BackupError) as refused:
            restore(damage(archive, way))
        assert sentence in str(refused.value), way
        assert titles() == ["备份之前的宣讲会", "备份之后的宣讲会"], way
        assert (filled / "files" / "later").exists() and (filled / "files" / "ab" / "abcd").read_bytes() == "原件内容".encode(), way
        assert not (tmp_path / "outside").exists() and not (filled.parent / "outside").exists(), way
    assert sorted(path.name for path in filled.iterdir()) == ["files", "keys.json"], "nothing half-finished is left lying about"


def test_an_old_backup_is_never_written_over(filled, tmp_path):
    target = tmp_path / "备份.tar.gz"
    target.write_bytes("旧的备份".encode())
    with pytest.raises(BackupError, match="请换一个文件名"):
        backup(target)
    assert target.read_bytes() == "旧的备份".encode()
    with pytest.raises(BackupError, match="不存在"):
        backup(tmp_path / "没有这个目录" / "备份.tar.gz")


def test_a_backup_that_fails_leaves_nothing_under_its_name(filled, tmp_path, monkeypatch):
    def broken(path):
        raise OSError("磁盘已满")

    monkeypatch.setattr(backups, "_digest", broken)
    folder = tmp_path / "备份"
    folder.mkdir()
    with pytest.raises(OSError, match="磁盘已满"):
        backup(folder / "备份.tar.gz")
    assert list(folder.iterdir()) == []


def test_the_key_goes_apart(filled, tmp_path):
    """The archive opened without its key gives no name away."""
    backup(tmp_path / "备份.tar.gz", keys=tmp_path / "密钥.json")
    assert (tmp_path / "密钥.json").stat().st_mode & 0o777 == 0o600
    with tarfile.open(tmp_path / "备份.tar.gz") as archive:
        names = archive.getnames()
        content = archive.extractfile("database").read()
    assert not any("keys" in name for name in names) and "林溪桥".encode() not in content
