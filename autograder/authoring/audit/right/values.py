"""Numbers out of arrays: means, shares, labels, scaled pixels, each by another of many ways."""

import ast

from autograder.authoring.audit.right.evaluating import a_table, one_column, probabilities
from autograder.authoring.audit.right.notebook import View
from autograder.authoring.audit.right.operators import Bound, rewriting
from autograder.authoring.audit.right.trees import constant, inside_functions

_ERROR = "float(numpy.mean(numpy.abs(A - B)))"
_SHARE = "float(numpy.mean(A == B))"
_LABELS = "(A > 0.5).astype(int)"
_SCALED = "(A / B).astype('float32')"
_CLASSES = "A.argmax(axis=1)"
_SKLEARN = "import sklearn.metrics"


def _divisor(view: View, bound: Bound) -> bool:
    """Whether B is a number that is typed in: pixels are divided by one, means are not."""
    value = constant(bound["B"])
    return isinstance(value, int | float) and value not in (0, 1)


def _whole(view: View, bound: Bound) -> bool:
    return _divisor(view, bound) and isinstance(constant(bound["B"]), int)


def _reduced(view: View, bound: Bound) -> bool:
    """Whether A is one number of NumPy's."""
    node = bound["A"]
    path = view.path(node.func) if isinstance(node, ast.Call) else ""
    return path in ("numpy.mean", "numpy.average", "numpy.sum")


def _array(view: View, bound: Bound) -> bool:
    """Whether A is an array for certain: a comparison, or what NumPy gives for an array."""
    node = bound["A"]
    path = view.path(node.func) if isinstance(node, ast.Call) else ""
    return isinstance(node, ast.Compare) or path in ("numpy.abs", "numpy.square")


def _in_function(view: View, bound: Bound) -> bool:
    """Whether A and B are arguments of a function of the cell: numbers, where it multiplies."""
    inner = inside_functions(view.tree)
    return all(isinstance(n, ast.Name) and id(n) in inner for n in (bound["A"], bound["B"]))


_MEANS = (
    rewriting("error-turned", "numpy.abs(A - B)", "numpy.abs(B - A)"),
    rewriting("error-method", "numpy.abs(A - B)", "abs(A - B)"),
    rewriting("error-root", "numpy.abs(A - B)", "numpy.sqrt((A - B) ** 2)"),
    rewriting("error-tensorflow", _ERROR, "float(tensorflow.reduce_mean(tensorflow.abs(A - B)))"),
    rewriting("error-keras", _ERROR, "float(keras.losses.MeanAbsoluteError()(B, A))"),
    rewriting(
        "error-sklearn", _ERROR, "sklearn.metrics.mean_absolute_error(B, A)", imports=_SKLEARN
    ),
    rewriting("mean-method", "numpy.mean(A)", "A.mean()", when=_array),
    rewriting("mean-average", "numpy.mean(A)", "numpy.average(A)"),
    rewriting("mean-sum", "numpy.mean(A)", "numpy.sum(A) / numpy.size(A)"),
    rewriting("float-left-out", "float(A)", "A", when=_reduced),
    rewriting("float-item", "float(A)", "A.item()", when=_reduced),
    rewriting("float-numpy", "float(A)", "numpy.float32(A)", when=_reduced),
    rewriting("share-sklearn", _SHARE, "sklearn.metrics.accuracy_score(B, A)", imports=_SKLEARN),
    rewriting("share-counted", _SHARE, "numpy.count_nonzero(A == B) / len(B)"),
    rewriting("share-of-mistakes", _SHARE, "float(1 - numpy.mean(A != B))"),
    rewriting("share-turned", "numpy.mean(A == B)", "numpy.mean(B == A)"),
    rewriting("share-equal", "numpy.mean(A == B)", "numpy.mean(numpy.equal(A, B))"),
    rewriting(
        "share-tensorflow",
        _SHARE,
        "float(tensorflow.reduce_mean(tensorflow.cast(A == B, 'float32')))",
    ),
)

_FLAT = (
    rewriting("flat-flatten", "A.ravel()", "A.flatten()"),
    rewriting("flat-reshape", "A.ravel()", "A.reshape(-1)"),
    rewriting("flat-function", "A.ravel()", "numpy.ravel(A)"),
    rewriting("flat-column", "A.ravel()", "A[:, 0]", when=one_column),
    rewriting("flat-squeeze", "A.ravel()", "numpy.squeeze(A, axis=1)", when=one_column),
)

_DECIDED = (
    rewriting("labels-where", _LABELS, "numpy.where(A > 0.5, 1, 0)"),
    rewriting("labels-round", _LABELS, "numpy.round(A).astype(int)", when=probabilities),
    rewriting("labels-rint", _LABELS, "numpy.rint(A).astype('int32')", when=probabilities),
    rewriting("labels-product", _LABELS, "(A > 0.5) * 1"),
    rewriting("labels-greater", _LABELS, "numpy.greater(A, 0.5).astype(int)"),
    rewriting("labels-turned", "A > 0.5", "0.5 < A"),
    rewriting("labels-half", "A > 0.5", "A > 1 / 2"),
    rewriting("labels-int64", "A.astype(int)", "A.astype('int64')"),
    rewriting("labels-int32", "A.astype(int)", "A.astype(numpy.int32)"),
    rewriting("labels-cast", _LABELS, "tensorflow.cast(A > 0.5, 'int32').numpy()"),
    rewriting("classes-function", _CLASSES, "numpy.argmax(A, axis=1)"),
    rewriting("classes-last-axis", _CLASSES, "A.argmax(axis=-1)", when=a_table),
    rewriting("classes-function-last", _CLASSES, "numpy.argmax(A, -1)", when=a_table),
    rewriting("classes-tensorflow", _CLASSES, "tensorflow.argmax(A, axis=1).numpy()"),
    rewriting("classes-rows", _CLASSES, "numpy.array([row.argmax() for row in A])", when=a_table),
    rewriting("classes-sorted", _CLASSES, "numpy.argsort(A, axis=1)[:, -1]", when=a_table),
)

_PIXELS = (
    rewriting("scale-type-first", _SCALED, "A.astype('float32') / B", when=_divisor),
    rewriting("scale-product", "A / B", "A * (1 / B)", when=_divisor),
    rewriting("scale-decimal", "A / B", "A / float(B)", when=_whole),
    rewriting("scale-function", "A / B", "numpy.divide(A, B)", when=_divisor),
    rewriting(
        "scale-cast",
        _SCALED,
        "numpy.asarray(tensorflow.cast(A, tensorflow.float32) / B)",
        when=_divisor,
    ),
    rewriting(
        "scale-layer", _SCALED, "numpy.asarray(keras.layers.Rescaling(1 / B)(A))", when=_divisor
    ),
    rewriting("scale-float64", _SCALED, "A / B", when=_divisor),
    rewriting("type-object", "A.astype('float32')", "A.astype(numpy.float32)"),
    rewriting("type-function", "A.astype('float32')", "numpy.float32(A)"),
    rewriting("type-asarray", "A.astype('float32')", "numpy.asarray(A, dtype='float32')"),
)

_FORMULAS = (
    rewriting("formula-factored", "A * B + B", "(A + 1) * B", when=_in_function),
    rewriting("formula-turned", "A * B + B", "B + B * A", when=_in_function),
    rewriting("formula-sum", "A * B + B", "sum((A * B, B))", when=_in_function),
)

OPERATORS = (*_MEANS, *_FLAT, *_DECIDED, *_PIXELS, *_FORMULAS)
