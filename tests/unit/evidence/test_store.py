"""The evidence store finds out torn and flipped files, and never loses the rest."""

from pathlib import Path

import numpy as np
import pytest

from autograder.errors import StoreError
from autograder.evidence.arrays import pack, unpack
from autograder.evidence.store import Store


def test_a_manifest_comes_back_as_it_was(tmp_path: Path) -> None:
    Store(str(tmp_path)).put_run("ab12", {"cells": [], "status": "completed"})
    assert Store(str(tmp_path)).run("ab12") == {"cells": [], "status": "completed"}
    assert Store(str(tmp_path)).run("ab13") is None


def test_an_array_comes_back_bit_by_bit(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    array = np.array([[1.5, -0.0], [np.nan, 3e38]], dtype="float32")
    assert unpack(store.blob(store.put_blob(pack(array)))).tobytes() == array.tobytes()


@pytest.mark.parametrize("where", [3, 70, -1])
def test_a_flipped_bit_is_found_and_counts_as_not_there(tmp_path: Path, where: int) -> None:
    store = Store(str(tmp_path))
    store.put_run("ab12", {"status": "completed"})
    (path,) = tmp_path.rglob("ab12.json")
    data = bytearray(path.read_bytes())
    data[where] ^= 1
    path.write_bytes(bytes(data))
    assert store.run("ab12") is None


def test_a_torn_array_is_an_error_that_names_it(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    digest = store.put_blob(pack(np.ones(100)))
    (path,) = tmp_path.rglob(f"{digest}.bin")
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(StoreError, match=digest[:12]):
        store.blob(digest)


def test_a_store_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("a file in the way")
    with pytest.raises(StoreError, match="cannot be written"):
        Store(str(tmp_path / "store")).put_run("ab12", {})


def test_the_store_may_be_any_fsspec_url() -> None:
    store = Store("memory://autograder-test")
    store.put_run("ab12", {"status": "completed"})
    assert store.run("ab12") == {"status": "completed"}
