"""What Keras names where weights begin and what is drawn to: its initializers, constraints and
regularizers, and the places of such arguments in the signatures of its layers."""

from collections.abc import Iterator, Mapping

KINDS = ("initializer", "constraint", "regularizer")
ENDINGS = tuple(f"_{kind}" for kind in KINDS)

_NAMES = {
    "initializer": "constant glorotnormal glorotuniform henormal heuniform identity "
    "identityinitializer lecunnormal lecununiform normal one ones orthogonal orthogonalinitializer "
    "randomnormal randomuniform stft stftinitializer truncatednormal uniform variancescaling zero "
    "zeros",
    "constraint": "maxnorm minmaxnorm nonneg unitnorm",
    "regularizer": "l1 l1l2 l2 orthogonalregularizer",
}
"""Lower case and without underscores; of Keras 3.15 and 2.15, the bases aside."""
NAMES: Mapping[str, frozenset[str]] = {
    kind: frozenset(names.split()) for kind, names in _NAMES.items()
}

_OF_TENSORFLOW = frozenset(
    {"zeros_initializer", "ones_initializer", "random_normal_initializer", "constant_initializer",
     "random_uniform_initializer", "truncated_normal_initializer", "glorot_normal_initializer",
     "glorot_uniform_initializer", "variance_scaling_initializer", "orthogonal_initializer"}
)  # fmt: skip

BY_TEXT = frozenset({"get", "deserialize"})
"""Functions of each of the three modules that look an object up by its name."""

ROOTS = frozenset({"keras", "tensorflow", "tf_keras"})

_OF_CONVOLUTION = (
    "9 kernel_initializer bias_initializer kernel_regularizer bias_regularizer "
    "activity_regularizer kernel_constraint bias_constraint"
)
_OF_CELL = (
    "kernel_initializer recurrent_initializer bias_initializer kernel_regularizer "
    "recurrent_regularizer bias_regularizer {}kernel_constraint recurrent_constraint "
    "bias_constraint"
)
_OF_LAYER = _OF_CELL.format("activity_regularizer ")
_OF_PLAIN_CELL = _OF_CELL.format("")
_OF_NORMS = (
    "beta_initializer gamma_initializer beta_regularizer gamma_regularizer beta_constraint "
    "gamma_constraint"
)
_OF_EMBEDDINGS = "embeddings_initializer embeddings_regularizer embeddings_constraint"


def _forgetting(row: str) -> str:
    """With the argument ``unit_forget_bias`` of layers that have a gate to forget."""
    return row.replace("bias_initializer", "bias_initializer unit_forget_bias")


_ROWS = {
    "Dense": f"3 {_OF_CONVOLUTION[2:]}",
    "EinsumDense": "4 kernel_initializer bias_initializer kernel_regularizer bias_regularizer "
    "kernel_constraint bias_constraint",
    "Conv1D Conv2D Conv3D Conv1DTranspose Conv2DTranspose Conv3DTranspose Convolution1D "
    "Convolution2D Convolution3D Convolution1DTranspose Convolution2DTranspose "
    "Convolution3DTranspose MultiHeadAttention": _OF_CONVOLUTION,
    "GroupQueryAttention": f"7 {_OF_CONVOLUTION[2:]}",
    "ConvLSTM1D ConvLSTM2D ConvLSTM3D": f"9 {_forgetting(_OF_LAYER)}",
    "DepthwiseConv1D DepthwiseConv2D": "8 depthwise_initializer bias_initializer "
    "depthwise_regularizer bias_regularizer activity_regularizer depthwise_constraint "
    "bias_constraint",
    "SeparableConv1D SeparableConv2D SeparableConvolution1D SeparableConvolution2D":
    "9 depthwise_initializer pointwise_initializer bias_initializer depthwise_regularizer "
    "pointwise_regularizer bias_regularizer activity_regularizer depthwise_constraint "
    "pointwise_constraint bias_constraint",
    "Embedding": f"2 {_OF_EMBEDDINGS}",
    "ReversibleEmbedding": f"3 {_OF_EMBEDDINGS}",
    "SimpleRNN": f"3 {_OF_LAYER}",
    "SimpleRNNCell": f"3 {_OF_PLAIN_CELL}",
    "GRU": f"4 {_OF_LAYER}",
    "GRUCell": f"4 {_OF_PLAIN_CELL}",
    "LSTM": f"4 {_forgetting(_OF_LAYER)}",
    "LSTMCell": f"4 {_forgetting(_OF_PLAIN_CELL)}",
    "BatchNormalization": "5 beta_initializer gamma_initializer moving_mean_initializer "
    "moving_variance_initializer beta_regularizer gamma_regularizer beta_constraint "
    "gamma_constraint",
    "LayerNormalization": f"4 {_OF_NORMS}",
    "GroupNormalization": f"5 {_OF_NORMS}",
    "PReLU": "0 alpha_initializer alpha_regularizer alpha_constraint",
}  # fmt: skip
"""Layers, and from which place on they take which arguments, as ``inspect.signature`` has them."""


def _places() -> Iterator[tuple[str, dict[int, str]]]:
    for layers, row in _ROWS.items():
        first, *names = row.split()
        kept = {n: name for n, name in enumerate(names, int(first)) if name.endswith(ENDINGS)}
        yield from ((layer, kept) for layer in layers.split())


PLACES: Mapping[str, Mapping[int, str]] = dict(_places())
"""The arguments of Keras's layers that are given by their place."""


def kind_of(name: str | None) -> str:
    """Which of `KINDS` an argument, item or attribute of such a name is; '' for others.

    >>> kind_of("kernel_initializer"), kind_of("units")
    ('initializer', '')
    """
    last = (name or "").rpartition("_")[2]
    return last if last in KINDS and name and name.endswith(ENDINGS) else ""


def known_text(text: str, kind: str) -> bool:
    """Whether Keras itself knows an object of such a name.

    >>> known_text("he_normal", "initializer"), known_text("mine", "initializer")
    (True, False)
    """
    return text.lower().replace("_", "") in NAMES[kind]


def of_keras(name: str, kind: str) -> bool:
    """Whether a dotted name is Keras's class or function of such a kind.

    >>> of_keras("tensorflow.keras.initializers.HeNormal", "initializer")
    True
    >>> of_keras("string.HeNormal", "initializer")
    False
    """
    parts = name.split(".")
    if parts[0] not in ROOTS:
        return False
    if parts[0] == "tensorflow" and kind == "initializer" and parts[-1] in _OF_TENSORFLOW:
        return True
    return f"{kind}s" in parts[1:-1] and (parts[-1] in BY_TEXT or known_text(parts[-1], kind))
