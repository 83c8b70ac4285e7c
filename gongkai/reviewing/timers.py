"""Scheduled releases, every minute."""

from gongkai.jobs.schedule import every

from . import bundles
from .actions import release_due


@every("* * * * *", "reviewing.release", "定时发布")
def release_what_is_due() -> str:
    singles, together = release_due(), bundles.release_due()
    out, lapsed = (a + b for a, b in zip(singles, together, strict=True))
    return f"发布{out}件，未能发布{lapsed}件"
