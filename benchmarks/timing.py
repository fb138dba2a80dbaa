"""Runs a command of the benchmark and raises when it does not do what it should."""

import json
import os
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MEASURED = Path(__file__).with_name("measured.py")


@dataclass(frozen=True)
class Took:
    """Seconds of one command, its standard output, and its standard error's end."""

    wall_s: float
    cpu_s: float
    output: str
    errors: str

    def each(self, number: int) -> dict[str, float]:
        """Both times in all and for one of ``number`` submissions, ready for the results."""
        return {
            "submissions": number,
            "wall_s": self.wall_s,
            "cpu_s": self.cpu_s,
            "wall_s_each": self.wall_s / number,
            "cpu_s_each": self.cpu_s / number,
        }


def timed(
    command: Sequence[str | Path],
    folder: Path,
    *,
    expected: tuple[int, ...] = (0,),
    ours: bool = True,
) -> Took:
    """The command in ``folder``; CPU with everything that it starts (see measured.py).

    ``ours`` puts this checkout and this interpreter's scripts on its paths. Raises RuntimeError for
    an exit status that is not ``expected`` and for processes that outlive the command.
    """
    with tempfile.TemporaryDirectory(prefix="autograder-timing-") as scratch:
        report = Path(scratch) / "report.json"
        done = subprocess.run(
            [sys.executable, str(MEASURED), str(report), *map(str, command)],
            cwd=folder,
            env=environment(ours=ours),
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise RuntimeError(f"a report on {command} expected, found:\n{done.stderr[-3000:]}")
        found = json.loads(report.read_text(encoding="utf-8"))
    if found["exit"] not in expected:
        text = f"{done.stdout[-1500:]}\n{done.stderr[-3000:]}"
        raise RuntimeError(f"exit {expected} expected of {command}, found {found['exit']}:\n{text}")
    if found["left"]:
        raise RuntimeError(f"nothing left of {command} expected, found {found['left']} processes")
    return Took(found["wall_s"], found["cpu_s"], done.stdout, done.stderr[-10_000:])


def environment(*, ours: bool = True) -> dict[str, str]:
    """What a command of the benchmark sees: this checkout first, or nothing of it."""
    found = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    if ours:
        scripts = sysconfig.get_path("scripts")
        found["PATH"] = os.pathsep.join([scripts, os.environ.get("PATH", "")])
        extra = [part for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part]
        found["PYTHONPATH"] = os.pathsep.join(dict.fromkeys([str(ROOT), *extra]))
    return found


def say(text: str) -> None:
    """What is at work now, on standard error."""
    print(f"... {text}", file=sys.stderr, flush=True)
