"""A batch reaches a real SQLite and a real PostgreSQL gradebook; a bad item harms no other."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook
from nbgrader.plugins import BasePlugin
from sqlalchemy import event, inspect, text
from traitlets.config import Config

from autograder.course import Course
from autograder.errors import GradebookError
from autograder.gradebook import Recorded, opened, patience, record, record_all, register
from autograder.nouns import CellScore, Result, Status

STUDENTS = ["ada", "bob", "cyd"]


class Breaks(BasePlugin):  # type: ignore[misc]
    """A late penalty that an instructor got wrong for one student."""

    def late_submission_penalty(self, student_id: str, score: float, late_s: float) -> float:
        if student_id == "bob":
            raise KeyError(student_id)
        return score + 10


def settings() -> Config:
    config = Config()
    config.CourseDirectory.course_id = "keras"
    return config


def result(student: str | None, score: float = 2.0, points: float = 2.0) -> Result:
    cells = {
        "check_answer": CellScore("lesson", score, points),
        "essay": CellScore("lesson", None, 3.0),
    }
    return Result("one", student, Status.COMPLETED, cells)


@pytest.fixture(params=["sqlite", "postgres"])
def course(
    request: pytest.FixtureRequest, small_course: Course, submit: Callable[..., Path]
) -> Course:
    if request.param == "postgres":
        small_course = replace(small_course, db_url=request.getfixturevalue("new_database")())
    for student in STUDENTS:
        submit(small_course, student)
    register(small_course, "one", settings())
    return small_course


@pytest.fixture
def gradebook(course: Course) -> Iterator[Any]:
    with opened(course, settings()) as found:
        yield found


def score(course: Course, student: str) -> float | None:
    with Gradebook(course.database_url, "keras") as fresh:
        value: float | None = fresh.find_grade("check_answer", "lesson", "one", student).auto_score
        return value


def known(course: Course) -> set[str]:
    with Gradebook(course.database_url, "keras") as fresh:
        return {submission.student.id for submission in fresh.assignment_submissions("one")}


def graded(course: Course) -> set[str]:
    return {name for name in STUDENTS if course.autograded("one", name).is_dir()}


def test_a_batch_is_one_commit_and_says_what_nbgrader_says(course: Course, gradebook: Any) -> None:
    commits: list[object] = []
    event.listen(gradebook.engine, "commit", commits.append)
    items = [(result(name, number), {}) for number, name in enumerate(STUDENTS)]
    outcomes = record_all(course, settings(), items, gradebook)
    assert len(commits) == 1
    assert outcomes == [Recorded(number, 5.0, 0.0, True) for number in range(3)]
    for number, name in enumerate(STUDENTS):
        with Gradebook(course.database_url, "keras") as fresh:
            found = fresh.find_submission("one", name)
            assert (found.score, found.max_score, found.needs_manual_grade) == (number, 5.0, True)
            assert {c.name for c in found.notebooks[0].comments} == {"answer", "essay"}
    assert graded(course) == set(STUDENTS)


def test_the_cost_of_a_submission_in_statements_falls_with_the_batch(
    course: Course, gradebook: Any
) -> None:
    statements: list[str] = []
    event.listen(
        gradebook.engine, "before_cursor_execute", lambda *call: statements.append(call[2])
    )
    record_all(course, settings(), [(result("ada"), {})], gradebook)
    alone = len(statements)
    statements.clear()
    record_all(course, settings(), [(result("bob"), {}), (result("cyd"), {})], gradebook)
    assert len(statements) == alone


def test_no_query_reads_grades_or_comments_by_notebook_alone(
    course: Course, gradebook: Any
) -> None:
    """nbgrader's tables have no index for that: such a query costs more with every submission."""
    items = [(result(name), {}) for name in STUDENTS]
    record_all(course, settings(), items, gradebook)
    seen: list[str] = []
    event.listen(gradebook.engine, "before_cursor_execute", lambda *call: seen.append(call[2]))
    record_all(course, settings(), items, gradebook)
    reads = [" ".join(s.split()) for s in seen if s.startswith("SELECT")]
    reads = [s for s in reads if " FROM grade WHERE" in s or " FROM comment WHERE" in s]
    assert len(reads) == 3
    assert all(".cell_id IN" in s for s in reads)


def test_a_refused_item_is_an_error_of_its_own(course: Course, gradebook: Any) -> None:
    items = [
        (result("ada", 1.0), {}),
        (result("bob", 1.0, points=7.0), {}),
        (result(None), {}),
        (result("cyd", 2.0), {}),
        (result("../etc"), {}),
    ]
    outcomes = record_all(course, settings(), items, gradebook)
    assert isinstance(outcomes[0], Recorded)
    assert "generate_assignment" in str(outcomes[1])
    assert "without a student" in str(outcomes[2])
    assert isinstance(outcomes[3], Recorded)
    assert "plain student name" in str(outcomes[4])
    assert known(course) == graded(course) == {"ada", "cyd"}


def test_a_plugin_that_raises_for_one_leaves_the_others(course: Course, gradebook: Any) -> None:
    gradebook.update_or_create_assignment("one", duedate="2026-02-28")
    config = settings()
    config.AssignLatePenalties.plugin_class = Breaks
    outcomes = record_all(course, config, [(result(name), {}) for name in STUDENTS], gradebook)
    assert [getattr(o, "late_penalty", None) for o in outcomes] == [2.0, None, 2.0]
    assert "Breaks" in str(outcomes[1])
    assert known(course) == graded(course) == {"ada", "cyd"}


def test_an_extension_without_a_due_date_is_not_late(course: Course, gradebook: Any) -> None:
    record(course, settings(), result("ada"), {}, gradebook)
    gradebook.grant_extension("one", "ada", days=2)
    assert record(course, settings(), result("ada"), {}, gradebook).late_penalty == 0.0


def test_a_manual_score_and_comment_outrank_a_whole_batch(course: Course, gradebook: Any) -> None:
    items = [(result(name, 1.0), {}) for name in STUDENTS]
    record_all(course, settings(), items, gradebook)
    with Gradebook(course.database_url, "keras") as person:
        grade = person.find_grade("check_answer", "lesson", "one", "bob")
        grade.manual_score, grade.extra_credit = 1.5, 0.5
        person.find_comment("answer", "lesson", "one", "bob").manual_comment = "Well done."
        person.db.commit()
    outcomes = record_all(course, settings(), items, gradebook)
    assert [getattr(o, "score", None) for o in outcomes] == [1.0, 2.0, 1.0]
    with Gradebook(course.database_url, "keras") as fresh:
        grade = fresh.find_grade("check_answer", "lesson", "one", "bob")
        assert (grade.auto_score, grade.manual_score, grade.needs_manual_grade) == (1.0, 1.5, True)
        comment = fresh.find_comment("answer", "lesson", "one", "bob")
        assert comment.comment == "Well done."


def test_the_second_result_of_a_student_replaces_the_first(course: Course, gradebook: Any) -> None:
    items = [(result("ada", 0.0), {}), (result("bob"), {}), (result("ada", 1.0), {})]
    outcomes = record_all(course, settings(), items, gradebook)
    assert [getattr(o, "score", None) for o in outcomes] == [0.0, 2.0, 1.0]
    assert score(course, "ada") == 1.0
    assert sorted(p.name for p in course.autograded("one", "ada").parent.iterdir()) == ["one"]


def test_a_commit_that_breaks_is_tried_one_by_one(course: Course, gradebook: Any) -> None:
    """As a connection does that the server ended: the first commit is lost, the next is good."""
    broken: list[str] = []

    def breaks(connection: Any) -> None:
        if not broken:
            broken.append("once")
            assert not graded(course)
            connection.execute(text("SELECT nothing FROM nowhere"))

    event.listen(gradebook.engine, "commit", breaks)
    outcomes = record_all(course, settings(), [(result(n), {}) for n in STUDENTS], gradebook)
    assert broken and all(isinstance(outcome, Recorded) for outcome in outcomes)
    assert known(course) == graded(course) == set(STUDENTS)


def test_a_locked_database_publishes_nothing(
    small_course: Course,
    submit: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(patience, "WAIT_S", 0.1)
    register(small_course, "one", settings())
    for student in STUDENTS[:2]:
        submit(small_course, student)
    other = sqlite3.connect(small_course.root / "gradebook.db", isolation_level=None)
    with opened(small_course, settings()) as gradebook:
        gradebook.db.execute(text("PRAGMA busy_timeout = 10"))
        gradebook.db.commit()
        other.execute("BEGIN IMMEDIATE")
        items = [(result("ada"), {}), (result("bob"), {})]
        outcomes = record_all(small_course, settings(), items, gradebook)
        assert all(isinstance(outcome, GradebookError) for outcome in outcomes)
        assert all("locked" in str(outcome) for outcome in outcomes)
        assert not graded(small_course)
        assert len(caplog.messages) == 1 and "waiting up to" in caplog.text
        monkeypatch.setattr(patience, "WAIT_S", 60.0)
        # Given up while it is waited for, as by a Formgrader that has ended its commit.
        monkeypatch.setattr(patience.time, "sleep", lambda _: other.execute("ROLLBACK"))
        outcomes = record_all(small_course, settings(), items, gradebook)
        assert all(isinstance(outcome, Recorded) for outcome in outcomes)
        assert len(caplog.messages) == 2
    other.close()


def test_a_deleted_gradebook_is_told_and_nothing_is_published(
    small_course: Course, submit: Callable[..., Path]
) -> None:
    register(small_course, "one", settings())
    for student in STUDENTS[:2]:
        submit(small_course, student)
    items = [(result(student), {}) for student in STUDENTS[:2]]
    with opened(small_course, settings()) as gradebook:
        (small_course.root / "gradebook.db").rename(small_course.root / "away.db")
        outcomes = record_all(small_course, settings(), items, gradebook)
    assert all("found it deleted or replaced" in str(outcome) for outcome in outcomes)
    assert not graded(small_course)
    (small_course.root / "away.db").rename(small_course.root / "gradebook.db")
    outcomes = record_all(small_course, settings(), items)
    assert all(isinstance(outcome, Recorded) for outcome in outcomes)


def test_a_gradebook_whose_maker_was_killed_before_its_version_is_made_whole(
    course: Course,
) -> None:
    """nbgrader writes the version seconds after the tables, and never into a database with some."""
    with opened(course, settings()) as gradebook:
        whole = gradebook.db.execute(text("SELECT * FROM alembic_version")).all()
        gradebook.db.execute(text("DROP TABLE alembic_version"))
        gradebook.db.commit()
    with opened(course, settings()) as gradebook:
        assert gradebook.db.execute(text("SELECT * FROM alembic_version")).all() == whole
        gradebook.db.execute(text("DELETE FROM alembic_version"))
        gradebook.db.commit()
    with opened(course, settings()) as gradebook:
        assert gradebook.db.execute(text("SELECT * FROM alembic_version")).all() == whole


def test_an_old_gradebook_without_a_version_is_not_taken_for_a_new_one(course: Course) -> None:
    with opened(course, settings()) as gradebook:
        gradebook.db.execute(text("ALTER TABLE submitted_notebook DROP COLUMN flagged"))
        gradebook.db.execute(text("DROP TABLE alembic_version"))
        gradebook.db.commit()
    with opened(course, settings()) as gradebook:
        assert "alembic_version" not in inspect(gradebook.engine).get_table_names()


def test_a_folder_that_cannot_be_written_is_that_ones_error(course: Course, gradebook: Any) -> None:
    course.autograded("one", "bob").parent.parent.mkdir()
    course.autograded("one", "bob").parent.write_text("a file where a folder must go")
    outcomes = record_all(course, settings(), [(result(n), {}) for n in STUDENTS], gradebook)
    assert isinstance(outcomes[1], OSError)
    assert known(course) == graded(course) == {"ada", "cyd"}


def test_the_same_class_at_the_same_time_is_written_once(course: Course) -> None:
    """The second writer finds the rows that the first made while it was writing."""
    first = record_all
    with opened(course, settings()) as one, opened(course, settings()) as two:
        raced: list[object] = []

        def races(*_: object) -> None:
            if not raced:
                raced.append(1)
                raced.extend(first(course, settings(), [(result("bob", 1.0), {})], two))

        event.listen(one.db.registry(), "before_flush", races)
        outcomes = first(course, settings(), [(result(n), {}) for n in STUDENTS], one)
    assert all(isinstance(outcome, Recorded) for outcome in [*outcomes, *raced[1:]])
    assert known(course) == set(STUDENTS)
    assert score(course, "bob") == 2.0


def test_nbgraders_own_pages_find_their_rows_by_index(course: Course, gradebook: Any) -> None:
    names = {
        index["name"]
        for table in ("grade", "comment", "submitted_notebook")
        for index in inspect(gradebook.engine).get_indexes(table)
    }
    assert {
        "autograder_grade_notebook",
        "autograder_comment_notebook",
        "autograder_submitted_notebook_assignment",
    } <= names
    assert register(course, "one", settings()) is False
