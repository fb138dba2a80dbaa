"""``autograder adopt`` on a course as nbgrader's own quickstart makes them, and on broken ones."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.authoring.adopt import CellSurvey, Survey, survey
from autograder.errors import UsageError

# nbgrader's own add_submission lets SQLAlchemy warn; it only lays the gradebook here.
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")

CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "old"
c.Execute.timeout = 30
c.Autograde.autograde_preprocessors = ["nbgrader.preprocessors.Execute", "ours.Curve"]
c.Exchange.root = find_root()
open("ran", "w")
"""
HIDDEN = "### BEGIN HIDDEN TESTS\nassert model.layers[0].units == 3\n### END HIDDEN TESTS"


def cell(source: str, name: str | None, kind: str = "code", **flags: Any) -> Any:
    made = nbformat.v4.new_code_cell(source)
    if kind == "markdown":
        made = nbformat.v4.new_markdown_cell(source)
    says = {"grade": False, "solution": False, "locked": False, "task": False}
    says |= {"schema_version": 3, **flags}
    if name is not None:
        says["grade_id"] = name
    made.metadata["nbgrader"] = says
    return made


def graded(source: str, name: str | None, points: Any = 1, **more: Any) -> Any:
    worth = {} if points is None else {"points": points}
    return cell(source, name, grade=True, locked=not more.get("solution"), **worth, **more)


def lay(root: Path, assignment: str, *cells: Any, notebook: str = "p1", language: str = "") -> None:
    folder = root / "source" / assignment
    folder.mkdir(parents=True, exist_ok=True)
    book = nbformat.v4.new_notebook(cells=list(cells))
    if language:
        book.metadata["kernelspec"] = {"name": "x", "display_name": "X", "language": language}
    (folder / f"{notebook}.ipynb").write_text(json.dumps(book))


@pytest.fixture
def course(tmp_path: Path, empty_gradebook: Path) -> Path:
    root = tmp_path / "old"
    lay(
        root,
        "ps1",
        cell("x = 1", "x", solution=True),
        graded("assert x == 1", "test_x", 2),
        graded(HIDDEN, "test_model"),
        graded("### AUTOTEST x", "auto"),
        graded("model.evaluate(X)", "evaluated"),
        graded("float(x)", "partial"),
        graded("np.testing.assert_allclose(x, 1)", "close"),
        graded("assert_equal(x, 1)", "nose"),
        graded("print(x)", "silent"),
        graded("why?", "essay", 3, kind="markdown", solution=True),
        cell("draw", "drawing", kind="markdown", task=True, points=4),
    )
    (root / "nbgrader_config.py").write_text(CONFIG)
    for name in ("p1.ipynb", "more.csv"):
        path = root / "submitted" / "ada" / "ps1" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
    shutil.copy(empty_gradebook, root / "gradebook.db")
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        gradebook.add_assignment("ps1")
        gradebook.add_student("ada")
        gradebook.add_submission("ps1", "ada")
    return root


def tree(root: Path) -> dict[str, tuple[str, int]]:
    return {
        path.relative_to(root).as_posix(): (
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
            path.stat().st_mtime_ns,
        )
        for path in sorted(root.rglob("*"))
    }


def by_name(found: Survey) -> dict[str, CellSurvey]:
    return {one.name: one for one in found.assignments[0].cells}


def test_nothing_in_the_course_is_touched_or_run(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(course)
    monkeypatch.chdir(course)
    survey(course)
    assert tree(course) == before
    assert not (course / "ran").exists()


def test_each_cell_is_told_as_nbgrader_scores_it(course: Path) -> None:
    assert {name: one.scored_by for name, one in by_name(survey(course)).items()} == {
        "test_x": "asserts",
        "test_model": "hidden tests",
        "auto": "AUTOTEST",
        "evaluated": "the value of its last line",
        "partial": "the value of its last line",
        "silent": "the value of its last line",
        "close": "asserts",
        "nose": "asserts",
        "essay": "an answer: by hand",
        "drawing": "a task: by hand",
    }


def test_hidden_tests_are_told_by_the_courses_own_mark(course: Path) -> None:
    path = next(course.glob("source/*/p1.ipynb"))
    path.write_text(path.read_text().replace("BEGIN HIDDEN TESTS", "BEGIN SECRET"))
    assert by_name(survey(course))["test_model"].scored_by == "asserts"
    own = '\nc.ClearHiddenTests.begin_test_delimeter = "BEGIN SECRET"\n'
    (course / "nbgrader_config.py").write_text(CONFIG + own)
    told = by_name(survey(course))["test_model"]
    assert told.scored_by == "hidden tests"
    assert "could become checks" in told.notes[0]


def test_what_changes_stands_beside_the_cell_and_only_there(course: Path) -> None:
    cells = by_name(survey(course))
    assert "no longer read as points" in cells["evaluated"].notes[0]
    assert "Keras model and could become checks" in cells["test_model"].notes[0]
    assert all(not cells[name].notes for name in ("test_x", "auto", "partial", "essay"))


def test_settings_are_told_as_replaced_unread_kept_or_not_known(course: Path) -> None:
    found = survey(course)
    told = " | ".join(found.settings)
    assert "autograde_preprocessors (line 5) is replaced; put your own ours.Curve" in told
    assert "Execute.timeout (line 4) is no longer read" in told
    assert "kept as they are: CourseDirectory.course_id" in told
    assert any("Exchange.root is computed" in one for one in found.unread)


def test_the_lines_to_add_make_our_engine_the_courses_own(course: Path) -> None:
    added = "\n".join(survey(course).lines)
    assert 'c.Autograde.exporter_class = "autograder.engine.SubmissionExporter"' in added
    (course / "nbgrader_config.py").write_text(CONFIG + added + "\n")
    assert survey(course).lines == ()


def test_gradebook_and_companions_are_told(course: Path) -> None:
    found = survey(course)
    assert found.gradebook[0].startswith("gradebook.db: 1 assignments, 1 students, 1 submissions")
    assert any("students hand in more.csv" in one for one in found.assignments[0].changes)
    assert found.fits


@pytest.mark.parametrize(
    ("cells", "language", "told"),
    [
        ([graded("1", "a")], "R", "written in R: the jail runs Python alone"),
        ([graded("1", "a"), graded("2", "a")], "", "the grade id a stands there 2 times"),
        ([graded("1", "a", None)], "", "points expected for the grade cell a, found none"),
        ([graded("1", None)], "", "a grade id expected for cell 1"),
    ],
)
def test_what_cannot_be_graded_is_refused_with_its_reason(
    tmp_path: Path, cells: list[Any], language: str, told: str
) -> None:
    lay(tmp_path, "ps1", *cells, language=language)
    found = survey(tmp_path)
    assert not found.fits
    assert any(told in one for one in found.assignments[0].refused)


def test_a_file_that_is_no_notebook_is_told_and_the_rest_is_surveyed(tmp_path: Path) -> None:
    lay(tmp_path, "ps1", graded("1", "a"))
    (tmp_path / "source/ps1/broken.ipynb").write_text("{")
    found = survey(tmp_path).assignments[0]
    assert any("broken.ipynb cannot be read" in one for one in found.refused)
    assert len(found.cells) == 1


def test_an_id_that_two_notebooks_share_is_no_obstacle_and_told(tmp_path: Path) -> None:
    for name in ("p1", "p2"):
        lay(tmp_path, "ps1", graded("assert x == 1", "q1"), notebook=name)
    (one,) = survey(tmp_path).assignments
    assert not one.refused
    assert any("p1/q1 and p2/q1" in told for told in one.changes)


def test_another_directory_structure_is_refused(tmp_path: Path) -> None:
    lay(tmp_path, "ps1", graded("1", "a"))
    setting = 'c.CourseDirectory.directory_structure = "{assignment_id}/{nbgrader_step}"\n'
    (tmp_path / "nbgrader_config.py").write_text(setting)
    assert "directory_structure" in survey(tmp_path).refused[0]


@pytest.mark.parametrize("content", [b"c.Execute.timeout = (", b"\xff\xfe\x00"], ids=repr)
def test_settings_that_nbgrader_itself_could_not_read_have_to_be_mended_first(
    tmp_path: Path, content: bytes
) -> None:
    lay(tmp_path, "ps1", graded("1", "a"))
    (tmp_path / "nbgrader_config.py").write_bytes(content)
    found = survey(tmp_path)
    assert not found.fits
    assert "mend nbgrader_config.py" in found.told


def test_a_folder_that_is_no_course_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="autograder init"):
        survey(tmp_path)
