"""A small real course, a class of hostile notebooks between honest ones, and the real command.

Used by test_campaign.py, and in full by the soak tests; both load it by its path.
"""

import ctypes
import hashlib
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from autograder.course import Course
from autograder.gradebook import course_of, load_config, released
from support.cells import answer, code, filled, grade_cell, meta, notebook, text

REPOSITORY = Path(__file__).resolve().parents[2]
HOSTILE = tomllib.loads(Path(__file__).with_name("hostile.toml").read_text(encoding="utf-8"))
FULL = {"check_total": 2.0, "check_net": 4.0, "check_last": 1.0}

CHECKS = '''
from autograder.checks import check
from autograder.matchers import assert_accuracy


@check(cell="check_total", points=2)
def test_total(evidence):
    """The total is right."""
    assert evidence.scalar("total") == 10


@check(cell="check_net", points=4)
def test_net(evidence, heldout):
    """At least 90% of the points are told apart."""
    assert_accuracy(evidence.model("net").predict(heldout.x), heldout.y, at_least="0.90")


@check(cell="check_last", points=1)
def test_last(evidence):
    """The last word is right."""
    assert evidence.scalar("last") == "keras"
'''

SETTINGS = """
[limits]
cell_wall_s = 4.0
notebook_wall_s = 40.0
cpu_s = 40.0
memory_bytes = 1073741824
processes = 48
disk_bytes = 16777216
inodes = 2000
output_bytes = 262144
evidence_bytes = 33554432
"""

SETUP = """
import keras
import numpy as np

def teach(net, weights):  # in the course's own cell: a student's that sets weights is told
    net.set_weights([np.array(weights, "float32"), np.zeros(2, "float32")])
"""

NET = """
net = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, activation="softmax")])
teach(net, {weights})
"""
RIGHT = {
    "warm": "warm = 1",
    "total": "total = sum(range(5))",
    "net": NET.format(weights="[[-9, 9], [0, 0]]"),
    "last": "last = 'keras'",
}
WRONG = {
    "warm": "warm = 1",
    "total": "total = 0",
    "net": NET.format(weights="[[0, 0], [-9, 9]]"),
    "last": "last = ''",
}

FREEDOMS = [
    "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2, 3]); plt.show()",
    "%%time\nsquares = [n * n for n in range(1000)]",
    "%%bash\necho from bash\nls -l",
    "!ls -a\n!echo done > listing.txt\nassert open('listing.txt').read() == 'done\\n'",
    "!pip install --quiet numpy",
    "import asyncio\nawait asyncio.sleep(0.01)\nawait asyncio.gather(asyncio.sleep(0))",
    "from IPython.display import HTML, display\ndisplay(HTML('<b>bold</b>'))",
    "np.save('kept.npy', np.arange(5))\nassert np.load('kept.npy').sum() == 10",
    "import tensorflow as tf\n"
    "rows = tf.data.Dataset.range(20).map(lambda n: n * 2).shuffle(5).batch(4).prefetch(2)\n"
    "assert sum(int(tf.reduce_sum(batch)) for batch in rows) == 380",
    "import threading\ndone = []\n"
    "workers = [threading.Thread(target=done.append, args=(n,)) for n in range(8)]\n"
    "for worker in workers:\n    worker.start()\nfor worker in workers:\n    worker.join()\n"
    "assert sorted(done) == list(range(8))",
    "from concurrent.futures import ThreadPoolExecutor\n"
    "with ThreadPoolExecutor(4) as pool:\n    assert sum(pool.map(abs, range(-5, 5))) == 25",
    "import multiprocessing\n"
    "with multiprocessing.get_context('fork').Pool(2) as pool:\n"
    "    assert pool.map(abs, [-1, -2]) == [1, 2]",
    "import subprocess\n"
    "assert subprocess.run(['echo', 'x'], capture_output=True, text=True).stdout == 'x\\n'",
    "import tempfile\nwith tempfile.NamedTemporaryFile() as file:\n    file.write(b'x')",
    "small = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])\n"
    "small.compile(loss='mse')\nsmall.fit(np.ones((8, 2)), np.ones(8), epochs=2, verbose=0)\n"
    "small.save('small.keras')\nagain = keras.models.load_model('small.keras')\n"
    "small.save_weights('small.weights.h5'); small.load_weights('small.weights.h5')",
    "import pandas as pd\npd.DataFrame({'a': [1, 2]}).to_csv('a.csv', index=False)\n"
    "pd.read_csv('a.csv').describe()",
]
"""What honest notebooks do; every cell ends without an error."""

COLAB = [
    "from google.colab import drive\ndrive.mount('/content/drive')",
    "from google.colab import files\nfiles.download('a.csv')",
    "name = input('Your name? ')",
]
"""What fails outside Colab or without a keyboard, and must cost nothing but its own cell."""


@dataclass(frozen=True)
class Graded:
    """What came of one command, and what the host looked like around it."""

    course: Course
    done: subprocess.CompletedProcess[str]
    results: dict[str, dict[str, Any]]
    before: dict[str, str]
    after: dict[str, str]
    left: list[str]
    answered: bool

    def scores(self, student: str) -> dict[str, float | None]:
        return {name: cell["score"] for name, cell in self.results[student]["cells"].items()}

    def outputs(self, student: str) -> str:
        """All that the graded notebook shows of what cells printed or raised."""
        text = (self.course.autograded("walls", student) / "lesson.ipynb").read_text()
        return json.dumps([cell.get("outputs", []) for cell in json.loads(text)["cells"]])


def grade(root: Path, names: list[str], workers: int = 2, seed: int = 0) -> Graded:
    """Grade these hostile notebooks with honest ones before, between and after them."""
    course = _course(root)
    released_ = _released(course)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        told = {"@secrets@": repr(_secrets(course)), "@port@": str(listener.getsockname()[1])}
        order = random.Random(seed).sample(names, len(names))
        for number, name in enumerate(order):
            entry, source = HOSTILE[name], HOSTILE[name]["source"]
            for key, value in told.items():
                source = source.replace(key, value)
            answers = {**(RIGHT if entry["answers"] == "right" else WRONG), "warm": source}
            if name == "patches":
                answers |= {"total": "total = Any(0)"}
            _hand_in(course, f"{number:02}_{name}", filled(released_, answers))
        _honest(course, released_, len(names))
        before = _files(course)
        done, left = _run(course, workers)
        listener.settimeout(0)
        answered = _accepts(listener)
    listed = json.loads(done.stdout) if done.stdout.startswith("[") else []
    found = {result["student"].split("_", 1)[-1]: result for result in listed}
    for name in found:  # the folders are numbered so that honest work stands between
        found[name]["folder"] = found[name]["student"]
    return Graded(course, done, found, before, _files(course), left, answered)


def judge(graded: Graded, student: str) -> None:
    """What must hold of one attacker. Raises AssertionError."""
    result, scores = graded.results[student], graded.scores(student)
    right = HOSTILE[student]["answers"] == "right"
    if not right:
        earned = sum(score or 0.0 for score in scores.values())
        assert earned == 0.0 or result["needs_review"], scores
        assert scores["check_net"] == 0.0, "predictions come from the recorded weights alone"
    assert all(score is None or score <= FULL[name] for name, score in scores.items()), scores
    assert None not in scores.values() or result["needs_review"]
    assert "BREACH" not in graded.outputs(result["folder"]), graded.outputs(result["folder"])[:2000]
    assert "<script" not in graded.outputs(result["folder"])


def _honest(course: Course, notebook: dict[str, Any], count: int) -> None:
    for number in range(3):
        answers = {**RIGHT, "warm": f"warm = {number}"}
        place = f"{number * count // 2:02}"
        _hand_in(course, f"{place}_neighbour{number}", filled(notebook, answers))
    for name, cells in (("freedoms", FREEDOMS), ("colab", COLAB)):
        control = filled(notebook, RIGHT)
        control["cells"][2:2] = [code(source) for source in cells]
        _hand_in(course, f"{count // 2:02}_{name}", control)
    tampered = filled(notebook, WRONG)
    for cell in tampered["cells"]:
        says = cell["metadata"].get("nbgrader", {})
        if says.get("grade"):
            says |= {"points": 1000, "locked": False, "solution": True}
            cell["source"] = "total, last = 10, 'keras'"
    _hand_in(course, "01_tampered", tampered)


def _run(course: Course, workers: int) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """The command, and the processes that it left: they are handed to this one."""
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
    known = _children()
    command = [sys.executable, "-m", "autograder", "grade", "walls", "--json"]
    command += ["--course", str(course.root), "--workers", str(workers)]
    done = subprocess.run(
        command,
        cwd=course.root,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "HOME": str(course.root.parent)},
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )
    return done, sorted(_children() - known)


def _children() -> set[str]:
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                name, _, rest = (entry / "stat").read_text(encoding="latin-1").rpartition(")")
            except OSError:
                continue
            state, parent = rest.split()[:2]
            if int(parent) == os.getpid() and state != "Z":
                found.add(name)
    return found


def _accepts(listener: socket.socket) -> bool:
    try:
        listener.accept()
    except BlockingIOError:
        return False
    return True


def _files(course: Course) -> dict[str, str]:
    """The files that grading must leave as they are, by content."""
    folders = [course.root / "source", course.root / "submitted", course.checks("walls")]
    paths = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    paths += [course.root / "nbgrader_config.py", course.root.parent / "peer.txt"]
    return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in paths}


def _secrets(course: Course) -> list[str]:
    checks = course.checks("walls")
    found = [course.root.parent / "peer.txt", checks / "test_walls.py", checks / "heldout.npz"]
    return [str(path) for path in [*found, course.root / "gradebook.db"]]


def _course(root: Path) -> Course:
    root.mkdir(parents=True)
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    course = course_of(root)
    course.source("walls").mkdir(parents=True)
    (course.source("walls") / "lesson.ipynb").write_text(json.dumps(_source()))
    checks = course.checks("walls")
    checks.mkdir(parents=True)
    (checks / "test_walls.py").write_text(CHECKS)
    (checks / "settings.toml").write_text(SETTINGS)
    rows = np.random.default_rng(1).normal(size=(64, 2)).astype("float32")
    np.savez(checks / "heldout.npz", x=rows, y=(rows[:, 0] > 0).astype("int64"))
    (root.parent / "peer.txt").write_text("another student's work")
    return course


def _source() -> dict[str, Any]:
    cells = [
        text("# Walls"),
        code(SETUP, meta("setup", locked=True)),
        answer("warm", RIGHT["warm"]),
    ]
    for name, points in (("total", 2), ("net", 4), ("last", 1)):
        cells += [answer(name, RIGHT[name]), grade_cell(f"check_{name}", points, name)]
    return notebook(cells)


def _released(course: Course) -> dict[str, Any]:
    path = course.source("walls") / "lesson.ipynb"
    return dict(released(path, course, "walls", load_config(course.root)))


def _hand_in(course: Course, student: str, notebook: dict[str, Any]) -> None:
    folder = course.submitted("walls", student)
    folder.mkdir(parents=True)
    (folder / "lesson.ipynb").write_text(json.dumps(notebook))
