"""Files as they came: immutable, named by their content."""

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import models


def vault_storage() -> FileSystemStorage:
    """Uploads live outside the web root; they leave only through a view that checks who asks."""
    return FileSystemStorage(location=settings.HOME / "files")


class StoredFile(models.Model):
    """One file, kept exactly as it came. Two uploads of the same bytes are two rows and one file on disk."""

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
