"""What a fresh jail does with a recorded model and arrays; each gives arrays back."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from autograder.evidence.model_view import MEMORISE, OBSERVE, PREDICT
from autograder.nouns import JSON
from autograder.replay.inside import Array, predict
from autograder.replay.memorise import memorise
from autograder.replay.observe import observe

Task: TypeAlias = Callable[[JSON, Sequence[Array | None], Sequence[Array]], list[Array]]

TASKS: Mapping[str, Task] = {PREDICT: predict, OBSERVE: observe, MEMORISE: memorise}
