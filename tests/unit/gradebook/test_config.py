"""The course's own nbgrader_config.py decides names, database and folders."""

from pathlib import Path

import pytest

from autograder.errors import CourseError
from autograder.gradebook import course_of, coursedir_of, load_config


def configured(root: Path, text: str) -> Path:
    (root / "nbgrader_config.py").write_text(f"c = get_config()\n{text}\n")
    return root


def test_a_course_without_a_configuration_has_nbgraders_names(tmp_path: Path) -> None:
    course = course_of(tmp_path)
    assert course.release_directory == "release"
    assert course.database_url == f"sqlite:///{tmp_path}/gradebook.db"


def test_folder_names_come_from_the_configuration(tmp_path: Path) -> None:
    root = configured(tmp_path, 'c.CourseDirectory.release_directory = "assignments"')
    assert course_of(root).release("one") == tmp_path / "assignments" / "one"


def test_a_relative_database_lies_in_the_course_folder(tmp_path: Path) -> None:
    root = configured(tmp_path, 'c.CourseDirectory.db_url = "sqlite:///grades/all.db"')
    course = course_of(root)
    assert course.database_url == f"sqlite:///{tmp_path}/grades/all.db"
    assert coursedir_of(course, load_config(root)).db_url == course.database_url


def test_the_password_of_a_database_survives(tmp_path: Path) -> None:
    url = "postgresql://grader:s%40cret@db/course"
    root = configured(tmp_path, f'c.CourseDirectory.db_url = "{url}"')
    assert course_of(root).database_url == url


def test_a_configuration_that_fails_is_named(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"nbgrader_config\.py.*ZeroDivisionError"):
        load_config(configured(tmp_path, "1 / 0"))


def test_another_directory_structure_is_refused(tmp_path: Path) -> None:
    structure = "{student_id}/{assignment_id}/{nbgrader_step}"
    root = configured(tmp_path, f'c.CourseDirectory.directory_structure = "{structure}"')
    with pytest.raises(CourseError, match="directory_structure"):
        course_of(root)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="nowhere"):
        course_of(tmp_path / "nowhere")
