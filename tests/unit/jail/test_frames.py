"""What a job sends is hostile: the reader takes the format and nothing else."""

import json

import numpy as np
import pytest

from autograder.errors import EvidenceError
from autograder.evidence.arrays import pack
from autograder.jail.frames import FrameReader
from autograder.jail.inside.channel import HEADER


def frame(kind: bytes, data: bytes) -> bytes:
    return HEADER.pack(kind, len(data)) + data


def message(**values: object) -> bytes:
    return frame(b"J", json.dumps(values).encode())


def test_a_message_arrives_whole_however_the_bytes_are_cut() -> None:
    reader = FrameReader(1000)
    found = []
    for byte in message(type="cell_start", index=3):
        found += reader.feed(bytes([byte]))
    assert found == [{"type": "cell_start", "index": 3}]


def test_an_array_arrives_under_its_digest() -> None:
    blob = pack(np.arange(6, dtype="float32").reshape(2, 3))
    reader = FrameReader(10_000)
    head = message(type="blob", digest=blob.digest, **blob.header())
    assert list(reader.feed(head + frame(b"B", blob.data))) == []
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
        (message(type="blob", digest="x", dtype="object", shape=[1]) + frame(b"B", b"1"), "dtype"),
        (message(type="blob", digest="x", dtype="int8", shape=[-1]), "plain shape"),
        (message(type="blob", digest="x", dtype="int8", shape=[9]) + frame(b"B", b"1"), "9 bytes"),
        (message(type="blob", digest="x", dtype="int8", shape=[1]) + frame(b"B", b"1"), "digest"),
        (
            message(type="blob", digest="x", dtype="int8", shape=[1]) + message(type="a"),
            "found JSON",
        ),
        (HEADER.pack(b"J", 2**60), "other bytes"),
        (b"J" * 20_001, "at most"),
    ],
)
def test_anything_else_is_refused_with_a_reason(data: bytes, text: str) -> None:
    with pytest.raises(EvidenceError, match=text):
        list(FrameReader(20_000).feed(data))


def test_values_are_counted_over_all_messages_of_a_job_and_not_those_in_text() -> None:
    reader = FrameReader(10_000, max_values=30)
    text = message(type="output", text="[,{" * 100)
    assert len(list(reader.feed(text * 5))) == 5
    with pytest.raises(EvidenceError, match="30 JSON values expected"):
        list(reader.feed(message(type="output", values=[[]] * 20)))
