"""Questions about benefit policies that span models."""

from datetime import date

from .models import BenefitPolicy


def is_listed(policy: BenefitPolicy) -> bool:
    """Whether the policy is on the platform, by its latest update."""
    return BenefitPolicy.objects.listed().filter(pk=policy.pk).exists()


def is_shown(policy: BenefitPolicy) -> bool:
    """Whether the outside sees the policy: it is public, and on the platform."""
    return BenefitPolicy.objects.public().listed().filter(pk=policy.pk).exists()


def expired_and_listed(office, today: date) -> list[BenefitPolicy]:
    """The office's policies past their last day of validity that are still on the platform, oldest first."""
    return list(BenefitPolicy.objects.of(office).current().listed().filter(expires_on__lt=today).order_by("expires_on", "pk"))
