"""The course's own solutions, known answers and re-spelled answers give no reason for a review."""

import json
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.audit.right import right_answers
from autograder.authoring.audit.variants import Cell, Solution
from autograder.authoring.expected import Answer, answered, answers_of
from autograder.evidence.source_audit import suspicious
from autograder.gradebook import course_of
from autograder.intake.repair import code_cells, trusted_cells

COURSE = course_of(Path(__file__).resolve().parents[3])
ASSIGNMENTS = COURSE.assignments()
RESPELLED = 20
SEED = 6


def _reasons(assignment: str, answer: Answer) -> tuple[str, ...]:
    notebook: Any = answered(COURSE.notebooks(assignment)[0], answer)
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    return suspicious(code_cells(notebook), trusted=trusted_cells(notebook))


def _solution(assignment: str) -> Solution:
    cells = json.loads(COURSE.notebooks(assignment)[0].read_text(encoding="utf-8"))["cells"]
    found = [
        (cell["metadata"]["nbgrader"], "".join(cell["source"]))
        for cell in cells
        if cell["cell_type"] == "code"
    ]
    return Solution(
        assignment,
        tuple(Cell(m["grade_id"], text, m["solution"]) for m, text in found if not m["grade"]),
    )


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_neither_the_solution_nor_a_known_answer_is_suspicious(assignment: str) -> None:
    known = answers_of(COURSE.checks(assignment) / "expected.toml")
    assert len(known) > 3
    found = {
        one.name: _reasons(assignment, one) for one in [Answer("solution", "right", {}), *known]
    }
    assert {name: reasons for name, reasons in found.items() if reasons} == {}


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_no_other_spelling_of_the_solution_is_suspicious(assignment: str) -> None:
    variants = right_answers(_solution(assignment), RESPELLED, SEED)
    assert len(variants) == RESPELLED
    found = {
        one.name: _reasons(assignment, Answer(one.name, "right", {}, cells=one.cells))
        for one in variants
    }
    assert {name: reasons for name, reasons in found.items() if reasons} == {}
