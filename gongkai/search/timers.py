"""When the index is kept without being asked."""

from gongkai.accounts.models import Office
from gongkai.jobs.schedule import every

from . import actions, shelf


@every("* * * * *", "search.follow", "更新检索索引")
def follow() -> str:
    office = Office.objects.order_by("pk").first()
    if office is None:
        return "尚无机关，未更新检索索引"
    try:
        return str(actions.follow(office))
    except shelf.Busy:
        return "另一个进程正在更新检索索引"


# 有效性 changes with the day, and the name of a column may change without a word about its records.
@every("20 0 * * *", "search.rebuild", "重建检索索引")
def rebuild() -> str:
    office = Office.objects.order_by("pk").first()
    return str(actions.rebuild(office)) if office else "尚无机关，未重建检索索引"
