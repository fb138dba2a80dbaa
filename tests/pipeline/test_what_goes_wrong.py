"""What breaks beside the notebooks: disk, store, database. A sentence, and nothing is lost.

The disks are small tmpfs mounts, which only root can make; without that right those tests are
skipped. Each test ends with the same command after the cause is gone.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from autograder.course import Course
from autograder.evidence.shelves import damaged
from autograder.evidence.store import Store
from autograder.gradebook import course_of, load_config, register
from autograder.grading import Desk, plan_of
from autograder.grading.classroom import grade_class, submissions
from autograder.jail.parent import WarmParent

pytestmark = [pytest.mark.jail, pytest.mark.filterwarnings("ignore::Warning")]

STUDENTS = ("ada", "bob", "cyd")
LATER_S = 2_208_988_800  # 2040: a clock that was set back since


@pytest.fixture
def course(tmp_path: Path, new_course: Any, answered: Any, hand_in: Any) -> Course:
    made: Course = new_course(tmp_path / "course")
    for number, student in enumerate(STUDENTS):
        # Each its own code, and an array of its own in the store.
        table = f"mine = np.full(3, {number})\ntable = np.arange(3) ** 2"
        hand_in(made, student, answered(made, table=table))
    return made


@pytest.fixture
def grade(warm_parent: WarmParent) -> Callable[..., Any]:
    """Grade the class, or some of it: the results by student, and how many notebooks ran."""

    def work(course: Course, *students: str, store: Path | None = None, **options: Any) -> Any:
        desk = Desk(store or course.state / "store", parent=warm_parent)
        wanted = list(students) or submissions(course, "sums")
        plan, config = plan_of(course, "sums"), load_config(course.root)
        found = grade_class(desk, plan, config, wanted, workers=1, **options)
        return {str(one.student): one for one in found}, desk.executor.executed

    return work


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """An empty file system of 2 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", "size=2m", "none", str(folder)]
    if subprocess.run(["mount", *options], capture_output=True, check=False).returncode:
        pytest.skip("no right to mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """Leave not one byte; the file that has to go."""
    path = disk / "filler"
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            return path


def scores(results: dict[str, Any]) -> dict[str, float | None]:
    return {student: result.score for student, result in results.items()}


def in_gradebook(course: Course) -> dict[str, float]:
    with Gradebook(course.database_url, "keras") as gradebook:
        found = gradebook.assignment_submissions("sums")
        return {one.student.id: one.score for one in found}


ALL = dict.fromkeys(STUDENTS, 10.0)


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


@pytest.mark.parametrize("spoil", [flip, cut, Path.unlink])
@pytest.mark.parametrize("kind", ["arrays", "runs"])
def test_what_is_damaged_in_the_store_is_found_out_and_run_again(
    course: Course, grade: Any, kind: str, spoil: Callable[[Path], None]
) -> None:
    assert scores(grade(course)[0]) == ALL
    for path in (course.state / "store" / kind).rglob("*.*"):
        spoil(path)
    results, executed = grade(course)
    assert (scores(results), executed) == (ALL, len(STUDENTS))
    assert not any(result.needs_review for result in results.values())
    assert damaged(Store(str(course.state / "store"))) == []
    assert grade(course)[1] == 0


def test_a_store_that_is_deleted_while_a_class_is_graded_costs_work_alone(
    course: Course, grade: Any
) -> None:
    seen: list[Any] = []

    def deletes(prepared: Any) -> None:
        seen.append(prepared)
        shutil.rmtree(course.state / "store", ignore_errors=True)

    results, _ = grade(course, on_run=deletes)
    assert scores(results) == ALL
    assert len(seen) == len(STUDENTS)


@pytest.mark.parametrize("how", ["full", "read-only"])
def test_a_store_that_cannot_be_written_stops_only_what_has_not_run(
    course: Course, grade: Any, small_disk: Path, how: str
) -> None:
    store = small_disk / "store"
    assert scores(grade(course, "ada", store=store)[0]) == {"ada": 10.0}
    filler = fill(small_disk)
    if how == "read-only":
        subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    results, _ = grade(course, store=store)
    assert scores(results) == {"ada": 10.0, "bob": None, "cyd": None}
    told = " ".join(results["bob"].reasons)
    assert "the evidence store at" in told and "grade again" in told
    assert in_gradebook(course) == {"ada": 10.0}
    if how == "read-only":
        subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    filler.unlink()
    assert scores(grade(course, store=store)[0]) == ALL
    assert in_gradebook(course) == ALL


def test_our_own_trouble_leaves_an_earlier_score_where_it_is(
    course: Course, grade: Any, small_disk: Path
) -> None:
    grade(course)
    fill(small_disk)
    results, _ = grade(course, store=small_disk / "store")
    assert scores(results) == dict.fromkeys(STUDENTS)
    assert in_gradebook(course) == ALL
    assert all(course.autograded("sums", student).is_dir() for student in STUDENTS)


def test_a_full_disk_under_the_graded_notebooks_is_told_and_mended_by_the_next_command(
    course: Course, grade: Any, small_disk: Path
) -> None:
    (course.root / course.autograded_directory).symlink_to(small_disk)
    filler = fill(small_disk)
    results, _ = grade(course)
    assert scores(results) == ALL
    for result in results.values():
        assert "graded, but not recorded" in result.reasons[-1]
        assert "No space left" in result.reasons[-1]
    assert in_gradebook(course) == {}
    filler.unlink()
    results, executed = grade(course)
    assert executed == 0
    assert in_gradebook(course) == ALL


def test_a_full_disk_under_the_gradebook_is_told_and_mended_by_the_next_command(
    course: Course, grade: Any, small_disk: Path
) -> None:
    with (course.root / "nbgrader_config.py").open("a") as file:
        file.write(f"\nc.CourseDirectory.db_url = 'sqlite:///{small_disk}/gradebook.db'\n")
    course = course_of(course.root)
    register(course, "sums", load_config(course.root))
    filler = fill(small_disk)
    results, _ = grade(course)
    for result in results.values():
        assert "graded, but not recorded" in result.reasons[-1]
        assert "disk is full" in result.reasons[-1] and "Free some space" in result.reasons[-1]
    assert not any(course.autograded("sums", student).exists() for student in STUDENTS)
    filler.unlink()
    assert grade(course)[1] == 0
    assert in_gradebook(course) == ALL


def test_a_gradebook_that_is_deleted_while_a_class_is_graded_is_told(
    course: Course, grade: Any
) -> None:
    def deletes(prepared: Any) -> None:
        (course.root / "gradebook.db").unlink(missing_ok=True)

    results, _ = grade(course, on_run=deletes)
    for result in results.values():
        assert "found it deleted or replaced" in result.reasons[-1]
    assert grade(course)[1] == 0
    assert in_gradebook(course) == ALL


def test_a_server_that_is_restarted_while_a_class_is_graded_loses_nothing(
    course: Course, grade: Any, new_database: Any, restart_postgres: Callable[[], None]
) -> None:
    with (course.root / "nbgrader_config.py").open("a") as file:
        file.write(f"\nc.CourseDirectory.db_url = {new_database()!r}\n")
    course = course_of(course.root)
    restarted: list[Any] = []

    def restarts(prepared: Any) -> None:
        if not restarted:
            restart_postgres()
        restarted.append(prepared)

    results, _ = grade(course, on_run=restarts)
    assert not any(result.reasons for result in results.values())
    assert in_gradebook(course) == ALL


def test_a_clock_that_was_set_back_hides_no_newer_submission(
    course: Course, grade: Any, answered: Any, hand_in: Any
) -> None:
    (course.submitted("sums", "bob") / "timestamp.txt").write_text("2040-01-01 12:00:00 UTC")
    grade(course)
    for path in (course.state / "store").rglob("*"):
        os.utime(path, (LATER_S, LATER_S))
    assert grade(course)[1] == 0
    path = hand_in(course, "ada", answered(course, total="total = 9"))
    os.utime(path, (0, 0))
    results, executed = grade(course)
    assert executed == 1
    assert scores(results) == in_gradebook(course) == {**ALL, "ada": 8.0}
