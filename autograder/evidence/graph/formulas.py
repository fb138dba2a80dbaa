"""What an operation without weights computes, in NumPy: the parts of which a formula may consist.

Trusts nobody: settings come from beside student code, so any of these may raise.
"""

import math
from collections.abc import Callable, Mapping

import numpy as np

from autograder.evidence.graph.activations import Floats, named, references
from autograder.evidence.graph.drafts import Draft

Formula = Callable[[Draft, list[Floats]], Floats]


def _pair(function: Callable[[Floats, Floats], Floats]) -> Formula:
    """A function of two tensors, or of a number and one tensor.

    A number that is divided by or taken away has become a Rescaling before.
    """

    def formula(draft: Draft, values: list[Floats]) -> Floats:
        constants = draft.config.get("args", ())
        if len(values) == 2 and not constants:
            return function(values[0], values[1])
        assert isinstance(constants, tuple)
        ((number,), (value,)) = constants, values
        return function(np.asarray(float(str(number))), value)

    return formula


def _called(function: Callable[..., Floats]) -> Formula:
    """A function of tensors and numbers whose order matters."""

    def formula(draft: Draft, values: list[Floats]) -> Floats:
        operands = [
            values[int(str(item["tensor"]))]
            if isinstance(item, dict)
            else np.asarray(item, dtype=np.float64)
            for item in draft.call
        ]
        return function(*operands)

    return formula


def _over(function: Callable[..., Floats]) -> Formula:
    def formula(draft: Draft, values: list[Floats]) -> Floats:
        axis, keep = draft.config.get("axis"), draft.config.get("keepdims") is True
        return np.asarray(function(values[0], axis=axis, keepdims=keep))

    return formula


def _each(function: Callable[[Floats], Floats]) -> Formula:
    return lambda draft, values: function(values[0])


def _activation(draft: Draft, values: list[Floats]) -> Floats:
    if dict(draft.activation.config) != dict(named(draft.activation.name).config):
        raise ValueError("an activation with a parameter")
    return references()[draft.activation.name](values[0])


def _rescaling(draft: Draft, values: list[Floats]) -> Floats:
    scale, offset = draft.config["scale"], draft.config["offset"]
    return np.asarray(values[0] * float(str(scale)) + float(str(offset)))


def _clip(draft: Draft, values: list[Floats]) -> Floats:
    low, high = (float(str(draft.config[key])) for key in ("x_min", "x_max"))
    return np.clip(values[0], low, high)


def _cast(draft: Draft, values: list[Floats]) -> Floats:
    """Truth values as integers; a cast to floats is none (``operations``)."""
    if values[0].dtype != np.bool_:
        raise ValueError("a number that is cut off")
    return values[0].astype(np.float64)


def _reshape(draft: Draft, values: list[Floats]) -> Floats:
    sizes = [-1 if size is None else size for size in draft.output_shape[1:]]
    return values[0].reshape(len(values[0]), *sizes)


def _where(truth: Floats, one: Floats, other: Floats) -> Floats:
    return np.asarray(np.where(truth, one, other))


def _erf(x: Floats) -> Floats:
    return np.asarray(np.vectorize(math.erf, otypes=[float])(x))


FORMULAS: Mapping[str, Formula] = {
    "Activation": _activation,
    "Rescaling": _rescaling,
    "Add": _pair(lambda a, b: a + b),
    "Subtract": _pair(lambda a, b: a - b),
    "Multiply": _pair(lambda a, b: a * b),
    "Divide": _pair(lambda a, b: a / b),
    "TrueDivide": _pair(lambda a, b: a / b),
    "Maximum": _pair(lambda a, b: np.maximum(a, b)),
    "Minimum": _pair(lambda a, b: np.minimum(a, b)),
    "Power": _called(lambda a, b: np.power(a, b)),
    "Logaddexp": _called(lambda a, b: np.logaddexp(a, b)),
    "Greater": _called(lambda a, b: a > b),
    "GreaterEqual": _called(lambda a, b: a >= b),
    "Less": _called(lambda a, b: a < b),
    "LessEqual": _called(lambda a, b: a <= b),
    "Where": _called(_where),
    "Max": _over(np.max),
    "Amax": _over(np.max),
    "Min": _over(np.min),
    "Amin": _over(np.min),
    "Mean": _over(np.mean),
    "Sum": _over(np.sum),
    "Logsumexp": _over(np.logaddexp.reduce),
    "Abs": _each(np.abs),
    "Absolute": _each(np.abs),
    "Negative": _each(np.negative),
    "Log": _each(np.log),
    "Log1p": _each(np.log1p),
    "Expm1": _each(np.expm1),
    "Exp2": _each(np.exp2),
    "Cosh": _each(np.cosh),
    "Sinh": _each(np.sinh),
    "Erf": _each(_erf),
    "LogSigmoid": _each(lambda x: -np.logaddexp(0.0, -x)),
    "Sign": _each(np.sign),
    "Reciprocal": _each(np.reciprocal),
    "Square": _each(np.square),
    "Sqrt": _each(np.sqrt),
    "Rsqrt": _each(lambda x: 1.0 / np.sqrt(x)),
    "ZerosLike": _each(lambda x: np.zeros(x.shape)),
    "OnesLike": _each(lambda x: np.ones(x.shape)),
    "Cast": _cast,
    "Clip": _clip,
    "Flatten": _reshape,
    "Reshape": _reshape,
}
"""By the kind of a draft; Rescaling is ``x * a + b`` in whatever spelling."""
