"""Classic grade cells by nbgrader's rule, without its two measured faults."""

import pytest
from traitlets.config import Config

from autograder.course import Course
from autograder.gradebook import classic_score, made_sources, released_checksums
from autograder.nouns import JSON

STDERR: dict[str, JSON] = {"output_type": "stream", "name": "stderr", "text": "WARNING: TF"}
ERROR: dict[str, JSON] = {
    "output_type": "error",
    "ename": "AssertionError",
    "evalue": "",
    "traceback": [],
}


def value(text: str) -> dict[str, JSON]:
    data: dict[str, JSON] = {"text/plain": text}
    return {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": data}


def cell(source: str, kind: str = "code", solution: bool = False) -> dict[str, JSON]:
    flags: dict[str, JSON] = {
        "grade": True,
        "solution": solution,
        "locked": not solution,
        "task": False,
        "grade_id": "check_x",
        "points": 4,
        "schema_version": 3,
    }
    return {"cell_type": kind, "source": source, "metadata": {"nbgrader": flags}}


@pytest.mark.parametrize(
    ("source", "outputs", "score"),
    [
        ("assert x == 1", [], 4.0),
        ("assert x == 1", [STDERR], 4.0),
        ("assert x == 1", [STDERR, ERROR], 0.0),
        ("score(x)", [value("2.5")], 2.5),
        ("score(x)", [STDERR, value("0")], 0.0),
        ("score(x)", [value("'ok'")], 4.0),
        ("score(x)", [value("9")], None),
        ("model.evaluate(X, y)", [value("0.31")], 4.0),
        ("history = 1\nmodel.fit(X, y)", [value("1.0")], 4.0),
        ("m.predict(X);", [value("0.5")], 4.0),
        ("evaluate(X, y)", [value("0.31")], 0.31),
        ("model.evaluate(X, y)\n3.0", [value("3.0")], 3.0),
        ("%timeit\nx", [value("1.0")], 1.0),
    ],
)
def test_a_test_cell_is_scored_by_its_outputs(
    source: str, outputs: list[dict[str, JSON]], score: float | None
) -> None:
    assert classic_score(cell(source), outputs) == (score, 4.0)


@pytest.mark.parametrize("status", ["error", "interrupted", "killed", "skipped", "not_run"])
def test_silence_of_a_cell_that_did_not_end_earns_nothing(status: str) -> None:
    assert classic_score(cell("assert x == 1"), [], status=status) == (0.0, 4.0)


def test_a_written_answer_awaits_a_person_unless_it_is_unchanged(small_course: Course) -> None:
    made = made_sources(small_course, "one", Config())
    released = released_checksums(small_course, "one", Config(), made)["lesson", "essay"]
    flags: dict[str, JSON] = {
        "grade": True,
        "solution": True,
        "locked": False,
        "task": False,
        "grade_id": "essay",
        "points": 3,
        "schema_version": 3,
    }
    answer: dict[str, JSON] = {
        "cell_type": "markdown",
        "source": "Because.",
        "metadata": {"nbgrader": flags},
    }
    assert classic_score(answer, [], released) == (None, 3.0)
    assert classic_score({**answer, "source": "YOUR ANSWER HERE"}, [], released) == (0, 3.0)


def test_scoring_changes_neither_cell_nor_outputs() -> None:
    given = cell("assert x")
    classic_score(given, [STDERR], "abc")
    assert given == cell("assert x")
