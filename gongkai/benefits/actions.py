"""What is done to benefit policies beyond entering and correcting them."""

from datetime import date, datetime

from django.db import transaction

from gongkai.audit.actions import record
from gongkai.audit.verbs import sentences
from gongkai.law import Objection
from gongkai.law.refusals import refuse_if
from gongkai.registers.actions import create
from gongkai.registers.register import get_register

from . import queries, rules
from .models import BenefitPolicy, BenefitUpdate

sentences(benefits__removed="从{platform}下架惠企政策{name}，自{on}起，原因：{reason}")


# -- What registers ask on every change ------------------------------------------------------------------------------


def objections_to_policy(policy: BenefitPolicy) -> list[Objection]:
    return rules.objections_to_policy(
        published_on=policy.published_on, effective_on=policy.effective_on, expires_on=policy.expires_on,
        opens_on=policy.opens_on, closes_on=policy.closes_on, outcome=policy.outcome, complaints=policy.complaints,
    )


def objections_to_update(update: BenefitUpdate) -> list[Objection]:
    return rules.objections_to_update(
        kind=update.kind, updated_on=update.updated_on, reason=update.reason,
        published_on=update.policy.published_on if update.policy_id else None,
    )


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
