"""When the site is built without being asked: once a minute, right after something was published, and looked over at night."""

from django.conf import settings
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from gongkai.accounts.models import Office
from gongkai.jobs.schedule import every
from gongkai.publishing.models import Publication

from .actions import Busy, Followed, Unbuildable, compare, follow


def _offices() -> list[Office]:
    """Whose sites are built: the first office's, and every other that has published something."""
    first = Office.objects.order_by("pk").first()
    others = Publication.objects.order_by().values("office_id").distinct()
    return [] if first is None else [first, *Office.objects.filter(pk__in=others).exclude(pk=first.pk).order_by("pk")]


def _follow(office: Office, *, unfollowed: bool) -> str:
    try:
        done = follow(office, unfollowed=unfollowed)
    except Busy as busy:
        return str(busy)
    if isinstance(done, Followed) and done.failed:
        raise Unbuildable(str(done))
    return str(done)


@every("* * * * *", "sitebuild.follow", "跟进发布、更新公开网站")
def follow_all() -> str:
    """What one office's site can't take must not keep the next one's waiting."""
    said, failed = [], []
    for office in _offices():
        try:
            said.append(f"{office.short_name}：{_follow(office, unfollowed=True)}")
        except Exception as error:
            failed.append(f"{office.short_name}：{error}")
    if failed:
        raise Unbuildable("；".join(failed + said))
    return "；".join(said) or "尚无机关，未生成"


@every("20 3 * * *", "sitebuild.compare", "抽查公开网站")
def compare_all() -> str:
    said = []
    for office in _offices():
        try:
            found = compare(office)
        except Busy as busy:
            said.append(f"{office.short_name}：{busy}")
            continue
        named = "、".join(f"{difference.path}（{difference.why}）" for difference in found[:5])
        said.append(f"{office.short_name}：" + (f"{len(found)}个页面与应有内容不同，已重新生成全站：{named}" if found else "抽查的页面与应有内容一致"))
    return "；".join(said) or "尚无机关，未抽查"


@task()
def follow_now(office_id: int) -> str:
    """What was just published, without waiting for the minute."""
    return _follow(Office.objects.get(pk=office_id), unfollowed=False)


@receiver(post_save, sender=Publication, dispatch_uid="sitebuild.follow_now")
def _told(instance: Publication, created: bool, **_: object) -> None:
    if created and settings.SITE_FOLLOWS_AT_ONCE:
        # robust: what was published stays published even if the queue can't be written; the minute will find it.
        transaction.on_commit(lambda: _enqueue(instance.office_id), robust=True)


def _enqueue(office_id: int) -> None:
    """One waiting task is enough: it has not begun, so it will see this entry too."""
    waiting = DBTaskResult.objects.filter(task_path=f"{__name__}.follow_now", status=TaskResultStatus.READY, args_kwargs__args=[office_id])
    if not waiting.exists():
        follow_now.enqueue(office_id)
