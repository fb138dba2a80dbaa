"""The main commands on 80 columns and in a pipe: readable, plain where asked, pure JSON."""

import errno
import fcntl
import json
import os
import pty
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from autograder.course import Course

pytestmark = pytest.mark.jail

WIDTH = 80
SECONDS = 240
LONG = "a_student_whose_name_is_far_longer_than_any_column_of_a_table"
ENTRY = "import sys; sys.argv[0] = 'autograder'; from autograder.cli import main; main()"
STUB = "total = 0\nword = 'torch'"


@pytest.fixture(scope="module")
def course(
    new_course: Callable[[Path], Course],
    answered: Callable[..., dict[str, Any]],
    hand_in: Callable[..., Path],
) -> Iterator[Path]:
    """A class of three in a folder with a short path: paths are never broken into lines."""
    folder = Path(tempfile.mkdtemp(prefix="c-"))
    made = new_course(folder / "k")
    for student, changes in (("ada", {}), (LONG, {"total": STUB}), ("zoe", {"word": "1 / 0"})):
        hand_in(made, student, answered(made, **changes))
    yield made.root
    shutil.rmtree(folder)


COMMANDS = {
    "grade": ("grade", "sums", "--workers", "1"),
    "score": ("score", "submitted/ada/sums/lesson.ipynb", "--assignment", "sums"),
    "verify": ("verify", "sums", "--workers", "1"),
    "store": ("store", "list"),
    "doctor": ("doctor",),
}
ON_A_SCREEN = ("grade", "verify", "store", "doctor")
AS_JSON = ("score", "verify", "store", "doctor")  # other tests read grade's


def environment(**more: str) -> dict[str, str]:
    dropped = ("NO_COLOR", "COLUMNS", "LINES", "FORCE_COLOR")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return {**kept, "TERM": "xterm-256color", "PYTHONUNBUFFERED": "1", **more}


def in_terminal(
    course: Path, *arguments: str, statuses: tuple[int, ...] = (0, 1), **more: str
) -> str:
    """What a screen of 80 columns is sent, standard output and error together."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, WIDTH, 0, 0))
    command = [sys.executable, "-c", ENTRY, *arguments]
    with subprocess.Popen(
        command, cwd=course, env=environment(**more), stdin=theirs, stdout=theirs, stderr=theirs
    ) as running:
        os.close(theirs)
        found = b""
        while chunk := _read(ours):
            found += chunk
        running.wait(SECONDS)
    os.close(ours)
    assert running.returncode in statuses, found.decode()
    return found.decode().replace("\r\n", "\n")


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError as error:  # Linux says so when the other end is closed
        assert error.errno == errno.EIO
        return b""


def in_pipe(course: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", ENTRY, *arguments]
    done = subprocess.run(
        command,
        cwd=course,
        env=environment(**more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert done.returncode in (0, 1), done.stderr
    return done


def too_wide(text: str) -> list[str]:
    return [line for line in text.split("\n") if cell_len(line) > WIDTH]


@pytest.mark.parametrize("name", ON_A_SCREEN)
def test_without_colour_a_screen_gets_plain_lines_that_fit(course: Path, name: str) -> None:
    shown = in_terminal(course, *COMMANDS[name], NO_COLOR="1")
    assert shown.strip()
    assert "\x1b" not in shown
    assert "\r" not in shown
    assert too_wide(shown) == []


@pytest.mark.parametrize("name", AS_JSON)
def test_json_stands_alone_on_standard_output(course: Path, name: str) -> None:
    asked = in_pipe(course, *COMMANDS[name], "--json", "--quiet")
    json.loads(asked.stdout)
    assert asked.stderr == ""


def test_a_log_gets_steps_and_a_table_whose_long_names_are_cut(course: Path) -> None:
    done = in_pipe(course, *COMMANDS["grade"])
    assert too_wide(done.stdout + done.stderr) == []
    assert not {"\x1b", "\r"} & set(done.stdout + done.stderr)
    assert "Grading: 3 of 3" in done.stderr
    (row,) = [line for line in done.stdout.splitlines() if "a_student_whose" in line]
    assert LONG not in row
    assert "…" in row
    assert row.split()[1:5] == ["0", "3", "1", "4"]


def test_a_screen_with_colours_gets_a_bar(course: Path) -> None:
    assert "\x1b[" in in_terminal(course, *COMMANDS["grade"])


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (("--help",), {"NO_COLOR": "1"}),
        (("export", "--help"), {"NO_COLOR": "1"}),
        (("export", "--help"), {"TERM": "dumb"}),
        (("grade", "--workers", "none"), {"NO_COLOR": "1"}),
    ],
    ids=str,
)
def test_help_and_errors_of_use_are_plain_where_no_colour_is_wanted(
    tmp_path: Path, words: tuple[str, ...], asked: dict[str, str]
) -> None:
    shown = in_terminal(tmp_path, *words, statuses=(0, 2), **asked)
    assert "--" in shown
    assert "\x1b" not in shown
    assert too_wide(shown) == []


def test_a_log_of_github_gets_plain_help(tmp_path: Path) -> None:
    told = in_pipe(tmp_path, "grade", "--help", GITHUB_ACTIONS="true").stdout
    assert "--workers" in told
    assert "\x1b" not in told
    assert too_wide(told) == []


def test_a_screen_with_colours_gets_help_in_colours(tmp_path: Path) -> None:
    assert "\x1b[" in in_terminal(tmp_path, "grade", "--help")
