"""Scheduled releases, every minute."""

from gongkai.jobs.schedule import every

from .actions import release_due


@every("* * * * *", "reviewing.release", "定时发布")
def release_what_is_due() -> str:
    out, lapsed = release_due()
    return f"发布{out}件，未能发布{lapsed}件"
