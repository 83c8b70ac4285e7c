"""The numbers of publishing: posts by channel, reviews before them."""

from django.db.models import F, Q

from gongkai.sockets import Claim, Indicator, Scope, register_indicator

from .models import Attribute, Category, Channel, Result


def posted(scope: Scope) -> Q:
    return Q(posted_on__range=(scope.since, scope.as_of))


def posted_on_policy(channel: str):
    return lambda scope: posted(scope) & Q(channel=channel, category__in=[Category.POLICY, Category.INTERPRETATION])


def infographic(scope: Scope) -> Q:
    return posted(scope) & Q(channel=Channel.WECHAT, is_infographic=True)


# A post is dated when it was made, so what is claimed of it is settled that day and never pending.
def never(scope: Scope) -> Q:
    return Q(pk__isnull=True)


STEPS = ("first", "second", "third")


def reviewed_three_times(scope: Scope) -> Q:
    done = Q()
    for step in STEPS:
        done &= Q(**{f"{step}_reviewed_by__isnull": False, f"{step}_reviewed_on__lte": F("posted_on")})
    return done & ~Q(first_reviewed_by=F("second_reviewed_by")) & ~Q(second_reviewed_by=F("third_reviewed_by")) & ~Q(first_reviewed_by=F("third_reviewed_by"))


def not_reviewed_three_times(scope: Scope) -> Q:
    """The contrary, written out: a missing person or day is a failure, and NOT of a missing value is neither."""
    failed = Q(first_reviewed_by=F("second_reviewed_by")) | Q(second_reviewed_by=F("third_reviewed_by")) | Q(first_reviewed_by=F("third_reviewed_by"))
    for step in STEPS:
        failed |= Q(**{f"{step}_reviewed_by__isnull": True}) | Q(**{f"{step}_reviewed_on__isnull": True}) | Q(**{f"{step}_reviewed_on__gt": F("posted_on")})
    return failed


def secrecy_first(scope: Scope) -> Q:
    review = "secrecy_review__"
    opened = Q(**{f"{review}result__in": [Result.OPEN, Result.REDACT], f"{review}reviewed_on__lte": F("posted_on")})
    determined = Q(**{f"{review}result": Result.REFER, f"{review}may_open": True, f"{review}determined_on__lte": F("posted_on")})
    return Q(**{f"{review}voided_at__isnull": True, "secrecy_review__isnull": False}) & (opened | determined)


def secrecy_not_first(scope: Scope) -> Q:
    review = "secrecy_review__"
    return (
        Q(secrecy_review__isnull=True)
        | Q(**{f"{review}voided_at__isnull": False})
        | Q(**{f"{review}result": Result.WITHHOLD})
        | Q(**{f"{review}result__in": [Result.OPEN, Result.REDACT], f"{review}reviewed_on__gt": F("posted_on")})
        | Q(**{f"{review}result": Result.REFER}) & (
            Q(**{f"{review}may_open__isnull": True}) | Q(**{f"{review}may_open": False})
            | Q(**{f"{review}determined_on__isnull": True}) | Q(**{f"{review}determined_on__gt": F("posted_on")})
        )
    )


def told(post) -> str:
    return f"{post.get_channel_display()}《{post.title}》（{post.posted_on.year}年{post.posted_on.month}月{post.posted_on.day}日）"


CLAIMS = (
    Claim(
        "three_reviews", "均经三审三校", reviewed_three_times, never, not_reviewed_three_times,
        phrase="经三审三校", pending_phrase="尚在审校", failed_phrase="发布前未完成三审三校", basis="123号", exception=told,
    ),
    Claim(
        "secrecy_first", "均先审查后公开", secrecy_first, never, secrecy_not_first,
        phrase="先进行保密审查、后公开", pending_phrase="尚在审查", failed_phrase="发布前没有可以公开的保密审查结论", basis="条例 17.2", exception=told,
    ),
)
SHOWS = ("channel", "category", "is_infographic", "title", "posted_on", "url")

register_indicator(Indicator(
    key="publishing.wechat_posts", label="公众号发布政策和解读类信息", unit="篇次", model="publishing.ChannelPost",
    where=posted_on_policy(Channel.WECHAT), date_field="posted_on", shows=SHOWS, register="posts", claims=CLAIMS,
    words=("公众号发布政策和解读类", "公众号", "政策和解读类新闻", "政策和解读类"),
    description="本年在微信公众号发布、类别为政策或解读的发布记录。",
))
register_indicator(Indicator(
    key="publishing.website_posts", label="网站发布政策和解读类信息", unit="篇次", model="publishing.ChannelPost",
    where=posted_on_policy(Channel.WEBSITE), date_field="posted_on", shows=SHOWS, register="posts", claims=CLAIMS,
    words=("网站发布政策和解读类", "门户网站发布", "网站发布"),
    description="本年在网站发布、类别为政策或解读的发布记录。与公众号分别计数，不相加。",
))
register_indicator(Indicator(
    key="publishing.infographics", label="公众号发布图解", unit="篇次", model="publishing.ChannelPost",
    where=infographic, date_field="posted_on", shows=SHOWS, register="posts", claims=CLAIMS,
    words=("图解", "图表图解"),
    description="本年在微信公众号发布、标为图解的发布记录，不论类别；不是政策和解读类篇次的一部分，也不与之相加。",
))
register_indicator(Indicator(
    key="publishing.posts", label="各渠道发布信息", unit="篇次", model="publishing.ChannelPost",
    where=posted, date_field="posted_on", shows=SHOWS, register="posts", claims=CLAIMS,
    words=("发布信息", "发布政务信息"),
    description="本年各渠道的全部发布记录，同一内容发两个渠道计两次。",
))
register_indicator(Indicator(
    key="publishing.articles", label="网站发布文章", unit="篇", model="publishing.Article",
    where=lambda scope: Q(published_on__range=(scope.since, scope.as_of)), date_field="published_on",
    shows=("column", "title", "published_on", "source"), register="articles", related=("column",),
    words=("发布文章",), description="本年发布的文章，按发布日期。",
))

REVIEW_SHOWS = ("number", "title", "reviewed_on", "result", "attribute")
register_indicator(Indicator(
    key="publishing.secrecy_reviews", label="保密审查", unit="项", model="publishing.SecrecyReview",
    where=lambda scope: Q(reviewed_on__range=(scope.since, scope.as_of)), date_field="reviewed_on",
    shows=REVIEW_SHOWS, register="secrecy-reviews", words=("保密审查",), basis="条例 17.2",
    description="本年作出的逐项保密审查，按审查日期。",
))
register_indicator(Indicator(
    key="publishing.withheld", label="经审查不予公开", unit="项", model="publishing.SecrecyReview",
    where=lambda scope: Q(reviewed_on__range=(scope.since, scope.as_of), result=Result.WITHHOLD, attribute=Attribute.WITHHELD),
    date_field="reviewed_on", shows=(*REVIEW_SHOWS, "ground"), register="secrecy-reviews", words=("不予公开",), basis="条例 13.1",
    description="本年审查结论和公开属性都是不予公开的。",
))
register_indicator(Indicator(
    key="publishing.reassessed", label="不予公开信息定期评估", unit="项", model="publishing.SecrecyReview",
    where=lambda scope: Q(reviewed_on__range=(scope.since, scope.as_of), reassesses__isnull=False),
    date_field="reviewed_on", shows=REVIEW_SHOWS, register="secrecy-reviews", words=("定期评估", "重新审查"), basis="条例 18",
    description="本年对此前不予公开的信息所作的评估。", duties=("publishing.reassess",),
))
