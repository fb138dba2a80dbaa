"""Completion in bash, asked as the installed script asks: by typer's environment variables."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ENTRY = "import sys; sys.argv[0] = 'autograder'; from autograder.cli import main; main()"


def completed(course: Path, words: str) -> list[str]:
    count = len(words.split(" ")) - 1
    variables = {
        "_AUTOGRADER_COMPLETE": "complete_bash",
        "COMP_WORDS": words,
        "COMP_CWORD": str(count),
    }
    command = [sys.executable, "-c", ENTRY]
    environment = {**os.environ, **variables}
    done = subprocess.run(command, cwd=course, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Two assignments in a folder that the configuration names, three submissions."""
    config = "c = get_config()\nc.CourseDirectory.source_directory = 'lessons'\nraise SystemExit\n"
    (tmp_path / "nbgrader_config.py").write_text(config)
    for name in ("a1_sums", "a2_wines"):
        (tmp_path / "lessons" / name).mkdir(parents=True)
        (tmp_path / "lessons" / name / "lesson.ipynb").write_text("{}")
    for place in ("ada/a1_sums", "alan/a1_sums", "grace/a2_wines"):
        (tmp_path / "submitted" / place).mkdir(parents=True)
    return tmp_path


def test_commands_complete(course: Path) -> None:
    assert "grade" in completed(course, "autograder gr")


def test_assignments_complete_from_the_folder_that_the_configuration_names(course: Path) -> None:
    assert completed(course, "autograder grade a") == ["a1_sums", "a2_wines"]
    assert completed(course, "autograder score x.ipynb --assignment a2") == ["a2_wines"]


def test_students_who_handed_in_that_assignment_complete(course: Path) -> None:
    assert completed(course, "autograder grade a1_sums a") == ["ada", "alan"]
    assert completed(course, "autograder grade a1_sums ada a") == ["alan"]
    assert completed(course, "autograder grade a2_wines ") == ["grace"]


def test_another_course_folder_is_heeded(course: Path, tmp_path_factory: object) -> None:
    words = f"autograder grade --course {course} a1"
    assert completed(course.parent, words) == ["a1_sums"]


def test_a_folder_that_is_no_course_completes_to_nothing(tmp_path: Path) -> None:
    assert completed(tmp_path, "autograder grade ../") == []


def test_the_script_for_bash_is_installed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", ENTRY, "--install-completion", "bash"]
    environment = {**os.environ, "HOME": str(tmp_path)}
    environment["_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION"] = "1"
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    script = "".join(p.read_text() for p in tmp_path.rglob("*") if p.is_file())
    assert "_AUTOGRADER_COMPLETE=complete_bash" in script
