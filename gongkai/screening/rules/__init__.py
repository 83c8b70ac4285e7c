"""Law of screening: explainable rules over a draft, each finding with its place, its reason and what to write instead.

Plain Python. A rule takes the words, what the office knows and the day; it never reads the clock or the database.
"""

from .citations import Lookup, Validity
from .findings import HINT, REFUSE, RULES, SEVERITIES, WARN, Dismissed, Draft, Finding, Passage
from .layout import Resolve, Target
from .leaders import LeaderFact
from .marks import bears_mark
from .screener import Screener
from .terms import ALLOW, LEVELS, Matcher, Term, shipped_terms

__all__ = [
    "ALLOW", "HINT", "LEVELS", "REFUSE", "RULES", "SEVERITIES", "WARN", "Dismissed", "Draft", "Finding", "LeaderFact", "Lookup", "Matcher", "Passage", "Resolve",
    "Screener", "Target", "Term", "Validity", "bears_mark", "shipped_terms",
]  # fmt: skip
