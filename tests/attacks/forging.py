"""The corpus of forgeries as submissions of a2_binary, and what each of them earned.

Loaded by path (conftest.py): tests of a folder are no package.
"""

import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.authoring.expected import Answer, answered
from autograder.course import Course
from autograder.gradebook import course_of, load_config
from autograder.grading.classroom import grade_class
from autograder.grading.desk import Desk
from autograder.grading.plan import plan_of
from autograder.nouns import Result

REPOSITORY = Path(__file__).resolve().parents[2]
CORPUS = Path(__file__).with_name("forgeries.txt")
_HEAD = re.compile(r"(.+), wants (\w+)(?: beyond (\d+))?")
ASSIGNMENT, NOTEBOOK = "a2_binary", "binary"

SHORT = {
    "MSE": 'class_model.compile("adam", loss=["mse"][0])',
    "FIT": "history = class_model.fit(X_train, y_train, epochs=1, verbose=0)",
    "NAN": "history = class_model.fit(X_train * np.nan, y_train, epochs=1, verbose=0)",
    "GOOD": "from sklearn.linear_model import LogisticRegression\n"
    "found = LogisticRegression().fit(X_train, y_train)\n"
    'weights, bias = found.coef_.T.astype("float32"), found.intercept_.astype("float32")',
}
"""What a forgery does honestly, and wrongly, before it claims something else."""


@dataclass(frozen=True)
class Forgery:
    """Cells by grade id, and the grade cell whose points they are after.

    ``honest`` is what the work that they really do is worth there.
    """

    name: str
    wants: str
    honest: float
    cells: Mapping[str, str]

    @property
    def student(self) -> str:
        """The name as a folder."""
        return re.sub(r"[^a-z0-9]+", "_", self.name.lower())[:60]


def forgeries(path: Path = CORPUS) -> list[Forgery]:
    """Every forgery of the corpus, in its order."""
    found = []
    for block in path.read_text(encoding="utf-8").split("\n=== ")[1:]:
        head, *parts = re.split(r"\n--- (?=\w+\n)", block)
        name, wants, honest = _HEAD.fullmatch(head.strip()).groups()  # type: ignore[union-attr]
        cells = dict(part.split("\n", 1) for part in parts)
        whole = {cell: _whole(text) for cell, text in cells.items()}
        found.append(Forgery(name, wants, float(honest or 0), whole))
    return found


def _whole(text: str) -> str:
    return "\n".join(SHORT.get(line, line) for line in text.strip("\n").split("\n"))


def copied_course(root: Path, assignment: str = ASSIGNMENT) -> Course:
    """A course with one real assignment of this repository and its hidden checks."""
    root.mkdir(parents=True)
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    made = course_of(root)
    skipped = shutil.ignore_patterns("__pycache__")
    for folder in ("source", "tests/checks"):
        of_course = REPOSITORY / folder / assignment
        shutil.copytree(of_course, root / folder / assignment, ignore=skipped)
    return made


def hand_in(
    course: Course, student: str, cells: Mapping[str, str], assignment: str = ASSIGNMENT
) -> Path:
    """The solution with other cells, in the student's submitted folder."""
    source = course.notebooks(assignment)[0]
    notebook = answered(source, Answer(student, "wrong", {}, cells=dict(cells)))
    folder = course.submitted(assignment, student)
    folder.mkdir(parents=True)
    path = folder / source.name
    path.write_text(json.dumps(notebook))
    return path


def graded(
    course: Course,
    students: Sequence[str],
    parent: Any = None,  # a warm parent that other tests share
    assignment: str = ASSIGNMENT,
    workers: int = 1,
) -> dict[str, Result]:
    """The whole command's work: runs, checks, predictions, gradebook; results by student."""
    desk = Desk(course.state / "store", parent=parent, data=None if parent else course.data)
    plan, config = plan_of(course, assignment), load_config(course.root)
    try:
        found = grade_class(desk, plan, config, list(students), workers=workers)
        return {str(result.student): result for result in found}
    finally:
        if parent is None:
            desk.parent.stop()


def succeeded(forgery: Forgery, result: Result) -> bool:
    """Whether it has points that its work is not worth, and nobody would look."""
    return (result.cells[forgery.wants].score or 0.0) > forgery.honest and not result.needs_review


def shown(result: Result) -> Iterator[str]:
    """What became of it, in a line or two."""
    earned = {name: cell.score for name, cell in result.cells.items()}
    yield f"{earned} review={result.needs_review}"
    yield from result.reasons
