"""A file is on disk whole or not at all, and what belongs to nobody does not stay."""

import os
import signal
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from gongkai.files import actions
from gongkai.files.models import StoredFile, vault_storage
from gongkai.jobs.schedule import timed_jobs
from tests.factories.accounts import OfficeFactory

pytestmark = pytest.mark.django_db
TEXT = "青禾市2021年度技术改造专项资金分配结果\n".encode() * 4000


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path
    return tmp_path


def on_disk() -> list[Path]:
    return sorted(path for path in Path(vault_storage().location).glob("??/*"))


def path_of(stored: StoredFile) -> Path:
    return Path(vault_storage().path(stored.content.name))


def later() -> timezone.datetime:
    return timezone.now() + timedelta(minutes=1)


class Dying(ContentFile):
    """An upload whose reader is killed halfway through the second reading: while it is written to disk."""

    readings = 0

    def chunks(self, chunk_size=None):
        self.readings += 1
        yield TEXT[: len(TEXT) // 2]
        if self.readings == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        yield TEXT[len(TEXT) // 2 :]


def test_a_writer_killed_halfway_leaves_nothing_that_looks_like_the_file():
    office = OfficeFactory()
    pid = os.fork()
    if not pid:
        try:
            actions.keep(Dying(TEXT, "结果.txt"), office=office, by=None)
        finally:
            os._exit(1)
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status) and [path.suffix for path in on_disk()] == [".part"]
    kept = actions.keep(ContentFile(TEXT, "结果.txt"), office=office, by=None)
    assert path_of(kept).read_bytes() == TEXT and kept.refused == ""
    assert actions.clear_unowned(later()) == 1 and [path.name for path in on_disk()] == [sha256(TEXT).hexdigest()]


def test_a_half_file_of_an_earlier_version_is_written_anew():
    place = Path(vault_storage().path(f"{sha256(TEXT).hexdigest()[:2]}/{sha256(TEXT).hexdigest()}"))
    place.parent.mkdir(parents=True)
    place.write_bytes(TEXT[:100])
    kept = actions.keep(ContentFile(TEXT, "结果.txt"), office=OfficeFactory(), by=None)
    assert path_of(kept).read_bytes() == TEXT


def test_what_an_undone_transaction_left_is_cleared_and_nothing_else():
    office = OfficeFactory()
    owned = actions.keep(ContentFile(b"owned", "a.txt"), office=office, by=None)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        actions.keep(ContentFile(TEXT, "b.txt"), office=office, by=None)
        raise ZeroDivisionError
    assert len(on_disk()) == 2 and actions.clear_unowned(timezone.now() - timedelta(days=1)) == 0
    assert "清理0个" in timed_jobs()["files.clear_unowned"].run()
    assert actions.clear_unowned(later()) == 1
    assert on_disk() == [path_of(owned)] and StoredFile.objects.count() == 1


def test_a_leftover_that_comes_again_is_young_again():
    """The same bytes uploaded the moment before the nightly clearing: the file is used as it lies, and stays."""
    office = OfficeFactory()
    kept = actions.keep(ContentFile(TEXT, "a.txt"), office=office, by=None)
    path, yesterday = path_of(kept), (timezone.now() - timedelta(days=2)).timestamp()
    kept.delete()
    os.utime(path, (yesterday, yesterday))
    again = actions.keep(ContentFile(TEXT, "a.txt"), office=office, by=None)
    StoredFile.objects.filter(pk=again.pk).delete()  # as if its row were not committed yet
    assert actions.clear_unowned(timezone.now() - timedelta(days=1)) == 0 and path.exists()


def test_the_same_bytes_twice_are_two_rows_and_one_file():
    office = OfficeFactory()
    one, two = (actions.keep(ContentFile(TEXT, name), office=office, by=None) for name in ("a.txt", "b.txt"))
    assert path_of(one) == path_of(two) and len(on_disk()) == 1
