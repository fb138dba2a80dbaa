"""A sample of the random classes that tests/soak sends through every format and back."""

from types import ModuleType

import pytest


@pytest.mark.parametrize("seed", range(0, 300, 100))
def test_random_classes_read_back(seed: int, campaign: ModuleType, readers: ModuleType) -> None:
    for number in range(seed, seed + 100):
        campaign.try_table(campaign.random_table(number), readers)
