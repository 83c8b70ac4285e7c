"""What the turn of the day changes on the site: 有效性, consultations that end."""

from gongkai.accounts.models import Office
from gongkai.jobs.schedule import every

from .log import tell
from .models import Publication, PublicationHead
from .shelves import DAY_KEY


@every("5 0 * * *", "publishing.day", "日期更替")
def turn_the_day() -> str:
    """Every office's pages that depend on the day are built again."""
    for office in Office.objects.all():
        head, _ = PublicationHead.objects.get_or_create(office=office)
        tell(head, Publication.Deed.TOUCHED, keys=[DAY_KEY])
    return "已提请重新生成随日期变化的页面"
