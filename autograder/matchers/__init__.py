"""What check authors write with: patterns and assertions that see through spellings.

Every assertion takes what ``evidence.model(...)`` gives, or a live model's twin from
``autograder.student``, never changes it, and raises ``MatchFailure`` with texts for the student.
"""

from autograder.matchers.amounts import at_least, at_most, between, one_of
from autograder.matchers.branches import (
    assert_functional,
    assert_inputs,
    assert_shared,
    freely_named,
)
from autograder.matchers.compiling import assert_metrics, assert_optimizer
from autograder.matchers.evaluation import assert_evaluation
from autograder.matchers.failure import MatchFailure, MatchRemark
from autograder.matchers.fitting import assert_callback, assert_validation
from autograder.matchers.losses import assert_loss
from autograder.matchers.memory import assert_can_fit_small_batch
from autograder.matchers.nested import assert_adds, assert_contains, assert_on_top
from autograder.matchers.network import assert_network
from autograder.matchers.patterns import (
    Any,
    AnyOf,
    Concatenate,
    Conv2D,
    Dense,
    Dropout,
    Input,
    Layer,
)
from autograder.matchers.predictions import (
    assert_classes,
    assert_predictions,
    assert_probabilities,
    assert_same_predictions,
)
from autograder.matchers.row import InAnyOrder, Optional, Repeated
from autograder.matchers.same import assert_same_network
from autograder.matchers.scoring import assert_accuracy, assert_error
from autograder.matchers.sources import assert_computed, assert_reached_through
from autograder.matchers.structure import (
    assert_input_shape,
    assert_layers,
    assert_output,
    assert_parameters,
)
from autograder.matchers.training import (
    assert_as_fitted,
    assert_learnt,
    assert_trained,
    assert_trained_on,
)
from autograder.matchers.unseen import assert_unseen
from autograder.matchers.values import assert_array, assert_close

__all__ = [
    "Any",
    "AnyOf",
    "Concatenate",
    "Conv2D",
    "Dense",
    "Dropout",
    "InAnyOrder",
    "Input",
    "Layer",
    "MatchFailure",
    "MatchRemark",
    "Optional",
    "Repeated",
    "assert_accuracy",
    "assert_adds",
    "assert_array",
    "assert_as_fitted",
    "assert_callback",
    "assert_can_fit_small_batch",
    "assert_classes",
    "assert_close",
    "assert_computed",
    "assert_contains",
    "assert_error",
    "assert_evaluation",
    "assert_functional",
    "assert_input_shape",
    "assert_inputs",
    "assert_layers",
    "assert_learnt",
    "assert_loss",
    "assert_metrics",
    "assert_network",
    "assert_on_top",
    "assert_optimizer",
    "assert_output",
    "assert_parameters",
    "assert_predictions",
    "assert_probabilities",
    "assert_reached_through",
    "assert_same_network",
    "assert_same_predictions",
    "assert_shared",
    "assert_trained",
    "assert_trained_on",
    "assert_unseen",
    "assert_validation",
    "at_least",
    "at_most",
    "between",
    "freely_named",
    "one_of",
]
