"""Data in the real jail: the set-up loads it, held-out rows are not there, missing data is said."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from nbgrader.api import Gradebook

from autograder.authoring.verify import verify
from autograder.course import Course
from autograder.errors import CourseError
from autograder.gradebook import course_of, load_config, register
from autograder.gradebook.steps import solved
from autograder.grading import Desk, Shelf, StandIn, plan_of, prepare_file
from autograder.student import datasets
from support.cells import answer, code, grade_cell, meta, notebook

pytestmark = [pytest.mark.jail, pytest.mark.filterwarnings("ignore::Warning")]

REPOSITORY = Path(__file__).resolve().parents[2]
REAL = os.environ.get("AUTOGRADER_DATA")

LOAD = """
import time
import numpy as np
from autograder.student import datasets
begun = time.perf_counter()
X_train, y_train, X_test, y_test = datasets.load("mnist")
load_s = time.perf_counter() - begun
"""

LOOK = """
from pathlib import Path
everything = [np.load(p).reshape(-1, 784) for p in Path("/opt/data").rglob("X_*.npy")]
seen = np.unique(np.concatenate(everything)[:, 200:460].astype("uint64").dot(
    np.arange(1, 261, dtype="uint64") ** 3))
names = " ".join(sorted({p.name for p in Path("/opt/data").rglob("*") if p.is_file()}))
refused = 0
for attempt in (
    lambda: datasets.split("mnist"),
    lambda: Path("/opt/data/mine").write_text("x"),
    lambda: next(Path("/opt/data").rglob("y_train.npy")).write_bytes(b""),
    lambda: next(Path("/opt/data").rglob("y_train.npy")).unlink(),
):
    try:
        attempt()
    except Exception:
        refused += 1
X_train[0] += 1  # a notebook's own copy
"""

CHECKS = '''
import numpy as np

from autograder.checks import check


@check(cell="check_look", points=2)
def test_loaded(evidence, settings):
    """The set-up loads the data of the variant that the settings tell."""
    assert settings.thresholds["rows"] == str(evidence.scalar("rows"))
    assert evidence.scalar("variant") == settings.variant


@check(cell="check_look", points=3)
def test_held_out(evidence, heldout):
    """No held-out row can be read, and nothing can be written."""
    held = heldout.x.reshape(-1, 784)[:, 200:460].astype("uint64")
    marks = held.dot(np.arange(1, 261, dtype="uint64") ** 3)
    assert len(np.unique(marks)) > 300
    assert not np.isin(marks, evidence.array("seen")).any()
    assert evidence.scalar("names") == "X_test.npy X_train.npy y_test.npy y_train.npy"
    assert evidence.scalar("refused") == 4
'''

SETTINGS = """
data = "mnist"

[thresholds]
rows = "55000"

[stand-in.thresholds]
rows = "1149"

[limits]
cell_wall_s = 30.0
notebook_wall_s = 60.0
"""


def _notebook() -> dict[str, Any]:
    solution = 'rows, variant = len(X_train), datasets.variant("mnist")'
    cells = [
        code(LOAD, meta("setup", locked=True)),
        answer("look", f"{LOOK}{solution}"),
        grade_cell("check_look", 5),
    ]
    return notebook(cells)


def make_course(root: Path) -> Course:
    """A course with one assignment, ``pixels``, that is graded on MNIST."""
    root.mkdir(parents=True)
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    course = course_of(root)
    course.source("pixels").mkdir(parents=True)
    (course.source("pixels") / "lesson.ipynb").write_text(json.dumps(_notebook()))
    course.checks("pixels").mkdir(parents=True)
    (course.checks("pixels") / "test_pixels.py").write_text(CHECKS)
    (course.checks("pixels") / "settings.toml").write_text(SETTINGS)
    return course


@pytest.fixture(scope="module", autouse=True)
def nothing_here(tmp_path_factory):
    """No variable and no cache of this machine takes part."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("AUTOGRADER_DATA", raising=False)
        patch.setenv("KERAS_HOME", str(tmp_path_factory.mktemp("keras")))
        yield


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    course = make_course(tmp_path_factory.mktemp("data") / "course")
    solution = solved(
        course.source("pixels") / "lesson.ipynb", course, "pixels", load_config(course.root)
    )
    path = tmp_path_factory.mktemp("solution") / "lesson.ipynb"
    path.write_text(json.dumps(solution))
    with Desk(course.state / "store", data=course.data) as open_desk:
        yield SimpleNamespace(course=course, desk=open_desk, path=path)


def graded(desk, shelf):
    plan = plan_of(desk.course, "pixels", shelf)
    return desk.desk.grade(plan, prepare_file(plan, desk.path))


def test_set_up_loads_the_stand_in_and_its_thresholds_hold(desk):
    result = graded(desk, Shelf(stand_in=StandIn.ALWAYS)).result
    assert [(c.verdict.value, c.message) for c in result.checks] == [("passed", "")] * 2
    assert (result.score, result.run["data"]) == (5.0, "mnist (stand-in)")


def test_the_full_set_is_loaded_where_it_is_given(desk):
    if not REAL or not datasets.find(datasets.image_sets()["mnist"], REAL):
        pytest.skip("AUTOGRADER_DATA names no folder with mnist: not run on the real set")
    done = graded(desk, Shelf(Path(REAL)))
    assert [(c.verdict.value, c.message) for c in done.result.checks] == [("passed", "")] * 2
    assert done.result.run["data"] == "mnist (full)"
    found = done.manifests["lesson"]["snapshots"]["check_look"]["values"]["load_s"]
    print(f"MNIST was loaded in {found['value']:.3f} s")


def test_another_variant_is_another_run_and_the_same_one_is_not_repeated(desk, tmp_path):
    graded(desk, Shelf(stand_in=StandIn.ALWAYS))
    before = desk.desk.executor.executed
    graded(desk, Shelf(datasets.stand_in("mnist", tmp_path)))
    assert desk.desk.executor.executed == before


def test_data_that_is_missing_is_a_clear_error(desk):
    with pytest.raises(CourseError, match="pixels is graded on MNIST"):
        plan_of(desk.course, "pixels")


def test_a_jail_without_the_data_is_our_fault_not_the_student_s(desk, warm_parent):
    plan = plan_of(desk.course, "pixels", Shelf(stand_in=StandIn.ALWAYS))
    other = Desk(desk.course.root / "other-store", parent=warm_parent)
    result = other.grade(plan, prepare_file(plan, desk.path)).result
    assert (result.score, result.needs_review) == (None, True)
    assert any("a jail that can read" in reason for reason in result.reasons)


def test_a_data_folder_that_was_made_anew_is_mounted_anew(desk):
    shutil.rmtree(desk.course.data, ignore_errors=True)
    shelf = Shelf(stand_in=StandIn.ALWAYS)
    plan = plan_of(desk.course, "pixels", shelf)
    again = Desk(desk.course.root / "fresh-store", parent=desk.desk.parent)
    assert again.grade(plan, prepare_file(plan, desk.path)).result.score == 5.0


def test_verify_falls_back_to_the_stand_in_and_says_so(desk):
    proofs = {p.name: p for p in verify(desk.desk, desk.course, "pixels", workers=1)}
    assert proofs["not verified on MNIST: stand-in"].holds
    assert proofs["the solution"].problems == ()
    assert proofs["the solution"].result.run["data"] == "mnist (stand-in)"


def test_nbgrader_s_command_scores_nobody_without_the_data(desk, tmp_path):
    course = make_course(tmp_path / "course")
    folder = course.submitted("pixels", "ada")
    folder.mkdir(parents=True)
    shutil.copy(desk.path, folder / "lesson.ipynb")
    register(course, "pixels", load_config(course.root))
    done = _nbgrader(course.root, "autograde", "pixels")
    assert done.returncode != 0
    assert "pixels is graded on MNIST" in done.stderr
    with Gradebook(course.database_url) as gradebook:
        (submission,) = gradebook.find_assignment("pixels").submissions
        grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
        assert [grade.auto_score for grade in grades] == [None] * len(grades)
        assert submission.needs_manual_grade or not grades


def _nbgrader(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])
    environment = {"PATH": path, "HOME": str(root.parent), "PYTHONPATH": str(REPOSITORY)}
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=root,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
