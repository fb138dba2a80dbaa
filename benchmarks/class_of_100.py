"""A class whose misunderstandings are known: made, graded, and reported on.

    python benchmarks/class_of_100.py FOLDER              # makes a course, grades it, reports
    python benchmarks/class_of_100.py FOLDER --size 20    # the same, smaller

Every student of a2_binary has an answer of their own: right ones in other spellings, three wrong
ones that are planted, each in other spellings too, and some wrong ones besides. Nothing of it is
written by hand: the audit's operators make the spellings. ``planted.json`` says who has what.
"""

import argparse
import json
import random
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.authoring.audit.right import right_answers
from autograder.authoring.audit.solution import solution_of
from autograder.authoring.audit.variants import Solution
from autograder.authoring.audit.wrong import wrong_answers
from autograder.authoring.expected import Answer, answered, answers_of
from autograder.course import Course
from autograder.gradebook import course_of

REPOSITORY = Path(__file__).resolve().parents[1]
ASSIGNMENT = "a2_binary"
PLANTED = {"softmax over one unit": 0.16, "loss mse": 0.12, "broadcast accuracy": 0.09}
"""Names of known answers (expected.toml) with the share of the class that has them."""

OTHER_WRONG = 0.15
UNLIKE = frozenset({"unfinished", "half done", *PLANTED})
EXCLUDED = frozenset({"input-deferred:build"})
"""A spelling that the exercise forbids (audit.toml)."""


@dataclass(frozen=True)
class Student:
    """One student with the cells that differ from the solution, and what is known of them."""

    name: str
    known: str
    cells: Mapping[str, str]


def class_of(course: Course, size: int, seed: int) -> list[Student]:
    """The class, shuffled; the same arguments give the same class."""
    chance = random.Random(seed)
    _, solution = solution_of(course, ASSIGNMENT)
    answers = {one.name: one for one in answers_of(course.checks(ASSIGNMENT) / "expected.toml")}
    made = [
        (name, cells)
        for name, share in PLANTED.items()
        for cells in spelled(solution, answers[name].cells, round(share * size), seed)
    ]
    others = [one for one in wrong_answers(solution) if one.cell != "predict"]
    for one in chance.sample(others, round(OTHER_WRONG * size)):
        made.append((f"wrong: {one.name}", dict(one.cells)))
    rest = size - len(made) - 2
    made += [("right", cells) for cells in spelled(solution, {}, rest, seed)]
    made += [(name, dict(answers[name].cells)) for name in ("unfinished", "half done")]
    chance.shuffle(made)
    return [Student(f"student{n:03}", *one) for n, one in enumerate(made, start=1)]


def spelled(
    solution: Solution, cells: Mapping[str, str], count: int, seed: int
) -> Iterator[dict[str, str]]:
    """The solution with ``cells`` in the place of its own, in ``count`` spellings."""
    changed = tuple(
        replace(cell, source=cells.get(cell.name, cell.source).strip("\n"))
        for cell in solution.cells
    )
    for one in right_answers(Solution(solution.assignment, changed), count, seed, exclude=EXCLUDED):
        yield {**cells, **one.cells}


def make_course(folder: Path, size: int, seed: int) -> Course:
    """A course in ``folder`` with the class's submissions and planted.json."""
    here = course_of(REPOSITORY)
    folder.mkdir(parents=True)
    shutil.copy(REPOSITORY / "nbgrader_config.py", folder)
    course = course_of(folder.resolve())
    for source, target in (
        (here.source(ASSIGNMENT), course.source(ASSIGNMENT)),
        (here.checks(ASSIGNMENT), course.checks(ASSIGNMENT)),
    ):
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    (path,) = course.notebooks(ASSIGNMENT)
    students = class_of(here, size, seed)
    for one in students:
        place = course.submitted(ASSIGNMENT, one.name)
        place.mkdir(parents=True)
        notebook = answered(path, Answer(one.name, "wrong", {}, cells=one.cells))
        (place / path.name).write_text(json.dumps(notebook), encoding="utf-8")
    planted = {one.name: one.known for one in students}
    (folder / "planted.json").write_text(json.dumps(planted, indent=1), encoding="utf-8")
    return course


def main() -> int:
    """Make, grade, report; prints the figures."""
    from autograder.cli.commands import grade_command
    from autograder.cli.report import report_command

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    if not given.folder.exists():
        make_course(given.folder, given.size, given.seed)
    started = time.perf_counter()
    grade_command(ASSIGNMENT, [], given.workers, False, given.folder, False, "", None, False)
    graded = time.perf_counter()
    report_command(ASSIGNMENT, given.folder, None, False, "", None, False)
    told = time.perf_counter()
    page = given.folder / ".autograder" / "report" / f"{ASSIGNMENT}.html"
    print(
        f"graded in {graded - started:.1f} s, reported in {told - graded:.1f} s, "
        f"{page.stat().st_size:,} bytes of HTML",
        file=sys.stderr,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
