"""Rows of data in the shape that a model takes: flat or as an image is the student's choice."""

import math
from collections.abc import Sequence

from autograder.evidence.arrays import Array

Shape = tuple[int | None, ...]


def as_taken(array: Array, shape: Shape) -> Array:
    """The rows in the model's shape (batch first), where nothing but the shape differs.

    >>> import numpy as np
    >>> as_taken(np.zeros((5, 28, 28)), (None, 784)).shape
    (5, 784)
    >>> as_taken(np.zeros((5, 9)), (None, 784)).shape
    (5, 9)
    >>> as_taken(np.zeros((5, 9)), (None, None, 1)).shape
    (5, 9, 1)
    """
    if array.ndim == len(shape) - 1 and shape[-1] == 1:
        array = array[..., None]
    sizes = [size for size in shape[1:] if size is not None]
    if array.ndim < 2 or array.shape[1:] == tuple(sizes) or len(sizes) != len(shape) - 1:
        return array
    if math.prod(sizes) != math.prod(array.shape[1:]):
        return array
    return array.reshape(len(array), *sizes)


def misfit(arrays: Sequence[Array], shapes: Sequence[Shape]) -> str:
    """Why the arrays are no input of a model with these input shapes, or an empty string.

    >>> import numpy as np
    >>> misfit([np.zeros((5, 9))], [(None, 784)])
    'examples of shape (784,), where the data have (9,)'
    """
    if len(arrays) != len(shapes):
        return f"{len(shapes)} inputs, where the data have {len(arrays)}"
    for array, shape in zip(arrays, shapes, strict=True):
        found = as_taken(array, shape).shape[1:]
        same = len(found) == len(shape) - 1 and all(
            wanted in (None, given) for wanted, given in zip(shape[1:], found, strict=True)
        )
        if not same:
            return f"examples of shape {shape[1:]}, where the data have {found}"
    return ""
