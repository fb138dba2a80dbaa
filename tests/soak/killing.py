"""A class that is graded while something is killed, and what has to be the same in the end.

No test by itself: tests/pipeline/test_killed.py runs a sample, test_kill_campaign.py here the whole
campaign. The real command grades; a process of it is killed with SIGKILL at a seeded moment.
"""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from autograder.course import Course
from autograder.gradebook import course_of, load_config, released
from support.cells import answer, grade_cell, meta, notebook, text

REPOSITORY = Path(__file__).resolve().parents[2]
STUDENTS = 12
COMMAND_S = 300
"""A command takes some seconds; one that hangs has to end the campaign."""

KINDS = ("grader", "job", "warm parent", "bubblewrap")
SPAN_S = 8.0
"""About what the command takes: a moment may fall into any part of it."""

GONE_S = 20
POLL_S = 0.01

CHECKS = '''
from autograder.checks import check
from autograder.matchers import assert_accuracy


@check(cell="check_total", points=2)
def test_total(evidence):
    """The total is right."""
    assert evidence.scalar("total") == 10


@check(cell="check_net", points=3)
def test_reads(evidence, heldout):
    """Held-out rows are read."""
    assert_accuracy(evidence.model("net").predict(heldout.x), heldout.y, at_least="0.9")
'''
NET = """import time
time.sleep({pause})
import keras, numpy
number = {number}
net = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, "softmax")])
net.set_weights([numpy.diag([1.0, {right}]), numpy.array([0.0, {right} - 1.0])])"""


def _notebook() -> dict[str, Any]:
    cells = [
        answer("total", "total = 10"),
        grade_cell("check_total", 2, "total"),
        answer("net", "net = None"),
        grade_cell("check_net", 3, "net"),
        grade_cell("check_word", 1, "assert total"),
        text("It is so.", meta("essay", grade=True, solution=True, points=4)),
    ]
    return notebook(cells)


def make_class(root: Path, students: int = STUDENTS) -> Course:
    """A course with one assignment, ``sums``, and different submissions: two of three right."""
    root.mkdir(parents=True)
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    course = course_of(root)
    for folder in (course.source("sums"), course.checks("sums")):
        folder.mkdir(parents=True)
    source = course.source("sums") / "lesson.ipynb"
    source.write_text(json.dumps(_notebook()))
    (course.checks("sums") / "test_sums.py").write_text(CHECKS)
    rows = np.eye(2, dtype="float32")[[0, 1] * 5]
    np.savez(course.checks("sums") / "heldout.npz", x=rows, y=np.array([0, 1] * 5))
    release = released(source, course, "sums", load_config(root))
    for number in range(students):
        notebook: Any = json.loads(json.dumps(release))
        right = 0.0 if number % 3 == 2 else 1.0
        answers = {
            "total": f"total = {10 + (number % 5 == 4)}",
            "net": NET.format(pause=0.1 * (number % 4), right=right, number=number),
            "essay": f"It is {number}.",
        }
        for cell in notebook["cells"]:
            name = cell["metadata"].get("nbgrader", {}).get("grade_id")
            cell["source"] = answers.get(name, cell["source"])
        folder = course.submitted("sums", f"student{number:02}")
        folder.mkdir(parents=True)
        (folder / "lesson.ipynb").write_text(json.dumps(notebook))
        (folder / "timestamp.txt").write_text(f"2026-03-01 12:00:{number:02}.000000 UTC")
    return course


@dataclass(frozen=True)
class End:
    """What a class looks like when grading has ended, without times and random ids."""

    results: list[Any]
    database: dict[str, list[Any]]
    files: dict[str, str]


@dataclass
class Campaign:
    """What was killed, and what came of it."""

    killed: Counter[str] = field(default_factory=Counter)
    commands: int = 0
    wall_s: float = 0.0
    differences: list[str] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Campaign") -> None:
        """Count another class with this one."""
        self.killed += other.killed
        self.left += other.left
        self.commands += other.commands
        self.wall_s += other.wall_s
        self.differences += other.differences

    def __str__(self) -> str:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(self.killed.items()))
        left = ", ".join(f"{count} {kind}" for kind, count in sorted(self.left.items()))
        return (
            f"{self.killed.total()} moments in {self.wall_s:.0f} s, {self.commands} commands: "
            f"{kinds}; {len(self.differences)} differences; left over: {left or 'nothing'}"
        )


def start(course: Course, *options: str) -> subprocess.Popen[bytes]:
    """The command at work on the class, its words going to files in the course's folder."""
    temporary = course.root / "temporary"
    temporary.mkdir(exist_ok=True)
    with (course.root / "out.txt").open("wb") as out, (course.root / "err.txt").open("ab") as err:
        return subprocess.Popen(
            [sys.executable, "-m", "autograder", "grade", "sums", "--json", *options],
            cwd=course.root,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY), "TMPDIR": str(temporary)},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )


def undisturbed(course: Course, *options: str) -> End:
    """Grade to the end, and look."""
    status = start(course, *options).wait(COMMAND_S)
    words = (course.root / "err.txt").read_text()
    # 1: the essays wait for a person.
    assert status == 1, words
    return end_of(course)


def end_of(course: Course) -> End:
    """What the last command printed, the gradebook holds and the graded folders show."""
    results = json.loads((course.root / "out.txt").read_text())
    for result in results:
        result["run"] = {}
    autograded = course.root / course.autograded_directory
    files = {
        str(path.relative_to(autograded)): path.read_text()
        for path in sorted(autograded.glob("*/sums/*"))
    }
    return End(results, dumped(course.root / "gradebook.db"), files)


def dumped(database: Path) -> dict[str, list[Any]]:
    """Every row of every table, by names in the place of random ids."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        names = sorted(name for (name,) in tables)
        found = {name: _rows(connection, name) for name in names}
    connection.close()
    ids: dict[str, str] = {}
    for rows in found.values():
        for row in rows:
            if "id" in row and len(str(row["id"])) == 32:
                ids[row["id"]] = ""
    for _ in range(6):  # a grade's name hangs on its notebook's, that on its submission's, ...
        for name, rows in found.items():
            for row in rows:
                if row.get("id") in ids:
                    ids[row["id"]] = f"{name}:" + _shown({**row, "id": ""}, ids)
    return {name: sorted(_shown(row, ids) for row in rows) for name, rows in found.items()}


def _shown(row: dict[str, Any], ids: dict[str, str]) -> str:
    return json.dumps({key: ids.get(value, value) for key, value in row.items()}, sort_keys=True)


def _rows(connection: sqlite3.Connection, table: str) -> list[dict[str, Any]]:
    cursor = connection.execute(f'SELECT * FROM "{table}"')
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor]


def differences(expected: End, found: End) -> list[str]:
    """Each thing that is not as in an undisturbed class, in words."""
    told = []
    for one, other in zip(expected.results, found.results, strict=False):
        if one != other:
            told.append(f"result {one['student']}: {one} expected, found {other}"[:2000])
    if len(expected.results) != len(found.results):
        told.append(f"{len(expected.results)} results expected, found {len(found.results)}")
    for name in sorted(expected.database.keys() | found.database.keys()):
        one, other = (Counter(end.database.get(name, ())) for end in (expected, found))
        if one != other:
            told.append(f"table {name}: missing {one - other}, more {other - one}"[:2000])
    for path in sorted(expected.files.keys() | found.files.keys()):
        if expected.files.get(path) != found.files.get(path):
            told.append(f"file {path} is another one")
    return told


@dataclass(frozen=True)
class Process:
    """A process below the command: its number, name, when it began, and the chain above it."""

    pid: int
    name: str
    began: str
    above: tuple[str, ...]


def below(pid: int, above: tuple[str, ...] = ()) -> Iterator[Process]:
    """Every process that this one started, and those that they did."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(n) for task in tasks for n in (task / "children").read_text().split()]
    except OSError:  # it has ended
        return
    for child in children:
        try:
            text = Path(f"/proc/{child}/stat").read_text()
        except OSError:
            continue
        name, after = text.partition("(")[2].rpartition(")")[::2]
        if after.split()[0] != "Z":
            yield Process(child, name, after.split()[19], above)
        yield from below(child, (*above, name))


def kind_of(process: Process) -> str | None:
    """What it is to the grader."""
    if process.name == "bwrap":
        return "bubblewrap"
    if "bwrap" not in process.above:
        return None  # a helper of nbgrader's
    inside = process.above[len(process.above) - process.above[::-1].index("bwrap") :]
    return "job" if inside else "warm parent"


def kill_one(course: Course, command: subprocess.Popen[bytes], kind: str, after_s: float) -> str:
    """Kill a process of that kind once ``after_s`` have gone by; "" when the command ended first.

    Waits for one to come up, since a job lives a fraction of a second.
    """
    due = time.monotonic() + after_s
    while command.poll() is None:
        time.sleep(POLL_S)
        if time.monotonic() < due:
            continue
        found = [command.pid] if kind == "grader" else []
        found += [one.pid for one in below(command.pid) if kind_of(one) == kind]
        if found:
            try:
                os.kill(random.choice(found), signal.SIGKILL)
            except ProcessLookupError:
                continue
            if kind == "grader":
                command.wait()
            return kind
    return ""


def disturb(course: Course, moments: int, dice: random.Random, span_s: float) -> Campaign:
    """Kill something at so many moments, starting the command again whenever it has ended."""
    campaign = Campaign()
    random.seed(dice.random())
    seen: set[tuple[int, str]] = set()
    begun = time.monotonic()
    command: subprocess.Popen[bytes] | None = None
    kinds: list[str] = []
    while campaign.killed.total() < moments:
        if command is None or command.poll() is not None:
            command = start(course, *dice.choice(((), ("--rerun",))))
            campaign.commands += 1
        if not kinds:
            kinds = dice.sample(KINDS, len(KINDS))
        kind = kinds[0]
        seen |= {(one.pid, one.began) for one in below(command.pid)}
        killed = kill_one(course, command, kind, dice.uniform(0, span_s))
        if killed:
            campaign.killed[killed] += 1
            kinds.pop(0)
    assert command is not None
    command.wait(COMMAND_S)
    campaign.wall_s = time.monotonic() - begun
    campaign.left["processes"] = len(alive(seen))
    campaign.differences += tracebacks(course)
    return campaign


def tracebacks(course: Course) -> list[str]:
    """The first that a command has shown to an instructor, if any did."""
    words = (course.root / "err.txt").read_text()
    _, found, after = words.partition("Traceback")
    return [f"a traceback: {after[:2000]}"] if found else []


def alive(seen: set[tuple[int, str]]) -> set[tuple[int, str]]:
    deadline = time.monotonic() + GONE_S
    while seen and time.monotonic() < deadline:
        seen = {(pid, began) for pid, began in seen if _began(pid) == began}
        time.sleep(POLL_S)
    return seen


def _began(pid: int) -> str:
    try:
        after = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if after[0] == "Z" else after[19]


def leftovers(course: Course) -> Counter[str]:
    """Files and folders that killed processes left behind."""
    found: Counter[str] = Counter()
    found["folders beside autograded ones"] = len(
        list((course.root / course.autograded_directory).glob("*/.sums-*.tmp"))
    )
    found["torn writes in the store"] = len(list((course.state / "store").rglob("*.tmp")))
    found["temporary files"] = len(list((course.root / "temporary").iterdir()))
    return +found


def one_class(
    root: Path, expected: End, moments: int, seed: int, students: int = STUDENTS
) -> Campaign:
    """A class of its own, disturbed and then graded once more."""
    course = make_class(root, students)
    campaign = disturb(course, moments, random.Random(seed), SPAN_S)
    (course.root / "err.txt").unlink()
    begun = time.monotonic()
    found = undisturbed(course)
    campaign.commands += 1
    campaign.wall_s += time.monotonic() - begun
    campaign.differences += differences(expected, found)
    campaign.left += leftovers(course)
    return campaign
