"""A submission that the grader has no right to read: told, undecided, and the class goes on."""

import os
from pathlib import Path
from typing import Any

import pytest

from autograder.gradebook import load_config
from autograder.grading import Desk, plan_of
from autograder.grading.classroom import grade_class, submissions

pytestmark = [
    pytest.mark.jail,
    pytest.mark.filterwarnings("ignore::Warning"),
    pytest.mark.skipif(os.getuid() == 0, reason="root may read every file: run it as another user"),
]


@pytest.mark.parametrize("what", ["lesson.ipynb", "."], ids=["the notebook", "its folder"])
def test_what_the_grader_may_not_read_is_undecided_with_a_reason(
    tmp_path: Path, new_course: Any, answered: Any, hand_in: Any, warm_parent: Any, what: str
) -> None:
    course = new_course(tmp_path / "course")
    for student in ("aaa", "mmm", "zzz"):
        hand_in(course, student, answered(course))
    place = course.submitted("sums", "mmm") / what
    place.chmod(0)
    try:
        desk = Desk(course.state / "store", parent=warm_parent)
        found = list(
            grade_class(
                desk,
                plan_of(course, "sums"),
                load_config(course.root),
                submissions(course, "sums"),
                workers=1,
            )
        )
    finally:
        place.chmod(0o755)
    results = {str(one.student): one for one in found}
    assert (results["aaa"].score, results["zzz"].score) == (10.0, 10.0)
    assert results["mmm"].score is None and results["mmm"].needs_review
    assert any("ermission" in reason for reason in results["mmm"].reasons), results["mmm"].reasons
