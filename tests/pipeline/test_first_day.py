"""A new course proves itself with the commands that its own README names; its CI script runs."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.jail

REPOSITORY = Path(__file__).resolve().parents[2]
SECONDS = 300


@pytest.fixture(scope="module")
def on_path(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which ``autograder`` is this checkout's."""
    folder = tmp_path_factory.mktemp("bin")
    call = f"import sys; sys.argv[0] = 'autograder'; sys.path.insert(0, {str(REPOSITORY)!r}); "
    call += "from autograder.cli import main; main()"
    script = f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -c {shlex.quote(call)} "$@"\n'
    (folder / "autograder").write_text(script)
    (folder / "autograder").chmod(0o755)
    return {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}


def run(
    command: list[str], environment: dict[str, str], cwd: Path
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, env=environment, cwd=cwd, capture_output=True, text=True, timeout=SECONDS
    )


def test_a_new_course_verifies_by_its_own_ci_script_and_keeps_grades_out_of_git(
    on_path: dict[str, str], tmp_path: Path
) -> None:
    made = run(["autograder", "init", "course", "--json"], on_path, tmp_path)
    assert made.returncode == 0, made.stderr
    course = tmp_path / "course"
    files = json.loads(made.stdout)["files"]
    assert all((course / name).is_file() for name in files)
    assert {"assignments/a1_wines/wines.ipynb", "solutions/a1_wines/wines.ipynb"} <= set(files)

    proved = run([".ci/run"], on_path, course)
    assert proved.returncode == 0, proved.stdout + proved.stderr
    assert "9 of 9 hold." in proved.stdout

    for name in (
        "submitted/ada/a1_wines/wines.ipynb",
        "gradebook.db",
        "autograded/x",
        "grades.csv",
    ):
        (course / name).parent.mkdir(parents=True, exist_ok=True)
        (course / name).touch()
    run(["git", "init", "--quiet"], on_path, course)
    seen = run(["git", "ls-files", "--others", "--exclude-standard"], on_path, course)
    assert set(seen.stdout.split()) == set(files)

    again = run(["autograder", "init", "course"], on_path, tmp_path)
    assert again.returncode == 2
    assert "a new or empty folder expected" in again.stderr
