"""One real warm parent for all attacks, and what must be true of the host after each of them."""

import importlib.util
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from autograder.jail import job
from autograder.jail.ablations import OUTER, known
from autograder.jail.notebook import run_notebook
from autograder.jail.parent import WarmParent
from autograder.nouns import CodeCell, Limits

SECRET = "a secret of the grader"

SMALL = Limits(
    cell_wall_s=3.0,
    notebook_wall_s=25.0,
    cpu_s=30.0,
    memory_bytes=3 * 512 * 1024**2,
    processes=64,
    disk_bytes=16 * 1024**2,
    inodes=500,
    output_bytes=1024**2,
    evidence_bytes=32 * 1024**2,
)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "ablates(*walls): takes these walls of jail/ablations.py away to show an attack"
    )


@pytest.fixture(autouse=True)
def truly_taken_away(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Jobs have run without each of the walls that the test's mark names."""
    claimed = {wall for mark in request.node.iter_markers("ablates") for wall in mark.args}
    away: set[str] = set()
    fork = WarmParent.fork

    def noted(parent: WarmParent, *arguments: Any) -> None:
        away.update(parent.without)
        fork(parent, *arguments)

    if claimed:
        monkeypatch.setattr(WarmParent, "fork", noted)
    yield
    assert claimed <= away, f"the mark names {claimed - away}, which no job of the test lacked"


class Jail:
    """Runs a hostile cell between two honest ones and tells what came of it."""

    def __init__(self, parent: WarmParent) -> None:
        self.parent = parent
        self.own = self.processes()

    def run(self, *sources: str, limits: Limits = SMALL) -> dict[str, Any]:
        cells = [
            CodeCell(n, source, f"cell_{n}", is_grade=source.startswith("# grade"))
            for n, source in enumerate(sources)
        ]
        return dict(run_notebook(self.parent, cells, limits=limits, seed=1).manifest)

    @contextmanager
    def without(self, *walls: str) -> Iterator[None]:
        """Jobs that begin meanwhile lack these walls; the warm parent itself keeps its own."""
        assert not set(walls) & OUTER, "an outer wall needs a warm parent of its own"
        before = self.parent.without
        self.parent.without = known(before | set(walls))
        try:
            yield
        finally:
            self.parent.without = before

    def attack(self, source: str, limits: Limits = SMALL) -> dict[str, Any]:
        return self.run("print('earlier')", source, "print('later')", limits=limits)

    def processes(self) -> set[int]:
        """Every process below the parent's bubblewrap, as the host sees them."""
        assert self.parent._process is not None
        parents = _parents()
        found, waiting = set(), {self.parent._process.pid}
        while waiting:
            found |= waiting
            waiting = {pid for pid, above in parents.items() if above in waiting} - found
        return found


def _parents() -> dict[int, int]:
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text(encoding="latin-1").rpartition(")")[2].split()
            except OSError:
                continue
            if fields[0] != "Z":
                found[int(entry.name)] = int(fields[1])
    return found


def shown(manifest: Mapping[str, Any], index: int) -> str:
    """All that a cell printed or raised, as one text."""
    parts = []
    for output in manifest["cells"][index]["outputs"]:
        parts.append(str(output.get("text", "")))
        parts.append(f"{output.get('ename', '')} {output.get('evalue', '')}".strip())
    return "\n".join(part for part in parts if part)


def beside(name: str) -> ModuleType:
    """A module of this folder, which importlib mode does not put on the path."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # a dataclass looks for its module there
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def forging() -> ModuleType:
    """The corpus of forgeries, and the course that they are handed in to."""
    return beside("forging")


@pytest.fixture(scope="session")
def paging() -> ModuleType:
    """The vectors, the course that they are handed in to, and the browser that looks."""
    return beside("paging")


@pytest.fixture(scope="session")
def told() -> Callable[[Mapping[str, Any], int], str]:
    return shown


@pytest.fixture(scope="session")
def jail() -> Iterator[Jail]:
    os.environ["AUTOGRADER_TEST_SECRET"] = SECRET
    with WarmParent() as parent:
        yield Jail(parent)
    del os.environ["AUTOGRADER_TEST_SECRET"]


@pytest.fixture
def jail_without() -> Iterator[Callable[..., Jail]]:
    """A jail with walls left out; ended with the test."""
    started = []

    def start(*walls: str) -> Jail:
        parent = WarmParent(without=frozenset(walls))
        started.append(parent)
        parent.start()
        return Jail(parent)

    yield start
    for parent in started:
        parent.stop()


@pytest.fixture(autouse=True)
def short_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cell that ignores its interrupt is ended after two more seconds instead of five."""
    monkeypatch.setattr(job, "GRACE_S", 2.0)


@pytest.fixture
def unharmed(jail: Jail, tmp_path: Path) -> Iterator[None]:
    """After the test: no process of the job is left, the host's file is whole, a job still runs."""
    canary = tmp_path / "canary.txt"
    canary.write_text(SECRET)
    parent_pid = jail.parent._process.pid
    yield
    deadline = time.monotonic() + 5
    while jail.processes() != jail.own and time.monotonic() < deadline:
        time.sleep(0.05)
    assert jail.processes() == jail.own
    assert canary.read_text() == SECRET
    manifest = jail.run("answer = 6 * 7", "print(answer)")
    assert manifest["status"] == "completed"
    assert shown(manifest, 1) == "42\n"
    assert jail.parent._process.pid == parent_pid
