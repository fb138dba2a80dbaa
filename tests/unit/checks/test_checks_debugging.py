"""The debugging mode: each check an ordinary test, for one submission."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from autograder.checks.serve import Submission
from autograder.evidence.arrays import pack

TEXT = '''
@check(cell="check_a", points=1)
def test_right(evidence):
    """Right."""
    assert evidence.array("y").tolist() == [1, 2]

@check(cell="check_a", points=1)
def test_wrong(evidence):
    """Wrong."""
    assert_close(evidence.scalar("x"), 2, name="x")

@check(cell="check_a", points=1)
def test_absent(evidence):
    """Absent."""
    evidence.scalar("z")

@check(cell="check_a", points=1)
def test_predicts(evidence, heldout):
    """Predicts."""
    evidence.model("net").predict(heldout.x)
'''


def debug(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "pytest", str(folder), "-p", "autograder.checks.plugin"]
    settings = ["-rA", "--tb=short", "-c", "/dev/null", "--rootdir", str(folder)]
    package = Path(__file__).parents[3]
    done = subprocess.run(
        [*command, *settings, *arguments], capture_output=True, text=True, cwd=package, check=False
    )
    return done.stdout + done.stderr


def test_checks_pass_fail_and_are_skipped_like_tests(
    write_checks: Callable[..., Path], submission: Callable[..., Submission], tmp_path: Path
) -> None:
    blob = pack(np.array([1, 2]))
    manifest = json.loads(json.dumps(dict(submission(x=1).manifest)))
    array = {"kind": "array", "dtype": "int64", "shape": [2], "blob": blob.digest}
    manifest["snapshots"]["check_a"]["values"]["y"] = array
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    np.save(tmp_path / f"{blob.digest}.npy", np.array([1, 2]))
    options = ["--evidence", str(tmp_path / "manifest.json"), "--blobs", str(tmp_path)]
    shown = debug(write_checks(TEXT), *options)
    assert "2 failed, 1 passed, 1 skipped" in shown
    assert "failed: Expected: x is what comes out" in shown
    assert "errored: This check could not be decided" in shown
    assert "autograder score" in shown
    assert "1 passed, 3 deselected" in debug(write_checks(TEXT), *options, "-k", "right")


def test_without_evidence_nothing_is_called_right(write_checks: Callable[..., Path]) -> None:
    shown = debug(write_checks(TEXT))
    assert "4 skipped" in shown
    assert "--evidence" in shown
