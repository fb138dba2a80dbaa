"""Files of the work folder as the recorder keeps them, and as a fresh jail loads them."""

import os
import zipfile
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from autograder.recorder.files import MAX_FILE_BYTES, capture
from autograder.recorder.saved import MAX_UNPACKED_BYTES, load_saved

NAME = "net.keras"


def network() -> Any:
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "softmax")])


@pytest.fixture
def saved(tmp_path: Path) -> bytes:
    """The bytes of a file that Keras wrote."""
    model = network()
    model.compile("adam", "sparse_categorical_crossentropy")
    model.save(tmp_path / NAME)
    return (tmp_path / NAME).read_bytes()


def test_a_file_is_kept_with_its_bytes(tmp_path: Path, sink: Any) -> None:
    (tmp_path / NAME).write_bytes(b"content")
    found: Any = capture([NAME], sink, tmp_path)[NAME]
    assert (found["size"], found["reason"]) == (7, "")
    assert sink.blobs[found["blob"]].data == b"content"


def test_a_missing_file_names_those_that_may_be_meant(tmp_path: Path, sink: Any) -> None:
    for name in ("other.keras", "net.weights.h5", "notes.txt"):
        (tmp_path / name).touch()
    found: Any = capture([NAME], sink, tmp_path)[NAME]
    assert found["reason"] == "missing"
    assert found["near"] == ["net.weights.h5", "other.keras"]


@pytest.mark.parametrize("kind", ["folder", "pipe", "link", "huge"])
def test_what_is_no_plain_file_is_a_reason_and_is_never_waited_for(
    kind: str, tmp_path: Path, sink: Any
) -> None:
    path = tmp_path / NAME
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "link":
        path.symlink_to("/etc/passwd")
    else:
        with path.open("wb") as stream:
            stream.truncate(MAX_FILE_BYTES + 1)
    found: Any = capture([NAME], sink, tmp_path)[NAME]
    assert found["blob"] is None
    assert found["reason"] not in ("", "missing")
    assert sink.blobs == {}


def test_a_saved_model_is_recorded_like_any_other(saved: bytes, sink: Any, tmp_path: Path) -> None:
    found = load_saved(saved, sink, tmp_path)
    assert found["type"] == "saved"
    record = sink.models[found["ref"]]
    assert record["class"] == "Sequential"
    assert record["built"] is True
    assert record["compile"] is not None
    assert not (tmp_path / "saved.keras").exists()


def archive(path: Path, parts: dict[str, bytes]) -> bytes:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as stream:
        for name, data in parts.items():
            stream.writestr(name, data)
    return path.read_bytes()


def test_what_is_no_model_file_is_told_apart(saved: bytes, sink: Any, tmp_path: Path) -> None:
    network().save_weights(tmp_path / "net.weights.h5")
    weights = (tmp_path / "net.weights.h5").read_bytes()
    other = archive(tmp_path / "other.zip", {"readme.txt": b"no model"})
    cases = {
        b"": "empty",
        b"not a model at all": "no archive",
        weights: "HDF5",
        other: "without a model",
        saved[:400]: "broken",
    }
    for data, reason in cases.items():
        found: Any = load_saved(data, sink, tmp_path)
        assert found["type"] == "unsaved"
        assert reason in found["reason"]
        assert found["own"] is False


def test_an_archive_that_swells_is_refused_unopened(sink: Any, tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as stream:
        stream.writestr("config.json", b"{}")
        stream.writestr("metadata.json", b"{}")
        with stream.open("model.weights.h5", "w", force_zip64=True) as part:
            for _ in range(MAX_UNPACKED_BYTES // 2**24 + 1):
                part.write(bytes(2**24))
    data = path.read_bytes()
    assert len(data) < 2**20
    found: Any = load_saved(data, sink, tmp_path)
    assert "too large" in found["reason"]


def test_code_in_a_lambda_layer_is_not_run(sink: Any, tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Lambda(lambda x: x * 2)])
    model.save(tmp_path / NAME)
    found: Any = load_saved((tmp_path / NAME).read_bytes(), sink, tmp_path)
    assert "lambda" in found["reason"]
    assert found["own"] is False


class Own(keras.layers.Layer):
    def call(self, x: Any) -> Any:
        return x + 1


def own_loss(true: Any, found: Any) -> Any:
    return keras.ops.mean(keras.ops.square(true - found), axis=-1)


def test_a_layer_that_only_the_notebook_knows_is_for_a_person(sink: Any, tmp_path: Path) -> None:
    keras.Sequential([keras.Input((4,)), Own()]).save(tmp_path / NAME)
    found: Any = load_saved((tmp_path / NAME).read_bytes(), sink, tmp_path)
    assert (found["type"], found["own"]) == ("unsaved", True)


def test_a_loss_that_only_the_notebook_knows_does_not_matter(sink: Any, tmp_path: Path) -> None:
    model = network()
    model.compile("adam", own_loss)
    model.fit(np.ones((4, 4)), np.ones((4, 3)), verbose=0)
    model.save(tmp_path / NAME)
    found: Any = load_saved((tmp_path / NAME).read_bytes(), sink, tmp_path)
    assert found["type"] == "saved"
