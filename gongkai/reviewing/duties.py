"""What the chain owes by a day: a look at what waits, and the reviews an emergency left for afterwards."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils import timezone

from gongkai.law.figures import figure
from gongkai.rulebook.queries import adjustments, calendar
from gongkai.sockets import Duty, duties

from . import queries


@duties("reviewing.look", "审校稿件", "本机关三审三校规定")
def looks(office_id: int, since: date, today: date) -> Iterator[Duty]:
    """Each submission under way wants its next look within the house's period, from the day it came to that step."""
    own = adjustments(office_id, "reviewing")
    for at in queries.open_standings(office_id):
        came_on = timezone.localdate(max([at.submission.submitted_at, *(look.at for look in at.looks if look.submission_id == at.submission.pk)]))
        days = figure("reviewing", "look_workdays", came_on, own).value
        for step in at.chain.open_steps:
            yield Duty(
                key="reviewing.look", subject=at.submission.title, title=step.label, due_on=calendar().add(came_on, days), basis="本机关三审三校规定",
                url=reverse("reviewing:submission", args=[at.submission.pk]), section_id=at.submission.section_id, begins_on=came_on,
            )  # fmt: skip


@duties("reviewing.afterwards", "补办应急发布的审校", "本机关三审三校规定")
def afterwards(office_id: int, since: date, today: date) -> Iterator[Duty]:
    """What went out in an emergency wants the reviews it skipped, within a working day of going out (house)."""
    own = adjustments(office_id, "reviewing")
    for at in queries.owed_standings(office_id):
        out_on = timezone.localdate(at.submission.release.at)
        days = figure("reviewing", "emergency_workdays", out_on, own).value
        for step in at.chain.owed:
            yield Duty(
                key="reviewing.afterwards", subject=at.submission.title, title=f"补办{step.label}", due_on=calendar().add(out_on, days), basis="本机关三审三校规定",
                url=reverse("reviewing:submission", args=[at.submission.pk]), section_id=at.submission.section_id, begins_on=out_on,
            )  # fmt: skip
