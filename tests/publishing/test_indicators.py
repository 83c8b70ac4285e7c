"""The numbers of publishing count what they say, and every claim parts what it is about."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai.evidence import queries as evidence
from gongkai.publishing import rules
from gongkai.publishing.models import ChannelPost, SecrecyReview
from gongkai.sockets import Scope
from tests.factories.accounts import OfficeFactory, UserFactory
from tests.factories.publishing import ArticleFactory, ChannelPostFactory, SecrecyReviewFactory

pytestmark = pytest.mark.django_db

POSTS = ("publishing.wechat_posts", "publishing.website_posts", "publishing.infographics", "publishing.posts")


def numbers(office, keys=POSTS, as_of=date(2022, 11, 30)):
    return tuple(value.number for value in evidence.compute(Scope.of_year(office.pk, 2022, as_of), keys).values())


@pytest.mark.parametrize(("facts", "counted"), [
    pytest.param({}, (1, 0, 0, 1), id="公众号政策"),
    pytest.param({"category": "interpretation"}, (1, 0, 0, 1), id="公众号解读"),
    pytest.param({"category": "news"}, (0, 0, 0, 1), id="公众号动态不计入政策解读类"),
    pytest.param({"category": "other", "is_infographic": True}, (0, 0, 1, 1), id="图解不必是政策解读类"),
    pytest.param({"is_infographic": True}, (1, 0, 1, 1), id="政策类图解各计各的"),
    pytest.param({"channel": "website"}, (0, 1, 0, 1), id="网站政策"),
    pytest.param({"channel": "website", "is_infographic": True}, (0, 1, 0, 1), id="网站图解不计入公众号图解"),
    pytest.param({"channel": "weibo"}, (0, 0, 0, 1), id="微博只计入各渠道"),
    pytest.param({"posted_on": date(2022, 11, 30)}, (1, 0, 0, 1), id="截至日当天"),
    pytest.param({"posted_on": date(2022, 12, 1)}, (0, 0, 0, 0), id="截至日之后"),
    pytest.param({"posted_on": date(2021, 12, 31)}, (0, 0, 0, 0), id="上一年"),
    pytest.param({"voided_at": timezone.now()}, (0, 0, 0, 0), id="已作废"),
])
def test_what_a_post_counts_towards(facts, counted):
    post = ChannelPostFactory(**facts)
    assert numbers(post.office) == counted


def test_other_offices_posts_are_theirs():
    ChannelPostFactory(office=OfficeFactory(name="青禾市商务局"))
    assert numbers(OfficeFactory()) == (0, 0, 0, 0)


def test_the_list_behind_the_number_is_the_records_it_counts():
    counted = [ChannelPostFactory(posted_on=date(2022, 5, day)) for day in (9, 3)]
    ChannelPostFactory(category="news")
    scope = Scope.of_year(counted[0].office_id, 2022)
    indicator = evidence.get_indicator("publishing.wechat_posts")
    assert list(evidence.records(scope, indicator)) == counted[::-1]
    assert evidence.shown(counted[0], indicator, date(2026, 12, 31))["渠道"] == "微信公众号"


@pytest.mark.parametrize(("facts", "three_reviews", "secrecy_first"), [
    pytest.param({"reviewed": True, "cleared": True}, "held", "held", id="三审三校和保密审查齐全"),
    pytest.param({}, "failed", "failed", id="什么都没有"),
    pytest.param({"reviewed": True, "third_reviewed_on": date(2022, 3, 11)}, "failed", "failed", id="发布次日才终审"),
    pytest.param({"cleared": True, "secrecy_review__reviewed_on": date(2022, 3, 11)}, "failed", "failed", id="先公开后审查"),
    pytest.param({"cleared": True, "secrecy_review__withheld": True}, "failed", "failed", id="审查不予公开却发布"),
    pytest.param({"cleared": True, "secrecy_review__result": "redact"}, "failed", "held", id="删减后公开"),
    pytest.param({"cleared": True, "secrecy_review__voided_at": timezone.now()}, "failed", "failed", id="保密审查已作废"),
    pytest.param({"cleared": True, "secrecy_review__referred": True}, "failed", "failed", id="提请确定没有结果就发布"),
    pytest.param(
        {"cleared": True, "secrecy_review__referred": True, "secrecy_review__may_open": True, "secrecy_review__determined_on": date(2022, 3, 10)},
        "failed", "held", id="经确定可以公开后发布",
    ),
])
def test_what_is_claimed_of_a_post(facts, three_reviews, secrecy_first):
    post = ChannelPostFactory(**facts)
    scope = Scope.of_year(post.office_id, 2022)
    parts = evidence.parts_of(scope, evidence.get_indicator("publishing.posts"), [post.pk])
    assert parts == {post.pk: {"three_reviews": three_reviews, "secrecy_first": secrecy_first}}


def test_one_person_in_two_reviews_fails():
    post = ChannelPostFactory(reviewed=True)
    post.third_reviewed_by = post.first_reviewed_by
    post.save()
    value = evidence.compute(Scope.of_year(post.office_id, 2022), ["publishing.posts"])["publishing.posts"]
    counts = value.claims["three_reviews"]
    assert (counts.held, counts.pending, counts.failed, counts.is_true_of_all) == (0, 0, 1, False)
    assert counts.claim.exception(post) == f"微信公众号《{post.title}》（2022年3月10日）"


days = st.none() | st.dates(date(2022, 3, 8), date(2022, 3, 12))
posts = st.lists(st.tuples(
    st.dates(date(2022, 3, 9), date(2022, 3, 11)),
    st.tuples(*[st.tuples(st.none() | st.integers(0, 2), days)] * 3),
    st.none() | st.tuples(
        st.sampled_from(["open", "withhold", "redact", "refer"]), st.dates(date(2022, 3, 8), date(2022, 3, 12)), days,
        st.none() | st.booleans(), st.booleans(),
    ),
), min_size=1, max_size=12)


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=posts, as_of=st.dates(date(2022, 3, 9), date(2022, 3, 12)))
def test_claims_part_the_posts_whatever_they_hold(drawn, as_of):
    with transaction.atomic():
        office, people = OfficeFactory(), [UserFactory() for _ in range(3)]
        for posted_on, reviews, secrecy in drawn:
            fields = {}
            for step, (by, on) in zip(("first", "second", "third"), reviews, strict=True):
                fields[f"{step}_reviewed_by"] = people[by] if by is not None else None
                fields[f"{step}_reviewed_on"] = on
            if secrecy is not None:
                result, reviewed_on, determined, may_open, voided = secrecy
                fields["secrecy_review"] = SecrecyReview.objects.create(
                    office=office, title="甲", attribute="open", result=result, reviewed_on=reviewed_on, may_open=may_open,
                    determined_on=max(determined, reviewed_on) if determined else None, voided_at=timezone.now() if voided else None,
                )
            ChannelPost.objects.create(office=office, channel="wechat", category="policy", title="乙", posted_on=posted_on, **fields)
        scope = Scope.of_year(office.pk, 2022, as_of)
        value = evidence.compute(scope, ["publishing.posts"])["publishing.posts"]
        for counts in value.claims.values():
            assert counts.held + counts.pending + counts.failed == value.number
        counted = ChannelPost.objects.filter(posted_on__lte=as_of)
        assert value.claims["three_reviews"].held == sum(rules.passed_three_reviews(p.reviews, p.posted_on) for p in counted)
        transaction.set_rollback(True)


def test_all_numbers_of_posts_take_one_query(django_assert_num_queries):
    office = OfficeFactory()
    for n in range(3):
        ChannelPostFactory(posted_on=date(2022, 3, 1) + timedelta(days=n))
    with django_assert_num_queries(1):
        evidence.compute(Scope.of_year(office.pk, 2022), POSTS)


def test_reviews_withheld_and_reassessed():
    first = SecrecyReviewFactory(withheld=True, reviewed_on=date(2021, 6, 1))
    office = first.office
    SecrecyReviewFactory(withheld=True, reviewed_on=date(2022, 5, 20), reassesses=first)
    SecrecyReviewFactory(reviewed_on=date(2022, 7, 1))
    keys = ("publishing.secrecy_reviews", "publishing.withheld", "publishing.reassessed")
    assert numbers(office, keys) == (2, 1, 1)
    assert numbers(office, keys, as_of=date(2022, 5, 19)) == (0, 0, 0)


def test_articles_count_by_the_day_they_came_out():
    article = ArticleFactory(published=True)
    ArticleFactory()
    assert numbers(article.office, ("publishing.articles",)) == (1,)
