"""Taking people on, giving and ending posts, deputising."""

from collections.abc import Iterable
from datetime import date

from axes.utils import reset
from django.contrib.auth import password_validation
from django.db import transaction
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from gongkai.audit.actions import record
from gongkai.audit.verbs import sentences
from gongkai.law.refusals import refuse_if

from . import rules
from .models import Deputy, Office, Post, Section, TwoFactorRule, User
from .roles import Role

sentences(
    accounts__person_added="登记人员{name}（{username}）",
    accounts__posted="授予{name}“{role}”岗位",
    accounts__post_ended="结束{name}的“{role}”岗位",
    accounts__deputised="由{deputy}自{starts_on}至{ends_on}代行{post}，事由：{reason}",
    accounts__password_set="修改密码",
    accounts__signed_in="登录工作台",
    accounts__sign_in_failed="登录失败（用户名“{username}”）",
    accounts__code_failed="动态口令输入错误（用户名“{username}”）",
    accounts__locked="连续登录失败，账号“{username}”被锁定",
    accounts__signed_out="退出工作台",
    accounts__two_factor_on="启用两步验证",
    accounts__two_factor_off="停用两步验证",
    accounts__section_ended="撤销科室{name}，由{successor}承接",
    accounts__deactivated="停用人员{name}的账号",
    accounts__reactivated="恢复人员{name}的账号",
    accounts__unlocked="解除账号“{username}”的登录锁定",
    accounts__two_factor_required="设定须两步验证的岗位：{roles}",
    accounts__section_added="设立科室{name}",
    accounts__deputy_ended="{deputy}代行{post}于{on}结束",
)


@transaction.atomic
def add_person(office: Office, *, username: str, name: str, password: str, by: User | None, must_change_password: bool = True, check_password: bool = True) -> User:
    """登记人员。Afterwards the account exists, without any post, so it opens nothing yet."""
    user = User(username=username, name=name, office=office, must_change_password=must_change_password, password_set_at=timezone.now())
    if check_password:
        password_validation.validate_password(password, user)
    user.set_password(password)
    user.save()
    record("accounts.person_added", user, by=by, name=name, username=username)
    return user


@transaction.atomic
def give_post(user: User, *, role: str, by: User | None, section: Section | None = None, title: str = "", starts_on: date | None = None, ends_on: date | None = None) -> Post:
    """授予岗位。Afterwards the person may act in it from `starts_on` to `ends_on`. Refused where 三员分立 would break."""
    held = _roles_between(user, starts_on, ends_on)
    refuse_if(rules.objections_to_posting(role, held))
    post = Post.objects.create(user=user, role=role, section=section, title=title, starts_on=starts_on, ends_on=ends_on)
    user.__dict__.pop("_posts_on", None)
    record("accounts.posted", user, by=by, name=user.name, role=post.get_role_display(), section=section.name if section else "")
    return post


def _roles_between(user: User, starts_on: date | None, ends_on: date | None) -> list[str]:
    """The roles a person holds or deputises in on some day of that period. The person is held until the transaction ends, so that two posts aren't given at once."""
    User.objects.select_for_update().get(pk=user.pk)
    held = list(Post.objects.filter(user=user).values_list("role", "starts_on", "ends_on"))
    held += Deputy.objects.filter(user=user).values_list("post__role", "starts_on", "ends_on")
    return [role for role, first, last in held if rules.overlap((first, last), (starts_on, ends_on))]


@transaction.atomic
def end_post(post: Post, *, on: date, by: User | None) -> Post:
    """结束岗位。`on` is the last day the post was held."""
    post.ends_on = on
    post.save(update_fields=["ends_on"])
    record("accounts.post_ended", post.user, by=by, name=post.user.name, role=post.get_role_display(), on=on)
    return post


@transaction.atomic
def deputise(post: Post, *, user: User, starts_on: date, ends_on: date, reason: str, by: User | None) -> Deputy:
    """代行。Afterwards `user` acts in the post between the two days, both counted in."""
    held = _roles_between(user, starts_on, ends_on)
    refuse_if(rules.objections_to_posting(post.role, held))
    deputy = Deputy.objects.create(post=post, user=user, starts_on=starts_on, ends_on=ends_on, reason=reason)
    record("accounts.deputised", post.user, by=by, deputy=user.name, post=str(post), starts_on=starts_on, ends_on=ends_on, reason=reason)
    return deputy


@transaction.atomic
def set_password(user: User, *, password: str, by: User | None) -> None:
    """修改密码。The policy is checked here, whoever calls."""
    password_validation.validate_password(password, user)
    user.set_password(password)
    user.must_change_password = by is not None and by.pk != user.pk
    user.password_set_at = timezone.now()
    user.save(update_fields=["password", "must_change_password", "password_set_at"])
    record("accounts.password_set", user, by=by)


@transaction.atomic
def end_section(section: Section, *, on: date, successor: Section | None, by: User | None) -> Section:
    """撤销科室。Its records keep its name; open work is looked for under the successor."""
    section.valid_until, section.successor = on, successor
    section.save(update_fields=["valid_until", "successor"])
    record("accounts.section_ended", section, by=by, name=section.name, successor=successor.name if successor else "（无）", on=on)
    return section


@transaction.atomic
def deactivate(user: User, *, by: User) -> User:
    """停用账号。Afterwards the person can't sign in and every session of theirs ends at its next request. Posts stay on record."""
    refuse_if(rules.objections_to_deactivating(user.pk, by.pk))
    user.is_active = False
    user.save(update_fields=["is_active"])
    record("accounts.deactivated", user, by=by, name=user.name)
    return user


@transaction.atomic
def reactivate(user: User, *, by: User) -> User:
    """恢复账号。"""
    user.is_active = True
    user.save(update_fields=["is_active"])
    record("accounts.reactivated", user, by=by, name=user.name)
    return user


@transaction.atomic
def unlock(user: User, *, by: User) -> None:
    """解除锁定。Afterwards the failed attempts under this user name are forgotten and the person may try again at once."""
    reset(username=user.username)
    record("accounts.unlocked", user, by=by, username=user.username)


@transaction.atomic
def start_two_factor(user: User) -> TOTPDevice:
    """准备两步验证。A device waits, unconfirmed, until the person shows a right code; it replaces one that waited before."""
    TOTPDevice.objects.filter(user=user, confirmed=False).delete()
    return TOTPDevice.objects.create(user=user, name="动态口令", confirmed=False)


@transaction.atomic
def confirm_two_factor(device: TOTPDevice, *, code: str) -> bool:
    """启用两步验证。True when the code is right; afterwards signing in asks for one."""
    if not code.isdigit() or not device.verify_token(int(code)):
        return False
    TOTPDevice.objects.filter(user=device.user, confirmed=True).delete()
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    record("accounts.two_factor_on", device.user, by=device.user)
    return True


@transaction.atomic
def stop_two_factor(user: User, *, by: User) -> None:
    """停用两步验证，by the person or, when a telephone is lost, by 安全管理员."""
    TOTPDevice.objects.filter(user=user).delete()
    record("accounts.two_factor_off", user, by=by)


@transaction.atomic
def require_two_factor(office: Office, *, roles: Iterable[str], by: User) -> None:
    """设定哪些岗位须两步验证。Afterwards holders of other roles may still use it; holders of these are asked to set it up."""
    wanted, standing = set(roles), set(TwoFactorRule.objects.filter(office=office).values_list("role", flat=True))
    if wanted == standing:
        return
    TwoFactorRule.objects.filter(office=office).exclude(role__in=wanted).delete()
    TwoFactorRule.objects.bulk_create(TwoFactorRule(office=office, role=role) for role in sorted(wanted - standing))
    labels = "、".join(role.label for role in Role if role in wanted) or "（无）"
    record("accounts.two_factor_required", office, by=by, office_id=office.pk, roles=labels)


@transaction.atomic
def add_section(office: Office, *, name: str, order: int, is_business: bool, valid_from: date | None, by: User | None) -> Section:
    """设立科室。"""
    section = Section.objects.create(office=office, name=name, order=order, is_business=is_business, valid_from=valid_from)
    record("accounts.section_added", section, by=by, name=name)
    return section


@transaction.atomic
def end_deputy(deputy: Deputy, *, on: date, by: User | None) -> Deputy:
    """提前结束代行。`on` is the last day; a deputising that has not begun ends on its first day."""
    deputy.ends_on = max(on, deputy.starts_on)
    deputy.save(update_fields=["ends_on"])
    record("accounts.deputy_ended", deputy.post.user, by=by, deputy=deputy.user.name, post=str(deputy.post), on=deputy.ends_on)
    return deputy
