"""What students and instructors read: the checks' report, and the graded notebook around it."""

from autograder.report.autograded import graded_notebook
from autograder.report.feedback import cell_report_html, cell_report_text, note_html

__all__ = ["cell_report_html", "cell_report_text", "graded_notebook", "note_html"]
