"""What a person waits for: the help, one notebook from cold, a visible check in a notebook."""

import json
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from courses import reference
from jobs import in_forks
from results import Results, Values
from timing import ROOT, environment, say, timed

ASSIGNMENT = "a2_binary"
ALLOWED_S = 1.5
"""What `score` may take beyond one import of TensorFlow and the training."""


def measure(results: Results, times: int) -> None:
    """Three steps, ``times`` tries each."""
    results.step("start/help", {"times": times}, lambda: _help(times))
    results.step("start/score", {"times": times}, lambda: _score(times))
    results.step("start/visible", {"times": times}, _visible)


def _help(times: int) -> Values:
    command: list[str | Path] = [Path(sysconfig.get_path("scripts")) / "autograder", "--help"]
    walls = [timed(command, ROOT).wall_s for _ in range(times)]
    return {"best_wall_s": min(walls), "walls_s": walls}


def _score(times: int) -> Values:
    """By turns, so that a busy neighbour slows all three; the best of each is told."""
    notebook = reference(ASSIGNMENT)
    score: list[float] = []
    load: list[float] = []
    train: list[float] = []
    with tempfile.TemporaryDirectory(prefix="autograder-bench-") as folder:
        path = Path(folder) / "binary.ipynb"
        path.write_text(json.dumps(notebook), encoding="utf-8")
        for number in range(times):
            say(f"score from cold, {number + 1} of {times}")
            load.append(timed([sys.executable, "-c", "import tensorflow"], Path(folder)).wall_s)
            train.append(in_forks("bare.py", notebook)[0]["wall_s"])
            command = [sys.executable, "-m", "autograder", "score", str(path), "--json"]
            options = ["--assignment", ASSIGNMENT, "--course", str(ROOT)]
            took = timed([*command, *options, "--store", f"{folder}/store{number}"], ROOT)
            result = json.loads(took.output)
            if result["score"] != result["max_score"]:
                raise RuntimeError(f"full marks expected, found {result['score']}")
            score.append(took.wall_s)
    best = min(score), min(load), min(train)
    return {
        "score_wall_s": best[0],
        "import_wall_s": best[1],
        "training_wall_s": best[2],
        "above_wall_s": best[0] - best[1] - best[2],
        "allowed_s": ALLOWED_S,
    }


def _visible() -> Values:
    """Each grade cell of the notebook, again and again after its cells have run, in one shell."""
    with tempfile.TemporaryDirectory(prefix="autograder-bench-") as folder:
        path = Path(folder) / "solution.ipynb"
        path.write_text(json.dumps(reference(ASSIGNMENT)), encoding="utf-8")
        script = Path(__file__).with_name("visible.py")
        command = [sys.executable, str(script), str(path)]
        done = subprocess.run(command, env=environment(), capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"visible.py ended with {done.returncode}:\n{done.stderr[-3000:]}")
    found: Any = json.loads(done.stdout)
    return {"cells": found}
