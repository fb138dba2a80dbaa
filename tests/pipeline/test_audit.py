"""``autograder new`` and ``audit``: a new assignment proves itself, and a weak check is found.

One course, one evidence store: a weakened check executes nothing again.
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.audit.audit import Ask, Audit, audit
from autograder.authoring.audit.report import write_audit
from autograder.authoring.audit.trials import Finding
from autograder.authoring.audit.variants import Kind
from autograder.authoring.executed import write_solutions
from autograder.authoring.release import build_release, write_release
from autograder.authoring.scaffold import new_assignment
from autograder.authoring.verify import verify
from autograder.course import Course
from autograder.errors import UsageError
from autograder.gradebook import course_of, load_config
from autograder.grading import Desk, Shelf
from autograder.jail.parent import WarmParent

pytestmark = pytest.mark.jail

REPOSITORY = Path(__file__).resolve().parents[2]
NAME = "b1_wines"
ASK = Ask(respellings=4, seeds=4)
UNASKED = "(lambda *asked, **more: None)(0"
"""In the place of an assertion that was dropped."""


@dataclass(frozen=True)
class Made:
    """The course with the new assignment, its desk, and its audit."""

    course: Course
    desk: Desk
    audit: Audit

    def again(self) -> Audit:
        """The audit once more; wrong answers only, for it is the checks that have changed."""
        return audit(self.desk, self.course, NAME, Ask(0, 0), workers=2, shelf=Shelf())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, warm_parent: WarmParent) -> Made:
    root = tmp_path_factory.mktemp("course")
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    course = course_of(root)
    new_assignment(course, NAME)
    config = load_config(root)
    write_release(course, NAME, build_release(course, NAME, config))
    desk = Desk(root / "store", parent=warm_parent)
    write_solutions(desk, course, NAME, config)
    done = audit(desk, course, NAME, ASK, workers=2, shelf=Shelf())
    return Made(course, desk, done)


def test_a_new_assignment_verifies_at_once(made: Made) -> None:
    proofs = verify(made.desk, made.course, NAME, workers=2)
    assert [proof.problems for proof in proofs if not proof.holds] == []
    assert len(proofs) > 6


def test_a_new_assignment_is_never_written_over_another(made: Made) -> None:
    with pytest.raises(UsageError, match="Nothing was written"):
        new_assignment(made.course, NAME)


def test_a_new_assignment_has_no_defect(made: Made) -> None:
    assert [trial.variant.operators for trial in made.audit.defects] == []
    wrong, right = made.audit.counts(Kind.WRONG), made.audit.counts(Kind.RIGHT)
    assert wrong[Finding.CAUGHT.value] >= 25
    assert right == {Finding.KEPT.value: ASK.respellings}


def test_luck_is_told_for_the_threshold(made: Made) -> None:
    (luck,) = made.audit.luck
    assert (luck.runs, luck.missed, luck.limit) == (ASK.seeds, 0, 0.88)
    assert 0.88 < luck.lowest <= luck.mean <= luck.highest <= 1
    assert 0 < luck.bound < 1


@pytest.mark.parametrize(
    ("strong", "weak", "cell"),
    [
        ('Dense(16, "relu"), Dense(3, "softmax")', 'Dense(16, None), Dense(3, "softmax")', "build"),
        ('assert_loss(evidence.model("wine_model"), "cross_entropy"', UNASKED, "compile"),
        ("assert_accuracy(\n        predictions", UNASKED, "fit"),
    ],
)
def test_a_weakened_check_is_found(made: Made, strong: str, weak: str, cell: str) -> None:
    path = made.course.checks(NAME) / "test_checks.py"
    whole = path.read_text()
    assert strong in whole
    before = made.desk.executor.executed
    try:
        path.write_text(whole.replace(strong, weak))
        found = made.again()
    finally:
        path.write_text(whole)
    assert made.desk.executor.executed == before
    holes = [trial.variant for trial in found.defects if trial.finding is Finding.HOLE]
    assert cell in {variant.cell for variant in holes}


def test_the_report_shows_defects_as_notebooks_and_code_as_text(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = made.course.checks(NAME) / "test_checks.py"
    whole = path.read_text()
    try:
        path.write_text(whole.replace("    assert_metrics(", "    print("))
        found = made.again()
        page = write_audit(found, made.course, tmp_path / "report")
    finally:
        path.write_text(whole)
    notebooks = sorted((tmp_path / "report" / "defects").glob("*.ipynb"))
    assert len(notebooks) == len(found.defects) > 0
    cells: Callable[[Path], Any] = lambda one: json.loads(one.read_text())["cells"]  # noqa: E731
    assert any("metrics" not in "".join(map(_source, cells(one))) for one in notebooks)
    told = json.loads((tmp_path / "report" / "audit.json").read_text())
    assert told["defects"] == len(found.defects)
    assert "&lt;" in page.read_text() or "<pre>" in page.read_text()
    write_audit(made.audit, made.course, tmp_path / "report")
    left = list((tmp_path / "report" / "defects").glob("*.ipynb"))
    assert len(left) == len(made.audit.defects) < len(notebooks)


def _source(cell: Any) -> str:
    answer = cell["metadata"].get("nbgrader", {}).get("solution")
    return "".join(cell["source"]) if answer else ""
