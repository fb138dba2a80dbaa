"""What a check leaves open in one setting of a layer: units, filters, a rate, an activation."""

import math
from collections.abc import Callable
from dataclasses import dataclass

_TOLERANCE = 1e-6  # a setting that went through float32 and back


@dataclass(frozen=True)
class Amount:
    """Any value for which ``fits`` is true; ``words`` say which these are."""

    words: str
    fits: Callable[[object], bool]

    def __str__(self) -> str:
        return self.words


def at_least(lowest: float) -> Amount:
    """That number or a larger one.

    >>> from autograder.matchers import Dense, at_least
    >>> Dense(at_least(16), "relu").describe()
    'Dense with units at least 16, activation relu'
    """
    return Amount(f"at least {lowest:g}", lambda found: _number(found) >= lowest)


def at_most(highest: float) -> Amount:
    """That number or a smaller one."""
    return Amount(f"at most {highest:g}", lambda found: _number(found) <= highest)


def between(lowest: float, highest: float) -> Amount:
    """A number from ``lowest`` to ``highest``, both included."""
    return Amount(
        f"from {lowest:g} to {highest:g}", lambda found: lowest <= _number(found) <= highest
    )


def one_of(*values: object) -> Amount:
    """One of the values; numbers may differ by what float32 loses.

    >>> str(one_of("relu", "gelu"))
    'relu or gelu'
    """
    return Amount(
        " or ".join(map(str, values)), lambda found: any(same_setting(found, one) for one in values)
    )


def _number(found: object) -> float:
    whole = isinstance(found, (int, float)) and not isinstance(found, bool)
    return float(str(found)) if whole else math.nan


def same_setting(found: object, wanted: object) -> bool:
    """Whether two settings are equal, numbers but for what float32 loses, lists as tuples."""
    if isinstance(found, bool) or isinstance(wanted, bool):
        return found is wanted
    if isinstance(found, (int, float)) and isinstance(wanted, (int, float)):
        return math.isclose(found, wanted, rel_tol=_TOLERANCE)
    if isinstance(found, (list, tuple)) and isinstance(wanted, (list, tuple)):
        return list(found) == list(wanted)
    return found == wanted
