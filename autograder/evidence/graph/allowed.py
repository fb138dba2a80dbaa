"""Which layers and operations can be built again from a record, with which arguments, how large.

An allow-list: class name -> argument names. No Lambda, nothing that takes a path, a vocabulary or a
function. Trusts nobody: the configs come from beside student code. The recorder asks it what has to
be recorded as a frozen graph instead; the replay (``autograder.replay.inside``) builds by it.
"""

import math
from collections.abc import Mapping, Sequence

from autograder.errors import EvidenceError
from autograder.evidence.graph.activations import Activation
from autograder.evidence.graph.canonical import canonical
from autograder.evidence.graph.operations import AUGMENTATION, resolve
from autograder.evidence.graph.recorded import RecordedGraph, RecordedOp, read_model
from autograder.nouns import JSON

MAX_PARAMETERS = 50_000_000
"""200 MB of float32; the course's budget is 100,000."""

MAX_ARGUMENT = 1_000_000
MAX_VALUES = 10_000
"""Numbers in one list-valued argument (a Normalization's mean)."""

MAX_ELEMENTS_PER_ROW = 16_000_000
"""64 MB of float32 for one example's activations."""

_CONV = "filters kernel_size strides padding data_format dilation_rate groups use_bias activation"
_TRANSPOSED = f"{_CONV} output_padding".replace(" groups", "")
_DEPTHWISE = (
    "kernel_size strides padding depth_multiplier data_format dilation_rate use_bias activation"
)
_SEPARABLE = f"{_CONV} depth_multiplier".replace(" groups", "")
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
    "SpatialDropout3D": "rate",
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
    "Conv3D": _CONV,
    "Conv1DTranspose": _TRANSPOSED,
    "Conv2DTranspose": _TRANSPOSED,
    "Conv3DTranspose": _TRANSPOSED,
    "DepthwiseConv1D": _DEPTHWISE,
    "DepthwiseConv2D": _DEPTHWISE,
    "SeparableConv1D": _SEPARABLE,
    "SeparableConv2D": _SEPARABLE,
    "MaxPooling1D": _POOL,
    "MaxPooling2D": _POOL,
    "MaxPooling3D": _POOL,
    "AveragePooling1D": _POOL,
    "AveragePooling2D": _POOL,
    "AveragePooling3D": _POOL,
    "GlobalMaxPooling1D": _GLOBAL_POOL,
    "GlobalMaxPooling2D": _GLOBAL_POOL,
    "GlobalMaxPooling3D": _GLOBAL_POOL,
    "GlobalAveragePooling1D": _GLOBAL_POOL,
    "GlobalAveragePooling2D": _GLOBAL_POOL,
    "GlobalAveragePooling3D": _GLOBAL_POOL,
    "ZeroPadding1D": "padding data_format",
    "ZeroPadding2D": "padding data_format",
    "ZeroPadding3D": "padding data_format",
    "Cropping1D": "cropping",
    "Cropping2D": "cropping data_format",
    "Cropping3D": "cropping data_format",
    "CenterCrop": "height width data_format",
    "Resizing": (
        "height width interpolation crop_to_aspect_ratio pad_to_aspect_ratio fill_value antialias "
        "data_format"
    ),
    "UpSampling1D": "size",
    "UpSampling2D": "size data_format interpolation",
    "UpSampling3D": "size data_format",
    "Concatenate": "axis",
    "Add": "",
    "Subtract": "",
    "Multiply": "",
    "Average": "",
    "Maximum": "",
    "Minimum": "",
    "Dot": "axes normalize",
    "Embedding": "input_dim output_dim mask_zero",
    "Masking": "mask_value",
    "SimpleRNN": "units activation use_bias return_sequences go_backwards",
    "LSTM": _RNN.replace(" reset_after", ""),
    "GRU": _RNN.replace(" unit_forget_bias", ""),
}

RECURRENT = frozenset(["SimpleRNN", "LSTM", "GRU"])

OPERATIONS: Mapping[str, str] = {
    "Abs": "abs",
    "Absolute": "absolute",
    "Add": "add",
    "Append": "append",
    "Amax": "amax",
    "Amin": "amin",
    "Arccos": "arccos",
    "Arccosh": "arccosh",
    "Arcsin": "arcsin",
    "Arcsinh": "arcsinh",
    "Arctan": "arctan",
    "Arctan2": "arctan2",
    "Arctanh": "arctanh",
    "Average": "average",
    "BroadcastTo": "broadcast_to",
    "Ceil": "ceil",
    "Celu": "celu",
    "Clip": "clip",
    "Concatenate": "concatenate",
    "Cos": "cos",
    "Cosh": "cosh",
    "CountNonzero": "count_nonzero",
    "Cumprod": "cumprod",
    "Cumsum": "cumsum",
    "Diff": "diff",
    "Divide": "divide",
    "Dot": "dot",
    "Elu": "elu",
    "Equal": "equal",
    "Erf": "erf",
    "Exp": "exp",
    "Exp2": "exp2",
    "ExpandDims": "expand_dims",
    "Expm1": "expm1",
    "Flip": "flip",
    "Floor": "floor",
    "FloorDivide": "floor_divide",
    "Gelu": "gelu",
    "Glu": "glu",
    "Greater": "greater",
    "GreaterEqual": "greater_equal",
    "HardShrink": "hard_shrink",
    "HardSigmoid": "hard_sigmoid",
    "HardSilu": "hard_silu",
    "HardTanh": "hard_tanh",
    "Hstack": "hstack",
    "Hypot": "hypot",
    "Isfinite": "isfinite",
    "Isinf": "isinf",
    "Isnan": "isnan",
    "LeakyRelu": "leaky_relu",
    "Less": "less",
    "LessEqual": "less_equal",
    "Log": "log",
    "Log10": "log10",
    "Log1p": "log1p",
    "Log2": "log2",
    "LogSigmoid": "log_sigmoid",
    "LogSoftmax": "log_softmax",
    "Logaddexp": "logaddexp",
    "LogicalAnd": "logical_and",
    "LogicalNot": "logical_not",
    "LogicalOr": "logical_or",
    "LogicalXor": "logical_xor",
    "Logsumexp": "logsumexp",
    "Matmul": "matmul",
    "Max": "max",
    "Maximum": "maximum",
    "Mean": "mean",
    "Median": "median",
    "Min": "min",
    "Minimum": "minimum",
    "Mod": "mod",
    "Moveaxis": "moveaxis",
    "Multiply": "multiply",
    "NanToNum": "nan_to_num",
    "Negative": "negative",
    "NotEqual": "not_equal",
    "OnesLike": "ones_like",
    "Power": "power",
    "Prod": "prod",
    "Ptp": "ptp",
    "Ravel": "ravel",
    "Reciprocal": "reciprocal",
    "Relu": "relu",
    "Relu6": "relu6",
    "Repeat": "repeat",
    "Reshape": "reshape",
    "Roll": "roll",
    "Round": "round",
    "Rsqrt": "rsqrt",
    "Selu": "selu",
    "Sigmoid": "sigmoid",
    "Sign": "sign",
    "Silu": "silu",
    "Sin": "sin",
    "Sinh": "sinh",
    "SoftShrink": "soft_shrink",
    "Softmax": "softmax",
    "Softplus": "softplus",
    "Softsign": "softsign",
    "Sort": "sort",
    "Sqrt": "sqrt",
    "Square": "square",
    "Squareplus": "squareplus",
    "Squeeze": "squeeze",
    "Stack": "stack",
    "Std": "std",
    "Subtract": "subtract",
    "Sum": "sum",
    "Swapaxes": "swapaxes",
    "Tan": "tan",
    "Tanh": "tanh",
    "TanhShrink": "tanh_shrink",
    "Threshold": "threshold",
    "Tile": "tile",
    "Transpose": "transpose",
    "Trapezoid": "trapezoid",
    "Tril": "tril",
    "Triu": "triu",
    "TrueDivide": "true_divide",
    "Trunc": "trunc",
    "Var": "var",
    "Where": "where",
    "ZerosLike": "zeros_like",
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


def is_clear(model: JSON) -> bool:
    """Whether a recorded MODEL has a graph that can be built again, every operation of it.

    What is not clear can only be predicted from its BEHAVIOUR. A malformed recording is not clear.
    """
    try:
        graph = read_model(model).graph
        recognised = all(node.recognised for node in canonical(model).nodes)
        return graph is not None and recognised and all(map(_can_be_built, _flat(graph)))
    except EvidenceError:
        return False


def needed(graph: RecordedGraph) -> list[RecordedOp]:
    """The operations that an output depends on: Keras also records how it computes masks."""
    wanted = {ref.node for ref in graph.outputs}
    kept = []
    for op in reversed(graph.ops):
        if op.id in wanted:
            wanted.update(ref.node for ref in op.inputs)
            kept.append(op)
    return kept[::-1]


def _flat(graph: RecordedGraph) -> list[RecordedOp]:
    """The needed operations, those of nested models in their models' place."""
    found: list[RecordedOp] = []
    for op in needed(graph):
        found += [op] if op.graph is None else _flat(op.graph)
    return found


def _can_be_built(op: RecordedOp) -> bool:
    """By its class alone: a setting that cannot be read must not lead to another prediction."""
    if op.module == "keras.ops":
        return op.class_name in OPERATIONS or op.class_name == "GetItem"
    if op.module != "keras.layers":
        return True
    if op.class_name in RECURRENT:
        # Its state, as a second input or output, is not handed on in a replay.
        return len(op.inputs) == len(op.output_shapes) == 1
    return op.class_name in LAYERS or op.class_name in AUGMENTATION or op.class_name == "Lambda"


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
    if op.class_name in RECURRENT:
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
