"""When the site is built without being asked."""

from gongkai.accounts.models import Office
from gongkai.jobs.schedule import every

from .actions import build


@every("*/5 * * * *", "sitebuild.build", "生成公开网站")
def build_site() -> str:
    office = Office.objects.order_by("pk").first()
    if office is None:
        return "尚无机关，未生成"
    return f"已生成{build(office).pages}个页面"
