"""Every number is a list that can be opened: whatever the records hold, the two never differ."""

import random
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import CaptureQueriesContext

from gongkai.evidence import queries
from gongkai.sockets import Count, Scope, all_indicators
from tests.factories import (
    accountability,
    benefits,
    concerns,
    consultation,
    documents,
    events,
    foi,
    guides,
    inspection,
    publishing,
)
from tests.factories.accounts import OfficeFactory, SectionFactory

pytestmark = pytest.mark.django_db
HERE = ZoneInfo("Asia/Shanghai")
#: Enough of each kind that every indicator has something to count.
STOCK = [
    (foi.ApplicationFactory, [{}, {"answered": True}, {"late": True}, {"corrected": True}, {"awaiting_correction": True}, {"withdrawn": True}, {"unconfirmed": True}]),
    (foi.ThirdPartyOpinionFactory, [{}]),
    (consultation.ConsultationFactory, [{}, {"fed_back": True}, {"late": True}]),
    (consultation.OpinionFactory, [{}, {"adopted": True}, {"fed_back": True}, {"late": True}]),
    (concerns.ConcernFactory, [{}, {"responded": True}, {"late": True}, {"serious": True}]),
    (events.EventFactory, [{}, {"planned": True}, {"cancelled": True}, {"unplanned": True}, {"supported": True}]),
    (events.AttendanceFactory, [{}, {"persons": 3}]),
    (events.InterviewFactory, [{}]),
    (publishing.ArticleFactory, [{}, {"published": True}]),
    (publishing.ChannelPostFactory, [{}, {"reviewed": True}, {"cleared": True}]),
    (publishing.SecrecyReviewFactory, [{}, {"withheld": True}, {"referred": True}]),
    (documents.NormativeDocumentFactory, [{}, {"benefit": True}, {"exempt": True}, {"plan": True}, {"unpublished": True}]),
    (documents.InterpretationFactory, [{}]),
    (documents.GazetteSubmissionFactory, [{}]),
    (documents.EvaluationFactory, [{}]),
    (benefits.BenefitPolicyFactory, [{}, {"expired": True}]),
    (benefits.BenefitUpdateFactory, [{}, {"adjusted": True}, {"removed": True}]),
    (guides.MatterFactory, [{}]),
    (guides.GuideFactory, [{}, {"draft": True}]),
    (guides.MatterChangeFactory, [{}, {"proposed": True}, {"rectification": True}, {"done": True}]),
    (accountability.MeetingFactory, [{}, {"planned": True}, {"cancelled": True}, {"integrity": True}]),
    (accountability.AgendaItemFactory, [{}, {"meeting__planned": True}]),
    (accountability.AccountabilityReportFactory, [{}]),
    (accountability.BallotFactory, [{}]),
    (inspection.FindingFactory, [{}, {"fixed": True}, {"closed": True}]),
]
LEFT_ALONE = {"id", "office", "section", "created_at", "changed_at", "voided_at"}


def somehow(chance: random.Random, field: models.Field):
    """A random value of a field: a day around the year, one of its choices, yes or no, or nothing where that may be."""
    if field.null and chance.random() < 0.25:
        return None
    if isinstance(field, models.DateTimeField):
        return datetime(2021, 12, 1, tzinfo=HERE) + timedelta(hours=chance.randrange(24 * 430))
    if isinstance(field, models.DateField):
        return date(2021, 12, 1) + timedelta(days=chance.randrange(430))
    if field.choices:
        return chance.choice([key for key, _ in field.flatchoices])
    return chance.random() < 0.5


def written(row: models.QuerySet, values: dict) -> bool:
    """Whether the database took the values."""
    try:
        with transaction.atomic():
            row.update(**values)
    except IntegrityError:
        return False
    return True


def stir(chance: random.Random, record) -> None:
    """Give a record other days, choices and yes-or-nos, as far as the database lets them stand together."""
    values = {}
    for field in record._meta.concrete_fields:
        known = isinstance(field, models.DateField | models.BooleanField) or (field.choices and not field.is_relation)
        if known and field.name not in LEFT_ALONE and chance.random() < 0.5:
            values[field.name] = somehow(chance, field)
    row = type(record)._base_manager.filter(pk=record.pk)
    if values and not written(row, values):
        for name, value in values.items():
            written(row, {name: value})


def lay_in(chance: random.Random, copies: int = 2) -> None:
    offices = [OfficeFactory(), OfficeFactory(), OfficeFactory(name="禾丰市工业和信息化局")]
    for factory, variants in STOCK:
        for traits in variants * copies:
            office = chance.choice(offices)
            parents = [name for name in ("event", "document", "policy", "matter", "meeting", "report", "consultation", "application") if name in factory._meta.declarations]
            made = factory(**({f"{parents[0]}__office": office} if parents and "report" not in parents else {"office": office} if not parents else {}), **traits)
            stir(chance, made)
            if chance.random() < 0.15:
                type(made)._base_manager.filter(pk=made.pk).update(voided_at=datetime(2022, 12, 24, tzinfo=HERE))


def number_of(indicator, found) -> Decimal | int:
    """The number, counted by hand from the records of the list."""
    if indicator.count is Count.ROWS:
        return len(found)
    values = [queries.read(record, indicator.field.replace("__", ".")) for record in found]
    if indicator.count is Count.DISTINCT:
        return len({getattr(value, "pk", value) for value in values if value is not None})
    return sum(value or 0 for value in values)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_number_and_list_never_differ_and_claims_part_it(seed):
    """For records stirred at random: the number is that of the list, and each record is held, pending or failed, exactly once."""
    chance = random.Random(seed)
    lay_in(chance, copies=4)
    office = OfficeFactory()
    counted = Counter()
    for as_of in (date(2022, 4, 15), date(2022, 11, 30)):
        scope = Scope.of_year(office.pk, 2022, as_of)
        values = queries.compute(scope)
        for key, indicator in all_indicators().items():
            found = list(queries.records(scope, indicator))
            ids = [record.pk for record in found]
            assert len(ids) == len(set(ids)), f"{key} lists a record twice"
            assert values[key].number == number_of(indicator, found), key
            assert all(record.office_id == office.pk and record.voided_at is None for record in found), key
            counted[key] += len(found)
            parts = queries.parts_of(scope, indicator, ids)
            for claim_key, counts in values[key].claims.items():
                said = Counter(parts[pk].get(claim_key, "nothing") for pk in ids)
                assert dict(said) == {p: n for p in queries.PARTS if (n := getattr(counts, p))}, f"{key} {claim_key}"
    assert len([key for key, n in counted.items() if n]) > 30, "the records were too few to try the indicators on"


@pytest.mark.slow
def test_one_query_however_many_indicators():
    lay_in(random.Random(1), copies=1)
    scope = Scope.of_year(OfficeFactory().pk, 2022)
    for keys in (["foi.received"], ["foi.received", "foi.answered", "events.enterprises"], None):
        with CaptureQueriesContext(connection) as asked:
            values = queries.compute(scope, keys)
        assert len(asked) == 1 and set(values) == set(keys or all_indicators())
    with CaptureQueriesContext(connection) as asked:
        assert queries.compute(scope, []) == {}
    assert len(asked) == 0


@pytest.mark.slow
def test_a_number_alone_is_the_number_among_all():
    """What is computed beside it changes no number."""
    lay_in(random.Random(2), copies=1)
    scope = Scope.of_year(OfficeFactory().pk, 2022)
    together = queries.compute(scope)
    for key in all_indicators():
        alone = queries.compute(scope, [key])[key]
        assert alone.number == together[key].number, key
        assert {c: (n.held, n.pending, n.failed) for c, n in alone.claims.items()} == {c: (n.held, n.pending, n.failed) for c, n in together[key].claims.items()}, key


def test_a_section_counts_its_own():
    office = OfficeFactory()
    room, policy = SectionFactory(office=office, name="办公室"), SectionFactory(office=office, name="产业政策与法制科")
    for section, n in ((room, 2), (policy, 3)):
        foi.ApplicationFactory.create_batch(n, office=office, section=section)
    assert [queries.compute(Scope.of_year(office.pk, 2022, section_id=s.pk), ["foi.received"])["foi.received"].number for s in (room, policy)] == [2, 3]


def test_nothing_at_all_is_nought_not_none():
    values = queries.compute(Scope.of_year(OfficeFactory().pk, 2022))
    assert {value.number for value in values.values()} == {0}
    assert not any(counts.is_true_of_all for value in values.values() for counts in value.claims.values()), "of nothing, 均 can not be said"


@pytest.mark.parametrize("key", sorted(all_indicators()))
def test_a_list_shows_named_columns_and_nothing_sealed(key):
    """Each column of a list has a Chinese name; none is a sealed field."""
    from gongkai.vault import EncryptedTextField

    indicator = all_indicators()[key]
    model = apps.get_model(indicator.model)
    for path in indicator.shows:
        label = queries.label_of(model, path)
        assert any("\u4e00" <= letter <= "\u9fff" for letter in label), f"{key}: {path} is called {label}"
        *way, last = path.split(".")
        owner = model
        for name in way:
            owner = owner._meta.get_field(name).related_model
        sealed = {f.name for f in owner._meta.get_fields() if isinstance(f, EncryptedTextField)}
        assert last not in sealed, f"{key} shows {path}"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        pytest.param(None, "", id="没有"),
        pytest.param(True, "是"),
        pytest.param(False, "否"),
        pytest.param(0, "0", id="零不是没有"),
        pytest.param(date(2022, 3, 9), "2022年3月9日"),
        pytest.param(datetime(2022, 3, 1, 1, 5, tzinfo=ZoneInfo("UTC")), "2022-03-01 09:05", id="时刻按北京时间"),
        pytest.param(datetime(2022, 3, 1, 9, 5), "2022-03-01 09:05", id="无时区的时刻照写"),
    ],
)
def test_a_value_as_papers_write_it(value, written):
    assert queries.as_text(value) == written
