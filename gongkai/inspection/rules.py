"""Law of inspection: which findings can be vetoes, and by when a finding is put right."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from gongkai.law import Objection
from gongkai.law.calendar import WorkCalendar
from gongkai.law.clock import Clock, SetLastDay, Start
from gongkai.law.figures import figure

VISITOR = "visitor"
WEBSITE = "website"
OTHER = "other"


def objections_to_finding(*, code: str, site: str, is_veto: bool, remedy: str, fixed_on: date | None) -> list[Objection]:
    """Why a finding contradicts itself.

    19号: the six website vetoes concern websites, the three others new media; a bureau's site is
    judged on these alone.
    """
    found = []
    if is_veto and code == OTHER:
        found.append(Objection("veto_of_nothing", "达到单项否决标准的，须选择是哪一项指标", "19号"))
    if code.startswith("W") and site != WEBSITE:
        found.append(Objection("website_code", "所选指标只用于网站，请核对对象", "19号"))
    if code.startswith("M") and site == WEBSITE:
        found.append(Objection("media_code", "所选指标只用于政务新媒体，请核对对象", "19号"))
    if fixed_on is not None and not remedy.strip():
        found.append(Objection("no_remedy", "已整改的，须写明整改措施"))
    return found


def fix_clock(source: str, found_on: date, set_on: date | None, calendar: WorkCalendar, adjustments: Iterable = ()) -> Clock:
    """The working days for putting a finding right from the day it was found, or the day the inspectors set."""
    allowed = figure("inspection", "visitor_fix_days" if source == VISITOR else "fix_days", found_on, adjustments)
    events: list = [Start(found_on, allowed.value, basis=allowed.basis, note="发现")]
    if set_on is not None:
        events.append(SetLastDay(found_on, set_on, reason="检查单位限期整改"))
    return Clock.run(events, calendar)
