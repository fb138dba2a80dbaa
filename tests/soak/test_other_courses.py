"""Courses as other teachers write them: surveyed, moved over, and graded beside stock nbgrader."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.strangers import Stranger, stranger, strangers

sys.path.append(str(Path(__file__).parents[1] / "pipeline" / "parity"))

from classic_course import ClassicCourse, differences, facts

pytestmark = [pytest.mark.jail, pytest.mark.filterwarnings("ignore::Warning")]

ASSIGNMENT = "ps_1"
APART = {
    "numpy_only": {"relu_unittest"},
    "pictures": {"build_1"},
    "series": {"bonus", "q2_tests"},
}
"""The grade cells where we differ from stock nbgrader, by docs/classic.md's two rules alone."""


def begun(root: Path, one: Stranger) -> ClassicCourse:
    """The stranger's course, released by nbgrader and handed in by its students."""
    root.mkdir(parents=True)
    (root.parent / "home").mkdir()
    (root / "nbgrader_config.py").write_text(f"c = get_config()\n{one.config}")
    source = root / "source" / ASSIGNMENT
    source.mkdir(parents=True)
    for name, text in one.files.items():
        (source / name).write_text(text)
    if one.header:
        (root / "source" / "header.ipynb").write_text(json.dumps(one.header))
    for name, notebook in one.notebooks.items():
        (source / f"{name}.ipynb").write_text(json.dumps(notebook))
    course = ClassicCourse(root)
    course.nbgrader("generate_assignment", ASSIGNMENT)
    for student in one.students:
        folder = root / "submitted" / student / ASSIGNMENT
        folder.mkdir(parents=True)
        for name in one.notebooks:
            (made,) = (
                p for p in root.glob(f"*/{ASSIGNMENT}/{name}.ipynb") if source not in p.parents
            )
            notebook = one.handed_in(json.loads(made.read_text()), name, student)
            (folder / made.name).write_text(json.dumps(notebook))
    return course


def adopted(course: ClassicCourse, root: Path) -> ClassicCourse:
    """A copy with the lines that ``autograder adopt`` says."""
    shutil.copytree(course.root, root)
    done = subprocess.run(
        [sys.executable, "-m", "autograder", "adopt", str(root), "--json"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    config = root / "nbgrader_config.py"
    config.write_text("\n".join([config.read_text(), *json.loads(done.stdout)["lines"], ""]))
    return ClassicCourse(root)


@pytest.mark.parametrize("name", strangers())
def test_an_adopted_course_is_scored_as_stock_nbgrader_scores_it(name, tmp_path):
    one = stranger(name)
    stock = begun(tmp_path / "stock", one)
    ours = adopted(stock, tmp_path / "ours")
    stock.nbgrader("autograde", ASSIGNMENT)
    ours.autograder("grade", ASSIGNMENT, ok=False)
    apart = differences(facts(stock), facts(ours))
    assert {key for key in apart if key[-2] not in APART.get(name, set())} == set(), apart
