"""An assignment reaches a real SQLite gradebook from its source."""

from collections.abc import Callable

import pytest
from nbgrader.api import Gradebook
from traitlets.config import Config

from autograder.course import Course
from autograder.errors import GradebookError, ReleaseError
from autograder.gradebook import record, register
from autograder.nouns import CellScore, Result, Status


def points_of(course: Course) -> dict[str, float]:
    with Gradebook(course.database_url) as gradebook:
        notebook = gradebook.find_notebook("lesson", "one")
        return {cell.name: cell.max_score for cell in notebook.grade_cells}


def graded(course: Course) -> None:
    cells = {
        "check_answer": CellScore("lesson", 2.0, 2.0),
        "essay": CellScore("lesson", None, 3.0),
    }
    record(course, Config(), Result("one", "ada", Status.COMPLETED, cells), {})


def test_grade_cells_and_points_are_saved_and_no_release_is_written(small_course: Course) -> None:
    assert register(small_course, "one", Config())
    assert points_of(small_course) == {"check_answer": 2.0, "essay": 3.0}
    assert not small_course.release("one").exists()


def test_an_unchanged_source_changes_nothing(small_course: Course) -> None:
    assert register(small_course, "one", Config())
    assert not register(small_course, "one", Config())


def test_hidden_tests_stay_in_the_gradebook(small_course: Course) -> None:
    register(small_course, "one", Config())
    with Gradebook(small_course.database_url) as gradebook:
        cell = gradebook.find_source_cell("check_answer", "lesson", "one")
        assert "assert answer == 42" in cell.source


def test_changed_points_keep_a_manual_score(
    small_course: Course, write_source: Callable[..., None]
) -> None:
    register(small_course, "one", Config())
    graded(small_course)
    with Gradebook(small_course.database_url) as gradebook:
        gradebook.find_grade("essay", "lesson", "one", "ada").manual_score = 2.5
        gradebook.db.commit()
    write_source(small_course, points=4)
    assert register(small_course, "one", Config())
    assert points_of(small_course)["check_answer"] == 4.0
    with Gradebook(small_course.database_url) as gradebook:
        assert gradebook.find_grade("essay", "lesson", "one", "ada").score == 2.5


def test_new_cells_are_refused_once_there_are_submissions(
    small_course: Course, write_source: Callable[..., None]
) -> None:
    register(small_course, "one", Config())
    graded(small_course)
    write_source(small_course, extra=True)
    with pytest.raises(GradebookError, match=r"Put the cells back.* loses nothing"):
        register(small_course, "one", Config())
    with Gradebook(small_course.database_url) as gradebook:
        gradebook.find_grade("essay", "lesson", "one", "ada").manual_score = 2.5
        gradebook.find_comment("essay", "lesson", "one", "ada").manual_comment = "Well done."
        gradebook.db.commit()
    with pytest.raises(GradebookError, match=r"the 2 scores, .* would be lost"):
        register(small_course, "one", Config())


def test_new_cells_are_taken_while_there_are_none(
    small_course: Course, write_source: Callable[..., None]
) -> None:
    register(small_course, "one", Config())
    write_source(small_course, extra=True)
    assert register(small_course, "one", Config())
    assert "check_more" in points_of(small_course)


def test_a_removed_notebook_leaves_the_gradebook(small_course: Course) -> None:
    source = small_course.source("one")
    (source / "second.ipynb").write_text((source / "lesson.ipynb").read_text())
    register(small_course, "one", Config())
    (source / "second.ipynb").unlink()
    register(small_course, "one", Config())
    with Gradebook(small_course.database_url) as gradebook:
        assert [n.name for n in gradebook.find_assignment("one").notebooks] == ["lesson"]


def test_a_source_that_nbgrader_refuses_names_its_path(small_course: Course) -> None:
    path = small_course.source("one") / "lesson.ipynb"
    path.write_text(path.read_text().replace('"solution": true', '"solution": false'))
    with pytest.raises(ReleaseError, match=r"lesson\.ipynb"):
        register(small_course, "one", Config())
