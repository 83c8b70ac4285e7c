"""Files as they came: immutable, named by their content."""

import os
from collections.abc import Iterable
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import models


class VaultStorage(FileSystemStorage):
    """Files on disk by their digest: at its address a file is whole or not there, however its writer ended."""

    def lay_down(self, place: str, chunks: Iterable[bytes]) -> None:
        """Afterwards the bytes stand at `place`, on the disk itself. Written beside it first: a writer that is killed leaves a `.part` and no half file."""
        path = Path(self.path(place))
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as part:
            try:
                for chunk in chunks:
                    part.write(chunk)
                part.flush()
                os.fsync(part.fileno())
                os.replace(part.name, path)
            except BaseException:
                Path(part.name).unlink(missing_ok=True)
                raise


def vault_storage() -> VaultStorage:
    """Uploads live outside the web root; they leave only through a view that checks who asks."""
    return VaultStorage(location=settings.HOME / "files")


class StoredFile(models.Model):
    """One file, kept exactly as it came. Two uploads of the same bytes are two rows and one file on disk. One that may not even lie here is a row without `content`."""

    office = models.ForeignKey("accounts.Office", models.PROTECT, null=True, related_name="+", verbose_name="机关")
    name = models.CharField("文件名", max_length=255)
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    size = models.PositiveBigIntegerField("字节数")
    kind = models.CharField("类型", max_length=20, blank=True)
    content = models.FileField("内容", storage=vault_storage, max_length=200)
    refused = models.TextField("拒收原因", blank=True, help_text="未通过检查的文件只留待核对，不得使用")
    at = models.DateTimeField("时间", auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="上传人")

    class Meta:
        verbose_name = "文件"
        verbose_name_plural = "文件"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name
