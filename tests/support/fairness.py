"""The examiner's answers (tests/fairness), handed in as a class and graded with the real command.

A file holds one assignment's answers; a0_imports.txt says in its first lines how they are written.
"""

import copy
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
from autograder.grading import Desk, Shelf, StandIn, plan_of
from autograder.grading.classroom import grade_class
from autograder.jail.parent import WarmParent
from autograder.nouns import Result
from support.cells import code

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDER = REPOSITORY / "tests" / "fairness"
MORE = "more"
"""The folder of a second examiner, who wrote answers of other kinds."""
THIRD = "third"
"""Those of a third one, which only the long campaign grades."""
_EXPECTS = re.compile(r"(\w+) (\?|\d+(?:\.\d+)?)")


@dataclass(frozen=True)
class Opinion:
    """One answer: solution cells by name, and what grade cells earn that do not earn all.

    ``earns`` has, by solution cell, points, or "?" where the text does not say;
    ``after`` has cells that the student added, by the solution cell that they follow.
    """

    name: str
    earns: Mapping[str, str]
    cells: Mapping[str, str]
    after: Mapping[str, str]

    @property
    def student(self) -> str:
        """The name as a folder."""
        return re.sub(r"[^a-z0-9]+", "_", self.name.lower()).strip("_")[:60]

    def wronged(self, result: Result) -> list[str]:
        """What differs from the opinion, a line for each grade cell; empty when it is fair."""
        found = []
        for name, cell in result.cells.items():
            wanted = self.earns.get(name.removeprefix("check_"), str(cell.points))
            if wanted != "?" and cell.score != float(wanted):
                found.append(f"{name}: {wanted} of {cell.points:g} expected, found {cell.score}")
        return found


def opinions(assignment: str, folders: Sequence[str] = ("", MORE)) -> list[Opinion]:
    """The answers of one assignment by the examiners of these folders, in their order."""
    paths = [FOLDER / folder / f"{assignment}.txt" for folder in folders]
    texts = [path.read_text(encoding="utf-8") for path in paths if path.is_file()]
    return [_opinion(block) for text in texts for block in text.split("\n=== ")[1:]]


def _opinion(block: str) -> Opinion:
    head, *parts = re.split(r"\n--- (?=(?:after )?\w+\n)", block)
    name, _, expects = head.split("\n", 1)[0].partition(" : ")
    cells, after = {}, {}
    for title, text in (part.split("\n", 1) for part in parts):
        where = after if title.startswith("after ") else cells
        where[title.removeprefix("after ")] = text.strip("\n")
    return Opinion(name, dict(_EXPECTS.findall(expects)), cells, after)


def course_with(root: Path, assignment: str) -> Course:
    """A course that holds one real assignment of this repository and its hidden checks."""
    root.mkdir(parents=True)
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    skipped = shutil.ignore_patterns("__pycache__")
    for folder in ("source", "tests/checks"):
        of_course = REPOSITORY / folder / assignment
        shutil.copytree(of_course, root / folder / assignment, ignore=skipped)
    return course_of(root)


def hand_in(course: Course, assignment: str, opinion: Opinion) -> Path:
    """The opinion's notebook in its student's submitted folder."""
    source = course.notebooks(assignment)[0]
    notebook = answered(source, Answer(opinion.name, "wrong", {}, cells=opinion.cells))
    notebook["cells"] = list(_with_own(notebook["cells"], opinion.after))
    path = course.submitted(assignment, opinion.student) / source.name
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


def _with_own(cells: Sequence[Any], after: Mapping[str, str]) -> Iterator[Any]:
    for cell in cells:
        yield copy.deepcopy(cell)
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name in after:
            yield code(after[name])


def graded(
    course: Course,
    assignment: str,
    chosen: Sequence[Opinion],
    stand_in: StandIn = StandIn.ALWAYS,
    parent: WarmParent | None = None,
) -> dict[str, Result]:
    """Hands in and grades the class of these answers; results by student.

    ``parent`` is a warm parent that other tests share, for assignments without a data set.
    """
    for opinion in chosen:
        hand_in(course, assignment, opinion)
    plan = plan_of(course, assignment, Shelf(None, stand_in))
    students = [opinion.student for opinion in chosen]
    desk = Desk(course.state / "store", parent=parent, data=None if parent else course.data)
    try:
        found = list(grade_class(desk, plan, load_config(course.root), students, workers=1))
    finally:
        if parent is None:
            desk.parent.stop()
    return {str(result.student): result for result in found}
