"""Every minute: what waits to be sent, looked after, withdrawn or tried again."""

from gongkai.jobs.schedule import every

from .actions import work_due


@every("* * * * *", "channels.deliver", "渠道投递")
def deliver_due() -> str:
    said = work_due()
    return f"办理{len(said)}项投递" if said else "没有到时间的投递"
