"""A file that was submitted with a notebook, and left out, is nobody's loss without a word."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.course import Course
from autograder.gradebook import load_config
from autograder.grading.classroom import grade_class
from autograder.grading.desk import Desk
from autograder.grading.plan import plan_of
from autograder.jail.parent import WarmParent

pytestmark = [pytest.mark.jail, pytest.mark.filterwarnings("ignore::Warning")]


def test_a_notebook_that_misses_a_file_of_its_own_submission_goes_to_review(
    tmp_path: Path,
    warm_parent: WarmParent,
    new_course: Callable[[Path], Course],
    answered: Callable[..., dict[str, Any]],
    hand_in: Callable[..., Path],
) -> None:
    course = new_course(tmp_path / "course")
    answers = {
        "imports": "from my_helper import total",
        "reads": "total = int(open('data/total.txt').read())",
        "needs_none": "total = 9",
        "misses_another": "total = int(open('other.txt').read())",
    }
    for student, text in answers.items():
        path = hand_in(course, student, answered(course, total=text))
        (path.parent / "data").mkdir()
        (path.parent / "data" / "total.txt").write_text("10")
        (path.parent / "my_helper.py").write_text("total = 10")
    desk = Desk(course.state / "store", parent=warm_parent)
    config, plan = load_config(course.root), plan_of(course, "sums")
    done = {r.student: r for r in grade_class(desk, plan, config, list(answers), workers=2)}
    flagged = {name: result.reasons for name, result in done.items() if result.needs_review}
    assert set(flagged) == {"imports", "reads"}, flagged
    assert "left out ('my_helper.py')" in " ".join(done["imports"].reasons)
    assert "submitted_files in its settings.toml" in " ".join(done["reads"].reasons)
    settings = course.checks("sums") / "settings.toml"
    settings.write_text('submitted_files = ["*.py", "data/*"]\n' + settings.read_text())
    (again,) = grade_class(desk, plan_of(course, "sums"), config, ["reads"], workers=2)
    assert (again.score, again.needs_review) == (10.0, False)
