"""How a class did: read from the store and the gradebook, gathered, and written as HTML and data.

The only reader is the instructor. Trusts no text of a student: every value passes the template's
autoescape, and the page may load and run nothing.
"""

from autograder.classreport.gather import report_of
from autograder.classreport.read import class_report
from autograder.classreport.told import ClassReport

__all__ = ["ClassReport", "class_report", "report_of"]
