"""The kept test database is as it was found, also after a test that commits into append-only tables."""

import pytest
from wagtail.models import Locale

from gongkai.audit.models import Entry


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", ["第一次", "第二次"])
def test_what_a_test_commits_is_gone_for_the_next(turn):
    assert not Entry.objects.exists()
    assert Locale.objects.exists(), "迁移写入的数据被清掉了"
    Entry.objects.create(at="2022-11-30T09:00:00+08:00", actor_name="系统", verb="house.test")
    assert Entry.objects.count() == 1
