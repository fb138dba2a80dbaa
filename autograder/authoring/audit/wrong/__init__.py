"""Answers that are known to be wrong: a solution with one thing changed, as students change it.

An operator is a function that finds its places in one solution cell and yields the cell with one
of them changed. Operators know how Keras is written, and nothing of any assignment. Those of one
idea stand in one module; ``code`` is what they know of Python and of Keras.
"""

from autograder.authoring.audit.variants import Solution, Variant
from autograder.authoring.audit.wrong.apply import apply
from autograder.authoring.audit.wrong.catalogue import OPERATORS, most

__all__ = ["wrong_answers"]


def wrong_answers(solution: Solution) -> list[Variant]:
    """The solution's wrong variants, the same ones in the same order each time."""
    return apply(solution, OPERATORS, most)
