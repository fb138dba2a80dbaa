"""What one recorded operation is in canonical terms: a no-op, an activation, or a kind of node.

Reads operations that ``recorded.py`` has checked. A class counts as Keras's own only when it was
recorded under a module of Keras; everything else is ``Custom``.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from autograder.evidence.graph.activations import (
    LINEAR,
    UNKNOWN,
    Activation,
    affine_from_probe,
    leaky,
    named,
    over_axis,
    recognise_probe,
)
from autograder.evidence.graph.nodes import Frozen, Shape
from autograder.evidence.graph.recorded import RecordedOp
from autograder.nouns import JSON

STANDARD_MODULES = ("keras.layers", "keras.ops", "keras.activations")

FUSABLE = frozenset(
    [
        "Dense",
        "EinsumDense",
        "Conv1D",
        "Conv2D",
        "Conv3D",
        "SeparableConv1D",
        "SeparableConv2D",
        "DepthwiseConv1D",
        "DepthwiseConv2D",
        "Conv1DTranspose",
        "Conv2DTranspose",
        "Conv3DTranspose",
    ]
)
"""Layers that take ``activation=``; a recurrent one uses it inside, so nothing fuses there."""

ACTIVATION_OPERATIONS: Mapping[str, str] = {
    "Relu": "relu",
    "Relu6": "relu6",
    "Sigmoid": "sigmoid",
    "Tanh": "tanh",
    "Elu": "elu",
    "ELU": "elu",
    "Selu": "selu",
    "Gelu": "gelu",
    "Softplus": "softplus",
    "Softsign": "softsign",
    "Silu": "silu",
    "Exp": "exponential",
    "HardSigmoid": "hard_sigmoid",
    "HardSilu": "hard_silu",
    "HardTanh": "hard_tanh",
    "Mish": "mish",
    "Softmax": "softmax",
    "LogSoftmax": "log_softmax",
}
MERGES = frozenset(["Add", "Subtract", "Multiply", "Maximum", "Minimum", "Average", "Dot"])
NOISE = frozenset(
    [
        "Dropout",
        "SpatialDropout1D",
        "SpatialDropout2D",
        "SpatialDropout3D",
        "GaussianDropout",
        "GaussianNoise",
        "AlphaDropout",
    ]
)
AUGMENTATION = frozenset(
    [
        "RandomBrightness",
        "RandomContrast",
        "RandomErasing",
        "RandomFlip",
        "RandomRotation",
        "RandomShear",
        "RandomTranslation",
        "RandomZoom",
    ]
)
"""Layers that change images in training only, and hand them on as they are afterwards."""

MAX_WRAPPERS = 3
"""Wrappers in wrappers."""

RESHAPES = frozenset(["Flatten", "Reshape", "Squeeze", "ExpandDims"])
ARITHMETIC = frozenset(["Add", "Subtract", "Multiply", "TrueDivide", "Divide"])
SIDE_BY_SIDE = frozenset(["Append", "Hstack"])
FLOATS = frozenset(["float16", "bfloat16", "float32", "float64"])
"""What numbers may be cast to and stay what they are, but for digits."""

DROPPED_KEYS = frozenset(
    [
        "name",
        "dtype",
        "trainable",
        "activation",
        "seed",
        "noise_shape",
        "registered_name",
        "quantization_config",
        "lora_rank",
        "lora_alpha",
    ]
)


@dataclass(frozen=True)
class Meaning:
    """A node's canonical kind, settings and activation. ``kind`` "" means a no-op."""

    kind: str
    config: Mapping[str, Frozen] = field(default_factory=dict)
    activation: Activation = LINEAR
    recognised: bool = True


NO_OP = Meaning("")


def meaning(op: RecordedOp, input_shapes: tuple[Shape, ...]) -> Meaning:
    """What the operation is, given the shapes of its inputs."""
    if op.module not in STANDARD_MODULES:
        return _custom(op)
    if len(op.output_shapes) != 1:
        return _plain(op, input_shapes)
    if op.class_name in ("Identity", "InputLayer") and len(input_shapes) == 1:
        return NO_OP
    if op.class_name in NOISE and _noise_rate(op) == 0.0:
        return NO_OP
    if op.class_name == "Cast" and str(op.config.get("dtype")) in FLOATS:
        return NO_OP
    if op.class_name in RESHAPES and len(input_shapes) == 1:
        return _reshape(op, input_shapes[0])
    if op.class_name == "Rescaling" and op.module == "keras.layers":
        return _rescaling_layer(op, input_shapes)
    if op.class_name in SIDE_BY_SIDE and op.module == "keras.ops":
        return _side_by_side(op, input_shapes)
    if op.class_name == "Lambda":
        return _lambda(op, input_shapes)
    activation = activation_of(op, input_shapes)
    if activation is not None:
        return _activation(activation)
    if op.class_name in ARITHMETIC and op.module == "keras.ops" and len(input_shapes) == 1:
        return _arithmetic(op)
    return _plain(op, input_shapes)


def activation_of(op: RecordedOp, input_shapes: tuple[Shape, ...]) -> Activation | None:
    """The activation that this operation is, None when it is something else."""
    if len(input_shapes) != 1:
        return None
    if op.class_name == "Activation":
        return resolve(op.config.get("activation"))
    if op.class_name == "Maximum":
        return Activation("relu") if _constant(op) == 0.0 else None
    if op.class_name == "ReLU":
        return _relu_layer(op.config)
    if op.class_name in ("LeakyReLU", "LeakyRelu"):
        return leaky(_float(op.config.get("negative_slope"), 0.2))
    name = ACTIVATION_OPERATIONS.get(op.class_name)
    if name is None:
        return None
    if name in ("softmax", "log_softmax") and not _last_axis(op, input_shapes[0]):
        axis = op.config.get("axis")
        return over_axis(name, axis) if isinstance(axis, int) else None
    if name == "elu" and _float(op.config.get("alpha"), 1.0) != 1.0:
        return Activation("elu", {"alpha": _float(op.config.get("alpha"), 1.0)})
    if name == "gelu" and op.config.get("approximate", True) is True and op.module == "keras.ops":
        return Activation("gelu", {"approximate": True})
    return named(name)


def resolve(value: JSON) -> Activation:
    """The activation that a recorded ``activation=`` stands for."""
    if value is None:
        return LINEAR
    if isinstance(value, str):
        return named(value)
    if not isinstance(value, dict):
        return UNKNOWN
    if "callable" in value:
        name, module = value.get("callable"), value.get("module")
        if module == "keras.activations" and isinstance(name, str):
            return named(name)
        return recognise_probe(value.get("probe"))
    return UNKNOWN


def freeze(value: JSON) -> Frozen:
    """The value with tuples for lists; a recorded callable becomes its canonical name."""
    if isinstance(value, list):
        return tuple(freeze(item) for item in value)
    if isinstance(value, dict):
        if "callable" in value:
            return resolve(value).name
        kept = {key: item for key, item in value.items() if key not in ("module", "name")}
        return {key: freeze(item) for key, item in kept.items() if item is not None}
    return value


def _plain(op: RecordedOp, input_shapes: tuple[Shape, ...]) -> Meaning:
    config = {
        key: freeze(value)
        for key, value in op.config.items()
        if key not in DROPPED_KEYS and not key.endswith("_initializer") and value is not None
    }
    if config.get("data_format") == "channels_last":
        del config["data_format"]
    if op.class_name == "Concatenate" and input_shapes:
        rank, axis = len(input_shapes[0]), config.get("axis")
        if isinstance(axis, int) and axis >= 0:
            config["axis"] = axis - rank
    constants = [freeze(item) for item in op.args if not _only_tensors(item)]
    if constants:
        config["args"] = tuple(constants)
    if op.class_name in MERGES and not constants:
        config = {}
    activation = resolve(_settings(op).get("activation"))
    return Meaning(op.class_name, config, activation, activation.name != "unknown")


def _settings(op: RecordedOp) -> Mapping[str, JSON]:
    """The settings of the layer, or of what it wraps (TimeDistributed, Bidirectional)."""
    settings = op.config
    for _ in range(MAX_WRAPPERS):
        inner = settings.get("layer")
        config = inner.get("config") if isinstance(inner, dict) else None
        if not isinstance(config, dict):
            break
        settings = config
    return settings


def _custom(op: RecordedOp) -> Meaning:
    return Meaning("Custom", {"class_name": op.class_name}, LINEAR, False)


def _activation(found: Activation) -> Meaning:
    if found.name == "linear":
        return NO_OP
    return Meaning("Activation", {}, found, found.name != "unknown")


def _lambda(op: RecordedOp, input_shapes: tuple[Shape, ...]) -> Meaning:
    function = op.config.get("function")
    probe = function.get("probe") if isinstance(function, dict) else None
    same_shape = len(input_shapes) == 1 and _static(input_shapes[0]) == _static(op.output_shapes[0])
    if not same_shape or probe is None:
        return _custom(op)
    found = recognise_probe(probe)
    if found.name != "unknown":
        return _activation(found)
    affine = affine_from_probe(probe)
    return _custom(op) if affine is None else rescaling(*affine)


def rescaling(scale: float, offset: float) -> Meaning:
    """``scale * x + offset``; five digits are kept, which is what a probe can tell."""
    if not (math.isfinite(scale) and math.isfinite(offset)):
        return Meaning("Rescaling", {}, LINEAR, False)
    scale, offset = float(f"{scale:.5g}"), round(offset, 5) + 0.0
    if (scale, offset) == (1.0, 0.0):
        return NO_OP
    return Meaning("Rescaling", {"scale": scale, "offset": offset})


def _rescaling_layer(op: RecordedOp, input_shapes: tuple[Shape, ...]) -> Meaning:
    scale = _float(op.config.get("scale"), math.nan)
    offset = _float(op.config.get("offset", 0.0), math.nan)
    if math.isnan(scale) or math.isnan(offset):
        return _plain(op, input_shapes)
    return rescaling(scale, offset)


def _arithmetic(op: RecordedOp) -> Meaning:
    value = _constant(op)
    if value is None:
        return _plain(op, ((),))
    tensor_first = _only_tensors(op.args[0])
    if op.class_name == "Add":
        return rescaling(1.0, value)
    if op.class_name == "Multiply":
        return rescaling(value, 0.0)
    if op.class_name == "Subtract":
        return rescaling(1.0, -value) if tensor_first else rescaling(-1.0, value)
    if tensor_first and value != 0.0:
        return rescaling(1.0 / value, 0.0)
    return _plain(op, ((),))


def _side_by_side(op: RecordedOp, input_shapes: tuple[Shape, ...]) -> Meaning:
    """Other names for a concatenation along one axis: ``hstack`` has axis 1."""
    axis = 1 if op.class_name == "Hstack" else op.config.get("axis")
    rank = len(input_shapes[0]) if input_shapes else 0
    if not isinstance(axis, int) or not -rank <= axis < rank:
        return _plain(op, input_shapes)
    return Meaning("Concatenate", {"axis": axis if axis < 0 else axis - rank})


def _reshape(op: RecordedOp, before: Shape) -> Meaning:
    after = op.output_shapes[0]
    if op.config.get("data_format") == "channels_first":
        return _plain(op, (before,))
    if _static(before) == _static(after) and None not in after[1:]:
        return NO_OP
    if None in before[1:] or None in after[1:]:
        return Meaning("Flatten") if op.class_name == "Flatten" else _plain(op, (before,))
    if not after or math.prod(_ints(before[1:])) != math.prod(_ints(after[1:])):
        return _plain(op, (before,))
    if len(after) == 2:
        return Meaning("Flatten")
    return Meaning("Reshape", {"target_shape": after[1:]})


def _relu_layer(config: Mapping[str, JSON]) -> Activation:
    limit = config.get("max_value")
    slope, threshold = _float(config.get("negative_slope"), 0.0), config.get("threshold")
    if _float(threshold, 0.0) != 0.0:
        return UNKNOWN
    if limit is None:
        return leaky(slope)
    return Activation("relu6") if _float(limit, -1.0) == 6.0 and slope == 0.0 else UNKNOWN


def _last_axis(op: RecordedOp, before: Shape) -> bool:
    axis = op.config.get("axis", -1)
    return axis == -1 or axis == len(before) - 1


def _noise_rate(op: RecordedOp) -> float:
    return _float(op.config.get("rate", op.config.get("stddev")), 1.0)


def _constant(op: RecordedOp) -> float | None:
    """The one number that stands beside the one tensor of a two-argument operation."""
    arguments = [*op.args, *op.kwargs.values()]
    numbers = [_float(item, math.nan) for item in arguments if not _only_tensors(item)]
    if len(arguments) != 2 or len(numbers) != 1 or not math.isfinite(numbers[0]):
        return None
    return numbers[0]


def _only_tensors(value: JSON) -> bool:
    if isinstance(value, list):
        return all(_only_tensors(item) for item in value)
    if isinstance(value, dict):
        return set(value) == {"tensor"} or all(_only_tensors(item) for item in value.values())
    return False


def _float(value: JSON, default: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return default
    try:
        return float(value)
    except OverflowError:
        return default


def _static(shape: Shape) -> Shape:
    return shape[1:]


def _ints(shape: Shape) -> list[int]:
    return [dim for dim in shape if dim is not None]
