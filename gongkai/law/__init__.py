"""Working days, clocks, instruments, dated figures: plain Python that knows nothing of Django."""

from gongkai.law.calendar import CalendarNotice, WorkCalendar, shipped_calendar
from gongkai.law.clock import Clock, Exclude, Extend, Restart, SetLastDay, Standing, Start, Stop, Unit
from gongkai.law.figures import Figure, FigureError, figure
from gongkai.law.instruments import Basis, cite, instruments_cited
from gongkai.law.moves import Moves, NoSuchMove
from gongkai.law.objections import Objection

__all__ = [
    "Basis",
    "CalendarNotice",
    "Clock",
    "Exclude",
    "Extend",
    "Figure",
    "FigureError",
    "Moves",
    "NoSuchMove",
    "Objection",
    "Restart",
    "SetLastDay",
    "Standing",
    "Start",
    "Stop",
    "Unit",
    "WorkCalendar",
    "cite",
    "figure",
    "instruments_cited",
    "shipped_calendar",
]
