"""What inspections of the website and the new-media accounts found, until it is put right."""

from django.db import models
from django.db.models import F, Q

from gongkai.evidence.models import Record


class Source(models.TextChoices):
    SELF = "self", "自查"
    CITY = "city", "市检查"
    VISITOR = "visitor", "“我为政府网站找错”"
    OTHER = "other", "其他"


class Site(models.TextChoices):
    WEBSITE = "website", "网站"
    WECHAT = "wechat", "微信公众号"
    OTHER = "other", "其他政务新媒体"


class Code(models.TextChoices):
    """The six vetoes on websites and the three on new media (19号), or none of them."""

    W1 = "W1", "网站：安全、泄密事故等严重问题"
    W2 = "W2", "网站：站点无法访问"
    W3 = "W3", "网站：首页不更新"
    W4 = "W4", "网站：栏目不更新"
    W5 = "W5", "网站：互动回应差"
    W6 = "W6", "网站：服务不实用"
    M1 = "M1", "新媒体：安全、泄密事故等严重问题"
    M2 = "M2", "新媒体：内容不更新"
    M3 = "M3", "新媒体：互动回应差"
    OTHER = "other", "其他"


class Finding(Record):
    """One thing found wrong with a site or account (检查问题), and how it was put right and rechecked.

    `code` is the indicator it falls under; `is_veto` that it reached that indicator's threshold, by
    which the whole site fails. `section` is who puts it right.
    """

    source = models.CharField("来源", max_length=10, choices=Source)
    code = models.CharField("指标", max_length=6, choices=Code)
    is_veto = models.BooleanField("达到单项否决标准", default=False)
    site = models.CharField("对象", max_length=10, choices=Site)
    title = models.CharField("问题", max_length=200)
    url = models.URLField("网址", max_length=500, blank=True)
    detail = models.TextField("情况说明", blank=True)
    found_on = models.DateField("发现日期")
    fix_set_on = models.DateField("限期整改日期", null=True, blank=True, help_text="检查单位另有要求的填写；不填按规定天数计算")
    fix_due_on = models.DateField("整改最后日期", null=True, blank=True, editable=False)
    fixed_on = models.DateField("整改日期", null=True, blank=True)
    remedy = models.TextField("整改措施", blank=True)
    rechecked_on = models.DateField("复查日期", null=True, blank=True)

    happenings = {"fixed_on": (), "rechecked_on": ()}

    class Meta:
        verbose_name = "检查问题"
        verbose_name_plural = "检查问题"
        ordering = ["-found_on", "-id"]
        indexes = [models.Index(fields=["office", "found_on"], name="finding_found")]
        constraints = [
            models.CheckConstraint(condition=Q(fixed_on=None) | Q(fixed_on__gte=F("found_on")), name="finding_fixed_after_found", violation_error_message="整改日期不能早于发现日期。"),
            models.CheckConstraint(condition=Q(fix_set_on=None) | Q(fix_set_on__gte=F("found_on")), name="finding_set_after_found", violation_error_message="限期整改日期不能早于发现日期。"),
            models.CheckConstraint(
                condition=Q(rechecked_on=None) | Q(fixed_on__isnull=False, rechecked_on__gte=F("fixed_on")),
                name="finding_rechecked_after_fixed", violation_error_message="先整改，后复查。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_site_display()}：{self.title}"
