"""What one submission costs in classes of growing size, the gradebook included; and the export."""

import cProfile
import io
import pstats
import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import postgres
from courses import TINY, TINY_POINTS, expect_scores, make_tiny
from nbgrader.api import Gradebook
from nbgrader.plugins import CsvExportPlugin
from results import Results, Values
from timing import ROOT, say, timed
from turns import turn

from autograder.course import Course

GRADE = [sys.executable, "-m", "autograder", "grade", TINY]
EXPORT = [sys.executable, "-m", "nbgrader", "export"]
STOCK_EXPORTER = "nbgrader.plugins.CsvExportPlugin"
PROFILES = ROOT / ".bench" / "profiles"


def measure(results: Results, sizes: Sequence[int], *, url: str, skip_postgres: bool) -> None:
    """Each size on each database is a step of its own, the smallest once more after each other.

    ``url`` names a server's empty database.
    """
    for database in ("sqlite", "postgres"):
        if database == "postgres" and (skip_postgres or not _server(url)):
            continue
        smallest, *larger = sizes
        order = [smallest, *(n for one in larger for n in (one, smallest))]
        for place, number in enumerate(order):
            results.step(
                turn(f"size/{database}/{number}", 1 + order[:place].count(number)),
                {"submissions": number},
                partial(_grade_and_export, number, database, url),
            )


def _server(url: str) -> bool:
    why = "" if url else postgres.available()
    if why:
        say(f"PostgreSQL is left out: {why}")
    return not why


def _grade_and_export(number: int, database: str, url: str) -> Values:
    server = postgres.server(url) if database == "postgres" else nullcontext("")
    with tempfile.TemporaryDirectory(prefix="autograder-bench-") as folder, server as db_url:
        course = make_tiny(Path(folder) / "course", number, db_url=db_url)
        timed([*GRADE, "student00001"], course.root)  # makes the database
        one = timed([*GRADE, "student00002"], course.root)
        took = timed(GRADE, course.root)
        expect_scores(course, TINY, number, TINY_POINTS)
        say(f"export of {number}")
        export, stock = _export(course), _export(course, STOCK_EXPORTER)
        if export[1] != stock[1]:
            raise RuntimeError("the same table of both exporters expected, found others")
        _profile_stock(course, f"export-{database}-{number}")
        return {
            **took.each(number),
            "second_half": _second_half(course),
            "start_wall_s": one.wall_s,
            "start_cpu_s": one.cpu_s,
            "export_wall_s": export[0],
            "export_stock_wall_s": stock[0],
        }


def _second_half(course: Course) -> float:
    """Wall time of the class's second half by that of its first, from when each was written."""
    written = course.root.glob(f"autograded/*/{TINY}/*.ipynb")
    times = sorted(path.stat().st_mtime for path in written)[2:]  # two were graded before
    middle = times[len(times) // 2]
    return (times[-1] - middle) / (middle - times[0])


def _export(course: Course, exporter: str = "") -> tuple[float, str]:
    """Wall seconds of ``nbgrader export``, with the course's exporter or another, and the table."""
    options = ["--exporter", exporter] if exporter else []
    took = timed([*EXPORT, *options, "--to", "grades.csv"], course.root)
    return took.wall_s, (course.root / "grades.csv").read_text(encoding="utf-8")


def _profile_stock(course: Course, name: str) -> None:
    """Where nbgrader's own exporter spends its time, into a file for whoever wonders."""
    PROFILES.mkdir(parents=True, exist_ok=True)
    profile = cProfile.Profile()
    with tempfile.TemporaryDirectory() as folder, Gradebook(course.database_url) as gradebook:
        plugin = CsvExportPlugin(to=f"{folder}/grades.csv")
        profile.runcall(plugin.export, gradebook)
    text = io.StringIO()
    pstats.Stats(profile, stream=text).sort_stats("cumulative").print_stats(40)
    (PROFILES / f"{name}.txt").write_text(text.getvalue(), encoding="utf-8")


def clear() -> None:
    """Remove the profiles of earlier runs."""
    shutil.rmtree(PROFILES, ignore_errors=True)
