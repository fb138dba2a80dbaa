"""The whole command on real kernels: what is told, exit statuses, and a file that stays."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def preflight(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "autograder.student.command", "preflight"]
    return subprocess.run(
        [*command, *map(str, arguments)], capture_output=True, text=True, timeout=120, check=False
    )


def _found(*arguments: str | Path) -> tuple[int, Any]:
    done = preflight(*arguments, "--json")
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def _state(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in folder.iterdir()}


def test_a_right_notebook_is_ready_and_untouched(
    filled: Callable[..., Path], original: Path
) -> None:
    writes = "answer = 42\nopen('made.txt', 'w').close()\nassert open('data.csv').read()"
    path = filled(answer=writes)
    before = _state(path.parent)
    status, found = _found(path, "--original", original)
    assert (status, found["ready"]) == (0, True)
    assert [v["verdict"] for v in found["visible"]] == ["right so far", "right so far"]
    assert found["wall_s"] > 0
    assert found["compared_with"] == str(original)
    assert _state(path.parent) == before


def test_everything_that_is_wrong_is_told_in_order(
    filled: Callable[..., Path], original: Path
) -> None:
    def change(notebook: Any) -> None:
        extra = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
        notebook["cells"].insert(2, {**extra, "id": "own", "source": "1 / 0"})
        notebook["cells"][1]["source"] += "\n# mine"

    status, found = _found(filled(change, answer=None, word="word = -5 + undefined"))
    assert (status, found["ready"]) == (1, False)
    assert found["changed"] == ["setup"]
    assert found["unfinished"] == ["answer"]
    assert [(e["number"], e["cell"], e["error"]) for e in found["errors"]] == [
        (3, "", "ZeroDivisionError"),
        (6, "word", "NameError"),
    ]
    assert {v["cell"]: v["verdict"] for v in found["visible"]} == {
        "check_answer": "not attempted",
        "check_word": "not attempted",
    }


def test_a_wrong_answer_is_not_yet_and_the_check_says_why(filled: Callable[..., Path]) -> None:
    told = preflight(filled(answer="answer = -3"))
    assert told.returncode == 1
    assert "✗ check_answer: not yet" in told.stdout
    assert "Not ready yet" in told.stdout


def test_logs_of_the_kernels_process_do_not_stand_between_the_lines(
    filled: Callable[..., Path],
) -> None:
    log = "import os\nos.write(2, b'I0000 a log of some library')\nanswer = 42"
    done = preflight(filled(answer=log))
    assert "Visible checks:" in done.stdout
    assert "I0000" not in done.stdout + done.stderr
    assert "WARNING" not in done.stderr


def test_a_cell_that_ends_the_process_or_never_ends_is_told(filled: Callable[..., Path]) -> None:
    ended = preflight(filled(answer="import os\nos._exit(3)"))
    assert ended.returncode == 1
    assert "ended early: cell 3 ended the Python process" in ended.stdout
    assert "✗ check_word: not yet: the run did not get this far" in ended.stdout
    looped = preflight(filled(answer="while True: pass"), "--cell-limit", "3")
    assert looped.returncode == 1
    assert "stopped after 3 s" in looped.stdout


def test_a_preflight_cell_in_the_notebook_starts_no_second_copy(
    filled: Callable[..., Path],
) -> None:
    path = filled(answer="answer = 42\ngrader.preflight('numbers.ipynb')")
    status, found = _found(path)
    assert (status, found["errors"]) == (0, [])


@pytest.mark.parametrize("content", [None, "", '{"cells": [', "[1, 2]"])
def test_what_is_no_notebook_is_wrong_use(content: str | None, tmp_path: Path) -> None:
    path = tmp_path / "numbers.ipynb"
    if content is not None:
        path.write_text(content)
    told = preflight(path)
    assert told.returncode == 2
    assert "a notebook expected" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_preflight_cell_prints_the_report_of_the_saved_file(filled: Callable[..., Path]) -> None:
    path = filled(word=None)
    code = f"from autograder import student as grader\ngrader.preflight({str(path)!r})"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("AUTOGRADER_")}
    told = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert "from a fresh start" in told.stdout
    assert "Unfinished: word" in told.stdout


def test_the_students_command_needs_neither_typer_nor_nbgrader() -> None:
    code = (
        "import sys\nfrom autograder.student.command import run\n"
        "status = run(['preflight', '--help'])\n"
        "names = ('typer', 'rich', 'nbgrader', 'tensorflow', 'dask', 'nbformat')\n"
        "print(status, [n for n in names if n in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Example: autograder preflight regression.ipynb" in told.stdout
    assert told.stdout.splitlines()[-1] == "0 []"
