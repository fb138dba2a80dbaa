"""The course's data: always the same rows, scaled by the training part, never the held-out ones."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split

from autograder.authoring.heldout import heldout, sets_of_course, write_heldout, write_npz
from autograder.course import Course
from autograder.errors import UsageError
from autograder.student import datasets

NAMES = ("diabetes", "breast_cancer", "digits", "wine")
CHECKS = Path(__file__).parents[2] / "checks"


@pytest.mark.parametrize("name", NAMES)
def test_two_loads_give_equal_arrays(name: str) -> None:
    for one, other in zip(datasets.load(name), datasets.load(name), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("name", "columns", "rows"),
    [
        ("diabetes", 10, (282, 71)),
        ("breast_cancer", 30, (364, 91)),
        ("digits", 64, (1149, 288)),
        ("wine", 13, (113, 29)),
    ],
)
def test_shapes_and_dtypes_are_what_the_notebooks_say(
    name: str, columns: int, rows: tuple[int, int]
) -> None:
    data = datasets.load(name)
    assert data.X_train.shape == (rows[0], columns)
    assert data.X_test.shape == (rows[1], columns)
    assert (data.y_train.shape, data.y_test.shape) == ((rows[0],), (rows[1],))
    assert data.X_train.dtype == data.X_test.dtype == np.float32
    assert data.y_train.dtype == (np.float32 if name == "diabetes" else np.int64)


@pytest.mark.parametrize("name", ["diabetes", "breast_cancer", "wine"])
def test_columns_are_standardised_by_the_training_rows(name: str) -> None:
    data = datasets.load(name)
    np.testing.assert_allclose(data.X_train.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(data.X_train.std(axis=0), 1, atol=1e-4)
    assert np.abs(data.X_test.mean(axis=0)).max() > 1e-3


def test_pixels_run_from_zero_to_one() -> None:
    data = datasets.load("digits")
    assert data.X_train.min() == 0.0
    assert data.X_train.max() == 1.0


@pytest.mark.parametrize("name", NAMES)
def test_the_three_parts_share_no_row_number_and_leave_none_out(name: str) -> None:
    parts = datasets.split(name)
    rows = [len(part.y) for part in (parts.train, parts.test, parts.held_out)]
    assert (
        sum(rows)
        == {
            "diabetes": 442,
            "breast_cancer": 569,
            "digits": 1797,
            "wine": 178,
        }[name]
    )
    assert rows[2] == -(-sum(rows) // 5)


def test_classes_are_as_frequent_in_each_part() -> None:
    parts = datasets.split("breast_cancer")
    shares = [part.y.mean() for part in (parts.train, parts.test, parts.held_out)]
    assert max(shares) - min(shares) < 0.01


def test_the_notebooks_fallback_in_plain_scikit_learn_gives_the_same_rows() -> None:
    x, y = load_breast_cancer(return_X_y=True)
    x, _, y, _ = train_test_split(x, y, test_size=0.2, random_state=42, stratify=y)
    x_train, x_test, y_train, y_test = train_test_split(
        x, y, test_size=0.2, random_state=42, stratify=y
    )
    mean, std = x_train.mean(axis=0), x_train.std(axis=0)
    data = datasets.load("breast_cancer")
    np.testing.assert_array_equal(data.X_test, ((x_test - mean) / std).astype("float32"))
    np.testing.assert_array_equal(data.y_train, y_train)
    np.testing.assert_array_equal(data.y_test, y_test)


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(
        UsageError, match="digits, fashion_mnist, mnist, wine expected, found 'iris'"
    ):
        datasets.load("iris")


def test_other_rows_than_the_courses_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = load_breast_cancer(return_X_y=True)
    x[0, 0] += 1e-9
    monkeypatch.setattr("sklearn.datasets.load_breast_cancer", lambda **_: (x, y))
    with pytest.raises(UsageError, match="Update scikit-learn"):
        datasets.load("breast_cancer")


@pytest.mark.parametrize(("assignment", "name"), list(sets_of_course().items()))
def test_the_committed_held_out_rows_are_the_ones_that_the_script_makes(
    assignment: str, name: str
) -> None:
    made = heldout(name)
    with np.load(CHECKS / assignment / "heldout.npz", allow_pickle=False) as committed:
        assert set(committed) == set(made) == {"x", "y", "x_test", "y_test"}
        for key in made:
            np.testing.assert_allclose(committed[key], made[key], rtol=1e-6)
            assert committed[key].dtype == made[key].dtype


def test_held_out_rows_are_in_no_part_that_a_notebook_loads() -> None:
    held, data = heldout("digits")["x"], datasets.load("digits")
    # Compared with their labels left out: digits has no two equal drawings.
    known = {row.tobytes() for row in np.concatenate([data.X_train, data.X_test])}
    assert not known & {row.tobytes() for row in held}


def test_the_same_arrays_give_the_same_bytes(tmp_path: Path) -> None:
    write_npz(tmp_path / "one.npz", heldout("diabetes"))
    write_npz(tmp_path / "two.npz", heldout("diabetes"))
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()


def test_held_out_rows_of_an_assignment_without_a_bundled_set_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="found 'a0_imports'"):
        write_heldout(Course(tmp_path), "a0_imports")
