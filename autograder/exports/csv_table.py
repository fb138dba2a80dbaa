"""The table as CSV, for whoever analyses it and for a spreadsheet.

RFC 4180 with a byte-order mark, by which spreadsheets know UTF-8. Every text passes `visible` and
`plain_text`.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

from autograder.exports.columns import Line, lines_of
from autograder.exports.table import Table
from autograder.exports.texts import plain_text, points_text, visible

BOM = "\ufeff"
COLUMNS = tuple(field.name for field in fields(Line))


def csv_bytes(tables: Sequence[Table], *, decimal_comma: bool = False) -> bytes:
    """The file. With ``decimal_comma`` numbers are "7,50" and columns are parted by semicolons, as
    a spreadsheet of a German, French or Spanish desktop reads them; it takes "7.50" for a date.
    """
    told = io.StringIO(newline="")
    # With this line end Python's writer quotes a lone carriage return too.
    writer = csv.writer(told, delimiter=";" if decimal_comma else ",", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in lines_of(tables):
        writer.writerow([_cell(getattr(line, name), decimal_comma) for name in COLUMNS])
    return (BOM + told.getvalue()).encode("utf-8")


def _cell(value: object, decimal_comma: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return points_text(value).replace(".", "," if decimal_comma else ".")
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return plain_text(visible(str(value)))
