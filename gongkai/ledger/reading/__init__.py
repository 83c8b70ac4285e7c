"""Reading plans as offices publish them: a source of any kind into a draft with every doubt marked."""

from .draft import Assignment, Chapter, Column, Doubt, Layout, Measure, Place, PlanDraft, Point, Stripped
from .reader import read_plan
from .responsibility import Responsibility, parse_responsibility

__all__ = [
    "Assignment",
    "Chapter",
    "Column",
    "Doubt",
    "Layout",
    "Measure",
    "Place",
    "PlanDraft",
    "Point",
    "Responsibility",
    "Stripped",
    "parse_responsibility",
    "read_plan",
]
