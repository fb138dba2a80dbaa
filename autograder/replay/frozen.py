"""Inside a fresh jail: predictions from a frozen TensorFlow graph, for models that no table builds.

They have layers of the student's own, or some of Keras that ``evidence/graph/allowed.py`` leaves
out. The graph came from beside student code. Only operations that compute numbers from numbers are
let through: none that reads or writes, calls Python, or keeps state. The jail holds for the rest, a
loop without an end included.
"""

from collections.abc import Mapping, Sequence
from typing import Any  # TensorFlow has no type information

import numpy as np
import numpy.typing as npt

from autograder.errors import EvidenceError
from autograder.evidence.model_view import NO_ROWS
from autograder.nouns import JSON

BATCH = 256

Array = npt.NDArray[Any]

OPERATIONS = """
Abs Acos Acosh Add AddN AddV2 All Any ArgMax ArgMin Asin Asinh Atan Atan2 Atanh AvgPool AvgPool3D
BatchMatMulV2 BatchMatMulV3 BiasAdd Bitcast BitwiseAnd BroadcastArgs BroadcastTo Bucketize Cast
Ceil ClipByValue Complex ConcatV2 Const Conv2D Conv2DBackpropInput Conv3D Conv3DBackpropInputV2
Cos Cosh Cumprod Cumsum DenseBincount DepthToSpace DepthwiseConv2dNative Einsum Elu Equal Erf Erfc
Exp ExpandDims Expm1 FFT Fill Floor FloorDiv FloorMod FusedBatchNormV3 GatherV2 Greater
GreaterEqual Identity IdentityN Imag IsFinite IsInf IsNan LRN LeakyRelu Less LessEqual Log Log1p
LogSoftmax LogicalAnd LogicalNot LogicalOr MatMul MatrixBandPart Max MaxPool MaxPool3D Maximum
Mean Min Minimum MirrorPad Mul Neg NoOp NotEqual OneHot OnesLike Pack Pad PadV2 Placeholder
PlaceholderWithDefault Pow Prod RFFT Range Rank Real RealDiv Reciprocal Relu Relu6 Reshape
ResizeArea ResizeBicubic ResizeBilinear ResizeNearestNeighbor ReverseV2 Roll Round Rsqrt Select
SelectV2 Selu Shape Sigmoid Sign Sin Sinh Size Slice Softmax Softplus Softsign SpaceToDepth Split
SplitV Sqrt Square SquaredDifference Squeeze StopGradient StridedSlice Sub Sum Tan Tanh Tile
TopKV2 Transpose TruncateDiv Unpack UnsortedSegmentSum Where Xdivy Xlogy ZerosLike
"""
"""What a frozen forward pass of a teaching network consists of."""

LOOP = """
Enter Exit LoopCond Merge NextIteration Switch TensorListFromTensor TensorListGetItem
TensorListReserve TensorListSetItem TensorListStack
"""
"""A recurrence: the steps of a loop, and the tensors that it reads and writes in turn."""


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
            parts.append(_run(session, wanted, dict(zip(given, rows, strict=True))))
            if any(np.ndim(x) == 0 or len(x) != len(rows[0]) for x in parts[-1]):
                raise EvidenceError(f"cannot be replayed: {NO_ROWS}")
    return [np.concatenate(one).astype(np.float32) for one in zip(*parts, strict=True)]


def _run(session: Any, wanted: list[str], feed: Mapping[str, Array]) -> list[Array]:
    try:
        return list(session.run(wanted, feed))
    except Exception as error:
        # The student's network may refuse these rows, with an error of any operation.
        text = str(error).strip().splitlines()
        reason = f"{type(error).__name__} {text[0] if text else ''}"[:300]
        raise EvidenceError(f"cannot be replayed: {reason}") from None


def _check(definition: Any) -> None:
    if len(definition.library.function):
        raise EvidenceError("cannot be replayed: a frozen graph with functions in it")
    allowed = frozenset([*OPERATIONS.split(), *LOOP.split()])
    for node in definition.node:
        if node.op not in allowed:
            raise EvidenceError(f"cannot be replayed: the operation {node.op[:60]}")


def _tensors(entries: JSON) -> list[str]:
    found = entries if isinstance(entries, list) else []
    names = [entry.get("tensor") if isinstance(entry, dict) else None for entry in found]
    if not names or not all(isinstance(name, str) for name in names):
        raise EvidenceError("cannot be replayed: the frozen graph has no ends")
    return [str(name) for name in names]
