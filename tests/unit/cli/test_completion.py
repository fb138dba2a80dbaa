"""Completion, asked as the installed scripts ask: by typer's variables, and in the shells."""

import os
import select
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
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


# What Tab does, in a widget of its own that tells what stands on the line then, and leaves.
ZSH = """
autoload -Uz compinit; compinit -u -D
source {script}
told() {{ zle complete-word; print -r -- "$BUFFER" > {told}; BUFFER=exit; zle accept-line }}
zle -N told; bindkey '^T' told
"""
TYPED = [
    ("autograder veri", "autograder verify"),
    ("autograder grade a2", "autograder grade a2_wines"),
]


SECONDS = 60
"""A shell that says nothing for so long will say nothing more."""


@pytest.fixture
def shell(tmp_path: Path) -> dict[str, str]:
    """An environment whose ``autograder`` is this checkout's, and a home of its own."""
    folder = tmp_path / "bin"
    folder.mkdir()
    call = f"import sys; sys.path.insert(0, {str(REPOSITORY)!r}); {ENTRY}"
    script = f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -c {shlex.quote(call)} "$@"\n'
    (folder / "autograder").write_text(script)
    (folder / "autograder").chmod(0o755)
    path = f"{folder}:{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "HOME": str(tmp_path), "TERM": "dumb"}


def script_for(name: str, environment: dict[str, str], folder: Path) -> Path:
    """What ``autograder --show-completion NAME`` prints, in a file."""
    if shutil.which(name) is None:
        pytest.skip(f"needs {name}: sudo apt-get install {name}")
    command = ["autograder", "--show-completion", name]
    shown = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    (folder / "script").write_text(shown.stdout)
    return folder / "script"


@pytest.mark.parametrize(("typed", "line"), TYPED)
def test_tab_completes_in_zsh(course: Path, shell: dict[str, str], typed: str, line: str) -> None:
    script, told = script_for("zsh", shell, course), course / "told"
    ours, theirs = os.openpty()
    with subprocess.Popen(
        ["zsh", "-f", "-i"], cwd=course, env=shell, stdin=theirs, stdout=theirs, stderr=theirs
    ) as running:
        os.close(theirs)
        os.write(ours, (ZSH.format(script=script, told=told) + typed + "\x14").encode())
        shown = b""
        try:
            while select.select([ours], [], [], SECONDS)[0]:
                shown += os.read(ours, 4096)
        except OSError:
            pass  # the shell has ended, and the terminal with it
        running.kill()
    os.close(ours)
    assert told.read_text().strip() == line, shown.decode()


@pytest.mark.parametrize(("typed", "line"), TYPED)
def test_tab_completes_in_fish(course: Path, shell: dict[str, str], typed: str, line: str) -> None:
    script = script_for("fish", shell, course)
    asked = f"source {script}; complete --do-complete {shlex.quote(typed)}"
    done = subprocess.run(
        ["fish", "--no-config", "-c", asked], cwd=course, env=shell, capture_output=True, text=True
    )
    assert [one.split("\t")[0] for one in done.stdout.splitlines()] == [line.split()[-1]]


@pytest.mark.parametrize(("typed", "line"), TYPED)
def test_tab_completes_in_bash(course: Path, shell: dict[str, str], typed: str, line: str) -> None:
    script = script_for("bash", shell, course)
    asked = f"source {script}; COMP_WORDS=({typed}); COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 )); "
    asked += "_autograder_completion autograder; printf '%s\\n' \"${COMPREPLY[@]}\""
    done = subprocess.run(
        ["bash", "-c", asked], cwd=course, env=shell, capture_output=True, text=True
    )
    assert done.stdout.splitlines() == [line.split()[-1]]
