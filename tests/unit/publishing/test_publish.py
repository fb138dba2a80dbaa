"""The tree that students may see, written again and again into a folder of its own."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from traitlets.config import Config

from autograder.authoring.publication import COLAB
from autograder.authoring.publish import LIST, Published, publish
from autograder.authoring.student_part import student_part
from autograder.course import Course
from autograder.errors import ReleaseError, UsageError

CONFIG = Config(CoursePublication={"repository": "ada/keras", "install": "pip install ada-keras"})


@pytest.fixture
def course(small_course: Course) -> Course:
    (small_course.root / "LICENSE").write_text("Do what you like.\n")
    for folder in (small_course.checks("one"), small_course.solution("one")):
        folder.mkdir(parents=True)
        (folder / "secret.txt").write_text(f"the answer, in {folder.name}")
    return small_course


def _files(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


def test_students_get_releases_the_student_part_and_a_readme(
    course: Course, tmp_path: Path
) -> None:
    done = publish(course, tmp_path / "public", CONFIG)
    files = _files(tmp_path / "public")
    assert sorted(files) == sorted([*done.new, LIST])
    assert files["LICENSE"] == b"Do what you like.\n"
    assert {"assignments/one/lesson.ipynb", "assignments/one/data.csv"} <= files.keys()
    assert {"pyproject.toml", "autograder/student/__init__.py"} <= files.keys()
    everything = b"".join(files.values())
    assert b"answer = 42" not in everything and b"the answer, in" not in everything
    private = ("source/", "solutions/", "tests/", "autograder/grading", "autograder/checks")
    assert not [name for name in files if name.startswith(private)]


def test_the_readme_names_each_notebook_with_its_badge(course: Course, tmp_path: Path) -> None:
    publish(course, tmp_path / "public", CONFIG)
    text = (tmp_path / "public" / "README.md").read_text()
    assert "[One lesson](assignments/one/lesson.ipynb)" in text
    assert f"({COLAB}github/ada/keras/blob/main/assignments/one/lesson.ipynb) | 5 |" in text
    assert "pip install ada-keras" in text
    assert "LICENSE" in text
    assert "$" not in text


def test_publishing_again_changes_nothing_and_says_so(course: Course, tmp_path: Path) -> None:
    first = publish(course, tmp_path / "public", CONFIG)
    before = _files(tmp_path / "public")
    again = publish(course, tmp_path / "public", CONFIG)
    assert again == Published(unchanged=first.new)
    assert _files(tmp_path / "public") == before


def test_changed_and_removed_files_follow_the_course(course: Course, tmp_path: Path) -> None:
    folder = tmp_path / "public"
    publish(course, folder, CONFIG)
    (folder / ".git").mkdir()
    (folder / "NOTES.md").write_text("mine")
    (course.source("one") / "data.csv").unlink()
    (course.source("one") / "more").mkdir()
    (course.source("one") / "more" / "data.csv").write_text("a\n")
    (course.root / "LICENSE").write_text("Do as you like.\n")
    done = publish(course, folder, CONFIG)
    assert done.new == ("assignments/one/more/data.csv",)
    assert done.changed == ("LICENSE",)
    assert done.removed == ("assignments/one/data.csv",)
    assert (folder / "NOTES.md").read_text() == "mine"


def test_a_folder_with_private_files_is_refused(course: Course, tmp_path: Path) -> None:
    private = tmp_path / "other"
    (private / "tests" / "checks").mkdir(parents=True)
    (tmp_path / "file").touch()
    for folder in (
        course.root,
        course.root.parent,
        course.source("one"),
        course.checks("one") / "public",
        private,
        tmp_path / "file",
    ):
        with pytest.raises(UsageError, match="folder"):
            publish(course, folder, CONFIG)
    assert sorted(p.name for p in private.iterdir()) == ["tests"]


def test_files_of_others_are_never_overwritten(course: Course, tmp_path: Path) -> None:
    folder = tmp_path / "public"
    folder.mkdir()
    (folder / "README.md").write_text("mine")
    with pytest.raises(UsageError, match=r"README\.md"):
        publish(course, folder, CONFIG)
    assert _files(folder) == {"README.md": b"mine"}
    (folder / "README.md").unlink()
    publish(course, folder, CONFIG)
    (folder / "README.md").write_text("edited since")
    with pytest.raises(UsageError, match=r"README\.md"):
        publish(course, folder, CONFIG)


def test_a_link_out_of_the_folder_is_not_written_through(course: Course, tmp_path: Path) -> None:
    folder = tmp_path / "public"
    folder.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (folder / "assignments").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="assignments/one"):
        publish(course, folder, CONFIG)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_forged_list_removes_nothing_outside(course: Course, tmp_path: Path) -> None:
    folder = tmp_path / "public"
    publish(course, folder, CONFIG)
    (tmp_path / "precious").write_text("kept")
    listed = json.loads((folder / LIST).read_text())
    (folder / LIST).write_text(json.dumps({**listed, "../precious": "0" * 64}))
    publish(course, folder, CONFIG)
    assert (tmp_path / "precious").read_text() == "kept"


def test_a_private_file_among_the_sources_is_not_published(course: Course, tmp_path: Path) -> None:
    shutil.copy(course.checks("one") / "secret.txt", course.source("one") / "extra.txt")
    with pytest.raises(ReleaseError, match=r"extra\.txt"):
        publish(course, tmp_path / "public", CONFIG)
    (course.source("one") / "extra.txt").write_text("### BEGIN SOLUTION\nanswer = 42\n")
    with pytest.raises(ReleaseError, match="BEGIN SOLUTION"):
        publish(course, tmp_path / "public", CONFIG)
    assert not (tmp_path / "public").exists()


def test_the_student_part_works_alone(tmp_path: Path) -> None:
    for name, data in student_part().items():
        path = tmp_path / "part" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    code = (
        "import sys; sys.path.insert(0, 'part')\n"
        "from autograder import student as grader\n"
        "import autograder.student.command, autograder.student.flight.look\n"
        "answer = 3\n"
        "grader.check(answer=grader.number(low=1))\n"
        "names = ('nbgrader', 'dask', 'tensorflow')\n"
        "print(grader.__file__, [n for n in names if n in sys.modules])\n"
    )
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert told.returncode == 0, told.stderr
    place, found = told.stdout.splitlines()[-1].split(" ", 1)
    assert Path(place).is_relative_to(tmp_path / "part") or not Path(place).is_absolute()
    assert found == "[]"


def test_the_command_tells_what_it_wrote(
    course: Course, tmp_path: Path, write_source: Callable[..., None]
) -> None:
    (course.root / "nbgrader_config.py").write_text(
        'get_config().CourseDirectory.release_directory = "assignments"\n'
    )
    command = [sys.executable, "-c", "from autograder.cli import main; main()", "publish"]
    told = subprocess.run(
        [*command, str(tmp_path / "public"), "--course", str(course.root)],
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0, told.stderr
    assert "  assignments/one/lesson.ipynb" in told.stdout.splitlines()
    assert "CoursePublication.repository" in told.stderr
    refused = subprocess.run(
        [*command, str(course.root), "--course", str(course.root)], capture_output=True, text=True
    )
    assert refused.returncode == 2
    assert "without private files" in refused.stderr
