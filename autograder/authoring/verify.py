"""Proves an assignment: solutions score full marks, the empty release zero, known answers theirs.

No diagnosis of a known answer may name what the solution writes.
Every answer goes the way of a submission: through intake, the jail, replay and the hidden checks.
"""

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.authoring.compare import differences
from autograder.authoring.expected import Answer, answered_all, answers_of
from autograder.authoring.giveaway import named_answers
from autograder.authoring.publication import out_of_step, publication_of
from autograder.authoring.release import build_release
from autograder.authoring.topics import stale_topics
from autograder.checks.session import declared
from autograder.course import FULL, STAND_IN, Course
from autograder.gradebook import load_config
from autograder.gradebook.steps import solved
from autograder.grading import (
    Desk,
    Plan,
    Prepared,
    Shelf,
    StandIn,
    plan_of,
    prepare_folder,
)
from autograder.nouns import JSON, Result


@dataclass(frozen=True)
class Proof:
    """One thing that was verified. ``problems`` is empty when it holds."""

    assignment: str
    name: str
    problems: tuple[str, ...]
    result: Result | None = None

    @property
    def holds(self) -> bool:
        """Whether nothing was found against it."""
        return not self.problems

    def as_json(self) -> dict[str, JSON]:
        """The proof as plain JSON values."""
        return {
            "assignment": self.assignment,
            "name": self.name,
            "holds": self.holds,
            "problems": list(self.problems),
        }


def verify(
    desk: Desk,
    course: Course,
    assignment: str,
    *,
    workers: int,
    on_run: Callable[[Prepared], None] = lambda prepared: None,
    shelf: Shelf | None = None,
) -> list[Proof]:
    """Every proof of the assignment, failed ones included.

    Without a ``shelf`` the stand-in takes the place of data that is not on this machine.
    """
    plan = plan_of(course, assignment, shelf or Shelf(stand_in=StandIn.IF_MISSING))
    proofs = [
        *_data(plan),
        Proof(assignment, "points", tuple(_points(plan))),
        Proof(assignment, "table of topics", tuple(_topics(plan))),
        Proof(assignment, "committed release", tuple(_release(course, assignment))),
        Proof(assignment, "committed solution", tuple(_solution(course, assignment))),
    ]
    answers = answers_of(plan.checks / "expected.toml")
    with tempfile.TemporaryDirectory(prefix="autograder-verify-") as made:
        expected = _submissions(plan, answers, Path(made))
        prepared = [
            prepare_folder(plan, Path(made) / str(number), str(number))
            for number in range(len(expected))
        ]
        graded = list(desk.grade_all(plan, prepared, workers=workers, on_run=on_run))
        results = {int(str(one.result.student)): one.result for one in graded}
        for number, (name, points, honest) in enumerate(expected):
            found = _compared(results[number], points, honest)
            found += named_answers(results[number], Path(made) / "0", Path(made) / str(number))
            proofs.append(Proof(assignment, name, tuple(found), results[number]))
    return proofs


def count_of(course: Course, assignment: str) -> int:
    """How many submissions ``verify`` runs for the assignment."""
    return 2 + len(answers_of(course.checks(assignment) / "expected.toml"))


def _submissions(
    plan: Plan, answers: tuple[Answer, ...], folder: Path
) -> list[tuple[str, dict[str, float], bool]]:
    """Writes one folder each; (name, points by cell, whether it must need no review)."""
    full = {name: cell.points for name, cell in plan.cells.items()}
    nothing = dict.fromkeys(plan.cells, 0.0)
    expected = [("the solution", full, True), ("the empty release", nothing, True)]
    config = load_config(plan.course.root)
    variant = FULL if plan.data is None else plan.data.variant
    for name, source in plan.sources.items():
        solution = solved(source, plan.course, plan.assignment, config)
        _write(folder / "0" / f"{name}.ipynb", solution)
    for path, data in build_release(plan.course, plan.assignment).items():
        target = folder / "1" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    for number, answer in enumerate(answers, start=2):
        for name, notebook in answered_all(plan.sources, answer).items():
            _write(folder / str(number) / f"{name}.ipynb", notebook)
        expected.append((f"{answer.kind}: {answer.name}", answer.points_on(variant), True))
    return expected


def _write(path: Path, notebook: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")


def _compared(result: Result, points: dict[str, float], honest: bool) -> list[str]:
    found = []
    for name in sorted(points.keys() | result.cells.keys()):
        wanted = points.get(name)
        cell = result.cells.get(name)
        if wanted is None or cell is None or cell.score is None or cell.score != wanted:
            seen = "no such cell" if cell is None else f"{cell.score} points"
            told = "; ".join(
                f"{c.title} {c.message}" for c in result.checks if c.cell == name and c.message
            )
            found.append(f"{name}: {wanted} points expected, found {seen}. {told}".strip())
    if honest and result.needs_review:
        found.append(f"no review expected, found: {'; '.join(result.reasons)}")
    return found


def _data(plan: Plan) -> list[Proof]:
    """What the reader must know of the data: it holds, and says less than it seems to."""
    if plan.data is None or plan.data.variant != STAND_IN:
        return []
    return [Proof(plan.assignment, f"not verified on {plan.data.title}: {STAND_IN}", ())]


def _points(plan: Plan) -> list[str]:
    if not plan.checks.is_dir():
        return []
    sums = {
        cell: sum(points for _, points, _ in checks)
        for cell, checks in declared(plan.checks).items()
    }
    return [
        f"{name}: checks of {cell.points:g} points in all expected, found {sums[name]:g}"
        for name, cell in plan.cells.items()
        if name in sums and sums[name] != cell.points
    ]


def _topics(plan: Plan) -> list[str]:
    checks = declared(plan.checks) if plan.checks.is_dir() else {}
    points = {cell: {name: points for name, points, _ in its} for cell, its in checks.items()}
    stale = stale_topics(plan.course, plan.assignment, points)
    return [f"docs/course.md, section {plan.assignment}: {text}" for text in stale]


def _release(course: Course, assignment: str) -> list[str]:
    built = build_release(course, assignment)
    publication = publication_of(load_config(course.root))
    stale = out_of_step(course, assignment, publication)
    return [*stale, *differences(built, _files(course.release(assignment)))]


def _solution(course: Course, assignment: str) -> list[str]:
    """Cells and metadata are those of the source; outputs are there, and none is an error."""
    committed = _files(course.solution(assignment))
    config = load_config(course.root)
    found = []
    for source in course.notebooks(assignment):
        if source.name not in committed:
            found.append(f"{source.name}: missing")
            continue
        wanted: Any = solved(source, course, assignment, config)
        there: Any = json.loads(committed[source.name])
        found += [f"{source.name}: {text}" for text in _unlike(wanted, there)]
    return found


def _unlike(wanted: Any, there: Any) -> list[str]:
    if len(wanted["cells"]) != len(there["cells"]):
        return [f"{len(wanted['cells'])} cells expected, found {len(there['cells'])}"]
    found = []
    printed = False
    for number, (one, other) in enumerate(zip(wanted["cells"], there["cells"], strict=True), 1):
        text = "".join(other["source"])
        if "".join(one["source"]) != text or one["metadata"] != other["metadata"]:
            found.append(f"cell {number} is not the source's")
        outputs = other.get("outputs", [])
        printed = printed or bool(outputs)
        if any(output["output_type"] == "error" for output in outputs):
            found.append(f"cell {number} shows an error")
        if other["cell_type"] == "code" and text.strip() and other["execution_count"] is None:
            found.append(f"cell {number} was not executed")
    return found if printed else [*found, "no cell shows an output"]


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
