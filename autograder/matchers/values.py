"""Numbers and arrays that a student computed, compared with what the grader recomputed."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.matchers.failure import MatchFailure

RTOL = 1e-3
"""Float32 sums in another order differ by 1e-5; a typed-in or rounded number by more."""

_KINDS = {"f": "floating-point numbers", "i": "integers", "u": "integers", "b": "truth values"}


def assert_close(
    found: object, expected: float, *, name: str, rtol: float = RTOL, atol: float = 0.0
) -> None:
    """Passes when ``found`` is a number within ``rtol`` (relative) or ``atol`` of ``expected``.

    The message does not state the expected number. Raises MatchFailure.
    """
    if isinstance(found, (bool, str)) or not isinstance(found, (int, float, np.number)):
        raise MatchFailure(f"{name} is a number", f"a {type(found).__name__}")
    if not math.isclose(float(found), expected, rel_tol=rtol, abs_tol=atol):
        raise MatchFailure(
            f"{name} is what comes out when it is computed from the model and the data",
            f"{float(found):.6g}, which is another number",
            "the result has to come from this model, as it is now.",
            f"Compute {name} in the notebook, and run the cells from the top.",
        )


def assert_array(
    array: npt.NDArray[Any],  # Any: the dtype is what is judged
    *,
    name: str = "the array",
    shape: tuple[int | None, ...] | tuple[tuple[int | None, ...], ...] | None = None,
    dtype_kind: str | None = None,
    low: float | None = None,
    high: float | None = None,
) -> None:
    """Passes when shape, kind of numbers and range are right.

    ``shape`` is one shape or several allowed ones, None standing for any length; ``dtype_kind``
    holds NumPy kind letters ("f", "iu"); ``low`` and ``high`` bound every element, and a number
    that is none is out of bounds. Raises MatchFailure.
    """
    if shape is not None and not any(_fits(array.shape, one) for one in _shapes(shape)):
        wanted = " or ".join(_shown(one) for one in _shapes(shape))
        raise MatchFailure(f"{name} of shape {wanted}", f"shape {_shown(array.shape)}")
    if dtype_kind is not None and array.dtype.kind not in dtype_kind:
        wanted = " or ".join(dict.fromkeys(_KINDS.get(kind, kind) for kind in dtype_kind))
        raise MatchFailure(f"{name} holds {wanted}", f"dtype {array.dtype.name}")
    if (low is not None or high is not None) and array.dtype.kind not in "iufb":
        raise MatchFailure(f"{name} holds numbers", f"dtype {array.dtype.name}")
    if low is not None and not np.all(array >= low):
        raise MatchFailure(f"no number in {name} below {low:g}", _smallest(array))
    if high is not None and not np.all(array <= high):
        raise MatchFailure(f"no number in {name} above {high:g}", _largest(array))


def _shapes(shape: tuple[Any, ...]) -> tuple[tuple[int | None, ...], ...]:
    # Any: one shape or several; the first element tells which.
    return shape if shape and isinstance(shape[0], tuple) else (shape,)


def _fits(found: tuple[int, ...], wanted: tuple[int | None, ...]) -> bool:
    return len(found) == len(wanted) and all(
        w is None or f == w for f, w in zip(found, wanted, strict=True)
    )


def _shown(shape: tuple[int | None, ...]) -> str:
    inner = ", ".join("any" if n is None else str(n) for n in shape)
    return f"({inner},)" if len(shape) == 1 else f"({inner})"


def _smallest(array: npt.NDArray[Any]) -> str:
    return "numbers that are none" if _has_nan(array) else f"a smallest of {array.min():g}"


def _largest(array: npt.NDArray[Any]) -> str:
    return "numbers that are none" if _has_nan(array) else f"a largest of {array.max():g}"


def _has_nan(array: npt.NDArray[Any]) -> bool:
    return array.dtype.kind == "f" and bool(np.isnan(array).any())
