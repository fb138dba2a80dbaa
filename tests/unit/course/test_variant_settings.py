"""settings.toml: the data set of an assignment, and one threshold per variant of it."""

from pathlib import Path

import pytest

from autograder.course import Course, settings_of
from autograder.errors import CourseError

TEXT = """
data = "mnist"

[thresholds]
accuracy = "0.94"
loss = "0.3"

[stand-in.thresholds]
accuracy = "0.80"
"""


def written(root: Path, text: str) -> Course:
    course = Course(root)
    course.checks("a5").mkdir(parents=True)
    (course.checks("a5") / "settings.toml").write_text(text)
    return course


def test_the_full_set_has_the_plain_thresholds(tmp_path: Path) -> None:
    settings = settings_of(written(tmp_path, TEXT), "a5")
    assert (settings.data, settings.variant) == ("mnist", "full")
    assert settings.thresholds == {"accuracy": "0.94", "loss": "0.3"}


def test_the_stand_in_replaces_those_that_it_names(tmp_path: Path) -> None:
    settings = settings_of(written(tmp_path, TEXT), "a5", "stand-in")
    assert settings.variant == "stand-in"
    assert settings.thresholds == {"accuracy": "0.80", "loss": "0.3"}


def test_without_a_file_the_variant_is_kept(tmp_path: Path) -> None:
    assert settings_of(Course(tmp_path), "a5", "stand-in").variant == "stand-in"


@pytest.mark.parametrize("text", ["data = 5", "[stand-in]\nseed = 5", "[standin.thresholds]"])
def test_what_is_no_setting_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(CourseError, match="expected"):
        settings_of(written(tmp_path, text), "a5")
