"""Gradescope's bundle, in the folders that Gradescope documents."""

import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from autograder.course import Course
from autograder.exports import on_gradescope
from autograder.exports.bundle import Bundle, bundle_bytes
from autograder.gradebook import load_config

pytestmark = [pytest.mark.jail, pytest.mark.filterwarnings("ignore::Warning")]

Answered = Callable[..., dict[str, Any]]


def container(folder: Path, data: bytes, notebook: object = None, before: int = 0) -> Path:
    """/autograder as Gradescope makes it: the zip unpacked into source, run_autograder beside it,
    the upload in submission, and its word on the submission."""
    root = folder / "autograder"
    for name in ("source", "submission", "results"):
        (root / name).mkdir(parents=True)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(root / "source")
        for entry in archive.infolist():
            (root / "source" / entry.filename).chmod(entry.external_attr >> 16 & 0o777)
    shutil.copy(root / "source" / "run_autograder", root)
    if notebook is not None:
        (root / "submission" / "lesson.ipynb").write_text(json.dumps(notebook))
    told = {"id": 1, "users": [{"name": "Ada"}], "previous_submissions": [{}] * before}
    (root / "submission_metadata.json").write_text(json.dumps(told))
    return root


def bundled(course: Course, **settings: Any) -> bytes:
    return bundle_bytes(course, load_config(course.root), Bundle("sums", **settings))


def results(root: Path) -> bytes:
    return (root / "results" / "results.json").read_bytes()


def test_the_bundle_grades_a_submission_as_the_course_does(
    graded: Course, answered: Answered, readers: ModuleType, tmp_path: Path
) -> None:
    root = container(tmp_path, bundled(graded), answered(graded, total="total = 11"))
    variables = {
        "PATH": os.environ["PATH"],
        "AUTOGRADER_GRADESCOPE_ROOT": str(root),
        "AUTOGRADER_GRADESCOPE_PYTHON": sys.executable,
    }
    for command in (["bash", str(root / "source" / "setup.sh")], [str(root / "run_autograder")]):
        done = subprocess.run(command, cwd="/", env=variables, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    assert readers.gradescope_score(results(root)) == 8.0
    tests = {test["name"]: test for test in json.loads(results(root))["tests"]}
    assert tests["check_total: The total is right."]["status"] == "failed"
    assert tests["check_table: The table holds the first squares."]["status"] == "passed"
    assert json.loads(results(root))["visibility"] == "after_due_date"
    closed = [path for path in (root / "source").iterdir() if path.name == "course"]
    assert [path.stat().st_mode & 0o077 for path in closed] == [0]


def test_without_a_jail_nothing_runs_and_nobody_gets_a_zero(
    graded: Course,
    answered: Answered,
    readers: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    root = container(tmp_path, bundled(graded), answered(graded))
    monkeypatch.setenv("AUTOGRADER_GRADESCOPE_ROOT", str(root))
    monkeypatch.setenv("PATH", str(tmp_path))  # where no bwrap is
    assert on_gradescope.main() == 1
    told = capsys.readouterr().out
    assert "found none (bubblewrap: not installed" in told and "Nothing was run" in told
    assert readers.gradescope_score(results(root)) is None
    assert "a reason that is not yours" in json.loads(results(root))["output"]


CLIMBS_OUT = """
import glob, os, socket, subprocess
found = []
places = ["{root}/source/bundle.json", "{root}/submission_metadata.json"]
for place in places + glob.glob("{root}/source/course/tests/checks/sums/*"):
    try:
        found.append(open(place).read())
    except OSError:
        pass
try:
    found.append(socket.create_connection(("127.0.0.1", 9), 1))
except PermissionError:
    pass
except OSError:
    found.append("the network answered")
subprocess.Popen(["sleep", "{seconds}"], start_new_session=True)
table = np.arange(3) ** 2 + len(found) + (os.getuid() == 0)
"""
LEFT_BEHIND = "86397"

INSIDE = """
set -e
mkdir "$1/kept"
mount --bind /root "$1/kept"
mount -t tmpfs -o mode=755 none /root
for folder in "$1"/kept/.[a-z]*; do
  if [ -d "$folder" ]; then
    mkdir "/root/$(basename "$folder")"
    mount --bind "$folder" "/root/$(basename "$folder")"
  fi
done
shift
export PATH="$PATH_WITHOUT_BWRAP"
exec "$@"
"""
"""root's home made passable, in this mount namespace alone: the interpreter may lie in there, and
the user who runs the notebook has to read it, as in a container."""


@pytest.mark.skipif(os.getuid() != 0, reason="only root can run a notebook as another user")
def test_on_the_instructors_word_it_runs_without_a_jail_and_reaches_no_check(
    graded: Course, answered: Answered, readers: ModuleType
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # pytest's own folder is closed to other users
        answer = CLIMBS_OUT.format(root=folder / "autograder", seconds=LEFT_BEHIND)
        data = bundled(graded, without_jail=True)
        root = container(folder, data, answered(graded, table=answer))
        programs = folder / "bin"
        programs.mkdir()
        for program in ("bash", "chmod", "cat"):
            (programs / program).symlink_to(str(shutil.which(program)))
        variables = {
            "PATH": os.environ["PATH"],
            "PATH_WITHOUT_BWRAP": str(programs),
            "AUTOGRADER_GRADESCOPE_ROOT": str(root),
            "AUTOGRADER_GRADESCOPE_PYTHON": sys.executable,
        }
        script = 'bash "$0/source/setup.sh" && exec "$0/run_autograder"'
        command = ["unshare", "--mount", "bash", "-c", INSIDE, "inside", str(folder)]
        command += ["bash", "-c", script, str(root)]
        done = subprocess.run(command, cwd="/", env=variables, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "run without a jail, as this bundle allows: bubblewrap: not installed" in done.stdout
        assert readers.gradescope_score(results(root)) == 10.0
    asked = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline")]
    assert not [told for told in asked if told == f"sleep\0{LEFT_BEHIND}\0".encode()]


def test_a_broken_bundle_is_told_to_the_instructor_and_not_to_the_student(
    graded: Course,
    readers: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    root = container(tmp_path, bundled(graded), {})
    shutil.rmtree(root / "source" / "course" / "source")
    monkeypatch.setenv("AUTOGRADER_GRADESCOPE_ROOT", str(root))
    assert on_gradescope.main() == 1
    assert "a notebook in" in capsys.readouterr().out
    assert b"course" not in results(root)
    assert readers.gradescope_score(results(root)) is None


@pytest.mark.parametrize(
    ("attempts", "before", "shown"),
    [(0, 0, "after_due_date"), (2, 1, "visible"), (2, 2, "after_due_date")],
)
def test_results_show_at_once_for_as_many_submissions_as_the_instructor_says(
    tmp_path: Path, attempts: int, before: int, shown: str
) -> None:
    told = {"previous_submissions": [{}] * before}
    (tmp_path / "submission_metadata.json").write_text(json.dumps(told))
    assert on_gradescope.shown(tmp_path, Bundle("sums", attempts=attempts)) == shown


@pytest.mark.parametrize("text", ["", "[]", '{"previous_submissions": 3}', "\xff"])
def test_without_gradescopes_word_results_do_not_show_at_once(tmp_path: Path, text: str) -> None:
    (tmp_path / "submission_metadata.json").write_text(text, encoding="latin-1")
    assert on_gradescope.shown(tmp_path, Bundle("sums", attempts=3)) == "after_due_date"


def test_the_bundle_holds_what_grading_needs_and_nothing_of_students(graded: Course) -> None:
    config = graded.root / "nbgrader_config.py"
    secret = "postgresql://grader:geheim@localhost/keras"
    config.write_text(config.read_text() + f'\nc.CourseDirectory.db_url = "{secret}"\n')
    with zipfile.ZipFile(io.BytesIO(bundled(graded))) as archive:
        names = set(archive.namelist())
        everything = b"".join(archive.read(name) for name in names)
    assert {"setup.sh", "run_autograder", "bundle.json", "requirements.txt"} <= names
    assert "course/tests/checks/sums/test_sums.py" in names
    assert "package/autograder/jail/inside/ladder.py" in names
    assert not [name for name in names if "submitted" in name or "gradebook.db" in name]
    assert b"geheim" not in everything


def test_the_same_course_makes_the_same_bytes(graded: Course) -> None:
    assert bundled(graded) == bundled(graded)


def test_the_packages_are_those_that_are_installed_here(graded: Course) -> None:
    import numpy

    with zipfile.ZipFile(io.BytesIO(bundled(graded))) as archive:
        pins = archive.read("requirements.txt").decode().splitlines()
    assert f"numpy=={numpy.__version__}" in pins
    assert any(pin.startswith("tensorflow==") for pin in pins)
    assert not [pin for pin in pins if pin.count("==") != 1]
