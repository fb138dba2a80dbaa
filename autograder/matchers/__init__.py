"""What check authors write with: patterns and assertions that see through spellings.

Every assertion takes what ``evidence.model(...)`` gives, or a live model's twin from
``autograder.student``, never changes it, and raises ``MatchFailure`` with texts for the student.
"""

from autograder.matchers.compiling import assert_metrics, assert_optimizer
from autograder.matchers.failure import MatchFailure, MatchRemark
from autograder.matchers.losses import assert_loss
from autograder.matchers.patterns import Any, AnyOf, Conv2D, Dense, Dropout, Layer
from autograder.matchers.scoring import assert_accuracy, assert_error
from autograder.matchers.structure import (
    assert_input_shape,
    assert_layers,
    assert_output,
    assert_parameters,
)
from autograder.matchers.training import assert_trained
from autograder.matchers.values import assert_array, assert_close

__all__ = [
    "Any",
    "AnyOf",
    "Conv2D",
    "Dense",
    "Dropout",
    "Layer",
    "MatchFailure",
    "MatchRemark",
    "assert_accuracy",
    "assert_array",
    "assert_close",
    "assert_error",
    "assert_input_shape",
    "assert_layers",
    "assert_loss",
    "assert_metrics",
    "assert_optimizer",
    "assert_output",
    "assert_parameters",
    "assert_trained",
]
