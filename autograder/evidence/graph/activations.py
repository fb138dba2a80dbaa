"""Reference activations, and what a probed function is.

A probe is the function's answer on one fixed grid of 192 values over [-20, 20] in 12 rows of 16:
[-5, 5] cannot tell relu6 from relu, and one row cannot tell softmax from an elementwise function.
The recorder evaluates in the jail; this module judges. Formulas: keras.io/api/layers/activations.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from autograder.errors import EvidenceError
from autograder.evidence.graph.nodes import Frozen
from autograder.nouns import JSON

Floats = npt.NDArray[np.float64]

GRID_ROWS, GRID_COLUMNS, GRID_LIMIT = 12, 16, 20.0

RTOL, ATOL = 2e-4, 2e-5
"""float32 in the jail, seven digits kept; gelu and its tanh form differ by up to 4e-4."""


@dataclass(frozen=True)
class Activation:
    """A canonical activation; ``config`` holds a parameter that differs from the usual one."""

    name: str
    config: Mapping[str, Frozen] = field(default_factory=dict)


LINEAR = Activation("linear")
UNKNOWN = Activation("unknown")


def probe_grid(shape: tuple[int, ...] = (GRID_ROWS, GRID_COLUMNS)) -> Floats:
    """The grid, float64, in ``shape`` (192 numbers); denser around zero, each row mixed."""
    order = np.arange(GRID_ROWS * GRID_COLUMNS) * 67 % (GRID_ROWS * GRID_COLUMNS)
    steps = np.linspace(-1.0, 1.0, GRID_ROWS * GRID_COLUMNS)[order]
    values = GRID_LIMIT * steps * np.abs(steps)
    return np.asarray(values.astype(np.float32).astype(np.float64).reshape(shape))


def _sigmoid(x: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-x)))


def _softplus(x: Floats) -> Floats:
    return np.asarray(np.log1p(np.exp(-np.abs(x))) + np.maximum(x, 0.0))


def _softmax(x: Floats) -> Floats:
    shifted = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True))


def _elu(x: Floats, alpha: float = 1.0) -> Floats:
    return np.asarray(np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0.0))))


def _gelu(x: Floats) -> Floats:
    erf = np.vectorize(math.erf, otypes=[float])
    return np.asarray(0.5 * x * (1.0 + erf(x / math.sqrt(2.0))))


def _gelu_tanh(x: Floats) -> Floats:
    return np.asarray(0.5 * x * (1.0 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))))


def _hard_sigmoid(x: Floats) -> Floats:
    return np.asarray(np.clip(x / 6.0 + 0.5, 0.0, 1.0))


def references() -> dict[str, Callable[[Floats], Floats]]:
    """Name of each canonical activation and its numpy function on (..., features) arrays."""
    return {
        "linear": lambda x: x,
        "relu": lambda x: np.maximum(x, 0.0),
        "relu6": lambda x: np.clip(x, 0.0, 6.0),
        "sigmoid": _sigmoid,
        "softmax": _softmax,
        "tanh": lambda x: np.tanh(x),
        "elu": _elu,
        "selu": lambda x: 1.0507009873554805 * _elu(x, 1.6732632423543772),
        "gelu": _gelu,
        "softplus": _softplus,
        "softsign": lambda x: x / (1.0 + np.abs(x)),
        "silu": lambda x: x * _sigmoid(x),
        "leaky_relu": lambda x: np.where(x > 0, x, 0.2 * x),
        "exponential": lambda x: np.exp(x),
        "hard_sigmoid": _hard_sigmoid,
        "mish": lambda x: x * np.tanh(_softplus(x)),
        "log_softmax": lambda x: np.log(np.maximum(_softmax(x), 1e-300)),
        "hard_silu": lambda x: x * _hard_sigmoid(x),
        "hard_tanh": lambda x: np.clip(x, -1.0, 1.0),
    }


def aliases() -> dict[str, str]:
    """Names under which TensorFlow and Keras know a canonical activation."""
    return {
        "softmax_v2": "softmax",
        "log_softmax_v2": "log_softmax",
        "swish": "silu",
        "hard_swish": "hard_silu",
        "exp": "exponential",
        "identity": "linear",
    }


def named(name: str) -> Activation:
    """The activation that Keras means by this name, or UNKNOWN."""
    plain = aliases().get(name, name)
    if plain not in references():
        return UNKNOWN
    return Activation(plain, {"negative_slope": 0.2} if plain == "leaky_relu" else {})


def leaky(slope: float) -> Activation:
    """relu with a slope below zero; slope 0 is relu, slope 1 the identity."""
    if slope == 0.0:
        return Activation("relu")
    if slope == 1.0:
        return LINEAR
    return Activation("leaky_relu", {"negative_slope": round(slope, 5)})


def over_axis(name: str, axis: int) -> Activation:
    """A softmax along another axis than the last: a function of its own, whatever it is called."""
    return Activation(f"{name} over axis {axis}")


def is_elementwise(activation: Activation) -> bool:
    """Whether each number is changed by itself, whatever stands beside it."""
    return activation.name in references() and "softmax" not in activation.name


def activation_from_probe(probe: JSON) -> str:
    """The canonical name of the function that gave this probe, "unknown" if none fits."""
    return recognise_probe(probe).name


def recognise_probe(probe: JSON) -> Activation:
    """The activation that gave this probe. Raises EvidenceError for a malformed probe."""
    values = _probe_values(probe)
    return UNKNOWN if values is None else recognise(values, probe_grid(values.shape))


def recognise(values: Floats, grid: Floats) -> Activation:
    """The activation that gives ``values`` on ``grid``, UNKNOWN if none does."""
    for name, reference in references().items():
        if _close(values, reference(grid)):
            return named(name)
    if _close(values, _gelu_tanh(grid)):
        return Activation("gelu", {"approximate": True})
    slope = float(values.flat[int(grid.argmin())]) / float(grid.min())
    if 0.0 < slope < 1.0 and _close(values, np.where(grid > 0, grid, slope * grid)):
        return leaky(slope)
    return UNKNOWN


def affine_from_probe(probe: JSON) -> tuple[float, float] | None:
    """(scale, offset) when the probed function is ``scale * x + offset``, else None."""
    values = _probe_values(probe)
    if values is None:
        return None
    grid = probe_grid(values.shape)
    low, high = int(grid.argmin()), int(grid.argmax())
    scale = float(values.flat[high] - values.flat[low]) / (2 * GRID_LIMIT)
    offset = float(values.flat[high]) - scale * GRID_LIMIT
    fits = np.allclose(values, scale * grid + offset, rtol=1e-5, atol=1e-5 * max(1e-3, abs(scale)))
    return (scale, offset) if fits and scale != 0.0 else None


def _close(found: Floats, expected: Floats) -> bool:
    return bool(np.allclose(found, expected, rtol=RTOL, atol=ATOL))


def _probe_values(probe: JSON) -> Floats | None:
    if probe is None:
        return None
    if not isinstance(probe, dict):
        raise EvidenceError("an object expected for a probe")
    shape, values = probe.get("shape"), probe.get("values")
    size = GRID_ROWS * GRID_COLUMNS
    if not isinstance(shape, list) or not isinstance(values, list) or len(values) != size:
        raise EvidenceError(f"a shape and {size} values expected for a probe")
    if not all(isinstance(n, int) and not isinstance(n, bool) and 0 < n <= size for n in shape):
        raise EvidenceError("a plain shape expected for a probe")
    dims = tuple(n for n in shape if isinstance(n, int))
    if not dims or len(dims) > 8 or math.prod(dims) != size:
        raise EvidenceError(f"a shape of {size} values expected for a probe")
    try:
        flat = np.array([_number(value) for value in values], dtype=np.float64)
    except OverflowError:
        raise EvidenceError("numbers in the range of a float expected in a probe") from None
    return flat.reshape(dims) if bool(np.isfinite(flat).all()) else None


def _number(value: JSON) -> float:
    if isinstance(value, str) and value in ("nan", "inf", "-inf"):
        return float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise EvidenceError("numbers expected in a probe")
    return float(value)
