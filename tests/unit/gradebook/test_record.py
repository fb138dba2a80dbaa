"""Results reach a real SQLite gradebook and the autograded folder."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.plugins import BasePlugin
from traitlets.config import Config

from autograder.course import Course
from autograder.errors import GradebookError
from autograder.gradebook import opened, record, register
from autograder.nouns import CellScore, Result, Status

Submit = Callable[..., Path]


class HalfOff(BasePlugin):  # type: ignore[misc]
    """A late penalty of one's own, as nbgrader's documentation shows it."""

    def late_submission_penalty(self, student_id: str, score: float, late_s: float) -> float:
        return score / 2


def result(score: float | None = 2.0, points: float = 2.0) -> Result:
    cells = {
        "check_answer": CellScore("lesson", score, points),
        "essay": CellScore("lesson", None, 3.0),
    }
    return Result("one", "ada", Status.COMPLETED, cells)


def submitted_notebook(course: Course) -> dict[str, object]:
    notebook: dict[str, object] = json.loads(
        (course.submitted("one", "ada") / "lesson.ipynb").read_text()
    )
    return notebook


def grade(course: Course, cell: str = "check_answer") -> tuple[float | None, float, bool]:
    with Gradebook(course.database_url) as gradebook:
        found = gradebook.find_grade(cell, "lesson", "one", "ada")
        return found.auto_score, found.score, found.needs_manual_grade


@pytest.fixture
def course(small_course: Course, submit: Submit) -> Course:
    submit(small_course)
    register(small_course, "one", Config())
    return small_course


def test_scores_are_saved_and_undecided_cells_await_a_person(course: Course) -> None:
    recorded = record(course, Config(), result(), {"lesson": submitted_notebook(course)})
    assert grade(course) == (2.0, 2.0, False)
    assert grade(course, "essay") == (None, 0.0, True)
    assert (recorded.score, recorded.max_score) == (2.0, 5.0)
    assert recorded.needs_manual_grade


def test_a_manual_score_outranks_a_new_automatic_one(course: Course) -> None:
    record(course, Config(), result(), {})
    with Gradebook(course.database_url) as gradebook:
        gradebook.find_grade("check_answer", "lesson", "one", "ada").manual_score = 1.5
        gradebook.db.commit()
    record(course, Config(), result(0.0), {})
    assert grade(course) == (0.0, 1.5, True)


def test_the_time_of_submission_is_utc(course: Course) -> None:
    stamp = course.submitted("one", "ada") / "timestamp.txt"
    stamp.write_text("2026-03-01T12:00:00+02:00")
    record(course, Config(), result(), {})
    with Gradebook(course.database_url) as gradebook:
        assert gradebook.find_submission("one", "ada").timestamp == datetime(2026, 3, 1, 10)


@pytest.mark.parametrize("text", ["soon", "", "x" * 1000, "9" * 150])
def test_a_bad_timestamp_counts_as_none_and_says_so(course: Course, text: str) -> None:
    (course.submitted("one", "ada") / "timestamp.txt").write_text(text)
    recorded = record(course, Config(), result(), {})
    assert "timestamp.txt" in recorded.reasons[0]
    assert not (course.autograded("one", "ada") / "timestamp.txt").exists()


def test_an_unchanged_answer_gets_no_response_and_a_changed_one_does_not(course: Course) -> None:
    unchanged = submitted_notebook(course)
    unchanged["cells"][2]["source"] = "# YOUR CODE HERE\nraise NotImplementedError()"  # type: ignore[index]
    record(course, Config(), result(), {"lesson": unchanged})
    with Gradebook(course.database_url) as gradebook:
        assert gradebook.find_comment("answer", "lesson", "one", "ada").comment == "No response."
    record(course, Config(), result(), {"lesson": submitted_notebook(course)})
    with Gradebook(course.database_url) as gradebook:
        assert gradebook.find_comment("answer", "lesson", "one", "ada").comment is None


@pytest.mark.parametrize(
    ("settings", "expected"), [({}, 0.0), ({"penalty_method": "zero"}, 2.0), (None, 1.0)]
)
def test_a_late_penalty_is_the_configured_plugins(
    course: Course, settings: dict[str, str] | None, expected: float
) -> None:
    with Gradebook(course.database_url) as gradebook:
        gradebook.update_or_create_assignment("one", duedate="2026-02-28")
    config = Config()
    config.LateSubmissionPlugin.update(settings or {})
    if settings is None:
        config.AssignLatePenalties.plugin_class = HalfOff
    recorded = record(course, config, result(), {})
    assert recorded.late_penalty == expected


def test_the_autograded_folder_holds_notebook_companions_and_timestamp(course: Course) -> None:
    submitted = course.submitted("one", "ada")
    (submitted / "data.csv").write_text("forged")
    (submitted / "deep").mkdir()
    (submitted / "deep" / "mine.py").write_text("x = 1")
    record(course, Config(), result(), {"lesson": submitted_notebook(course)})
    folder = course.autograded("one", "ada")
    found = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    assert found == ["data.csv", "deep/mine.py", "lesson.ipynb", "timestamp.txt"]
    assert (folder / "data.csv").read_text() == "a,b\n1,2\n"
    assert (folder / "lesson.ipynb").stat().st_mode & 0o777 == 0o444
    assert sorted(p.name for p in folder.parent.iterdir()) == ["one"]


def test_excluded_files_are_not_overwritten_by_the_source(course: Course) -> None:
    (course.submitted("one", "ada") / "data.csv").write_text("edited")
    config = Config()
    config.Autograde.exclude_overwriting = {"one": ["data.csv"]}
    record(course, config, result(), {})
    assert (course.autograded("one", "ada") / "data.csv").read_text() == "edited"


def test_links_and_pipes_of_a_submission_are_never_copied(course: Course, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("held-out labels")
    submitted = course.submitted("one", "ada")
    (submitted / "link.txt").symlink_to(tmp_path / "secret")
    (submitted / "folder").symlink_to(tmp_path)
    os.mkfifo(submitted / "pipe")
    record(course, Config(), result(), {})
    folder = course.autograded("one", "ada")
    assert sorted(p.name for p in folder.iterdir()) == ["data.csv", "timestamp.txt"]


def test_group_shared_courses_get_group_writable_files(course: Course) -> None:
    config = Config()
    config.CourseDirectory.groupshared = True
    record(course, config, result(), {"lesson": submitted_notebook(course)})
    path = course.autograded("one", "ada") / "lesson.ipynb"
    assert path.stat().st_mode & 0o777 == 0o664
    assert path.parent.stat().st_mode & 0o2770 == 0o2770


def test_regrading_replaces_the_folder(course: Course) -> None:
    record(course, Config(), result(), {"lesson": submitted_notebook(course)})
    (course.submitted("one", "ada") / "later.txt").write_text("x")
    record(course, Config(), result(1.0), {})
    folder = course.autograded("one", "ada")
    assert not (folder / "lesson.ipynb").exists()
    assert (folder / "later.txt").exists()
    assert grade(course)[0] == 1.0


def test_points_that_the_gradebook_does_not_know_change_nothing(course: Course) -> None:
    record(course, Config(), result(), {"lesson": submitted_notebook(course)})
    with pytest.raises(GradebookError, match="generate_assignment"):
        record(course, Config(), result(5.0, points=7.0), {})
    assert grade(course)[0] == 2.0
    assert (course.autograded("one", "ada") / "lesson.ipynb").exists()
    assert len(list(course.autograded("one", "ada").parent.iterdir())) == 1


def test_one_open_gradebook_serves_a_class_and_survives_a_refused_result(
    course: Course, submit: Submit
) -> None:
    submit(course, "bob")
    with opened(course, Config()) as gradebook:
        with pytest.raises(GradebookError):
            record(course, Config(), result(5.0, points=7.0), {}, gradebook)
        record(course, Config(), result(1.0), {}, gradebook)
        record(course, Config(), replace(result(), student="bob"), {}, gradebook)
    assert grade(course) == (1.0, 1.0, False)
    with Gradebook(course.database_url) as fresh:
        assert fresh.find_submission("one", "bob").score == 2.0


def test_an_unregistered_assignment_says_what_to_run(small_course: Course) -> None:
    with pytest.raises(GradebookError, match="nbgrader generate_assignment one"):
        record(small_course, Config(), result(), {})


def test_a_database_that_cannot_be_opened_is_a_gradebook_error(small_course: Course) -> None:
    broken = Course(root=small_course.root, db_url="sqlite:////nonexistent-folder/g.db")
    with pytest.raises(GradebookError, match="can be written"):
        register(broken, "one", Config())


def test_a_result_without_a_student_is_refused(course: Course) -> None:
    with pytest.raises(GradebookError, match="without a student"):
        record(course, Config(), Result("one", None, Status.COMPLETED, {}), {})
