"""Marks of what was asked, so that like applications are found among all the office ever had without opening each, and the group a subject is counted in.

They are made by the jobs process, some minutes after a case was entered or changed: until then it is among the newest, which
are compared in any case (`queries.similar`).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from gongkai.jobs.schedule import every
from gongkai.vault import lookup_hash

from . import similar
from .models import Application, Fingerprint, FingerprintMark

#: Applications in one transaction, and in one run of the job: what is left waits for the next.
AT_A_TIME, AT_MOST = 500, 20_000
#: Two subjects that share this part of the word pairs of both are counted as one; so many of the likest are looked at.
TOGETHER, LOOKED_AT = 0.5, 20
#: Of each mark, so many that were entered before a case and after it are looked at: the bound of a search.
BEFORE, AFTER = 150, 50


def _key(office_id: int) -> bytes:
    """Of this office alone: marks of two offices never meet."""
    return bytes.fromhex(lookup_hash("fingerprint", str(office_id)))


def of(application: Application) -> tuple[frozenset[int], frozenset[int]]:
    """The marks of its subject and of what was asked."""
    key = _key(application.office_id)
    return similar.marks(application.subject, key, "subject"), similar.marks(application.description, key, "content")


def unmade() -> QuerySet[Application]:
    """Applications without marks or a group, or changed since these were made."""
    return Application.objects.filter(Q(fingerprint=None) | Q(fingerprint__made_at__lt=F("changed_at")) | Q(subject_group=None))


def make(applications: Sequence[Application], at: datetime) -> None:
    """Afterwards these have the marks of what they say, no others, and a group. `at` is a moment before they were read: what changes since is made again."""
    keys = [one.pk for one in applications]
    wanted = {one.pk: frozenset().union(*of(one)) for one in applications}
    with transaction.atomic():
        standing: dict[int, set[int]] = {}
        for key, mark in FingerprintMark.objects.filter(application__in=keys).values_list("application", "mark"):
            standing.setdefault(key, set()).add(mark)
        moved = [key for key in keys if standing.get(key, set()) != wanted[key]]
        FingerprintMark.objects.filter(application__in=[key for key in moved if key in standing]).delete()
        FingerprintMark.objects.bulk_create([FingerprintMark(application_id=key, mark=mark) for key in moved for mark in sorted(wanted[key])])
        Fingerprint.objects.bulk_create([Fingerprint(application_id=key, made_at=at) for key in keys], update_conflicts=True, unique_fields=["application"], update_fields=["made_at"])
    # A row at a time, so that no case is held while another is waited for.
    for one in sorted(applications, key=lambda one: one.pk):
        # What was counted under a subject that now says something else is looked at again.
        if one.pk in moved and one.subject_group == one.pk:
            for key in list(Application.objects.filter(subject_group=one.pk, office=one.office_id).exclude(pk=one.pk).values_list("pk", flat=True)):
                Application.objects.filter(pk=key).update(subject_group=None)
        group(one)


def group(application: Application) -> None:
    """Write under which case's subject it is counted: that of the likest group there is, else its own.

    Groups have no year, so that one year's may be set beside another's. Of subjects worded by people none of this is exact.
    """
    mine = similar.pairs(application.subject) or {application.subject}
    near_ = _near(application.pk, similar.marks(application.subject, _key(application.office_id), "subject"), LOOKED_AT)
    heads = Application.objects.filter(pk__in=Application.objects.filter(pk__in=near_, subject_group__isnull=False).exclude(subject_group=application.pk).values("subject_group"))
    shares = []
    for key, subject in heads.values_list("pk", "subject") if near_ else ():
        theirs = similar.pairs(subject) or {subject}
        shares.append((len(mine & theirs) / len(mine | theirs), -key))
    share, key = max(shares, default=(0, 0))
    Application.objects.filter(pk=application.pk).update(subject_group=-key if share >= TOGETHER else application.pk)


@every("*/10 * * * *", "foi.fingerprints", "生成申请的相似指纹")
def make_missing() -> str:
    """The newest first: they are asked about soonest."""
    count = 0
    while count < AT_MOST:
        at = timezone.now()
        if not (found := list(unmade().only("office", "subject", "description").order_by("-pk")[:AT_A_TIME])):
            break
        make(found, at)
        count += len(found)
    return f"生成{count}件申请的相似指纹和同类事项"


def forget(application: Application) -> None:
    """Afterwards nothing stands of what was asked; the job makes anew what may stand."""
    FingerprintMark.objects.filter(application=application).delete()
    Fingerprint.objects.filter(application=application).delete()


def near(application: Application, most: int, *, content: bool) -> list[int]:
    """The applications that share most marks with this one, of all its office has: at most `most`, whatever their number.

    One query of as many bounded looks into an index as there are marks. `content`: what was asked counts too.
    """
    subject, asked = of(application)
    return _near(application.pk, subject | (asked if content else frozenset()), most)


def _near(of: int | None, wanted: Iterable[int], most: int) -> list[int]:
    if not (wanted := sorted(wanted)):
        return []
    looks, values = [], []
    for mark in wanted:
        for side, order, limit in (("<", "DESC", BEFORE), (">", "ASC", AFTER)):
            looks.append(f"SELECT * FROM (SELECT application_id FROM foi_fingerprintmark WHERE mark = %s AND application_id {side} %s ORDER BY application_id {order} LIMIT {limit}) AS looked")  # noqa: S608 - numbers and signs of our own
            values += [mark, of or 0]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT application_id FROM ({' UNION ALL '.join(looks)}) AS marked GROUP BY application_id ORDER BY count(*) DESC, application_id DESC LIMIT {int(most)}", values)  # noqa: S608 - the looks above
        return [key for (key,) in cursor.fetchall()]
