"""The table of grades for large classes is nbgrader's own."""

import csv
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.plugins import CsvExportPlugin
from sqlalchemy import event, text

from autograder.course import Course
from autograder.gradebook import register
from autograder.gradebook.config import load_config
from autograder.gradebook.export import ClassExporter

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture
def graded(small_course: Course) -> Course:
    """Two assignments; of four students one is late, one has manual points, one has nothing."""
    register(small_course, "one", load_config(small_course.root))
    with Gradebook(small_course.database_url) as book:
        book.update_or_create_assignment("one", duedate=datetime(2030, 1, 2, 3, 4, 5))
        book.add_assignment("empty")
        book.add_student("ada", last_name="Lovelace", first_name="Ada", email="ada@example.org")
        for name in ("ben", "cyd", "dan"):
            book.add_student(name, last_name=name.upper(), first_name=None)
        for number, name in enumerate(("ada", "ben", "cyd")):
            stamp = datetime(2030, 1, 2, 3, 4, 5 + number, 678 * number)
            with book.db.no_autoflush:  # nbgrader warns about its own order of work
                submission = book.add_submission("one", name, timestamp=stamp if number else None)
            notebook = submission.notebooks[0]
            for grade in notebook.grades:
                grade.auto_score, grade.extra_credit = 0.1 * number, 0.25
            notebook.grades[0].manual_score = 1.3 if name == "cyd" else None
            notebook.late_submission_penalty = 5.5 if name == "ben" else None
        book.db.commit()
    return small_course


def exported(course: Course, exporter: type, path: Path, **options: list[str]) -> str:
    with Gradebook(course.database_url) as book:
        exporter(to=str(path), **options).export(book)
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "options",
    [{}, {"student": ["ben", "dan"]}, {"assignment": ["one"]}, {"assignment": ["other"]}],
    ids=["everything", "students", "assignments", "nothing"],
)
def test_the_table_is_nbgraders_own(
    graded: Course, tmp_path: Path, options: dict[str, list[str]]
) -> None:
    ours = exported(graded, ClassExporter, tmp_path / "ours.csv", **options)
    assert ours == exported(graded, CsvExportPlugin, tmp_path / "theirs.csv", **options)
    assert (",5.5," in ours) == (options != {"assignment": ["other"]})


def test_a_name_with_a_comma_stays_in_its_column(graded: Course, tmp_path: Path) -> None:
    with Gradebook(graded.database_url) as book:
        book.update_or_create_student("ada", last_name='King, "Countess"')
    exported(graded, ClassExporter, tmp_path / "grades.csv")
    with open(tmp_path / "grades.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert 'King, "Countess"' in [row["last_name"] for row in rows]
    assert all(None not in row for row in rows)


def test_the_number_of_statements_does_not_grow_with_the_class(
    graded: Course, tmp_path: Path
) -> None:
    def statements() -> int:
        seen: list[str] = []
        with Gradebook(graded.database_url) as book:
            event.listen(book.engine, "before_cursor_execute", lambda *found: seen.append(found[2]))
            ClassExporter(to=str(tmp_path / "grades.csv")).export(book)
        return len(seen)

    before = statements()
    with Gradebook(graded.database_url) as book:
        for number in range(20):
            book.add_student(f"more{number}")
            with book.db.no_autoflush:
                book.add_submission("one", f"more{number}")
    assert statements() == before


def test_the_command_takes_the_exporter_from_this_repositorys_configuration(
    graded: Course,
) -> None:
    text = (REPOSITORY / "nbgrader_config.py").read_text(encoding="utf-8")
    (graded.root / "nbgrader_config.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "nbgrader", "export", "--to", "grades.csv"]
    done = subprocess.run(command, cwd=graded.root, capture_output=True, text=True, check=True)
    assert "Using exporter: ClassExporter" in done.stderr
    assert len((graded.root / "grades.csv").read_text().splitlines()) == 1 + 2 * 4


def test_scores_are_summed_by_an_index_not_by_a_walk_through_all_grades(graded: Course) -> None:
    with Gradebook(graded.database_url) as book:
        plan = book.db.execute(
            text("EXPLAIN QUERY PLAN SELECT sum(auto_score) FROM grade WHERE notebook_id = 'x'")
        ).all()
    assert "autograder_grade_notebook" in str(plan)
