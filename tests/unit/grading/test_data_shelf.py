"""The host's side of data: found, verified, laid out without held-out rows; or a clear refusal."""

from pathlib import Path

import numpy as np
import pytest

from autograder.course import Course, Settings
from autograder.errors import CourseError
from autograder.grading import Shelf, StandIn
from autograder.student import datasets

MNIST = Settings(data="mnist")


@pytest.fixture(autouse=True)
def nothing_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable and no cache of this machine takes part."""
    monkeypatch.delenv("AUTOGRADER_DATA", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return Course(tmp_path / "course")


def test_an_assignment_that_names_no_set_needs_none(course: Course) -> None:
    assert Shelf().data_of(course, "a1", Settings()) is None
    assert not course.data.exists()


def test_missing_data_names_the_assignment_and_what_can_be_done(course: Course) -> None:
    with pytest.raises(CourseError) as told:
        Shelf().data_of(course, "a5_mnist", MNIST)
    for part in ("a5_mnist is graded on MNIST", "AUTOGRADER_DATA", "--data", "--stand-in"):
        assert part in str(told.value)


def test_a_set_that_no_settings_may_name_is_refused(course: Course) -> None:
    with pytest.raises(CourseError, match="found 'digits'"):
        Shelf().data_of(course, "a3", Settings(data="digits"))


def test_only_training_and_test_rows_are_laid_out(course: Course) -> None:
    data = Shelf(stand_in=StandIn.ALWAYS).data_of(course, "a5", MNIST)
    assert data is not None
    assert (data.told, data.inside) == ("mnist (stand-in)", "/opt/data/stand-in")
    laid = np.concatenate(
        [np.load(data.folder / "stand-in/mnist" / f"X_{part}.npy") for part in ("train", "test")]
    )
    assert len(laid) == 1149 + 288
    assert data.checks.heldout is not None
    held_out = {image.tobytes() for image in data.checks.heldout["x"]}
    assert len(held_out) == 360
    assert not held_out & {image.tobytes() for image in laid}
    files = [path.name for path in course.data.rglob("*") if path.is_file()]
    assert sorted(files) == ["X_test.npy", "X_train.npy", "y_test.npy", "y_train.npy"]


def test_held_out_arrays_are_as_a_notebook_s_own_rows(course: Course) -> None:
    data = Shelf(stand_in=StandIn.ALWAYS).data_of(course, "a5", MNIST)
    assert data is not None
    assert data.checks.heldout is not None
    found = {name: (a.dtype.name, a.shape) for name, a in data.checks.heldout.items()}
    assert found == {
        "x": ("uint8", (360, 28, 28)),
        "y": ("int64", (360,)),
        "x_test": ("uint8", (288, 28, 28)),
        "y_test": ("int64", (288,)),
    }


@pytest.mark.parametrize("how", ["flipped", "cut short", "gone"])
def test_what_was_laid_out_is_verified_again_and_mended(course: Course, how: str) -> None:
    shelf = Shelf(stand_in=StandIn.ALWAYS)
    assert shelf.data_of(course, "a5", MNIST)
    path = course.data / "stand-in/mnist/X_test.npy"
    sound = path.read_bytes()
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(sound[:-1] + b"\x07" if how == "flipped" else sound[:500])
    assert shelf.data_of(course, "a5", MNIST)
    assert path.read_bytes() == sound
    path.write_bytes(sound[:-1] + b"\x07")
    assert Shelf(stand_in=StandIn.ALWAYS).data_of(course, "a5", MNIST)
    assert path.read_bytes() == sound


def test_a_set_is_read_once_for_a_command(course: Course, tmp_path: Path) -> None:
    folder = datasets.stand_in("mnist", tmp_path / "small")
    shelf = Shelf(folder)
    first = shelf.data_of(course, "a5", MNIST)
    (folder / "mnist.npz").unlink()
    assert shelf.data_of(course, "a5", MNIST) is first


def test_a_folder_s_stand_in_is_told_from_the_full_set(course: Course, tmp_path: Path) -> None:
    data = Shelf(datasets.stand_in("mnist", tmp_path)).data_of(course, "a5", MNIST)
    other = Shelf(stand_in=StandIn.ALWAYS).data_of(course, "a7", Settings(data="fashion_mnist"))
    assert data is not None
    assert other is not None
    assert data.variant == other.variant == "stand-in"
    assert data.key != other.key


def test_a_broken_set_is_refused_and_no_stand_in_hides_it(course: Course, tmp_path: Path) -> None:
    (tmp_path / "mnist.npz").write_bytes(b"torn")
    with pytest.raises(CourseError, match="cannot be read"):
        Shelf(tmp_path, StandIn.IF_MISSING).data_of(course, "a5", MNIST)


def test_a_missing_set_falls_back_where_that_was_asked_for(course: Course) -> None:
    data = Shelf(stand_in=StandIn.IF_MISSING).data_of(course, "a5", MNIST)
    assert data is not None
    assert data.told == "mnist (stand-in)"
