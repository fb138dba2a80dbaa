"""Grading needs no network: the command has none here, and the jail never has any."""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.course import Course
from autograder.gradebook import load_config
from autograder.grading.classroom import grade_class
from autograder.grading.desk import Desk
from autograder.grading.plan import plan_of
from autograder.jail.parent import WarmParent

pytestmark = [pytest.mark.jail, pytest.mark.filterwarnings("ignore::Warning")]

REPOSITORY = Path(__file__).resolve().parents[2]
GRADE = ["-c", "from autograder.cli import main; main()", "grade", "sums", "--json"]
COMMAND_S = 300
ASKS = """
import socket, urllib.request
answers = []
for ask in (
    lambda: urllib.request.urlopen("http://127.0.0.1:{port}", timeout=2),
    lambda: socket.create_connection(("{address}", {port}), 2),
    lambda: socket.getaddrinfo("pypi.org", 443),
):
    try:
        answers.append(ask())
    except OSError:
        pass
assert answers == [], answers
total = 10
"""

NewCourse = Callable[[Path], Course]
Answered = Callable[..., dict[str, Any]]
HandIn = Callable[..., Path]


def alone(*command: str) -> subprocess.CompletedProcess[str]:
    """The command in a network namespace of its own, in which not even the loopback is up."""
    if shutil.which("unshare") is None:
        pytest.skip("util-linux's unshare is not on this machine")
    apart = ["unshare", "--net"] if os.getuid() == 0 else ["unshare", "--map-root-user", "--net"]
    return subprocess.run(
        [*apart, *command],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        timeout=COMMAND_S,
        check=False,
    )


@pytest.fixture
def listener() -> Iterator[tuple[int, list[str]]]:
    """A port on all of this machine's addresses, and who called it."""
    calls: list[str] = []
    with socket.create_server(("0.0.0.0", 0)) as server:

        def answer() -> None:
            while True:
                try:
                    connection, (caller, _) = server.accept()
                except OSError:
                    return
                calls.append(str(caller))
                connection.close()

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield server.getsockname()[1], calls
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_a_class_is_graded_in_full_where_there_is_no_network(
    tmp_path: Path,
    new_course: NewCourse,
    answered: Answered,
    hand_in: HandIn,
    listener: tuple[int, list[str]],
) -> None:
    call = f"import socket; socket.create_connection(('127.0.0.1', {listener[0]}), 2)"
    assert subprocess.run([sys.executable, "-c", call], check=False).returncode == 0
    cut_off = alone(sys.executable, "-c", call)
    assert cut_off.returncode == 1 and "Network is unreachable" in cut_off.stderr
    course = new_course(tmp_path / "course")
    hand_in(course, "right", answered(course))
    hand_in(course, "wrong", answered(course, total="total = 9"))
    done = alone(sys.executable, *GRADE, "--course", str(course.root))
    assert done.returncode == 0, done.stderr
    results = {result["student"]: result for result in json.loads(done.stdout)}
    assert {name: result["score"] for name, result in results.items()} == {"right": 10, "wrong": 8}
    assert not any(result["needs_review"] for result in results.values())
    assert (course.autograded("sums", "right") / "lesson.ipynb").is_file()


def test_a_notebook_reaches_nobody(
    tmp_path: Path,
    warm_parent: WarmParent,
    new_course: NewCourse,
    answered: Answered,
    hand_in: HandIn,
    listener: tuple[int, list[str]],
) -> None:
    port, calls = listener
    address = own_address()
    socket.create_connection((address, port), 2).close()
    course = new_course(tmp_path / "course")
    hand_in(course, "asks", answered(course, total=ASKS.format(port=port, address=address)))
    desk = Desk(course.state / "store", parent=warm_parent)
    config, plan = load_config(course.root), plan_of(course, "sums")
    (result,) = grade_class(desk, plan, config, ["asks"], workers=1)
    assert result.cells["check_total"].score == 2.0, result  # each call raised, and went on
    assert calls == [address]


def own_address() -> str:
    """This machine's address on its network, 127.0.0.1 where it has none. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])
