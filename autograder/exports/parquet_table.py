"""The table as Parquet: the same columns as the CSV, with their types.

Written by pyarrow, which the grader does not need for anything else: it is imported when it is
asked for.
"""

import importlib
import io
from collections.abc import Sequence
from dataclasses import fields
from typing import Any, get_type_hints

from autograder.errors import UsageError
from autograder.exports.columns import Line, lines_of
from autograder.exports.table import Table

MISSING = (
    "pyarrow expected for Parquet, found none. Install it: pip install 'keras-autograder[report]'; "
    "or export with --to csv, which has the same columns."
)


def parquet_bytes(tables: Sequence[Table]) -> bytes:
    """The file. Raises UsageError where pyarrow is not installed."""
    arrow, parquet = _pyarrow()
    lines = list(lines_of(tables))
    schema = _schema(arrow)
    columns = {name: [getattr(line, name) for line in lines] for name in schema.names}
    told = io.BytesIO()
    parquet.write_table(arrow.table(columns, schema=schema), told, compression="zstd")
    return told.getvalue()


# Any: pyarrow has no annotations.
def _pyarrow() -> tuple[Any, Any]:
    try:
        return importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    except ImportError:
        raise UsageError(MISSING) from None


def _schema(arrow: Any) -> Any:
    kinds = {
        str: arrow.string(),
        bool: arrow.bool_(),
        float: arrow.float64(),
        "time": arrow.timestamp("us", tz="UTC"),
    }
    told = get_type_hints(Line)
    columns = []
    for field in fields(Line):
        hint = told[field.name]
        kind = next((k for k in (bool, float, str) if hint in (k, k | None)), "time")
        columns.append(arrow.field(field.name, kinds[kind]))
    return arrow.schema(columns)
