"""A figure adjusted from a day on holds from midnight in Shanghai, whether the moment came from a form or from the database."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from gongkai.concerns import rules
from gongkai.law.figures import Adjustment

HERE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize("zone", [HERE, UTC])
@pytest.mark.parametrize(("hour", "day", "from_grading"), [(0, 1, True), (7, 1, True), (8, 1, True), (23, 28, False)])
def test_an_adjusted_figure_begins_at_midnight_here(zone, hour, day, from_grading):
    own = (Adjustment("counted_from", date(2026, 3, 1), "graded", "办公会议定"),)
    found = datetime(2026, 3 if day == 1 else 2, day, hour, 59, tzinfo=HERE).astimezone(zone)
    facts = rules.Facts(grade="ordinary", found_at=found, graded_at=None)
    assert (rules.counted_from(facts, own) is None) is from_grading
