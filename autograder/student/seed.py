"""One seed for a notebook: the grader's when it runs there, a literal otherwise."""

import os

VARIABLE = "AUTOGRADER_SEED"
"""The grader sets it before the first cell; two values give two different sets of weights."""

DEFAULT_SEED = 2024
"""What a student's own run uses, so that running a notebook again gives the same numbers."""

LARGEST = 2**32 - 1
"""NumPy's legacy generator takes no larger seed."""


def chosen_seed() -> int:
    """The seed that ``seed`` would set: the grader's when it is a usable number."""
    given = os.environ.get(VARIABLE, "")
    if given.isascii() and given.isdigit() and int(given) <= LARGEST:
        return int(given)
    return DEFAULT_SEED


def seed() -> None:
    """Seeds Python, NumPy, TensorFlow and Keras, so that a notebook's run can be repeated."""
    import keras

    keras.utils.set_random_seed(chosen_seed())
