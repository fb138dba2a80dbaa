"""Measures what grading costs, beside stock nbgrader and otter-grader, in one run.

    python benchmarks/run.py                       # everything; an hour, most of it for 10,000
    python benchmarks/run.py --quick               # tiny sizes, to see that it works
    python benchmarks/run.py --only classes,jobs   # some parts: classes, jobs, grader, size, start

Writes docs/benchmarks/results.json after each step, and plots beside it; prints Markdown tables. A
step that is there with the same settings is kept, unless --again names it (or its beginning).
Needs the jail (bubblewrap). What is at work goes to standard error.
"""

import argparse
import sys
from pathlib import Path

import classes
import grader
import jobs
import plots
import size
import start
from results import Results
from tables import tables
from timing import ROOT, say

PARTS = ("classes", "jobs", "grader", "size", "start")


def main() -> int:
    """Runs the parts and prints the tables."""
    given = _arguments()
    folder = given.into or (ROOT / ".bench" / "quick" if given.quick else ROOT / "docs/benchmarks")
    results = Results(folder / "results.json", tuple(given.again))
    for part in given.only:
        _measure(part, results, given)
    for path in plots.draw(results, folder):
        say(f"written: {path}")
    print(tables(results))
    return 0


def _measure(part: str, results: Results, given: argparse.Namespace) -> None:
    if part == "classes":
        stock = None if given.skip_stock else given.stock
        otter = None if given.skip_otter else given.otter_students
        classes.measure(results, classes.Sizes(given.students, stock, otter, given.otter))
    elif part == "jobs":
        jobs.measure(results, given.times)
    elif part == "grader":
        grader.measure(results, given.profiled, given.stored)
    elif part == "size":
        size.measure(results, given.sizes, url=given.postgres, skip_postgres=given.skip_postgres)
    else:
        start.measure(results, given.times)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    quick = "--quick" in sys.argv
    add = parser.add_argument
    add("--quick", action="store_true", help="Tiny sizes; results go to .bench/quick.")
    add("--only", type=_parts, default=PARTS, help="Parts, by commas.")
    add("--again", type=_names, default=(), help="Steps to repeat: names or their beginnings.")
    add("--into", type=Path, help="Another folder for results and plots.")
    add("--students", type=int, default=3 if quick else 30, help="Of each class, our way.")
    add("--stock", type=int, default=2 if quick else 10, help="The same for stock nbgrader.")
    add("--otter-students", type=int, default=1 if quick else 5, help="The same for otter.")
    add("--otter", type=Path, metavar="PYTHON", help="A Python that has otter-grader 7.0.0.")
    add("--skip-stock", action="store_true")
    add("--skip-otter", action="store_true")
    add("--times", type=int, default=2 if quick else 5, help="Tries of what is told as one.")
    add("--profiled", type=int, default=30 if quick else 300, help="Submissions of the profile.")
    add("--stored", type=int, default=40 if quick else 1000, help="Submissions of the regrade.")
    sizes = [20, 60] if quick else [100, 1000, 10_000]
    add("--sizes", type=_sizes, default=sizes, help="Sizes of classes, by commas.")
    add("--postgres", default="", metavar="URL", help="An empty database. Default: a new server.")
    add("--skip-postgres", action="store_true")
    return parser.parse_args()


def _names(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(",") if part)


def _parts(text: str) -> tuple[str, ...]:
    found = _names(text)
    if unknown := sorted(set(found) - set(PARTS)):
        raise argparse.ArgumentTypeError(f"parts among {', '.join(PARTS)} expected, got {unknown}")
    return found


def _sizes(text: str) -> list[int]:
    return sorted(int(part) for part in _names(text))


if __name__ == "__main__":
    sys.exit(main())
