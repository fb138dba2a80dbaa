"""Submissions of a small class, written down as grading would leave them."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from autograder.classreport.gather import report_of
from autograder.classreport.seen import Network, Seen
from autograder.classreport.told import ClassReport
from autograder.nouns import CellScore, CheckOutcome, Diagnosis, Measure, Result, Status, Verdict

CELLS = {"check_build": 2.0, "check_compile": 1.0, "check_fit": 2.0}
TITLES = {"net": "One unit.", "loss": "The loss fits.", "unseen": "Reads unseen rows."}
PLACES = {"net": "check_build", "loss": "check_compile", "unseen": "check_fit"}
RIGHT = Network("model", "a" * 64, "Input(4)\nDense(units=1)")
WRONG = Network("model", "b" * 64, "Input(4)\nDense(units=2)")


def outcome(id: str, verdict: Verdict, found: str = "", share: float | None = None) -> CheckOutcome:
    """An outcome as a matcher would give it."""
    points = CELLS[PLACES[id]]
    message = f"Expected: what is right\nFound: {found}\nWhy: it matters." if found else ""
    return CheckOutcome(
        id=id,
        cell=PLACES[id],
        title=TITLES[id],
        verdict=verdict,
        earned={Verdict.PASSED: points, Verdict.ERRORED: None}.get(verdict, 0.0),
        points=points,
        message=message,
        measures=() if share is None else (Measure("model", "accuracy", share, 0.9, 100),),
        asked=("model",),
    )


def submission(
    student: str,
    *,
    network: Network = RIGHT,
    net: str = "",
    loss: str = "",
    share: float = 0.95,
    rules: tuple[tuple[str, str], ...] = (),
    **more: Any,
) -> Seen:
    """A student who passes every check but those for which something was found."""

    def verdict(found: object) -> Verdict:
        return Verdict.FAILED if found else Verdict.PASSED

    checks = (
        outcome("net", verdict(net), net),
        outcome("loss", verdict(loss), loss),
        outcome("unseen", verdict(share < 0.9), "a share" if share < 0.9 else "", share),
    )
    return graded(student, checks, rules=rules, networks=dict.fromkeys(TITLES, (network,)), **more)


def graded(
    student: str,
    checks: tuple[CheckOutcome, ...],
    *,
    rules: tuple[tuple[str, str], ...] = (),
    networks: Mapping[str, tuple[Network, ...]] | None = None,
    **more: Any,
) -> Seen:
    """A submission with these outcomes, scored as grading scores it."""
    cells = {}
    for name, points in CELLS.items():
        earned = [check.earned for check in checks if check.cell == name]
        unsure = any(points is None for points in earned)
        score = None if unsure else sum(points for points in earned if points is not None)
        cells[name] = CellScore("lesson", score, points)
    result = Result(
        assignment="a1",
        student=student,
        status=Status.COMPLETED,
        cells=cells,
        checks=checks,
        needs_review=any(cell.score is None for cell in cells.values()),
        reasons=tuple(more.pop("reasons", ())),
        repairs=tuple(more.pop("repairs", ())),
        diagnosis=tuple(Diagnosis(id, "error", "told", cell) for id, cell in rules),
        run={"wall_s": 1.5, "cpu_s": 1.0, "peak_bytes": 150 * 1024**2},
    )
    answers = more.pop("answers", {cell: f"{student} wrote {cell}" for cell in CELLS})
    return Seen(student, result, networks=networks or {}, answers=answers, **more)


@pytest.fixture(scope="session")
def student() -> Callable[..., Seen]:
    return submission


@pytest.fixture(scope="session")
def with_checks() -> Callable[..., Seen]:
    return graded


@pytest.fixture(scope="session")
def check() -> Callable[..., CheckOutcome]:
    return outcome


@pytest.fixture(scope="session")
def cells() -> dict[str, float]:
    return dict(CELLS)


@pytest.fixture(scope="session")
def wrong_network() -> Network:
    return WRONG


@pytest.fixture(scope="session")
def told() -> Callable[..., ClassReport]:
    """The report on some submissions."""

    def report(*submissions: Seen, **more: Any) -> ClassReport:
        return report_of("a1", CELLS, submissions, **more)

    return report
