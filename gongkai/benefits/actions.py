"""What is done to benefit policies beyond entering and correcting them."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from gongkai.accounts.permissions import may
from gongkai.audit.actions import record
from gongkai.audit.verbs import sentences
from gongkai.documents import actions as outward
from gongkai.documents.actions import IMPORTED, objections_to_day
from gongkai.law import Objection
from gongkai.law.refusals import refuse_if
from gongkai.registers.actions import create, void
from gongkai.registers.register import get_register
from gongkai.reviewing.models import Submission

from . import content, queries, rules
from .models import BenefitPolicy, BenefitUpdate

THING = "benefits.policy"

sentences(
    benefits__removed="从{platform}下架惠企政策{name}，自{on}起，原因：{reason}",
    benefits__declared="登记惠企政策《{name}》已于{on}在系统外公开：{where}",  # of earlier rows: now documents.declared
    benefits__edited_in_review="审核中修改惠企政策《{name}》（{fields}）",
)


# -- What registers ask on every change ------------------------------------------------------------------------------


def objections_to_policy(policy: BenefitPolicy) -> list[Objection]:
    """Its day may be typed before it is out, since it is its issuer's; what was released keeps it."""
    found = rules.objections_to_policy(
        published_on=policy.published_on, effective_on=policy.effective_on, expires_on=policy.expires_on,
        opens_on=policy.opens_on, closes_on=policy.closes_on, outcome=policy.outcome, complaints=policy.complaints,
    )
    return found + [objection for objection in objections_to_day(policy) if objection.code == "day_stands"]


def objections_to_update(update: BenefitUpdate) -> list[Objection]:
    return rules.objections_to_update(
        kind=update.kind, updated_on=update.updated_on, reason=update.reason,
        published_on=update.policy.published_on if update.policy_id else None,
    )


def arrive(policy: BenefitPolicy, by) -> None:
    """What an import brings was public already where the importer may say so; anyone else's rows are drafts, and go through the review chain."""
    if policy.published_on and may(by, THING, "declare", policy):
        policy.published_elsewhere, policy.released = IMPORTED, content.snapshot(policy)


# -- Verbs -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def take_down(policy: BenefitPolicy, *, on: date, reason: str, by, at: datetime | None = None) -> BenefitUpdate:
    """下架。Afterwards the policy is off the platform it was last put on, and the register of updates holds the removal.

    Raises Refused when it is not on the platform, when no reason is given, or when the day lies
    before the policy's publication. `by` is None when the system takes down what has expired.
    """
    policy = BenefitPolicy.objects.held(policy)
    refuse_if(rules.objections_to_removing(is_listed=queries.is_listed(policy)))
    last = policy.updates.filter(voided_at=None).order_by("-updated_on", "-pk").first()
    update = BenefitUpdate(
        office_id=policy.office_id, section_id=policy.section_id, policy=policy, kind=rules.REMOVED, updated_on=on,
        platform=last.platform, url=last.url, reason=reason.strip(),
    )
    create(get_register("benefit-updates"), update, by=by, at=at)
    record("benefits.removed", policy, by=by, at=at, platform=update.platform, name=str(policy), on=on, reason=update.reason)
    return update


def take_down_expired(office, *, today: date, by=None, dry_run: bool = False) -> list[BenefitPolicy]:
    """失效政策自动下架。Afterwards no policy past its last day of validity is on the platform. Safe to run twice.

    Returns the policies taken down, or with `dry_run` those that would be.
    """
    expired = queries.expired_and_listed(office, today)
    if not dry_run:
        for policy in expired:
            take_down(policy, on=today, reason=f"政策有效期至{policy.expires_on.year}年{policy.expires_on.month}月{policy.expires_on.day}日，已失效", by=by)
    return expired


@transaction.atomic
def release(submission: Submission, by) -> None:
    """放行。Afterwards the outside sees exactly this submission, and the register of updates holds that it went up or was adjusted."""
    outward.release(submission, by)
    policy, on, expires_on = BenefitPolicy.objects.get(pk=submission.record_id), timezone.localdate(submission.release.at), submission.content["expires_on"]
    refuse_if(rules.objections_to_releasing(expires_on=date.fromisoformat(expires_on) if expires_on else None, on=on))
    _put_up(policy, by=by, on=on)


def _put_up(policy: BenefitPolicy, *, by, on: date) -> None:
    """The office's own site is one of the platforms: what is released there is entered as its update, once a day."""
    register, platform = get_register("benefit-updates"), f"{policy.office.name}网站"
    of_day = policy.updates.current().filter(platform=platform, updated_on=on)
    for removed in of_day.filter(kind=rules.REMOVED):
        void(register, removed, by=by, reason="同日重新放行")
    known = policy.updates.current().filter(platform=platform).order_by("-updated_on", "-pk").first()
    kind = rules.ADDED if known is None or known.kind == rules.REMOVED else rules.ADJUSTED
    today = set(of_day.values_list("kind", flat=True))
    if today and queries.is_listed(policy):
        return
    if kind in today:  # another platform took it down since: it is shown again all the same
        kind = rules.ADDED if kind == rules.ADJUSTED else rules.ADJUSTED
    if kind not in today:
        update = BenefitUpdate(
            office_id=policy.office_id, section_id=policy.section_id, policy=policy, kind=kind, updated_on=on, platform=platform, document_id=policy.document_id,
        )  # fmt: skip
        create(register, update, by=by)


@transaction.atomic
def withdraw(policy: BenefitPolicy, reason: str, by) -> None:
    """撤回。Afterwards its page is a tombstone with the reason, lists forget it, and it is off the platform."""
    held = BenefitPolicy.objects.held(policy)
    last = held.updates.current().order_by("-updated_on", "-pk").first()
    if last is not None and last.kind != rules.REMOVED:
        on = max(timezone.localdate(), last.updated_on)
        # What is withdrawn is hidden whatever the register holds: a removal entered already must not stand in the way.
        if not held.updates.current().filter(kind=rules.REMOVED, platform=last.platform, updated_on=on).exists():
            take_down(held, on=on, reason=reason, by=by)
    outward.withdraw(held, reason, by)
