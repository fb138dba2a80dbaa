"""TensorFlow functions on symbolic tensors of Keras, while a subclassed model is traced.

``tf.nn.relu(x)`` in a student's ``call`` is the same as ``keras.ops.relu(x)``, but refuses a
symbolic tensor. TensorFlow asks the dispatchers that are registered before it gives up (its own
``tensorflow.python.util.dispatch``; Keras 2 did the same): here they answer with the operation of
Keras, so that what a model computes is known whichever of the two it was written with.
"""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any  # Keras and TensorFlow have no type information

Operation = Callable[..., Any]


@contextlib.contextmanager
def tensorflow_functions() -> Iterator[None]:
    """Inside, the known TensorFlow functions take symbolic tensors of Keras."""
    from tensorflow.python.util import dispatch

    class Dispatcher(dispatch.GlobalOpDispatcher):  # type: ignore[misc]  # no types
        def handle(self, op: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            found = known.get(str(getattr(op, "__name__", "")))
            if found is None or not _symbolic((args, kwargs)):
                return self.NOT_SUPPORTED
            try:
                return found(*args, **{k: v for k, v in kwargs.items() if k != "name"})
            except TypeError:
                # Arguments that the table does not know; TensorFlow's own error is the better one.
                return self.NOT_SUPPORTED

    known = {**_functions(), **_reductions(), **_activations()}
    registered = dispatch._GLOBAL_DISPATCHERS
    one = Dispatcher()
    one.register()
    try:
        yield
    finally:
        registered.remove(one)


def _symbolic(value: Any) -> bool:
    import keras
    from keras import tree

    return any(isinstance(x, keras.KerasTensor) for x in tree.flatten(value))


def _functions() -> Mapping[str, Operation]:
    """By TensorFlow's own function names, with its parameters' names."""
    import keras
    from keras import ops

    def matmul(a: Any, b: Any, transpose_a: bool = False, transpose_b: bool = False) -> Any:
        if transpose_a or transpose_b:
            raise TypeError
        return ops.matmul(a, b)

    return {
        "concat": lambda values, axis: ops.concatenate(values, axis=axis),
        "reshape": lambda tensor, shape: ops.reshape(tensor, shape),
        "expand_dims_v2": lambda input, axis: ops.expand_dims(input, axis),
        "squeeze_v2": lambda input, axis=None: ops.squeeze(input, axis),
        "transpose_v2": lambda a, perm=None: ops.transpose(a, perm),
        "stack": lambda values, axis=0: ops.stack(values, axis=axis),
        "matmul": matmul,
        "add": lambda x, y: ops.add(x, y),
        "subtract": lambda x, y: ops.subtract(x, y),
        "multiply": lambda x, y: ops.multiply(x, y),
        "divide": lambda x, y: ops.true_divide(x, y),
        "maximum": lambda x, y: ops.maximum(x, y),
        "minimum": lambda x, y: ops.minimum(x, y),
        "identity": lambda input: input,  # ops.identity makes a matrix
        "square": lambda x: ops.square(x),
        "sqrt": lambda x: ops.sqrt(x),
        "abs": lambda x: ops.absolute(x),
        "negative": lambda x: ops.negative(x),
        "exp": lambda x: ops.exp(x),
        "log": lambda x: ops.log(x),
        "pow": lambda x, y: ops.power(x, y),
        "reciprocal": lambda x: ops.reciprocal(x),
        "rsqrt": lambda x: ops.rsqrt(x),
        "log1p": lambda x: ops.log1p(x),
        "expm1": lambda x: ops.expm1(x),
        "sinh": lambda x: ops.sinh(x),
        "cosh": lambda x: ops.cosh(x),
        "erf": lambda x: ops.erf(x),
        "sign": lambda x: ops.sign(x),
        "greater": lambda x, y: ops.greater(x, y),
        "greater_equal": lambda x, y: ops.greater_equal(x, y),
        "less": lambda x, y: ops.less(x, y),
        "less_equal": lambda x, y: ops.less_equal(x, y),
        "where_v2": lambda condition, x, y: ops.where(condition, x, y),
        "clip_by_value": lambda t, clip_value_min, clip_value_max: ops.clip(
            t, clip_value_min, clip_value_max
        ),
        "cast": lambda x, dtype: ops.cast(x, keras.backend.standardize_dtype(dtype)),
        "convert_to_tensor_v2_with_dispatch": lambda value: value,
        "zeros_like_v2": lambda input: ops.zeros_like(input),
        "ones_like_v2": lambda input: ops.ones_like(input),
    }


def _reductions() -> Mapping[str, Operation]:
    from keras import ops

    def reduction(operation: Operation) -> Operation:
        return lambda input_tensor, axis=None, keepdims=False: operation(
            input_tensor, axis=axis, keepdims=keepdims
        )

    return {
        "reduce_mean": reduction(ops.mean),
        "reduce_sum": reduction(ops.sum),
        "reduce_max": reduction(ops.max),
        "reduce_min": reduction(ops.min),
        "reduce_logsumexp": reduction(ops.logsumexp),
    }


def _activations() -> Mapping[str, Operation]:
    from keras import ops

    return {
        "relu": lambda features: ops.relu(features),
        "relu6": lambda features: ops.relu6(features),
        "elu": lambda features: ops.elu(features),
        "selu": lambda features: ops.selu(features),
        "softplus": lambda features: ops.softplus(features),
        "softsign": lambda features: ops.softsign(features),
        "silu": lambda features: ops.silu(features),
        "swish": lambda features: ops.silu(features),
        "gelu": lambda features, approximate=False: ops.gelu(features, approximate=approximate),
        "leaky_relu": lambda features, alpha=0.2: ops.leaky_relu(features, negative_slope=alpha),
        "sigmoid": lambda x: ops.sigmoid(x),
        "log_sigmoid": lambda x: ops.log_sigmoid(x),
        "tanh": lambda x: ops.tanh(x),
        "softmax_v2": lambda logits, axis=None: ops.softmax(
            logits, axis=-1 if axis is None else axis
        ),
        "log_softmax_v2": lambda logits, axis=None: ops.log_softmax(
            logits, axis=-1 if axis is None else axis
        ),
    }
