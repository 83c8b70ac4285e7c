"""A bureau with as many records as asked: one simulated year, then as many like it as are wanted.

The year is the demo's, from its set-based generator, in the proportions of a busy office. Repeating it
is done by the database, a hundred times faster than making each: every copied row gets an id of its own
and points to the rows of its own copy. The copies fall by turns into the five years that end with it.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.utils import timezone

from gongkai.accounts.models import Office, Section, User
from gongkai.consultation.models import Consultation, ConsultationNotice, Opinion
from gongkai.demo import bureau, year
from gongkai.demo.cast import COORDINATOR
from gongkai.demo.load import Loader
from gongkai.demo.profile import profile_of
from gongkai.foi.models import Applicant, Application, ThirdPartyOpinion
from gongkai.ledger.models import Assignment, Chapter, Measure, Plan, Progress
from gongkai.publishing.models import Article, ChannelPost, SecrecyReview
from gongkai.sockets import all_indicators

SEED, YEAR, YEARS = 7, 2022, 5
#: A simulated year is at most this big; beyond it is repeated.
ONCE = 20_000

#: What an office has many of, parents first.
MANY = (Article, SecrecyReview, ChannelPost, Consultation, ConsultationNotice, Opinion, Application, Applicant, ThirdPartyOpinion)


def bureau_of(records: int) -> tuple[Office, User]:
    """Afterwards about `records` records stand, analysed. Returns the office and its coordinator."""
    cast = bureau.settle(YEAR)
    coordinator = cast.people[COORDINATOR]
    made = Loader(cast, by=coordinator).load(year.stories(profile_of(SEED, records=min(records, ONCE)), SEED, YEAR))
    many = sum(model._base_manager.count() for model in MANY)
    repeat(round((records - made) / many))
    analyse()
    return cast.office, coordinator


@transaction.atomic
def repeat(times: int, many: Sequence[type[models.Model]] = MANY) -> None:
    """Copies what an office has many of so many times."""
    if times < 1:
        return
    spans = {model: model._base_manager.aggregate(last=models.Max("pk"))["last"] for model in many}
    with connection.cursor() as cursor:
        for model in many:
            table, fields = model._meta.db_table, model._meta.concrete_fields
            unique = {name for constraint in model._meta.constraints if isinstance(constraint, models.UniqueConstraint) for name in constraint.fields}
            columns = ", ".join(f'"{f.column}"' for f in fields)
            copied = ", ".join(_copied(f, spans, f.name in unique) for f in fields)
            # A recursive count, since SQLite has no generate_series of its own.
            cursor.execute(
                f"INSERT INTO {table} ({columns}) WITH RECURSIVE copy(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n < {times})"
                f' SELECT {copied} FROM {table} AS t CROSS JOIN copy WHERE t."{model._meta.pk.column}" <= {spans[model]}'.replace("%", "%%"), (),
            )
        for statement in connection.ops.sequence_reset_sql(no_style(), list(many)):
            cursor.execute(statement)


def _copied(f: models.Field, spans: dict, is_unique: bool) -> str:
    column = f't."{f.column}"'
    if f.primary_key:
        return f"{column} + n * {spans[f.model]}"
    if f.is_relation and f.related_model in spans:
        return f"{column} + n * {spans[f.related_model]}"
    if is_unique and isinstance(f, models.CharField):
        # Many may be without a number; one number may stand only once.
        return f"CASE WHEN {column} = '' THEN '' ELSE {column} || '-' || n END"
    if isinstance(f, models.DateField) and not isinstance(f, models.DateTimeField):
        earlier = f"365 * (n % {YEARS})"
        return f"date({column}, '-' || ({earlier}) || ' days')" if connection.vendor == "sqlite" else f"{column} - {earlier}"
    return column


def analyse() -> None:
    """Gives the planner its statistics, as a database that has been in use for a while has them."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")


def blemish() -> None:
    """Spoils a share of everything that claims speak of: a year in which all went well would let any sum agree."""
    spoilt = (
        f"UPDATE {ChannelPost._meta.db_table} SET third_reviewed_by_id = first_reviewed_by_id WHERE id % 97 = 0",
        f"UPDATE {ChannelPost._meta.db_table} SET second_reviewed_on = NULL WHERE id % 89 = 0",
        f"UPDATE {ChannelPost._meta.db_table} SET secrecy_review_id = NULL WHERE id % 83 = 0",
        f"UPDATE {SecrecyReview._meta.db_table} SET result = 'refer', may_open = (id % 2 = 0), determined_on = reviewed_on WHERE id % 79 = 0",
        f"UPDATE {Application._meta.db_table} SET reply_due_on = handed_in_on WHERE id % 73 = 0",
        f"UPDATE {Application._meta.db_table} SET correction_ask_due_on = handed_in_on WHERE id % 7 = 0",
        f"UPDATE {Opinion._meta.db_table} SET fed_back_on = NULL WHERE id % 71 = 0",
        f"UPDATE {Consultation._meta.db_table} SET feedback_on = NULL WHERE id % 13 = 0",
    )
    with connection.cursor() as cursor:
        for statement in spoilt:
            # A cursor's own % is for parameters.
            cursor.execute(statement.replace("%", "%%"), ())
    analyse()


def plan_of(office: Office, of: int, measures: int) -> Plan:
    """A plan of so many measures that together speak of every indicator and every claim, each with a confirmed text."""
    said = [f"{{{{{key}}}}}" for key in all_indicators()]
    said += [f"{{{{{key}|均 {claim.key}}}}}" for key, indicator in all_indicators().items() for claim in indicator.claims]
    sections = list(Section.objects.of(office))
    with transaction.atomic():
        plan = Plan.objects.create(office=office, year=of, title=f"{of}年政务公开工作分工方案")
        chapter = Chapter.objects.create(plan=plan, order=1, number="一", title="做好政务公开工作")
        lines = Measure.objects.bulk_create(
            Measure(plan=plan, chapter=chapter, order=n, number=f"{of}-{n:03}", text=f"第{n}项措施", responsibility="办公室") for n in range(1, measures + 1)
        )
        Assignment.objects.bulk_create(
            Assignment(measure=line, part="lead", section=sections[n % len(sections)], words=sections[n % len(sections)].name) for n, line in enumerate(lines)
        )
        share = -(-len(said) // min(measures, len(said)))
        texts = ["".join(said[start : start + share]) for start in range(0, len(said), share)]
        Progress.objects.bulk_create(
            Progress(measure=line, version=1, text=texts[n % len(texts)], state=Progress.State.CONFIRMED, written_at=timezone.now(), submitted_at=timezone.now())
            for n, line in enumerate(lines)
        )
    return plan
