"""Columns, articles, posts and secrecy reviews of 青禾市工业和信息化局."""

from datetime import date

import factory
from django.utils import timezone

from gongkai.publishing import actions, content
from gongkai.publishing.models import (
    Article,
    Category,
    Channel,
    ChannelPost,
    Column,
    ColumnType,
    Result,
    SecrecyReview,
)
from gongkai.reviewing.models import Submission

from .accounts import OfficeFactory, UserFactory


class ColumnFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Column
        django_get_or_create = ("office", "slug")

    office = factory.SubFactory(OfficeFactory)
    name = "其他政策文件"
    slug = "zhengce"
    column_type = ColumnType.POLICY
    opened_on = date(2020, 1, 1)


class ArticleFactory(factory.django.DjangoModelFactory):
    """A draft; `published=True` is out since 10 March 2022."""

    class Meta:
        model = Article

    class Params:
        published = factory.Trait(published_on=date(2022, 3, 10))

    office = factory.SubFactory(OfficeFactory)
    column = factory.SubFactory(ColumnFactory, office=factory.SelfAttribute("..office"))
    title = factory.Sequence(lambda n: f"青禾市工业经济运行平稳（之{n}）")

    @factory.post_generation
    def released(self, create, extracted, **kwargs):
        """What has a day of publication and is live went out as it stands; `released=False` keeps it in."""
        if create and extracted is not False and self.published_on and self.live:
            put_out(self)


def put_out(article: Article) -> Submission:
    """The article as it stands is what the outside sees: its copy as the review chain would have released it, which is never one that is not open."""
    snapshot = content.snapshot(article)
    last = Submission.objects.about(article).last()
    submission = Submission.objects.create(
        office_id=article.office_id, section_id=article.section_id, kind=Article._meta.label, record_id=article.pk, number=last.number + 1 if last else 1,
        title=article.title, content=snapshot, attribute=article.attribute, channels=["website"], digest=content.digest(snapshot),
        submitted_by=UserFactory(office=article.office), submitted_at=timezone.now(),
    )  # fmt: skip
    article.released, article.shown_submission, article.live = snapshot, submission, article.attribute == "open"
    article.save(update_fields=["released", "shown_submission", "live"])
    return submission


class SecrecyReviewFactory(factory.django.DjangoModelFactory):
    """A review that lets its item out; `withheld=True` keeps it in as a work process, `referred=True` asks others."""

    class Meta:
        model = SecrecyReview

    class Params:
        withheld = factory.Trait(result=Result.WITHHOLD, attribute="withheld", ground="process", reason="讨论中的过程稿")
        referred = factory.Trait(result=Result.REFER, referred_to="青禾市国家保密局")

    office = factory.SubFactory(OfficeFactory)
    title = factory.Sequence(lambda n: f"待发布信息（之{n}）")
    attribute = "open"
    result = Result.OPEN
    reviewed_on = date(2022, 3, 8)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        review = model_class(*args, **kwargs)
        actions.derive_review(review)
        review.save()
        return review


class ChannelPostFactory(factory.django.DjangoModelFactory):
    """A WeChat post on policy of 10 March 2022; `reviewed=True` passed three people, `cleared=True` the secrecy review."""

    class Meta:
        model = ChannelPost

    class Params:
        reviewed = factory.Trait(
            first_reviewed_by=factory.SubFactory(UserFactory, name="林禾"), first_reviewed_on=factory.SelfAttribute("posted_on"),
            second_reviewed_by=factory.SubFactory(UserFactory, name="周岚"), second_reviewed_on=factory.SelfAttribute("posted_on"),
            third_reviewed_by=factory.SubFactory(UserFactory, name="沈临"), third_reviewed_on=factory.SelfAttribute("posted_on"),
        )
        cleared = factory.Trait(
            secrecy_review=factory.SubFactory(
                SecrecyReviewFactory, office=factory.SelfAttribute("..office"), reviewed_on=factory.SelfAttribute("..posted_on")
            )
        )

    office = factory.SubFactory(OfficeFactory)
    channel = Channel.WECHAT
    category = Category.POLICY
    title = factory.Sequence(lambda n: f"惠企政策速递（之{n}）")
    posted_on = date(2022, 3, 10)
