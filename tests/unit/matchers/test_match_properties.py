"""The rule, not the examples: re-spellings composed at random pass, near misses of them do not.

The audit's operators make both: a right answer in up to five spellings at once, and one wrong
change on top of it. The matchers judge the recorded network, as they do in a check.
"""

import contextlib
import functools
import gc
import io
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from autograder.authoring.audit.right import right_answers
from autograder.authoring.audit.variants import Cell, Solution
from autograder.authoring.audit.wrong import wrong_answers
from autograder.evidence.view import ModelEvidence, NotJudgeable
from autograder.matchers import (
    Dense,
    MatchFailure,
    assert_input_shape,
    assert_layers,
    assert_parameters,
)

EXAMPLES = 300
POOL = 400
SETUP = Cell("setup", "import numpy as np\nimport tensorflow as tf", solution=False)
BUILD = """
net = tf.keras.Sequential([
    tf.keras.Input(shape=(64,)),
    tf.keras.layers.Dense(100, activation="relu"),
    tf.keras.layers.Dense(30, activation="relu"),
    tf.keras.layers.Dense(10, activation="softmax"),
])
"""

Record = Callable[[Any], ModelEvidence]
often = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),  # the drawn numbers are seeds: a smaller one is no simpler answer
    suppress_health_check=[HealthCheck.too_slow],
)


@pytest.fixture(scope="module", autouse=True)
def nothing_old_is_collected() -> Iterator[None]:
    """The collector passes over what earlier tests left: the syntax trees that are copied here call
    it again and again, which has taken minutes behind some thousand tests."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def solution(build: str = BUILD) -> Solution:
    return Solution("digits", (SETUP, Cell("build", build, solution=True)))


@functools.cache
def spellings() -> list[str]:
    """The network in many spellings, composed at random, without IPython's magics."""
    return [
        "\n".join(x for x in one.cells["build"].splitlines() if not x.startswith(("%", "!")))
        for one in right_answers(solution(), POOL, 1)
    ]


def built(text: str) -> Any:
    """The variable ``net`` after the cell; None when the cell raises, or makes no model."""
    space: dict[str, Any] = {"__name__": "__main__"}
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        exec(SETUP.source, space)
        try:
            exec(compile(text, "build", "exec"), space)
        except Exception:
            return None
    return space.get("net")


def judge(model: ModelEvidence) -> None:
    assert_layers(model, Dense(100, "relu"), Dense(30, "relu"), Dense(10, "softmax"))
    assert_parameters(model, total=9_840)
    assert_input_shape(model, (64,))


@often
@given(which=st.integers(0, POOL - 1))
def test_no_respelling_is_rejected(which: int, keras: Any, recorded: Record) -> None:
    text = spellings()[which % len(spellings())]
    found = built(text)
    assert found is not None, text
    judge(recorded(found))


@often
@given(which=st.integers(0, POOL - 1), change=st.integers(0, 2**20))
def test_no_near_miss_is_accepted(which: int, change: int, keras: Any, recorded: Record) -> None:
    text = spellings()[which % len(spellings())]
    assume(text.count("Sequential") + text.count("Model(") == 1)  # no second, unused network
    # A layer's name is free here; elsewhere it may be what the exercise asks for.
    misses = [one for one in wrong_answers(solution(text)) if "name" not in one.operators[0]]
    text = misses[change % len(misses)].cells["build"]
    found = built(text)
    if not isinstance(found, keras.Model):
        return
    with pytest.raises((MatchFailure, NotJudgeable)):
        judge(recorded(found))
