"""MNIST and Fashion-MNIST: found, verified, cut; the stand-in in their place.

The real sets are tested where AUTOGRADER_DATA names a folder that has them.
"""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from autograder.errors import UsageError
from autograder.student import datasets
from autograder.student.datasets import image_sets

NAMES = ("mnist", "fashion_mnist")
REAL = os.environ.get("AUTOGRADER_DATA")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the stand-ins of both sets."""
    folder = tmp_path_factory.mktemp("small")
    for name in NAMES:
        datasets.stand_in(name, folder)
    return folder


@pytest.fixture(autouse=True)
def nothing_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable and no cache of this machine takes part."""
    monkeypatch.delenv("AUTOGRADER_DATA", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))


def real(name: str) -> Path:
    if not REAL or not datasets.find(image_sets()[name], REAL):
        pytest.skip(f"AUTOGRADER_DATA names no folder with {name}: not tested on the real set")
    return Path(REAL)


@pytest.mark.parametrize("name", NAMES)
def test_the_stand_in_has_the_layout_of_the_real_set(small: Path, name: str) -> None:
    data = datasets.load(name, small)
    assert (data.X_train.shape, data.X_test.shape) == ((1149, 28, 28), (288, 28, 28))
    assert data.X_train.dtype == data.X_test.dtype == np.uint8
    assert data.y_train.dtype == data.y_test.dtype == np.int64
    assert (data.X_train.min(), data.X_train.max()) == (0, 255)
    assert sorted(set(data.y_train)) == list(range(10))
    assert datasets.variant(name, small) == "stand-in"


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_may_change_what_it_loaded(small: Path, name: str) -> None:
    data = datasets.load(name, small)
    data.X_train[0] = 0
    assert datasets.load(name, small).X_train[0].any()


def test_the_two_stand_ins_differ(small: Path) -> None:
    one, other = (datasets.load(name, small) for name in NAMES)
    assert (one.X_train != other.X_train).any(axis=(1, 2)).all()
    np.testing.assert_array_equal(one.y_train, other.y_train)


@pytest.mark.parametrize("name", NAMES)
def test_no_held_out_image_is_among_those_that_a_notebook_loads(small: Path, name: str) -> None:
    parts = datasets.split(name, small)
    data = datasets.load(name, small)
    known = {image.tobytes() for image in np.concatenate([data.X_train, data.X_test])}
    assert len(parts.held_out.y) == 360
    assert not known & {image.tobytes() for image in parts.held_out.x}


def test_the_folder_of_the_variable_is_found(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOGRADER_DATA", str(small))
    assert len(datasets.load("fashion_mnist").X_train) == 1149


def test_keras_s_own_cache_is_found(small: Path, tmp_path: Path) -> None:
    shutil.copytree(small, tmp_path / "keras" / "datasets")
    assert len(datasets.load("mnist").X_train) == 1149


@pytest.mark.parametrize("name", NAMES)
def test_a_set_that_is_nowhere_is_a_sentence_with_the_places_and_the_way_to_get_it(
    tmp_path: Path, name: str
) -> None:
    with pytest.raises(UsageError) as told:
        datasets.split(name, tmp_path / "given", fetch=False)
    text = str(told.value)
    for part in (str(tmp_path / "given"), str(tmp_path / "keras"), "AUTOGRADER_DATA", "load_data"):
        assert part in text


@pytest.mark.parametrize("name", NAMES)
def test_one_changed_pixel_is_found_out_and_the_file_stays(
    small: Path, tmp_path: Path, name: str
) -> None:
    parts = datasets.split(name, small)
    images = image_sets()[name]
    changed = datasets.Shown(
        datasets.Rows(parts.train.x.copy(), parts.train.y), parts.test, parts.variant
    )
    changed.train.x[5, 14, 14] ^= 1
    datasets.write_prepared(images, changed, tmp_path / "data" / "stand-in")
    with pytest.raises(UsageError, match="published numbers of"):
        datasets.load(name, tmp_path / "data" / "stand-in")
    assert (tmp_path / "data" / "stand-in" / name / "X_train.npy").is_file()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("damage", [b"", b"not an archive", None])
def test_a_damaged_file_is_a_sentence_and_is_not_deleted(
    small: Path, tmp_path: Path, name: str, damage: bytes | None
) -> None:
    shutil.copytree(small, tmp_path / "broken")
    path = tmp_path / "broken" / image_sets()[name].files[0]
    path.write_bytes(path.read_bytes()[:20_000] if damage is None else damage)
    with pytest.raises(UsageError, match="cannot be read"):
        datasets.load(name, tmp_path / "broken")
    assert path.exists()


def test_a_set_of_another_size_is_refused(tmp_path: Path) -> None:
    zeros = np.zeros((7, 28, 28), np.uint8)
    arrays = {f"{kind}_{part}": zeros if kind == "x" else zeros[:, 0, 0]
              for kind in "xy" for part in ("train", "test")}  # fmt: skip
    np.savez(tmp_path / "mnist.npz", **arrays)
    with pytest.raises(UsageError, match="found others"):
        datasets.load("mnist", tmp_path)


def test_the_stand_in_is_never_written_over_other_files(tmp_path: Path) -> None:
    (tmp_path / "mnist.npz").write_bytes(b"the real one, say")
    with pytest.raises(UsageError):
        datasets.stand_in("mnist", tmp_path)
    assert (tmp_path / "mnist.npz").read_bytes() == b"the real one, say"


@pytest.mark.parametrize("name", NAMES)
def test_writing_the_stand_in_again_gives_the_same_bytes(
    small: Path, tmp_path: Path, name: str
) -> None:
    datasets.stand_in(name, tmp_path)
    datasets.stand_in(name, tmp_path)
    for file in image_sets()[name].files:
        assert (tmp_path / file).read_bytes() == (small / file).read_bytes()


def test_a_set_that_scikit_learn_brings_needs_no_stand_in(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="fashion_mnist, mnist expected, found 'wine'"):
        datasets.stand_in("wine", tmp_path)
    assert datasets.variant("wine") == "full"


def test_what_is_laid_out_for_a_jail_has_no_held_out_rows(small: Path, tmp_path: Path) -> None:
    images = image_sets()["mnist"]
    place = tmp_path / "data" / "stand-in"
    datasets.write_prepared(images, datasets.split("mnist", small).shown, place)
    loaded = datasets.load("mnist", place)
    for one, other in zip(loaded, datasets.load("mnist", small), strict=True):
        np.testing.assert_array_equal(one, other)
    with pytest.raises(UsageError):
        datasets.split("mnist", place, fetch=False)
    assert sum(np.load(path).size for path in place.rglob("*.npy")) == (1149 + 288) * (784 + 1)


@pytest.mark.parametrize("name", NAMES)
def test_the_real_set_is_cut_as_the_course_says(name: str) -> None:
    place = real(name)
    parts = datasets.split(name, place)
    assert [len(p.y) for p in (parts.train, parts.test, parts.held_out)] == [55_000, 10_000, 5_000]
    assert parts.variant == "full"
    data = datasets.load(name, place)
    assert (data.X_train.dtype, data.X_train.shape) == (np.dtype("uint8"), (55_000, 28, 28))
    assert np.bincount(data.y_test).tolist()[0] == (980 if name == "mnist" else 1000)
