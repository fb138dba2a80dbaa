"""The command line of the student part: ``autograder preflight``, with the standard library alone.

The whole package's command line hands ``preflight`` on to this one.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from autograder.errors import AutograderError
from autograder.student.flight.look import CELL_LIMIT_S, look
from autograder.student.flight.report import as_text


def main() -> None:
    """Entry point of an installation without the grader."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Exit status: 0 nothing to mend, 1 something to look at, 2 wrong use."""
    try:
        asked = _parser().parse_args(arguments)
    except SystemExit as stop:
        return int(stop.code or 0)
    show = sys.stderr.isatty() and not asked.json
    try:
        report = look(
            asked.notebook,
            assignment=asked.assignment,
            original=asked.original,
            cell_limit_s=asked.cell_limit,
            on_cell=_progress if show else lambda number, total: None,
        )
    except AutograderError as error:
        print(f"autograder: {error}", file=sys.stderr)
        return 2
    if show:
        print(end="\r\033[K", file=sys.stderr)
    print(json.dumps(report.as_json(), indent=2) if asked.json else as_text(report))
    return int(not report.ready)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="autograder",
        description="The student part. Grading needs: pip install 'keras-autograder[grader]'",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    preflight = commands.add_parser(
        "preflight",
        description=(
            "Look at a notebook before it is submitted: missing, changed and unfinished cells, "
            "errors from a fresh start, visible checks, time. The file is not changed."
        ),
        epilog="Example: autograder preflight regression.ipynb",
    )
    preflight.add_argument("notebook", type=Path, help="your notebook, saved")
    preflight.add_argument("--assignment", help="compare with assignments/NAME", metavar="NAME")
    preflight.add_argument("--original", type=Path, help="compare with this file", metavar="FILE")
    preflight.add_argument(
        "--cell-limit", type=int, default=CELL_LIMIT_S, metavar="S", help="seconds for a cell"
    )
    preflight.add_argument("--json", action="store_true", help="print JSON to standard output")
    return parser


def _progress(number: int, total: int) -> None:
    print(end=f"\r\033[Kcell {number} of {total}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
