"""The bureau's WeChat account, and what went out by it."""

import factory
from django.utils import timezone

from gongkai.channels.models import ChannelAccount, Delivery

from .accounts import OfficeFactory, UserFactory
from .publishing import ArticleFactory, SecrecyReviewFactory


class ChannelAccountFactory(factory.django.DjangoModelFactory):
    """An account whose interface is switched off: nothing is ever called."""

    class Meta:
        model = ChannelAccount
        django_get_or_create = ("office", "channel")

    office = factory.SubFactory(OfficeFactory)
    channel = "wechat"
    name = "青禾工信"
    app_id = "wx1234567890abcdef"
    app_secret = "0123456789abcdef0123456789abcdef"
    enabled = False


class DeliveryFactory(factory.django.DjangoModelFactory):
    """An article that waits to be copied into the WeChat editor by hand."""

    class Meta:
        model = Delivery

    class Params:
        article = factory.SubFactory(ArticleFactory, office=factory.SelfAttribute("..office"), published=True)

    office = factory.SubFactory(OfficeFactory)
    channel = "wechat"
    by_hand = True
    kind = "publishing.Article"
    record_id = factory.LazyAttribute(lambda o: o.article.pk)
    digest = factory.Sequence(lambda n: f"{n:064x}")
    title = factory.Sequence(lambda n: f"惠企政策速递（之{n}）")
    category = "policy"
    content = factory.LazyFunction(lambda: {"html": "<p>全市规模以上工业企业。</p>", "summary": "", "url": "", "cover": None, "files": {}})
    reviews = factory.LazyFunction(lambda: [None, None, None])
    secrecy_review = factory.SubFactory(SecrecyReviewFactory, office=factory.SelfAttribute("..office"))
    asked_at = factory.LazyFunction(timezone.now)
    asked_by = factory.SubFactory(UserFactory, office=factory.SelfAttribute("..office"))
