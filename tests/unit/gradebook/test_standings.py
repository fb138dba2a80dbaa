"""What the gradebook says of a class, with what nobody has decided as None."""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from sqlalchemy import event
from traitlets.config import Config

from autograder.course import Course
from autograder.errors import GradebookError, UsageError
from autograder.gradebook import load_config, register
from autograder.gradebook.standings import Standing, Standings, read_standings, standings_of


@pytest.fixture
def graded(small_course: Course) -> Course:
    """Ada has points and a manual score, Ben is late and open, Cyd has nothing."""
    register(small_course, "one", load_config(small_course.root))
    with Gradebook(small_course.database_url) as book:
        book.add_student("ada", last_name="Lovelace", first_name="Ada", lms_user_id="12")
        book.add_student("ben", email="ben@example.org")
        book.add_student("cyd")
        for name in ("ada", "ben"):
            with book.db.no_autoflush:  # nbgrader warns about its own order of work
                submission = book.add_submission("one", name, timestamp=datetime(2026, 3, 1, 12))
            for grade in submission.notebooks[0].grades:
                if grade.name == "check_answer":
                    grade.auto_score, grade.needs_manual_grade = 2.0, False
                elif name == "ada":
                    grade.manual_score, grade.extra_credit = 1.5, 0.25
            submission.notebooks[0].late_submission_penalty = 0.5 if name == "ben" else None
        book.db.commit()
    return small_course


def of(course: Course) -> dict[str, Standing]:
    (found,) = standings_of(course, load_config(course.root))
    return {standing.person.id: standing for standing in found.students}


def test_every_student_is_there_with_what_the_gradebook_knows(graded: Course) -> None:
    found = of(graded)
    assert list(found) == ["ada", "ben", "cyd"]
    assert (found["ada"].person.name, found["ada"].person.lms_id) == ("Ada Lovelace", "12")
    assert (found["ben"].person.name, found["ben"].person.email) == ("ben", "ben@example.org")
    assert found["ada"].submitted == datetime(2026, 3, 1, 12)


def test_a_manual_score_and_extra_credit_count_by_nbgraders_rule(graded: Course) -> None:
    marks = {mark.cell: mark for mark in of(graded)["ada"].cells}
    assert (marks["check_answer"].score, marks["essay"].score) == (2.0, 1.75)
    with Gradebook(graded.database_url) as book:
        assert book.find_submission("one", "ada").score == 3.75


def test_an_open_cell_is_none_where_nbgrader_counts_zero(graded: Course) -> None:
    ben = of(graded)["ben"]
    marks = {mark.cell: mark for mark in ben.cells}
    assert (marks["essay"].score, marks["essay"].asked) == (None, True)
    assert ben.late_penalty == 0.5


def test_who_handed_in_nothing_has_no_cells(graded: Course) -> None:
    cyd = of(graded)["cyd"]
    assert (cyd.handed_in, cyd.cells, cyd.submitted) == (False, (), None)


def test_the_number_of_statements_does_not_grow_with_the_class(graded: Course) -> None:
    def statements() -> int:
        seen: list[str] = []
        with Gradebook(graded.database_url) as book:
            event.listen(book.engine, "before_cursor_execute", lambda *found: seen.append(found[2]))
            read_standings(book, ["one"])
        return len(seen)

    before = statements()
    with Gradebook(graded.database_url) as book:
        for number in range(20):
            book.add_student(f"more{number}")
            with book.db.no_autoflush:
                book.add_submission("one", f"more{number}")
    assert statements() == before


def test_an_assignment_without_submissions_is_left_out_unless_it_is_named(graded: Course) -> None:
    with Gradebook(graded.database_url) as book:
        book.add_assignment("two")
    config = load_config(graded.root)
    assert [found.assignment for found in standings_of(graded, config)] == ["one"]
    (two,) = standings_of(graded, config, ["two"])
    assert isinstance(two, Standings) and not any(one.handed_in for one in two.students)


def test_an_unknown_assignment_is_told(graded: Course) -> None:
    with pytest.raises(GradebookError, match="'three' expected in the gradebook"):
        standings_of(graded, load_config(graded.root), ["three"])


def test_reading_makes_no_gradebook_where_there_is_none(tmp_path: Path) -> None:
    course = Course(root=tmp_path)
    with pytest.raises(UsageError, match="autograder grade NAME"):
        standings_of(course, load_config(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_postgresql_says_the_same(
    graded: Course, new_database: Callable[[], str], tmp_path: Path
) -> None:
    root = tmp_path / "other"
    shutil.copytree(graded.source("one"), root / "source" / "one")
    config = Config({"CourseDirectory": {"course_id": "keras"}})
    course = Course(root=root, db_url=new_database())
    register(course, "one", config)
    with Gradebook(course.database_url, "keras") as book:
        book.add_student("ben", email="ben@example.org")
        with book.db.no_autoflush:
            stamp = datetime(2026, 3, 1, 12)
            notebook = book.add_submission("one", "ben", timestamp=stamp).notebooks[0]
        notebook.late_submission_penalty = 0.5
        for grade in notebook.grades:
            if grade.name == "check_answer":
                grade.auto_score, grade.needs_manual_grade = 2.0, False
        book.db.commit()
    (found,) = standings_of(course, config)
    assert found.students == (of(graded)["ben"],)
