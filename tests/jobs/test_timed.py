"""Timed jobs: each time is taken by one scheduler, and one job's failure stops nobody."""

import threading
import uuid
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from gongkai.audit.models import Entry, Seal
from gongkai.jobs import schedule
from gongkai.jobs.actions import LEASE, reap, run_due, work
from gongkai.jobs.models import Slot

NOON = datetime.fromisoformat("2022-12-01T12:00:30+08:00")


@pytest.fixture
def jobs(monkeypatch):
    """A schedule of the test's own."""
    monkeypatch.setattr(schedule, "_timed", {})
    return schedule.every


@pytest.mark.django_db
def test_a_time_is_started_once(jobs):
    runs = []
    jobs("0 * * * *", "test.hourly", "整点任务")(lambda: runs.append(1) or "做完了")
    assert run_due(NOON) == ["整点任务：做完了"]
    assert run_due(NOON) == [] and run_due(NOON + timedelta(minutes=40)) == []
    assert run_due(NOON + timedelta(hours=1)) == ["整点任务：做完了"]
    assert len(runs) == 2
    slot = Slot.objects.order_by("at").first()
    assert (slot.at, slot.outcome) == (datetime.fromisoformat("2022-12-01T12:00+08:00"), "做完了") and slot.finished_at


@pytest.mark.django_db
def test_another_scheduler_that_looks_while_the_job_runs_starts_nothing(jobs):
    inner = []

    @jobs("0 * * * *", "test.slow", "慢任务")
    def slow():
        inner.append(run_due(NOON))
        return "做完了"

    assert run_due(NOON) == ["慢任务：做完了"] and inner == [[]]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_schedulers_at_the_same_moment(jobs):
    ready, runs = threading.Barrier(2), []
    jobs("0 * * * *", "test.race", "抢跑任务")(lambda: runs.append(1) or "做完了")

    def scheduler():
        ready.wait()
        run_due(NOON)
        connection.close()

    threads = [threading.Thread(target=scheduler) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(runs) == 1 and Slot.objects.count() == 1


@pytest.mark.django_db
def test_a_time_is_shanghai_time(jobs):
    """Twenty past two in the night, not in Greenwich."""
    jobs("20 2 * * *", "test.night", "夜间任务")(lambda: "做完了")
    run_due(datetime.fromisoformat("2022-12-01T02:20:05+08:00"))
    assert Slot.objects.get().at == datetime.fromisoformat("2022-12-01T02:20+08:00")


@pytest.mark.django_db
def test_a_failing_job_is_logged_and_the_others_run(jobs):
    jobs("0 * * * *", "test.a", "坏任务")(lambda: 1 / 0)
    jobs("0 * * * *", "test.b", "好任务")(lambda: "做完了")
    assert run_due(NOON) == ["坏任务：失败：division by zero", "好任务：做完了"]
    entry = Entry.objects.get(verb="jobs.timed_failed")
    assert entry.actor_name == "系统" and entry.facts == {"name": "坏任务", "why": "division by zero"}


def task(**values):
    values = {
        "id": uuid.uuid4(), "status": TaskResultStatus.RUNNING, "task_path": "gongkai.jobs.actions.work", "args_kwargs": {"args": [], "kwargs": {}},
        "backend_name": "default", "started_at": timezone.now() - LEASE - timedelta(seconds=1), "worker_ids": ["a:1"], **values,
    }  # fmt: skip
    return DBTaskResult.objects.create(**{name: value for name, value in values.items() if name in {f.name for f in DBTaskResult._meta.get_fields()}})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "status", "reaped"),
    [
        pytest.param({}, TaskResultStatus.READY, 1, id="执行进程消失，重新排队"),
        pytest.param({"worker_ids": ["a:1", "b:2", "c:3"]}, TaskResultStatus.FAILED, 1, id="已试三次，标为失败"),
        pytest.param({"started_at": timezone.now()}, TaskResultStatus.RUNNING, 0, id="刚开始的不动"),
        pytest.param({"status": TaskResultStatus.SUCCESSFUL}, TaskResultStatus.SUCCESSFUL, 0, id="已完成的不动"),
    ],
)
def test_what_a_dead_worker_left_is_found(facts, status, reaped):
    if "started_at" in facts:
        facts = {"started_at": timezone.now()}
    left = task(**facts)
    assert reap() == reaped
    left.refresh_from_db()
    assert left.status == status
    assert Entry.objects.filter(verb="jobs.reaped").count() == reaped
    assert (left.started_at is None) is (status == TaskResultStatus.READY)
    assert reap() == 0


@pytest.mark.django_db(transaction=True)
def test_one_round_of_the_jobs_process_runs_what_is_due_and_seals(jobs):
    jobs("* * * * *", "test.minute", "每分钟任务")(lambda: "做完了")
    task()
    said = []
    work(once=True, say=said.append)
    assert said == ["每分钟任务：做完了", "找回1个中断的任务"]
    assert not Entry.objects.filter(seal=None).exists() and Seal.objects.count() == Entry.objects.count() > 0


def test_the_product_has_its_timed_jobs():
    found = schedule.timed_jobs()
    assert {"registers.compare", "sitebuild.follow", "sitebuild.compare"} <= found.keys()
