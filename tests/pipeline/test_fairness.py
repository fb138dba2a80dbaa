"""A sample of the outside examiner's answers; all of them are in tests/soak/test_fairness.py."""

import random

import pytest

from support.fairness import FOLDER, course_with, graded, opinions

pytestmark = [pytest.mark.jail, pytest.mark.filterwarnings("ignore::Warning")]

SEED, EACH = 5, 2
"""Two right answers and two wrong ones of each of the quick assignments: some seconds in all."""


@pytest.mark.parametrize("assignment", ["a1_regression", "a2_binary"])
def test_a_sample_of_answers_earns_what_the_text_says(assignment, tmp_path, warm_parent):
    known, draw = opinions(assignment), random.Random(SEED)
    right = draw.sample([one for one in known if not one.earns], EACH)
    chosen = right + draw.sample([one for one in known if one.earns], EACH)
    course = course_with(tmp_path / "course", assignment)
    results = graded(course, assignment, chosen, parent=warm_parent)
    wronged = {one.name: one.wronged(results[one.student]) for one in chosen}
    assert {name: lines for name, lines in wronged.items() if lines} == {}


def test_every_answer_names_cells_and_points_that_exist(tmp_path):
    for path in sorted(FOLDER.glob("*.txt")):
        course = course_with(tmp_path / path.stem, path.stem)
        source = course.notebooks(path.stem)[0].read_text(encoding="utf-8")
        known = opinions(path.stem)
        assert len({one.student for one in known}) == len(known) > 20
        for one in known:
            named = {*one.cells, *one.after, *(f"check_{cell}" for cell in one.earns)}
            assert [cell for cell in named if f'"grade_id": "{cell}"' not in source] == [], one.name
