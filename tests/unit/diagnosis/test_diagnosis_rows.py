"""Facts of arrays, as rules see them."""

import math

import numpy as np
import pytest

from autograder.diagnosis import rows_of


def test_one_hot_rows_are_known_by_their_columns():
    rows = rows_of(np.eye(4)[[0, 1, 1, 3, 1]])
    assert rows.one_hot and rows.sums_to_one and rows.whole
    assert rows.majority == 0.6


def test_rows_with_several_ones_are_not_one_hot():
    rows = rows_of(np.array([[1, 1, 0], [0, 1, 0]]))
    assert not rows.one_hot
    assert (rows.least_sum, rows.greatest_sum) == (1, 2)


def test_a_trailing_axis_of_one_does_not_count():
    assert rows_of(np.zeros((7, 1))).flat
    assert rows_of(np.zeros((7, 3, 1))).each == (3,)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_seen_and_left_out_of_the_range(bad: float):
    rows = rows_of(np.array([1.0, bad, 3.0]))
    assert not rows.finite
    assert (rows.minimum, rows.maximum) == (1.0, 3.0)


def test_objects_and_text_are_no_numbers():
    assert not rows_of(np.array(["a", "b"])).numeric
    missing = rows_of(np.array([1.0, None, math.nan], dtype=object))
    assert not missing.numeric and not missing.finite


def test_the_range_of_a_large_array_is_exact_and_the_rest_from_a_sample():
    array = np.zeros((3000, 1000), dtype=np.float32)
    array[1777, 3] = 255.0
    rows = rows_of(array)
    assert rows.maximum == 255.0
    assert rows.shape == (3000, 1000)


def test_an_empty_array_and_nothing_have_no_facts():
    assert rows_of(None) is None
    assert math.isnan(rows_of(np.zeros((0, 3))).minimum)
    assert rows_of(3.0) is None
