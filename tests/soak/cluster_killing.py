"""A class on Dask's workers while workers and the command are killed; see killing.py.

A killed worker is started again at once, as its deployer would; a killed command by the next one.
"""

import random
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

KINDS = ("command", "worker")
WORKERS = ("one", "two")
SPAN_S = 10.0
"""About what the command takes on workers that are warm."""


class Disturbed:
    """A class, the lab that grades it, and what was killed so far. ``killing`` is that module."""

    def __init__(self, killing: Any, course: Any, lab: Any, dice: random.Random) -> None:
        self.killing, self.course, self.lab, self.dice = killing, course, lab, dice
        self.options = ("--scheduler", lab.scheduler_address)
        self.campaign = killing.Campaign()
        self.seen: set[tuple[int, str]] = set()
        self.started = 0

    def kill(self, moments: int) -> None:
        """Kill at so many moments, each kind as often as the other."""
        command: subprocess.Popen[bytes] | None = None
        kinds: list[str] = []
        begun = time.monotonic()
        while self.campaign.killed.total() < moments:
            if command is None or command.poll() is not None:
                more = self.dice.choice(((), ("--rerun",)))
                command = self.killing.start(self.course, *self.options, *more)
                self.campaign.commands += 1
            kinds = kinds or self.dice.sample(KINDS, len(KINDS))
            if self._one(command, kinds[0], self.dice.uniform(0, SPAN_S)):
                self.campaign.killed[kinds.pop(0)] += 1
        assert command is not None
        command.wait(self.killing.COMMAND_S)
        self.campaign.wall_s = time.monotonic() - begun

    def _one(self, command: subprocess.Popen[bytes], kind: str, after_s: float) -> bool:
        """Whether there still was a command to disturb when the moment came."""
        due = time.monotonic() + after_s
        while command.poll() is None and time.monotonic() < due:
            time.sleep(self.killing.POLL_S)
        if command.poll() is not None:
            return False
        if kind == "command":
            command.kill()
            command.wait()
            return True
        name = self.dice.choice(sorted(self.lab.workers))
        worker = self.lab.workers.pop(name)
        self.seen |= {(one.pid, one.began) for one in self.killing.below(worker.pid)}
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        self.started += 1
        self.lab.worker(f"{name.partition('-')[0]}-{self.started}")
        return True


def one_class(
    killing: Any, lab_of: Any, root: Path, expected: Any, moments: int, seed: int, students: int
) -> Any:
    """A class and a lab of its own, disturbed and then graded once more by the same workers."""
    course = killing.make_class(root / "course", students)
    (root / "lab").mkdir()
    lab = lab_of(root / "lab")
    try:
        for name in WORKERS:
            lab.worker(name)
        disturbed = Disturbed(killing, course, lab, random.Random(seed))
        disturbed.kill(moments)
        campaign = disturbed.campaign
        campaign.differences += killing.tracebacks(course)
        (course.root / "err.txt").unlink()
        campaign.differences += killing.differences(
            expected, killing.undisturbed(course, *disturbed.options)
        )
        campaign.commands += 1
        campaign.left["processes"] = len(killing.alive(disturbed.seen))
        campaign.left += killing.leftovers(course)
    finally:
        lab.end()
    return campaign
