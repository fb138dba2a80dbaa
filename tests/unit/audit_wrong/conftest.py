"""Small written notebooks, and the eight solutions of the course."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.audit.variants import Cell, Solution, Variant
from autograder.authoring.audit.wrong import wrong_answers
from autograder.gradebook import course_of, load_config
from autograder.gradebook.steps import solved

REPOSITORY = Path(__file__).resolve().parents[3]
SETUP = "import numpy as np\nimport tensorflow as tf"
DATA = "X_train, y_train, X_test, y_test = load()"


def written(*answers: str, setup: str = SETUP, data: str = DATA) -> Solution:
    """A notebook with these solution cells, named ``answer``, ``answer_2`` and so on."""
    cells = [Cell("setup", setup, False), Cell("data", data, False)]
    for number, source in enumerate(answers, start=1):
        cells.append(Cell("answer" if number == 1 else f"answer_{number}", source, True))
    return Solution("written", tuple(cells))


def solution_of(assignment: str) -> Solution:
    """The solved source notebook of the course, grade cells left out."""
    course = course_of(REPOSITORY)
    path = course.notebooks(assignment)[0]
    notebook: Any = solved(path, course, assignment, load_config(course.root))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    facts = [(cell["source"], cell["metadata"]["nbgrader"]) for cell in code]
    return Solution(
        assignment,
        tuple(
            Cell(known["grade_id"], source, bool(known["solution"]))
            for source, known in facts
            if not known["grade"]
        ),
    )


@pytest.fixture
def made() -> Callable[..., list[str]]:
    """The texts that one operator makes of the first solution cell of a written notebook."""

    def texts(operator: str, *answers: str, **notebook: str) -> list[str]:
        variants = wrong_answers(written(*answers, **notebook))
        return [
            variant.cells["answer"]
            for variant in variants
            if variant.operators == (operator,) and variant.cell == "answer"
        ]

    return texts


@pytest.fixture(scope="session")
def course_solutions() -> dict[str, Solution]:
    return {name: solution_of(name) for name in course_of(REPOSITORY).assignments()}


@pytest.fixture(scope="session")
def course_variants(course_solutions: dict[str, Solution]) -> dict[str, list[Variant]]:
    return {name: wrong_answers(solution) for name, solution in course_solutions.items()}


@pytest.fixture
def notebook() -> Callable[..., Solution]:
    return written
