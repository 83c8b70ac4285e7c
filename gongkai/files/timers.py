"""Every night: what lies on disk and belongs to no record is cleared away."""

from datetime import timedelta

from django.utils import timezone

from gongkai.jobs.schedule import every

from . import actions

#: A transaction that keeps a file lasts seconds; a day leaves room for one that was begun before a long import.
AGE = timedelta(days=1)


@every("40 3 * * *", "files.clear_unowned", "清理无主文件")
def clear_unowned() -> str:
    return f"清理{actions.clear_unowned(timezone.now() - AGE)}个无主文件"
