"""What the turn of the day changes on the site: 有效性, consultations that end, articles whose time is over."""

from datetime import date

from django.utils import timezone

from gongkai.accounts import throttle
from gongkai.accounts.models import Office
from gongkai.jobs.schedule import every
from gongkai.reviewing.actions import withdraw
from gongkai.text.dates import render

from .log import tell
from .models import Article, Publication, PublicationHead
from .shelves import DAY_KEY


@every("10 0 * * *", "publishing.expire", "到期下线")
def take_down_expired() -> str:
    """Articles whose approved last day has passed come off the site and every channel."""
    today = timezone.localdate()
    over = Article.objects.public().filter(shown_submission__content__expires_on__lt=today.isoformat())
    for article in over:
        withdraw(article, by=None, reason=f"已到下线日期（{render(date.fromisoformat(article.shown_submission.content['expires_on']))}）")
    return f"到期下线{len(over)}篇" if over else "没有到期的文章"


@every("5 0 * * *", "publishing.day", "日期更替")
def turn_the_day() -> str:
    """Every office's pages that depend on the day are built again."""
    for office in Office.objects.all():
        head, _ = PublicationHead.objects.get_or_create(office=office)
        tell(head, Publication.Deed.TOUCHED, keys=[DAY_KEY])
    return "已提请重新生成随日期变化的页面"


@every("35 * * * *", "publishing.clear_tallies", "清除期满的频次计数")
def clear_tallies() -> str:
    return f"清除{throttle.clear(timezone.now())}个期满的频次计数"
