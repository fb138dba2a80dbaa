"""Functions as answers, through the real jail: what a call does costs its own check alone."""

import copy
import json
import textwrap
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.course import Course
from autograder.evidence.calls import call
from autograder.grading import Desk, Plan, plan_of, prepare_folder
from autograder.jail import job
from autograder.jail.notebook import run_notebook
from autograder.jail.parent import WarmParent
from autograder.nouns import CodeCell, Limits, Result, Status, Verdict
from support.cells import code, grade_cell, meta, notebook

pytestmark = pytest.mark.jail


CHECKS = '''
import numpy as np

from autograder.checks import call, check
from autograder.matchers import assert_close, assert_trained

SMALL, LARGE = call("dense_params", 4, 16), call("dense_params", n_inputs=9, units=1)
DEFERRED = call("make_deferred")
FOUR, NINE = (DEFERRED.then(np.ones((2, n), "float32")) for n in (4, 9))
X = np.random.default_rng(1).normal(size=(12, 5)).astype("float32")
NEW = call("build_and_fit", X, X[:, 0])
AGAIN = call("build_and_fit", X=X, y=X[:, 1])


@check(cell="check_params", points=1, calls=(SMALL,))
def test_small(evidence):
    """Sixteen units on four columns."""
    assert_close(evidence.called(SMALL).scalar(), 80, name="dense_params(4, 16)")


@check(cell="check_params", points=1, calls=[LARGE])
def test_large(evidence):
    """One unit on nine columns."""
    assert_close(evidence.called(LARGE).scalar(), 10, name="dense_params(9, 1)")


@check(cell="check_deferred", points=2, calls=(FOUR, NINE))
def test_only_the_first_layer_depends_on_the_data(evidence):
    """The model has no weights before it sees data, and fits the data then."""
    assert not evidence.called(FOUR).model().built, "it is built already"
    four, nine = (evidence.called(one).fed().parameters.total for one in (FOUR, NINE))
    assert nine - four == 5 * 8, "another number of weights"


@check(cell="check_fit", points=3, calls=(NEW, AGAIN))
def test_model_and_history(evidence):
    """A trained model and its history."""
    for one in (NEW, AGAIN):
        model, history = evidence.called(one)
        assert_trained(history.history(), model=model.model())
        assert model.model().input_shapes == ((None, 5),), "another input"


@check(cell="check_total", points=1)
def test_total(evidence):
    """The total is right."""
    assert evidence.scalar("total") == 10, "another total"
'''

SETTINGS = """
[limits]
cell_wall_s = 20.0
call_wall_s = 10.0
notebook_wall_s = 90.0
"""

ANSWERS = {
    "params": "def dense_params(n_inputs, units):\n    return n_inputs * units + units",
    "deferred": "def make_deferred():\n"
    "    return keras.Sequential([keras.layers.Dense(8, 'relu'), keras.layers.Dense(3)])",
    "fit": """
        def build_and_fit(X, y):
            assert X.any(), "the other call has changed my X"
            model = keras.Sequential([keras.Input(X[0].shape), keras.layers.Dense(1)])
            model.compile("sgd", "mse")
            history = model.fit(X, y, epochs=1, verbose=0)
            X[:] = 0
            return model, history
        """,
    "total": "total = sum(range(5))",
}
POINTS = {"params": 2, "deferred": 2, "fit": 3, "total": 1}


def _notebook(answers: dict[str, str]) -> dict[str, Any]:
    cells = [code("import keras, os\nimport numpy as np", meta("setup", locked=True))]
    for name, points in POINTS.items():
        answer = textwrap.dedent(answers[name]).strip()
        cells.append(code(answer, meta(name, solution=True)))
        cells.append(grade_cell(f"check_{name}", points, f"'{name} is looked at'"))
    return notebook(cells)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    course = Course(tmp_path_factory.mktemp("course"))
    for folder in (course.source("functions"), course.checks("functions")):
        folder.mkdir(parents=True)
    source = course.source("functions") / "lesson.ipynb"
    source.write_text(json.dumps(_notebook(ANSWERS)))
    (course.checks("functions") / "test_functions.py").write_text(CHECKS)
    (course.checks("functions") / "settings.toml").write_text(SETTINGS)
    return plan_of(course, "functions")


@pytest.fixture
def grade(
    plan: Plan, tmp_path: Path, warm_parent: WarmParent, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    """Grades the right answers, with others in the place of some."""
    monkeypatch.setattr(job, "GRACE_S", 1.0)

    def run(*, call_wall_s: float = 10.0, **answers: str) -> Result:
        limits = replace(plan.settings.limits, call_wall_s=call_wall_s)
        own = replace(plan, settings=replace(plan.settings, limits=limits))
        (tmp_path / "lesson.ipynb").write_text(json.dumps(_notebook({**ANSWERS, **answers})))
        desk = Desk(tmp_path / "store", parent=warm_parent)
        return desk.grade(own, prepare_folder(own, tmp_path, "ada")).result

    return run


def _points(result: Result) -> dict[str, float | None]:
    return {name.removeprefix("check_"): cell.score for name, cell in result.cells.items()}


def _found(result: Result, check: str) -> str:
    outcome = {one.id: one for one in result.checks}[check]
    assert outcome.verdict is Verdict.FAILED
    return outcome.message.rpartition("Found: ")[2]


def test_right_functions_get_their_points_and_no_review(grade: Any) -> None:
    """Also one that changes its argument, and one that is another thing later on."""
    later = "total = 10\ndef dense_params(*_):\n    return 'something else'"
    result = grade(total=later)
    assert _points(result) == POINTS
    assert (result.status, result.needs_review, result.reasons) == (Status.COMPLETED, False, ())


def test_a_missing_a_raising_and_a_wrong_function_lose_their_own_points(grade: Any) -> None:
    result = grade(
        params="dense_params = 3",
        deferred="def make_deferred():\n    raise RuntimeError('no layers\\nat all')",
        fit="def build_and_fit(X, y):\n    return keras.Sequential([keras.layers.Dense(1)])",
    )
    assert _points(result) == {"params": 0, "deferred": 0, "fit": 0, "total": 1}
    assert (result.status, result.needs_review) == (Status.COMPLETED, False)
    small = {one.id: one for one in result.checks}["test_small"]
    assert small.verdict is Verdict.SKIPPED
    assert "it holds a single number" in small.message
    told = _found(result, "test_only_the_first_layer_depends_on_the_data")
    assert told == "it raised RuntimeError: no layers"
    assert _found(result, "test_model_and_history") == "a Keras model"


def test_an_endless_loop_is_interrupted_and_the_same_run_goes_on(grade: Any) -> None:
    """Also a function that leaves the interpreter by sys.exit."""
    result = grade(
        call_wall_s=3.0,
        params="def dense_params(n_inputs, units):\n    while n_inputs == 4:\n        pass\n"
        "    return 10",
        fit="import sys\ndef build_and_fit(X, y):\n    sys.exit('enough')",
    )
    assert _points(result) == {"params": 1, "deferred": 2, "fit": 0, "total": 1}
    assert (result.status, result.needs_review) == (Status.COMPLETED, False)
    assert _found(result, "test_small") == "it ran longer than 3 s"
    assert _found(result, "test_model_and_history") == "it raised SystemExit: enough"


def test_a_call_that_ends_the_process_fails_alone(grade: Any) -> None:
    result = grade(
        params="def dense_params(n_inputs, units):\n    if units == 1:\n        os._exit(0)\n"
        "    return 80"
    )
    assert _points(result) == {**POINTS, "params": 1}
    assert result.status is Status.COMPLETED
    assert all("_exit" in reason for reason in result.reasons)  # the source audit's own words
    assert _found(result, "test_large") == "it ended the process"


def test_two_functions_that_cannot_be_stopped_leave_the_others_their_points(grade: Any) -> None:
    stubborn = """
        def dense_params(n_inputs, units):
            while True:
                try:
                    while True:
                        pass
                except BaseException:
                    pass
        """
    result = grade(
        call_wall_s=3.0, params=stubborn, deferred="def make_deferred():\n    os._exit(0)"
    )
    assert _points(result) == {"params": 0, "deferred": 0, "fit": 3, "total": 1}
    assert result.status is Status.COMPLETED
    assert all("_exit" in reason for reason in result.reasons)
    assert _found(result, "test_small") == "it ran longer than 3 s and ignored the interrupt"
    assert _found(result, "test_large") == "another call of dense_params ended the process"


def test_a_function_that_speaks_for_the_recorder_goes_to_review(grade: Any) -> None:
    forged = """
        import gc
        def dense_params(n_inputs, units):
            (channel,) = [one for one in gc.get_objects() if type(one).__name__ == "Channel"]
            channel.send({"type": "call_end", "cell": "check_params", "key": "x", "status": "ok"})
            return 0
        """
    result = grade(params=forged)
    assert _points(result) == {**POINTS, "params": 0}
    assert result.needs_review
    assert any("a call ended that was not running" in reason for reason in result.reasons)


CELLS = (
    CodeCell(0, "import hashlib, keras\nimport numpy as np"),
    CodeCell(
        1,
        "def build_and_fit(X, y):\n"
        "    print('heard', flush=True)\n"
        "    display('seen')\n"
        "    model = keras.Sequential([keras.layers.Dense(8, 'relu'), keras.layers.Dense(1)])\n"
        "    model.compile('adam', 'mse')\n"
        "    return model, model.fit(X, y, epochs=1, verbose=1)",
    ),
    CodeCell(2, "x = np.random.rand(64, 4)\ny = x.sum(axis=1)\nmodel, _ = build_and_fit(x, y)"),
    CodeCell(3, "", "check_function", is_grade=True),
    CodeCell(
        4,
        "history = model.fit(x, y, epochs=2, verbose=0)\n"
        "later = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])\n"
        "weights = b''.join(w.tobytes() for m in (model, later) for w in m.get_weights())\n"
        "print(hashlib.sha256(weights).hexdigest(), later.layers[0].name, np.random.rand())",
    ),
)


def test_weights_are_bit_equal_and_outputs_the_same_with_and_without_calls(
    warm_parent: WarmParent,
) -> None:
    X = np.ones((20, 4), "float32")
    made = call("build_and_fit", X, X[:, 0])

    def run(*calls: Any) -> Any:
        declared = {"check_function": calls} if calls else None
        run = run_notebook(warm_parent, CELLS, limits=Limits(), seed=7, calls=declared)
        assert run.manifest["status"] == "completed", run.manifest
        return copy.deepcopy(run.manifest)

    with_it, without = run(made), run()
    record = with_it["snapshots"]["check_function"]["calls"][made.key]
    assert [item["kind"] for item in record["value"]["items"]] == ["model", "history"]
    assert "calls" not in without["snapshots"]["check_function"]
    for one, other in zip(with_it["cells"], without["cells"], strict=True):
        if one["index"] != 2:  # whose progress bar tells the time
            assert one["outputs"] == other["outputs"]
    assert len(with_it["cells"][4]["outputs"][0]["text"].split()[0]) == 64
