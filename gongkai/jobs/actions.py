"""The jobs process: queued tasks, timed jobs, sealing, and what a killed worker left behind."""

import os
import socket
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from croniter import croniter
from django.db import IntegrityError, close_old_connections, transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from gongkai.audit.actions import record, seal
from gongkai.audit.verbs import sentences

from .models import Slot
from .schedule import timed_jobs

sentences(
    jobs__timed_failed="定时任务“{name}”失败：{why}",
    jobs__reaped="后台任务“{name}”的执行进程已消失，已{what}",
)

#: A task left running this long belongs to a worker that is gone.
LEASE = timedelta(minutes=15)
MOST_TRIES = 3


def whoami() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def run_due(now: datetime | None = None) -> list[str]:
    """Run every timed job whose newest time has come and that nobody has taken. Returns what each said.

    The row of (job, time) is written before the job starts; of two schedulers, one gets IntegrityError.
    """
    now = timezone.localtime(now)
    said = []
    for job in timed_jobs().values():
        at = croniter(job.cron, now + timedelta(seconds=1)).get_prev(datetime)
        try:
            with transaction.atomic():
                slot = Slot.objects.create(job=job.name, at=at, taken_by=whoami())
        except IntegrityError:
            continue
        try:
            slot.outcome = job.run()
        except Exception as error:  # a failing job must not stop the others, nor the sealer
            slot.outcome = f"失败：{error}"
            record("jobs.timed_failed", by=None, name=job.label, why=str(error)[:300])
        slot.finished_at = timezone.now()
        slot.save(update_fields=["outcome", "finished_at"])
        said.append(f"{job.label}：{slot.outcome}")
    return said


def reap(now: datetime | None = None) -> int:
    """Give back tasks whose worker died: ready again up to three tries, failed after that. Returns how many."""
    now = now or timezone.now()
    stuck = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, started_at__lt=now - LEASE)
    count = 0
    for task in stuck:
        again = len(task.worker_ids or []) < MOST_TRIES
        changed = DBTaskResult.objects.filter(pk=task.pk, status=TaskResultStatus.RUNNING, started_at=task.started_at).update(
            status=TaskResultStatus.READY if again else TaskResultStatus.FAILED, started_at=None if again else task.started_at,
            finished_at=None if again else now,
        )
        if changed:
            record("jobs.reaped", by=None, name=task.task_path, what="重新排队" if again else "标为失败")
            count += 1
    return count


def work(*, once: bool = False, say: Callable[[str], None] = lambda sentence: None, pause: float = 1.0) -> None:
    """The jobs process's loop: queued tasks first, then timed jobs, then sealing; a breath; again."""
    worker = Worker(
        queue_names=["*"], interval=0, batch=True, backend_name="default", startup_delay=False, max_tasks=None,
        worker_id=whoami(), excluded_queue_names=[],
    )
    while True:
        worker.run()
        for sentence in run_due():
            say(sentence)
        if reaped := reap():
            say(f"找回{reaped}个中断的任务")
        seal()
        if once:
            return
        close_old_connections()
        time.sleep(pause)
