"""Which layers and operations a replay may build, with which arguments, and how large.

An allow-list: class name -> argument names. No Lambda, nothing that takes a path, a vocabulary or a
function. Trusts nobody: the configs come from beside student code.
"""

import math
from collections.abc import Mapping, Sequence

from autograder.errors import EvidenceError
from autograder.evidence.graph.activations import Activation
from autograder.evidence.graph.operations import resolve
from autograder.evidence.graph.recorded import RecordedOp
from autograder.nouns import JSON

MAX_PARAMETERS = 50_000_000
"""200 MB of float32; the course's budget is 100,000."""

MAX_ARGUMENT = 1_000_000
MAX_VALUES = 10_000
"""Numbers in one list-valued argument (a Normalization's mean)."""

MAX_ELEMENTS_PER_ROW = 16_000_000
"""64 MB of float32 for one example's activations."""

_CONV = "filters kernel_size strides padding data_format dilation_rate groups use_bias activation"
_POOL = "pool_size strides padding data_format"
_GLOBAL_POOL = "data_format keepdims"
_RNN = (
    "units activation recurrent_activation use_bias unit_forget_bias reset_after return_sequences "
    "go_backwards"
)

LAYERS: Mapping[str, str] = {
    "Dense": "units use_bias activation",
    "Activation": "activation",
    "ReLU": "max_value negative_slope threshold",
    "LeakyReLU": "negative_slope",
    "PReLU": "shared_axes",
    "ELU": "alpha",
    "Softmax": "axis",
    "Identity": "",
    "Flatten": "data_format",
    "Reshape": "target_shape",
    "Permute": "dims",
    "RepeatVector": "n",
    "Dropout": "rate",
    "SpatialDropout1D": "rate",
    "SpatialDropout2D": "rate",
    "AlphaDropout": "rate",
    "GaussianDropout": "rate",
    "GaussianNoise": "stddev",
    "ActivityRegularization": "l1 l2",
    "BatchNormalization": "axis epsilon center scale momentum",
    "LayerNormalization": "axis epsilon center scale rms_scaling",
    "GroupNormalization": "groups axis epsilon center scale",
    "RMSNormalization": "axis epsilon",
    "UnitNormalization": "axis",
    "Rescaling": "scale offset",
    "Normalization": "axis mean variance invert",
    "Conv1D": _CONV,
    "Conv2D": _CONV,
    "Conv2DTranspose": f"{_CONV} output_padding".replace(" groups", ""),
    "DepthwiseConv2D": (
        "kernel_size strides padding depth_multiplier data_format dilation_rate use_bias activation"
    ),
    "SeparableConv2D": f"{_CONV} depth_multiplier".replace(" groups", ""),
    "MaxPooling1D": _POOL,
    "MaxPooling2D": _POOL,
    "AveragePooling1D": _POOL,
    "AveragePooling2D": _POOL,
    "GlobalMaxPooling1D": _GLOBAL_POOL,
    "GlobalMaxPooling2D": _GLOBAL_POOL,
    "GlobalAveragePooling1D": _GLOBAL_POOL,
    "GlobalAveragePooling2D": _GLOBAL_POOL,
    "ZeroPadding1D": "padding data_format",
    "ZeroPadding2D": "padding data_format",
    "Cropping1D": "cropping",
    "Cropping2D": "cropping data_format",
    "CenterCrop": "height width data_format",
    "Resizing": (
        "height width interpolation crop_to_aspect_ratio pad_to_aspect_ratio fill_value antialias "
        "data_format"
    ),
    "UpSampling1D": "size",
    "UpSampling2D": "size data_format interpolation",
    "Concatenate": "axis",
    "Add": "",
    "Subtract": "",
    "Multiply": "",
    "Average": "",
    "Maximum": "",
    "Minimum": "",
    "Dot": "axes normalize",
    "Embedding": "input_dim output_dim mask_zero",
    "SimpleRNN": "units activation use_bias return_sequences go_backwards",
    "LSTM": _RNN.replace(" reset_after", ""),
    "GRU": _RNN.replace(" unit_forget_bias", ""),
}

OPERATIONS: Mapping[str, str] = {
    "Absolute": "absolute",
    "Add": "add",
    "Average": "average",
    "Clip": "clip",
    "Concatenate": "concatenate",
    "Divide": "divide",
    "Dot": "dot",
    "Elu": "elu",
    "Exp": "exp",
    "ExpandDims": "expand_dims",
    "Flip": "flip",
    "Gelu": "gelu",
    "HardSigmoid": "hard_sigmoid",
    "HardSilu": "hard_silu",
    "HardTanh": "hard_tanh",
    "Identity": "identity",
    "LeakyRelu": "leaky_relu",
    "Log": "log",
    "LogSoftmax": "log_softmax",
    "Matmul": "matmul",
    "Max": "max",
    "Maximum": "maximum",
    "Mean": "mean",
    "Min": "min",
    "Minimum": "minimum",
    "Multiply": "multiply",
    "Negative": "negative",
    "Power": "power",
    "Relu": "relu",
    "Relu6": "relu6",
    "Reshape": "reshape",
    "Selu": "selu",
    "Sigmoid": "sigmoid",
    "Silu": "silu",
    "Softmax": "softmax",
    "Softplus": "softplus",
    "Softsign": "softsign",
    "Sqrt": "sqrt",
    "Square": "square",
    "Squeeze": "squeeze",
    "Stack": "stack",
    "Subtract": "subtract",
    "Sum": "sum",
    "Tanh": "tanh",
    "Transpose": "transpose",
    "TrueDivide": "true_divide",
}
"""Class of ``keras.ops`` -> its public function."""

TEXTS = frozenset(
    [
        "valid",
        "same",
        "causal",
        "channels_last",
        "channels_first",
        "nearest",
        "bilinear",
        "bicubic",
        "lanczos3",
        "area",
    ]
)
ACTIVATION_ARGUMENTS = ("activation", "recurrent_activation")


def arguments(op: RecordedOp) -> dict[str, object]:
    """The constructor's arguments that the config may set; activations as ``Activation``."""
    allowed = LAYERS.get(op.class_name)
    if op.module != "keras.layers" or allowed is None:
        raise EvidenceError(f"cannot be replayed: {_what(op)} {op.class_name}")
    return {
        key: activation(value, op) if key in ACTIVATION_ARGUMENTS else plain_value(value, key)
        for key, value in op.config.items()
        if key in allowed.split()
    }


def activation(value: JSON, op: RecordedOp) -> Activation:
    """The canonical activation of the recorded value, found by a probe where need be."""
    found = resolve(value)
    if found.name == "unknown":
        raise EvidenceError(f"cannot be replayed: unknown activation in {op.class_name}")
    return found


def plain_value(value: JSON, what: str, left: int = 6) -> object:
    """A capped number, known word, None, or nested lists of such; lists become tuples."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        if not abs(value) <= MAX_ARGUMENT:
            raise EvidenceError(f"cannot be replayed: {what} is out of bounds")
        return value
    if isinstance(value, str) and value in TEXTS:
        return value
    if isinstance(value, list) and left > 0 and len(value) <= MAX_VALUES:
        return tuple(plain_value(item, what, left - 1) for item in value)
    raise EvidenceError(f"cannot be replayed: {what} has no plain value")


def parameter_bound(op: RecordedOp, input_shape: Sequence[int | None]) -> int:
    """An upper bound of the layer's parameters, from its arguments, before it is built."""
    width = int(input_shape[-1] or 1) if input_shape else 1
    if len(input_shape) > 1 and op.config.get("data_format") == "channels_first":
        width = max(width, int(input_shape[1] or 1))
    units, filters = _count(op, "units"), _count(op, "filters")
    if op.class_name == "Embedding":
        return _count(op, "input_dim") * _count(op, "output_dim")
    if op.class_name in ("SimpleRNN", "LSTM", "GRU"):
        return 4 * units * (units + width + 2)
    kernel = op.config.get("kernel_size")
    if kernel is not None:
        sizes = kernel if isinstance(kernel, list) else [kernel, kernel]
        area = math.prod(size if isinstance(size, int) else 1 for size in sizes)
        depth = max(1, _count(op, "depth_multiplier"))
        return area * width * depth * max(1, filters) + width * depth * max(1, filters) + filters
    if op.class_name == "PReLU":
        return math.prod(dim or 1 for dim in input_shape[1:])
    return units * width + units if units else 5 * math.prod(dim or 1 for dim in input_shape[1:])


def _count(op: RecordedOp, key: str) -> int:
    value = op.config.get(key)
    if value is None:
        return 0
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= MAX_ARGUMENT:
        raise EvidenceError(f"cannot be replayed: {key} of {op.class_name} is out of bounds")
    return value


def _what(op: RecordedOp) -> str:
    return "custom layer" if not op.module else "layer"
