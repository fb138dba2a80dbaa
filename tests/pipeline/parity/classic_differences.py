"""Where our scores differ from stock nbgrader's on the corpus: all of it, each with its reason.

docs/classic.md has the same reasons for instructors; a test holds the two together.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

REASONS: Mapping[str, str] = {
    "stderr": "Text on standard error is no error.",
    "training": "The value of `evaluate`, `fit` or `predict` is not points.",
}


@dataclass(frozen=True)
class Difference:
    """One cell for which both engines disagree, for the students named."""

    notebook: str
    cell: str
    students: Sequence[str]
    stock: float | None
    ours: float | None
    reason: str


ALL = ("right", "wrong", "blank", "odd", "broken")
ABLE = ("right", "odd")

DIFFERENCES: tuple[Difference, ...] = (
    Difference("rules", "printed_to_stderr", ABLE, 0.0, 2.0, "stderr"),
    Difference("rules", "warned", ABLE, 0.0, 2.0, "stderr"),
    Difference("rules", "logged", ABLE, 0.0, 2.0, "stderr"),
    Difference("rules", "bash_to_stderr", ALL, 0.0, 2.0, "stderr"),
    Difference("arrays", "cost_overflows", ("right", "odd", "wrong"), 0.0, 2.0, "stderr"),
    Difference("rules", "evaluated", ABLE, 0.25, 4.0, "training"),
    Difference("rules", "fitted", ABLE, 1.5, 4.0, "training"),
    Difference("rules", "predicted", ABLE, 0.5, 4.0, "training"),
)


def listed(
    assignment: str, notebooks: Sequence[str], students: Sequence[str]
) -> dict[tuple[str, ...], tuple[float | None, float | None]]:
    """The differences that these notebooks and students must show, as `differences` names them."""
    return dict(_listed(assignment, notebooks, students))


def _listed(
    assignment: str, notebooks: Sequence[str], students: Sequence[str]
) -> Iterator[tuple[tuple[str, ...], tuple[float | None, float | None]]]:
    for one in DIFFERENCES:
        assert one.reason in REASONS
        if one.notebook in notebooks:
            for student in one.students:
                if student in students:
                    key = (student, assignment, one.notebook, one.cell, "auto_score")
                    yield key, (one.stock, one.ours)
