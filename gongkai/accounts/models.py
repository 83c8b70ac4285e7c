"""Offices, their sections, the people who work there and the posts they hold."""

from datetime import date

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from . import permissions
from .roles import Role


class Office(models.Model):
    """A government office (机关) that keeps its year here."""

    name = models.CharField("机关名称", max_length=100, unique=True)
    short_name = models.CharField("简称", max_length=30)
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True, validators=[RegexValidator(r"^[0-9A-Z]{18}$", "统一社会信用代码应为18位数字或大写字母")])
    city = models.CharField("所在市", max_length=30, blank=True)
    address = models.CharField("办公地址", max_length=200, blank=True)
    hours = models.CharField("办公时间", max_length=100, blank=True)
    phone = models.CharField("联系电话", max_length=50, blank=True)
    fax = models.CharField("传真", max_length=50, blank=True)
    email = models.EmailField("电子邮箱", blank=True)
    website = models.CharField("网站地址", max_length=200, blank=True)
    superior = models.CharField("本级政府", max_length=100, blank=True)
    number_prefix = models.CharField("文号代字", max_length=20, blank=True, help_text="如“青工信”")

    class Meta:
        verbose_name = "机关"
        verbose_name_plural = "机关"

    def __str__(self) -> str:
        return self.name


class SectionQuerySet(models.QuerySet):
    def of(self, office_id: int) -> "SectionQuerySet":
        return self.filter(office_id=office_id)

    def standing(self, on: date) -> "SectionQuerySet":
        """The sections that exist on that day."""
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_until=None) | Q(valid_until__gte=on))


class Section(models.Model):
    """A section (科室) of an office, for as long as it exists.

    A reorganisation ends a section and names its successor; what was done under the old name stays
    with it, so March's account is left alone in June.
    """

    office = models.ForeignKey(Office, models.PROTECT, related_name="sections", verbose_name="机关")
    name = models.CharField("科室名称", max_length=60)
    order = models.PositiveIntegerField("排序", default=0)
    is_business = models.BooleanField("业务科室", default=True, help_text="“各业务科室”是否包括它")
    valid_from = models.DateField("设立日期", null=True, blank=True)
    valid_until = models.DateField("撤销日期", null=True, blank=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name="承接科室")

    objects = SectionQuerySet.as_manager()

    class Meta:
        verbose_name = "科室"
        verbose_name_plural = "科室"
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["office", "name"], condition=Q(valid_until=None), name="section_name_once")]

    def __str__(self) -> str:
        return self.name


class PeopleManager(UserManager):
    def create_superuser(self, *args, **kwargs):
        raise ValueError("本系统不设超级用户：请用“gongkai people add”登记人员并授予岗位。")


class User(AbstractUser):
    """A person of an office. What they may do comes from their posts alone; there are no superusers."""

    first_name = None
    last_name = None
    name = models.CharField("姓名", max_length=50)
    office = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="people", verbose_name="机关")
    phone = models.CharField("办公电话", max_length=50, blank=True)
    must_change_password = models.BooleanField("下次登录须修改密码", default=False)
    password_set_at = models.DateTimeField("密码设置时间", null=True, blank=True)

    objects = PeopleManager()
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = "人员"
        verbose_name_plural = "人员"
        constraints = [models.CheckConstraint(condition=Q(is_superuser=False), name="nobody_is_superuser")]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def posts_on(self, on: date | None = None) -> list["Post"]:
        """The posts this person acts in on that day: their own, and those they deputise for.

        Read once for each instance and day, so a page asks the database once.
        """
        on = on or timezone.localdate()
        cached = self.__dict__.setdefault("_posts_on", {})
        if on not in cached:
            cached[on] = list(
                Post.objects.in_force(on)
                .filter(Q(user=self) | Q(deputies__in=Deputy.objects.in_force(on).filter(user=self)))
                .select_related("section", "user").distinct()
            )
        return cached[on]

    def roles_on(self, on: date | None = None) -> frozenset[Role]:
        return frozenset(Role(post.role) for post in self.posts_on(on))

    def sections_on(self, on: date | None = None) -> frozenset[int]:
        return frozenset(post.section_id for post in self.posts_on(on) if post.section_id)

    def may(self, thing: str, verb: str, record=None) -> bool:
        """Whether this person's posts allow `verb` on `record`, or on any record at all. See `accounts.permissions`."""
        return permissions.may(self, thing, verb, record)


class PeriodQuerySet(models.QuerySet):
    def in_force(self, on: date) -> "PeriodQuerySet":
        return self.filter(Q(starts_on=None) | Q(starts_on__lte=on), Q(ends_on=None) | Q(ends_on__gte=on))


class Post(models.Model):
    """A role held by a person, in a section or for the whole office, for a period."""

    user = models.ForeignKey(User, models.PROTECT, related_name="posts", verbose_name="人员")
    role = models.CharField("角色", max_length=20, choices=Role)
    section = models.ForeignKey(Section, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name="科室")
    title = models.CharField("职务名称", max_length=50, blank=True, help_text="如“办公室副主任”")
    starts_on = models.DateField("起", null=True, blank=True)
    ends_on = models.DateField("止", null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = "岗位"
        verbose_name_plural = "岗位"
        ordering = ["section__order", "role", "id"]

    def __str__(self) -> str:
        return f"{self.user.name}（{self.section.name if self.section_id else ''}{self.title or self.get_role_display()}）"


class Deputy(models.Model):
    """Someone who acts in another's post for a period, with the reason on record."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="deputies", verbose_name="岗位")
    user = models.ForeignKey(User, models.PROTECT, related_name="deputising", verbose_name="代行人")
    starts_on = models.DateField("起")
    ends_on = models.DateField("止")
    reason = models.CharField("事由", max_length=200)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = "代行"
        verbose_name_plural = "代行"
        constraints = [models.CheckConstraint(condition=Q(ends_on__gte=models.F("starts_on")), name="deputy_period_in_order")]

    def __str__(self) -> str:
        return f"{self.user.name}代行{self.post}"


class TwoFactorRule(models.Model):
    """An office's choice that holders of a role sign in with a second factor (两步验证要求)."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="two_factor_rules", verbose_name="机关")
    role = models.CharField("角色", max_length=20, choices=Role)

    class Meta:
        verbose_name = "两步验证要求"
        verbose_name_plural = "两步验证要求"
        constraints = [models.UniqueConstraint(fields=["office", "role"], name="two_factor_rule_once")]

    def __str__(self) -> str:
        return f"{self.get_role_display()}须两步验证"


class Tally(models.Model):
    """频次计数: how often one visitor did one thing within one span of time. The key is a keyed hash: neither who nor what can be read from it."""

    key = models.CharField("摘要", max_length=64, primary_key=True)
    count = models.PositiveIntegerField("次数")
    ends_at = models.DateTimeField("期满时间", db_index=True)

    class Meta:
        verbose_name = "频次计数"
        verbose_name_plural = "频次计数"

    def __str__(self) -> str:
        return f"频次计数{self.count}次"
