"""Grades and verdicts in the formats that others read, written from one table.

Reads the gradebook and, for the checks' verdicts, the evidence store; executes nothing and writes
to neither. Names of students are strangers' texts everywhere here.
"""

from autograder.exports.gather import Source, gather
from autograder.exports.table import Row, Table, Total

__all__ = ["Row", "Source", "Table", "Total", "gather"]
