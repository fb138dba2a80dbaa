"""The rows that a diagnosis looks at."""

import numpy as np
import pytest

from autograder.recorder.targets import sample_rows


@pytest.mark.parametrize(("rows", "kept"), [(10, 10), (64, 64), (65, 33), (150, 50), (9000, 64)])
def test_rows_sorted_by_class_give_some_of_every_class(rows, kept):
    y = np.arange(rows) * 3 // rows
    x = np.arange(rows, dtype=np.float32).reshape(-1, 1)
    (inputs,), (targets,) = sample_rows(x, y)
    assert len(inputs) == len(targets) == kept
    assert set(targets) == {0, 1, 2}
    assert np.array_equal(targets, y[inputs[:, 0].astype(int)])


def test_tables_lists_and_pipelines_give_the_same_rows():
    import pandas as pd
    import tensorflow as tf

    x, y = np.arange(300.0).reshape(150, 2), np.arange(150) % 3
    expected = sample_rows(x, y)[0][0]
    for given in (
        (pd.DataFrame(x), pd.Series(y)),
        (tf.constant(x), tf.constant(y)),
        (tf.data.Dataset.from_tensor_slices((x, y)).shuffle(9).batch(8), None),
    ):
        assert np.array_equal(sample_rows(*given)[0][0], expected)


def test_large_rows_are_fewer_and_rows_without_numbers_none():
    images = np.zeros((1000, 28, 28, 1), np.float32)
    (inputs,), _ = sample_rows(images, np.zeros(1000))
    assert 30 <= len(inputs) <= 41
    assert sample_rows(np.array([["a"], ["b"]]), np.zeros(2)) == ([], [])
    assert sample_rows(np.zeros((0, 3)), np.zeros(0)) == ([], [])
