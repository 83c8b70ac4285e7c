"""What stands on disk: builds of the site, their pages, and what each page depends on."""

from django.db import models


class SiteBuild(models.Model):
    """One full build of an office's site and how far it has followed the publication log since (网站版本).

    The build in use is the one whose folder the link `current` names: the one rename that switches readers over
    switches these rows over too.
    """

    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+", verbose_name="机关")
    folder = models.CharField("目录", max_length=60)
    made_by = models.CharField("程序标记", max_length=64, help_text="生成它的程序版本与页面来源；变了就重新生成全站")
    built_at = models.DateTimeField("全站生成时间")
    position = models.BigIntegerField("日志位置", default=0, help_text="发布日志中已反映到网站的最后序号")
    followed_at = models.DateTimeField("最近跟进时间", null=True, blank=True)

    class Meta:
        verbose_name = "网站版本"
        verbose_name_plural = "网站版本"
        constraints = [models.UniqueConstraint(fields=["office", "folder"], name="site_build_folder_once")]

    def __str__(self) -> str:
        return self.folder


class BuiltPage(models.Model):
    """One file of a build (生成页面). Its primary key is made of the build and the address whatever its case, so that no two share one."""

    id = models.BigIntegerField("编号", primary_key=True)
    build = models.ForeignKey(SiteBuild, models.CASCADE, related_name="pages", verbose_name="网站版本")
    path = models.CharField("地址", max_length=500)
    source = models.CharField("来源", max_length=60)
    digest = models.CharField("摘要", max_length=64)

    class Meta:
        verbose_name = "生成页面"
        verbose_name_plural = "生成页面"

    def __str__(self) -> str:
        return self.path


class PageKey(models.Model):
    """That a page depended on a key when it was last built (依赖标记)."""

    page = models.ForeignKey(BuiltPage, models.CASCADE, related_name="keys", verbose_name="生成页面")
    key = models.CharField("标记", max_length=120)

    class Meta:
        verbose_name = "依赖标记"
        verbose_name_plural = "依赖标记"
        constraints = [models.UniqueConstraint(fields=["key", "page"], name="page_key_once")]

    def __str__(self) -> str:
        return self.key
