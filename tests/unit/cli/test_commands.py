"""The command line: help for every command, exit statuses, nothing heavy at start-up."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMANDS = ["score", "grade", "release", "solutions", "verify", "doctor", "demo"]
COMMANDS += ["publish", "preflight", "audit", "new", "export", "gradescope"]


def autograder(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from autograder.cli import main; main()", *arguments]
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "100", "TERM": "dumb"}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)


def test_help_names_every_command() -> None:
    told = autograder("--help")
    assert told.returncode == 0
    assert all(name in told.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help_with_an_example(name: str) -> None:
    told = autograder(name, "--help")
    assert told.returncode == 0
    assert f"Example: autograder {name}" in told.stdout


def test_help_imports_neither_tensorflow_nor_nbgrader() -> None:
    code = (
        "import sys; sys.argv = ['autograder', '--help']\n"
        "from autograder.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print([m for m in ('tensorflow', 'nbgrader', 'IPython', 'pytest') if m in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert told.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    "arguments",
    [
        ("grade", "no_such_assignment"),
        ("score", "no_such.ipynb", "--assignment", "a3"),
        ("grade", "../a3"),
        ("grade",),
        ("grade", "a3", "--course", "no/such/folder"),
        ("nonsense",),
    ],
)
def test_wrong_use_ends_with_2_and_a_sentence(arguments: tuple[str, ...], tmp_path: Path) -> None:
    told = autograder(*arguments, cwd=tmp_path)
    assert told.returncode == 2
    assert told.stderr.strip()
    assert "Traceback" not in told.stderr


def test_the_package_runs_as_a_module() -> None:
    command = [sys.executable, "-m", "autograder", "--help"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0
    assert "autograder" in done.stdout
