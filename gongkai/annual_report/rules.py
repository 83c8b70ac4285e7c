"""By when an annual report is owed, and by whom. No Django."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from gongkai.law.figures import Adjustment, Figure, figure

#: Governments from the county up. A township's report follows its county's notice, so it is taken as a department's.
_GOVERNMENT = re.compile(r"(?:省|自治区|市|区|县|旗|州|盟|地区)(?:人民政府|行政公署)$|^[\u3400-\u9fff]{2,12}[省市区县旗州盟]$|(?:新区|试验区|实验区|示范区|开发区)(?:管理委员会|管委会)?$")


def is_government(agency: str) -> bool:
    """Whether a report is that of a government of a county or above rather than of one of its departments."""
    return bool(_GOVERNMENT.search(agency))


def last_day(year: int, *, government: bool = False) -> Figure:
    """The figure with the last day of a year's report: 31 January for a department, 31 March for a government.

    条例 49.1: a department hands its report of the year before in and publishes it.
    条例 49.2: the lead body publishes the report of its government.
    """
    return figure("annual_report", "government_last_day" if government else "department_last_day", date(year + 1, 1, 1))


def last_date(year: int, *, government: bool = False) -> date:
    """The last day itself."""
    month, day = last_day(year, government=government).value.split("-")
    return date(year + 1, int(month), int(day))


def is_lead_body(on: date, adjustments: Iterable[Adjustment | tuple] = ()) -> bool:
    """Whether the office says of itself that it is its government's lead body (主管部门)."""
    return bool(figure("annual_report", "is_lead_body", on, adjustments).value)
