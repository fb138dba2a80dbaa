"""Why a network does not learn: rules over its graph, settings, data, curves and weights.

A diagnosis explains and never changes points. It is right when it speaks: an error is provable
from what was seen, a warning is likely, and what is not known keeps a rule silent.
"""

from autograder.diagnosis.case import Case, Output, case_of
from autograder.diagnosis.examine import LONGEST, RULES, SHOWN, examine, rule, shown
from autograder.diagnosis.rule import Finding, Level, Rule
from autograder.diagnosis.signals import Dead, Signals
from autograder.diagnosis.source import Source, source_of
from autograder.evidence.given import Rows, rows_of

__all__ = [
    "LONGEST",
    "RULES",
    "SHOWN",
    "Case",
    "Dead",
    "Finding",
    "Level",
    "Output",
    "Rows",
    "Rule",
    "Signals",
    "Source",
    "case_of",
    "examine",
    "rows_of",
    "rule",
    "shown",
    "source_of",
]
