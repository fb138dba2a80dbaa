"""Whether the rows that judge a network were kept from its training."""

from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.evidence.view import HistoryEvidence, ModelEvidence
from autograder.matchers.failure import MatchFailure
from autograder.matchers.training import belongs

Numbers = npt.NDArray[Any]  # Any: integers, floats and truth values are all taken

FEWEST = 16
"""Targets that must agree; of fewer none is said to be known."""

CHANGES = 6
"""Neighbours that must differ among these: sorted targets look alike in every split."""

_CLOSE = 1e-4
"""Targets that agree after both were scaled to mean 0 and deviation 1, in float32."""


def assert_unseen(
    targets: Numbers, model: ModelEvidence | None, history: HistoryEvidence | None = None
) -> None:
    """Passes when no recorded ``fit`` of the model began on these very targets, in this order.

    ``targets`` is (n,): class numbers or values; those of the fit may be scaled, shifted, or of
    the first rows only. A fit whose targets were not seen passes. Raises MatchFailure.
    """
    if model is None:
        return
    fits = [*model.fits]
    if history is not None and belongs(history, model):
        fits += history.fits
    for fit in fits:
        if any(_same(found, targets) for found in fit.targets):
            raise MatchFailure(
                f"{model.name} is trained on the training rows alone",
                "a fit on the rows that are there to test it",
                "a network that has seen the answers shows nothing about examples that are new.",
                "Look at the two arrays that fit takes.",
            )


def _same(found: Numbers, targets: Numbers) -> bool:
    count = min(len(found), len(targets))
    if count < FEWEST:
        return False
    one, other = _scaled(found[:count]), _scaled(targets[:count])
    if one is None or other is None or np.count_nonzero(np.diff(other)) < CHANGES:
        return False
    return bool(np.allclose(one, other, atol=_CLOSE) or np.allclose(one, -other, atol=_CLOSE))


def _scaled(values: Numbers) -> Numbers | None:
    numbers = values.astype(np.float64)
    spread = float(numbers.std())
    if not np.isfinite(numbers).all() or spread == 0:
        return None
    return np.asarray((numbers - numbers.mean()) / spread)
