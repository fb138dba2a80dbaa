"""Inside a fresh jail: predictions from a frozen TensorFlow graph, for models with own layers.

The graph came from beside student code. Only operations that compute numbers from numbers are
let through: none that reads or writes, calls Python, or keeps state. The jail holds for the rest.
"""

from collections.abc import Mapping, Sequence
from typing import Any  # TensorFlow has no type information

import numpy as np
import numpy.typing as npt

from autograder.errors import EvidenceError
from autograder.nouns import JSON

BATCH = 256

Array = npt.NDArray[Any]

OPERATIONS = """
Abs Add AddN AddV2 All Any ArgMax ArgMin AvgPool BatchMatMulV2 BiasAdd BroadcastTo Cast
ClipByValue ConcatV2 Const Conv2D Cos Cumprod Cumsum DepthwiseConv2dNative Einsum Elu Equal Erf
Exp ExpandDims Expm1 Fill Floor FloorDiv FloorMod FusedBatchNormV3 GatherV2 Greater GreaterEqual
Identity IdentityN LRN LeakyRelu Less LessEqual Log Log1p LogSoftmax LogicalAnd LogicalNot
LogicalOr MatMul Max MaxPool Maximum Mean Min Minimum Mul Neg NoOp NotEqual OneHot OnesLike Pack
Pad PadV2 Placeholder PlaceholderWithDefault Pow Prod Range Rank RealDiv Reciprocal Relu Relu6
Reshape ResizeBilinear ResizeNearestNeighbor ReverseV2 Round Rsqrt Select SelectV2 Selu Shape
Sigmoid Sign Sin Size Slice Softmax Softplus Softsign Split SplitV Sqrt Square SquaredDifference
Squeeze StopGradient StridedSlice Sub Sum Tanh Tile TopKV2 Transpose TruncateDiv Unpack
UnsortedSegmentSum Where Xdivy Xlogy ZerosLike
"""
"""What a frozen forward pass of a teaching network consists of."""


def predict_frozen(
    record: Mapping[str, JSON], data: Array | None, inputs: Sequence[Array]
) -> list[Array]:
    """One float32 array (n, ...) for each output of BEHAVIOUR, whose graph ``data`` holds.

    ``inputs`` stand in the record's order. Raises EvidenceError, "cannot be replayed: ...".
    """
    import tensorflow as tf

    if data is None or data.dtype != np.uint8:
        raise EvidenceError("cannot be replayed: the frozen graph is missing")
    definition = tf.compat.v1.GraphDef()
    try:
        definition.ParseFromString(data.tobytes())
    except Exception:
        raise EvidenceError("cannot be replayed: the frozen graph cannot be read") from None
    _check(definition)
    given, wanted = _tensors(record.get("inputs")), _tensors(record.get("outputs"))
    if len(given) != len(inputs) or len({len(array) for array in inputs}) != 1:
        raise EvidenceError(f"{len(given)} inputs of one length expected, found {len(inputs)}")
    graph = tf.Graph()
    with graph.as_default():
        tf.import_graph_def(definition, name="")
    types = [graph.get_tensor_by_name(name).dtype.as_numpy_dtype for name in given]
    parts = []
    with tf.compat.v1.Session(graph=graph) as session:
        for start in range(0, max(1, len(inputs[0])), BATCH):
            rows = [x[start : start + BATCH].astype(t) for x, t in zip(inputs, types, strict=True)]
            parts.append(session.run(wanted, dict(zip(given, rows, strict=True))))
            if any(np.ndim(x) == 0 or len(x) != len(rows[0]) for x in parts[-1]):
                raise EvidenceError("cannot be replayed: an output has no row for each example")
    return [np.concatenate(one).astype(np.float32) for one in zip(*parts, strict=True)]


def _check(definition: Any) -> None:
    if len(definition.library.function):
        raise EvidenceError("cannot be replayed: a frozen graph with functions in it")
    allowed = frozenset(OPERATIONS.split())
    for node in definition.node:
        if node.op not in allowed:
            raise EvidenceError(f"cannot be replayed: the operation {node.op[:60]}")


def _tensors(entries: JSON) -> list[str]:
    found = entries if isinstance(entries, list) else []
    names = [entry.get("tensor") if isinstance(entry, dict) else None for entry in found]
    if not names or not all(isinstance(name, str) for name in names):
        raise EvidenceError("cannot be replayed: the frozen graph has no ends")
    return [str(name) for name in names]
