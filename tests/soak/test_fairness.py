"""Every answer of the outside examiner, graded as a class of each assignment."""

import os

import pytest

from autograder.grading import StandIn
from support.fairness import FOLDER, MORE, THIRD, course_with, graded, opinions

pytestmark = [pytest.mark.jail, pytest.mark.filterwarnings("ignore::Warning")]

DATA = StandIn.NEVER if os.environ.get("AUTOGRADER_SOAK_FULL") else StandIn.ALWAYS
"""The full sets of a5 and a7 only on demand: they take minutes an answer."""


@pytest.mark.parametrize("assignment", sorted(path.stem for path in FOLDER.glob("*.txt")))
def test_each_answer_earns_what_the_text_says(assignment, tmp_path):
    chosen = opinions(assignment, ("", MORE, THIRD))
    results = graded(course_with(tmp_path / "course", assignment), assignment, chosen, DATA)
    wronged = {one.name: one.wronged(results[one.student]) for one in chosen}
    assert {name: lines for name, lines in wronged.items() if lines} == {}
