"""A class of a real assignment by ours, on Dask, within nbgrader; stock nbgrader; otter."""

import json
import sys
import tempfile
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import rivals
from courses import (
    BUILD,
    expect_scores,
    full_points,
    make_class,
    reference,
    student,
    submission,
)
from lab import two_workers
from results import Results, Values
from timing import say, timed
from turns import turn

from autograder.course import Course

GRADE = [sys.executable, "-m", "autograder", "grade"]
AUTOGRADE = [sys.executable, "-m", "nbgrader", "autograde"]


@dataclass(frozen=True)
class Sizes:
    """Submissions for each way; None leaves it out. Ours and our engine in nbgrader take ``ours``.

    ``otter_python`` is a Python that has otter, None to make an environment.
    """

    ours: int = 30
    stock: int | None = 10
    otter: int | None = 5
    otter_python: Path | None = None


def measure(results: Results, sizes: Sizes) -> None:
    """Both assignments by every way, each a step of its own; ours before and after the others."""
    for assignment in BUILD:
        ours = partial(_grade, assignment)
        ways: dict[str, tuple[int | None, Callable[[int], Values]]] = {
            "grade": (sizes.ours, ours),
            "cluster": (sizes.ours, partial(_grade, assignment, cluster=True)),
            "engine": (sizes.ours, partial(_nbgrader, assignment, stock=False)),
            "stock": (sizes.stock, partial(_nbgrader, assignment, stock=True)),
            "otter": (sizes.otter, partial(_otter, assignment, python=sizes.otter_python)),
            turn("grade", 2): (sizes.ours, ours),
        }
        for way, (number, work) in ways.items():
            if number is not None:
                results.step(
                    f"classes/{assignment}/{way}",
                    {"submissions": number},
                    partial(work, number),
                )


def _grade(assignment: str, number: int, *, cluster: bool = False) -> Values:
    """On this machine's pool, or on two Dask workers that have run nothing yet. A worker's CPU is
    not the command's: for a cluster only the wall time and the jobs' CPU compare."""
    lab = two_workers() if cluster else nullcontext("")
    with tempfile.TemporaryDirectory(prefix="autograder-bench-") as folder, lab as address:
        course = make_class(Path(folder) / "course", assignment, number)
        there = ["--scheduler", address] if address else []
        took = timed([*GRADE, assignment, "--json", *there], course.root)
        _expect_full(course, assignment, number)
        runs = [result["run"] for result in json.loads(took.output)]
        again = timed([*GRADE, assignment, "--json", *there], course.root)
        return {
            **took.each(number),
            "jobs_cpu_s_each": sum(run["cpu_s"] for run in runs) / number,
            "again_wall_s": again.wall_s,
            "again_cpu_s": again.cpu_s,
        }


def _nbgrader(assignment: str, number: int, *, stock: bool) -> Values:
    with tempfile.TemporaryDirectory(prefix="autograder-bench-") as folder:
        course = make_class(Path(folder) / "course", assignment, number, stock=stock)
        took = timed([*AUTOGRADE, assignment], course.root)
        _expect_full(course, assignment, number)
        return took.each(number)


def _otter(assignment: str, number: int, python: Path | None) -> Values:
    python = python or rivals.make_environment()
    notebook = rivals.without_grade_cells(reference(assignment))
    points = _points(assignment)
    with tempfile.TemporaryDirectory(prefix="autograder-bench-") as folder:
        archive = rivals.make_autograder(python, Path(folder) / "otter", assignment, points)
        wall_s = cpu_s = 0.0
        for n in range(1, number + 1):
            say(f"otter run, submission {n} of {number}")
            path = Path(folder) / student(n) / "notebook.ipynb"
            path.parent.mkdir()
            path.write_text(json.dumps(submission(notebook, assignment, n)), encoding="utf-8")
            one = rivals.grade(python, archive, path, sum(points.values()))
            wall_s, cpu_s = wall_s + one[0], cpu_s + one[1]
    return {
        "submissions": number,
        "wall_s": wall_s,
        "cpu_s": cpu_s,
        "wall_s_each": wall_s / number,
        "cpu_s_each": cpu_s / number,
    }


def _expect_full(course: Course, assignment: str, number: int) -> None:
    expect_scores(course, assignment, number, full_points(course, assignment))


def _points(assignment: str) -> dict[str, float]:
    cells = (cell["metadata"].get("nbgrader", {}) for cell in reference(assignment)["cells"])
    return {meta["grade_id"]: float(meta["points"]) for meta in cells if meta.get("grade")}
