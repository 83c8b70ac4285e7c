"""A bureau with as many records as asked: one simulated year, then as many like it as are wanted.

The year is the demo's, from its set-based generator, in the proportions of a busy office. Repeating it
is done by the database, a hundred times faster than making each: every copied row gets an id of its own
and points to the rows of its own copy.
"""

from __future__ import annotations

from django.core.management.color import no_style
from django.db import connection, models, transaction

from gongkai.accounts.models import Office, User
from gongkai.consultation.models import Consultation, ConsultationNotice, Opinion
from gongkai.demo import bureau, year
from gongkai.demo.cast import COORDINATOR
from gongkai.demo.load import Loader
from gongkai.demo.profile import profile_of
from gongkai.foi.models import Applicant, Application, ThirdPartyOpinion
from gongkai.publishing.models import Article, ChannelPost, SecrecyReview

SEED, YEAR = 7, 2022
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
def repeat(times: int) -> None:
    """Copies what an office has many of so many times."""
    if times < 1:
        return
    spans = {model: model._base_manager.aggregate(last=models.Max("pk"))["last"] for model in MANY}
    with connection.cursor() as cursor:
        for model in MANY:
            table, fields = model._meta.db_table, model._meta.concrete_fields
            unique = {name for constraint in model._meta.constraints if isinstance(constraint, models.UniqueConstraint) for name in constraint.fields}
            columns = ", ".join(f'"{f.column}"' for f in fields)
            copied = ", ".join(_copied(f, spans, f.name in unique) for f in fields)
            # A recursive count, since SQLite has no generate_series of its own.
            cursor.execute(
                f"INSERT INTO {table} ({columns}) WITH RECURSIVE copy(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n < {times})"
                f' SELECT {copied} FROM {table} AS t CROSS JOIN copy WHERE t."{model._meta.pk.column}" <= {spans[model]}'
            )
        for statement in connection.ops.sequence_reset_sql(no_style(), list(MANY)):
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
    return column


def analyse() -> None:
    """Gives the planner its statistics, as a database that has been in use for a while has them."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
