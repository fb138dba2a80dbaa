"""What a notebook imports: data, the seed, visible checks, hints, previews, and a diagnosis.

    from autograder import student as grader

Light: NumPy alone at import; Keras and scikit-learn are imported when a function needs them.
"""

from autograder.student import datasets
from autograder.student.callback import Diagnose
from autograder.student.check import check
from autograder.student.diagnose import diagnose
from autograder.student.factories import array, function, model, number, trained, truth
from autograder.student.failure import VisibleFailure
from autograder.student.flight.notebook import preflight
from autograder.student.hints import hint, hints
from autograder.student.preview import preview
from autograder.student.seed import seed
from autograder.student.visible import (
    AnyLayer,
    AnyOf,
    Conv2D,
    Dense,
    Dropout,
    Layer,
    assert_accuracy,
    assert_array,
    assert_close,
    assert_compiled,
    assert_error,
    assert_input_shape,
    assert_layers,
    assert_loss,
    assert_metrics,
    assert_optimizer,
    assert_output,
    assert_parameters,
    assert_trained,
)

__all__ = [
    "AnyLayer",
    "AnyOf",
    "Conv2D",
    "Dense",
    "Diagnose",
    "Dropout",
    "Layer",
    "VisibleFailure",
    "array",
    "assert_accuracy",
    "assert_array",
    "assert_close",
    "assert_compiled",
    "assert_error",
    "assert_input_shape",
    "assert_layers",
    "assert_loss",
    "assert_metrics",
    "assert_optimizer",
    "assert_output",
    "assert_parameters",
    "assert_trained",
    "check",
    "datasets",
    "diagnose",
    "function",
    "hint",
    "hints",
    "model",
    "number",
    "preflight",
    "preview",
    "seed",
    "trained",
    "truth",
]
