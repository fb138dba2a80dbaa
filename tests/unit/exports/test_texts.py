"""Texts and numbers that a spreadsheet leaves as they are."""

import math
from decimal import Decimal

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from autograder.exports.texts import plain_text, points_text, restored, safe_text


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+49", "-5", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", "|calc", "%0A", "'=1", "''+1"],
)
def test_what_begins_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert plain_text(text) == safe_text(text) == f"'{text}"


@pytest.mark.parametrize(
    "text",
    [
        *["5 jan", "1 Okt 2026", "1234567890123456", "12%", "€5", "true", "FALSE"],
        "007",
        "1-2",
        "2026-03-01",
        "3/4",
        "1e5",
        "12E+3",
        "10:30",
        "1.2",
        "1,2",
        "MARCH1",
        "Mar 5",
    ],
)
def test_what_a_spreadsheet_turns_into_a_date_or_number_gets_an_apostrophe(text: str) -> None:
    assert plain_text(text) == f"'{text}"
    assert safe_text(text) == text  # for a platform, which turns nothing


@pytest.mark.parametrize(
    "text", ["", "ada", "12345678", "'tis", "ada-1", "a1", "Mayer", "e5", "2b"]
)
def test_an_ordinary_text_stays_as_it_is(text: str) -> None:
    assert plain_text(text) == safe_text(text) == text


@seed(8)
@settings(max_examples=300, deadline=None, database=None)
@given(st.text(alphabet=st.sampled_from("'=+-@\t\r\n 0123456789.,:/aeJnMr=|%\"é"), max_size=8))
def test_every_text_reads_back(text: str) -> None:
    assert restored(plain_text(text)) == text
    assert restored(safe_text(text), safe_text) == text
    assert plain_text(text).lstrip()[:1] not in tuple("=+-@")


@pytest.mark.parametrize(
    ("score", "text"),
    [
        (0, "0.00"),
        (7.5, "7.50"),
        (0.125, "0.13"),
        (2.675, "2.68"),
        (1.675 + 1.0 - 4e-16, "2.68"),
        (1234567.0, "1234567.00"),
        (1e-9, "0.00"),
        (-0.0, "0.00"),
        (None, ""),
        (1e16, "10000000000000000.00"),
    ],
)
def test_points_have_two_decimals_and_nothing_between_thousands(
    score: float | None, text: str
) -> None:
    assert points_text(score) == text


@seed(8)
@settings(max_examples=200, deadline=None, database=None)
@given(st.floats(min_value=0, max_value=1e6))
def test_points_are_never_off_by_more_than_half_a_hundredth(score: float) -> None:
    assert abs(Decimal(points_text(score)) - Decimal(repr(score))) <= Decimal("0.005001")
    assert math.isfinite(float(points_text(score)))
