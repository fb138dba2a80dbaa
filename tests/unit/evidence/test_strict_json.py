"""Numbers that no Python of ours could write, or store again, are refused at the border."""

import pytest

from autograder.errors import EvidenceError
from autograder.evidence.strict_json import dumps, loads


@pytest.mark.parametrize("text", ["1e999", "-1e999", "[1, 1E+400]", "1" * 25, "-" + "9" * 5000])
def test_what_no_number_of_64_bits_holds_is_refused(text: str) -> None:
    with pytest.raises(EvidenceError, match="expected, found"):
        loads(text.encode())


@pytest.mark.parametrize("value", [0, -1, 2**63, 2**64, -(2**64), 1e308, 5e-324, -0.0])
def test_others_come_back_as_they_went(value: float) -> None:
    assert loads(dumps(value)) == value
