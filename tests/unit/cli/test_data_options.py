"""The options that say where data lies, and what a command says when it lies nowhere."""

import json
from pathlib import Path

import pytest

from autograder.cli.commands import grade_command, score_command
from autograder.cli.doctor import examine
from autograder.course import Course
from autograder.errors import CourseError, UsageError


@pytest.fixture(autouse=True)
def nothing_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable and no cache of this machine takes part."""
    monkeypatch.delenv("AUTOGRADER_DATA", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))


@pytest.fixture
def needing_data(small_course: Course) -> Course:
    """Assignment ``one`` is graded on MNIST."""
    small_course.checks("one").mkdir(parents=True)
    (small_course.checks("one") / "settings.toml").write_text('data = "mnist"\n')
    return small_course


def grade(course: Course, data: Path | None = None, stand_in: bool = False) -> int:
    return grade_command("one", [], 1, False, course.root, True, "", data, stand_in)


def test_grade_without_data_stops_before_the_first_student(
    needing_data: Course, submit: object
) -> None:
    submit(needing_data)  # type: ignore[operator]
    with pytest.raises(CourseError, match="one is graded on MNIST"):
        grade(needing_data)


def test_score_without_data_stops_too(needing_data: Course) -> None:
    path = needing_data.source("one") / "lesson.ipynb"
    with pytest.raises(CourseError, match="--stand-in"):
        score_command(path, "one", needing_data.root, True, "", False, None, False)


def test_a_data_folder_that_is_not_there_is_wrong_use(needing_data: Course) -> None:
    with pytest.raises(UsageError, match="a folder with data sets expected"):
        grade(needing_data, needing_data.root / "nowhere")


def test_data_and_stand_in_together_are_wrong_use(needing_data: Course) -> None:
    with pytest.raises(UsageError, match="found both"):
        grade(needing_data, needing_data.root, stand_in=True)


def test_the_stand_in_is_used_when_it_is_asked_for(
    needing_data: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    assert grade(needing_data, stand_in=True) == 0
    told = capsys.readouterr()
    assert json.loads(told.out) == []
    assert "on mnist (stand-in)" in told.err


def test_the_doctor_says_which_sets_are_there_and_is_not_ill_without_them() -> None:
    found = examine()["data"]
    assert set(found) == {"MNIST", "Fashion-MNIST"}
    assert all("found it nowhere" in text for text in found.values())
