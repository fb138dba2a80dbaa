"""Recording must leave no trace in the state that decides the student's next numbers.

Evaluating a student's function, or asking Keras for an object by its name, can draw random numbers
and count up automatic names; inside ``stillness`` both are put back, and prints are swallowed.
"""

import contextlib
import copy
import io
import logging
import random
import sys
import warnings
from collections.abc import Callable, Iterator

import numpy as np

OTHER_SEEDS = "autograder.recorder"
OTHER_SEED = 731_924
"""TensorFlow's seed meanwhile: any that no student is likely to choose."""


@contextlib.contextmanager
def stillness() -> Iterator[None]:
    """Restores random state and automatic names at its end; silences output and warnings."""
    undo = [_python(), _numpy(), *_keras(), *_tensorflow()]
    log_level = logging.root.manager.disable
    try:
        logging.disable(logging.CRITICAL)
        quiet = io.StringIO()
        with (
            contextlib.redirect_stdout(quiet),
            contextlib.redirect_stderr(quiet),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(log_level)
        for restore in undo:
            restore()


def _python() -> Callable[[], None]:
    state = random.getstate()
    return lambda: random.setstate(state)


def _numpy() -> Callable[[], None]:
    state = np.random.get_state()
    return lambda: np.random.set_state(state)


def _keras() -> list[Callable[[], None]]:
    """Names, seeds and settings. ``clear_session`` puts other trackers in their place."""
    if "keras" not in sys.modules:
        return []
    from keras import config
    from keras.src.backend.common import global_state

    names = global_state.get_global_attribute("object_name_uids")
    before = None if names is None else copy.copy(names)
    seeds = global_state.get_global_attribute("global_seed_generator")
    state = np.array(0 if seeds is None else seeds.state)
    trackers = ("GLOBAL_STATE_TRACKER", "GLOBAL_SETTINGS_TRACKER")
    held = {name: getattr(global_state, name) for name in trackers if hasattr(global_state, name)}
    inside = {name: dict(vars(tracker)) for name, tracker in held.items()}
    floatx = config.floatx()

    def restore() -> None:
        for name, tracker in held.items():
            setattr(global_state, name, tracker)
            vars(tracker).clear()
            vars(tracker).update(inside[name])
        if before is not None:
            names.clear()
            names.update(before)
        if seeds is not None and not np.array_equal(np.array(seeds.state), state):
            seeds.state.assign(state)
        if config.floatx() != floatx:
            config.set_floatx(floatx)

    return [restore]


def _tensorflow() -> list[Callable[[], None]]:
    """Seeds of eager operations: a generator in the context, and TensorFlow's global one."""
    if "tensorflow" not in sys.modules:
        return []
    from tensorflow.python.eager import context
    from tensorflow.python.ops import stateful_random_ops

    undo: list[Callable[[], None]] = []
    # The names are private; without them there is nothing that could be put back.
    current = context.context()
    eager, seed = getattr(current, "_rng", None), getattr(current, "_seed", None)
    if isinstance(eager, random.Random):
        # TensorFlow keeps a kernel, with a counter, for each seed that it has drawn: with the
        # student's next seeds a probe would advance the student's own kernels.
        current._rng, current._seed = random.Random(OTHER_SEEDS), OTHER_SEED

        def restore() -> None:
            current._rng, current._seed = eager, seed

        undo.append(restore)
    common = getattr(stateful_random_ops, "global_generator", None)
    if common is not None:
        numbers = np.array(common.state)

        def restore_common() -> None:
            common.state.assign(numbers)
            stateful_random_ops.global_generator = common

        undo.append(restore_common)
    return undo
