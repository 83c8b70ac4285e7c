"""惠企政策 at the prompt."""

import json
from datetime import date

import pytest
from click.testing import CliRunner

from gongkai.benefits import queries
from gongkai.benefits.commands import benefits
from tests.factories.benefits import BenefitPolicyFactory, BenefitUpdateFactory

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    done = CliRunner().invoke(benefits, words, catch_exceptions=False)
    assert done.exit_code == 0
    return done.output


def test_expired_policies_come_down_at_the_prompt():
    expired = BenefitUpdateFactory(policy__expired=True).policy
    BenefitUpdateFactory(policy__expires_on=date(2098, 12, 31))
    BenefitPolicyFactory(expired=True)  # never on the platform
    assert run("delist", "--dry-run") == f"{expired}，有效期至2022年9月30日\n将下架失效政策1项。\n"
    assert queries.is_listed(expired), "--dry-run 不写入"
    assert json.loads(run("delist", "--json")) == {"dry_run": False, "removed": [{"id": expired.pk, "name": expired.name, "expires_on": "2022-09-30"}]}
    assert not queries.is_listed(expired)
    assert run("delist") == "没有失效而仍在平台上的政策。\n"
