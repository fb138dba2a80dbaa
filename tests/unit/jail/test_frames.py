"""What a job sends is hostile: the reader takes the format and nothing else."""

import json
from pathlib import Path

import numpy as np
import pytest

from autograder.errors import EvidenceError
from autograder.evidence.arrays import pack
from autograder.jail.frames import FrameReader
from autograder.jail.inside.channel import SEALED, Channel, head

KEY = b"k" * 32


def frame(kind: bytes, data: bytes, number: int = 0) -> bytes:
    return head(KEY, number, kind, data) + data


def message(number: int = 0, **values: object) -> bytes:
    return frame(b"J", json.dumps(values).encode(), number)


def array(dtype: str, shape: list[int]) -> bytes:
    return message(type="blob", digest="x", dtype=dtype, shape=shape)


def test_a_message_arrives_whole_however_the_bytes_are_cut() -> None:
    reader = FrameReader(1000, KEY)
    found = []
    for byte in message(type="cell_start", index=3):
        found += reader.feed(bytes([byte]))
    assert found == [{"type": "cell_start", "index": 3}]


def test_an_array_arrives_under_its_digest() -> None:
    blob = pack(np.arange(6, dtype="float32").reshape(2, 3))
    reader = FrameReader(10_000, KEY)
    first = message(type="blob", digest=blob.digest, **blob.header())
    assert list(reader.feed(first + frame(b"B", blob.data, 1))) == []
    assert reader.blobs == {blob.digest: blob}


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"30 passed in 1.0s, all good\n", "found other bytes"),
        (frame(b"J", b"{"), "well-formed"),
        (frame(b"J", b"[1]"), "with a type"),
        (frame(b"J", b'{"type": NaN}'), "finite"),
        (frame(b"J", b'{"type": "a", "type": "b"}'), "twice"),
        (frame(b"J", b'{"type": ' + b"[" * 100 + b"]" * 100 + b"}"), "deep"),
        (frame(b"B", b"123"), "header expected"),
        (
            array("object", [1]) + frame(b"B", b"1", 1),
            "dtype",
        ),
        (array("int8", [-1]), "plain shape"),
        (
            array("int8", [9]) + frame(b"B", b"1", 1),
            "9 bytes",
        ),
        (
            array("int8", [1]) + frame(b"B", b"1", 1),
            "digest",
        ),
        (
            array("int8", [1]) + message(1, type="a"),
            "found JSON",
        ),
        (SEALED.pack(b"J", 2**60, b""), "other bytes"),
        (b"J" * 20_001, "at most"),
    ],
)
def test_anything_else_is_refused_with_a_reason(data: bytes, text: str) -> None:
    with pytest.raises(EvidenceError, match=text):
        list(FrameReader(20_000, KEY).feed(data))


def test_values_are_counted_over_all_messages_of_a_job_and_not_those_in_text() -> None:
    reader = FrameReader(10_000, KEY, max_values=30)
    texts = [message(n, type="output", text="[,{" * 100) for n in range(5)]
    assert len(list(reader.feed(b"".join(texts)))) == 5
    with pytest.raises(EvidenceError, match="30 JSON values expected"):
        list(reader.feed(message(5, type="output", values=[[]] * 20)))


def test_what_was_not_sealed_with_the_key_or_comes_twice_is_refused() -> None:
    data = json.dumps({"type": "done"}).encode()
    own = head(b"another key", 0, b"J", data) + data
    for hostile in (own, SEALED.pack(b"J", len(data), b"") + data):
        with pytest.raises(EvidenceError, match="recorder has sealed"):
            list(FrameReader(1000, KEY).feed(hostile))
        assert list(FrameReader(1000, b"").feed(hostile)) == [{"type": "done"}]
    with pytest.raises(EvidenceError, match="recorder has sealed"):
        list(FrameReader(1000, KEY).feed(message(type="done") * 2))
    swapped = frame(b"J", data).replace(b"done", b"gone")
    with pytest.raises(EvidenceError, match="recorder has sealed"):
        list(FrameReader(1000, KEY).feed(swapped))


def test_what_a_channel_writes_is_what_the_reader_takes(tmp_path: Path) -> None:
    blob = pack(np.arange(3, dtype="int64"))
    with open(tmp_path / "line", "w+b") as line:
        channel = Channel(line.fileno(), KEY)
        channel.send({"type": "started"})
        channel.blob(blob)
        channel.send({"type": "done"})
        line.seek(0)
        reader = FrameReader(10_000, KEY)
        assert [one["type"] for one in reader.feed(line.read())] == ["started", "done"]
    assert list(reader.blobs) == [blob.digest]
