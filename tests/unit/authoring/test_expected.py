"""Known answers: their points, also where the small stand-in for the data asks for less."""

from pathlib import Path

import pytest

from autograder.authoring.expected import answers_of
from autograder.course import FULL, STAND_IN
from autograder.errors import CourseError

ANSWER = """
[[answer]]
name = "head only"
kind = "wrong"
points = { check_build = 3, check_train = 2 }
"""


def _written(folder: Path, text: str) -> Path:
    path = folder / "expected.toml"
    path.write_text(text)
    return path


def test_an_answer_has_its_own_points_on_the_stand_in_where_they_are_given(tmp_path: Path) -> None:
    text = ANSWER + "stand-in-points = { check_build = 3, check_train = 4 }\n"
    (answer,) = answers_of(_written(tmp_path, text))
    assert answer.points_on(FULL) == {"check_build": 3, "check_train": 2}
    assert answer.points_on(STAND_IN) == {"check_build": 3, "check_train": 4}


def test_an_answer_without_them_has_the_same_points_on_both(tmp_path: Path) -> None:
    (answer,) = answers_of(_written(tmp_path, ANSWER))
    assert answer.points_on(STAND_IN) == answer.points_on(FULL) == answer.points


def test_points_on_the_stand_in_name_every_cell(tmp_path: Path) -> None:
    text = ANSWER + "stand-in-points = { check_train = 4 }\n"
    with pytest.raises(CourseError, match=r"stand-in-points for \['check_build', 'check_train'\]"):
        answers_of(_written(tmp_path, text))
