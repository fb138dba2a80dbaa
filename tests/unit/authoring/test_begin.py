"""``autograder init``: what is refused, and settings that stay those of this course."""

from pathlib import Path

import pytest
import yaml

from autograder.authoring.begin import begin_course
from autograder.config_reading import read_config
from autograder.errors import UsageError
from autograder.gradebook import load_config

REPOSITORY = Path(__file__).resolve().parents[3]


def test_a_folder_with_anything_in_it_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"found notes\.txt\. Nothing was written"):
        begin_course(tmp_path, "a1_wines")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_name_that_is_no_folder_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="plain assignment name"):
        begin_course(tmp_path / "course", "../a1")
    assert not (tmp_path / "course").exists()


def test_a_new_course_has_the_settings_of_this_one_under_its_own_name(tmp_path: Path) -> None:
    begin_course(tmp_path / "Keras 2026", "a1_wines")
    made, ours = read_config(tmp_path / "Keras 2026"), read_config(REPOSITORY)
    name = "CourseDirectory.course_id"
    assert made.values[name] == "keras_2026"
    assert {**made.values, name: ""} == {**ours.values, name: ""}
    assert load_config(tmp_path / "Keras 2026").CourseDirectory.course_id == "keras_2026"


def test_the_workflow_runs_the_script_and_the_script_can_run(tmp_path: Path) -> None:
    begin_course(tmp_path / "course", "a1_wines")
    text = (tmp_path / "course/.github/workflows/course.yml").read_text()
    steps = yaml.safe_load(text)["jobs"]["prove"]["steps"]
    assert [step["run"] for step in steps if "run" in step][1:] == [
        ".ci/run verify",
        ".ci/run audit",
    ]
    assert (tmp_path / "course/.ci/run").stat().st_mode & 0o111
