"""How a job talks to the trusted side: frames of JSON or of an array's bytes, over a pipe.

A frame is one byte of kind (``J`` JSON, ``B`` bytes), eight bytes of length (little endian),
sixteen of a seal, and the payload. The seal is made with a key that the job gets with its work, and
counts the frames: what student code writes to the descriptor itself, or lets a program write that
it starts, does not have it. Code that looks for the key in this process finds it: that is for the
source audit. The reader on the trusted side is ``autograder.jail.frames``; the frames that a job is
sent have no seal.
"""

import hashlib
import json
import os
import struct
from collections.abc import Iterator

from autograder.evidence.arrays import Blob
from autograder.nouns import JSON

HEADER = struct.Struct("<cQ")
SEAL_BYTES = 16
SEALED = struct.Struct(f"<cQ{SEAL_BYTES}s")
KEY_BYTES = 32


def seal(key: bytes, number: int, kind: bytes, payload: bytes) -> bytes:
    """The seal of the frame ``number`` (from 0 on): BLAKE2b with a key (RFC 7693)."""
    made = hashlib.blake2b(number.to_bytes(8, "little") + kind, digest_size=SEAL_BYTES, key=key)
    made.update(payload)
    return made.digest()


def head(key: bytes, number: int, kind: bytes, payload: bytes) -> bytes:
    """What stands before the payload of the frame ``number``."""
    return SEALED.pack(kind, len(payload), seal(key, number, kind, payload))


class Channel:
    """The job's end. Remembers what it has sent, so that equal arrays and models go once."""

    def __init__(self, descriptor: int, key: bytes) -> None:
        self._descriptor = descriptor
        self._key = key
        self._number = 0
        self._sent: set[str] = set()

    def send(self, message: dict[str, JSON]) -> None:
        """One JSON frame."""
        text = json.dumps(message, allow_nan=False, separators=(",", ":"))
        self._write(b"J", text.encode("utf-8", "replace"))

    def blob(self, blob: Blob) -> str:
        """The array's digest, after its bytes went out (once)."""
        digest = blob.digest
        if digest not in self._sent:
            self._sent.add(digest)
            self.send({"type": "blob", "digest": digest, **blob.header()})
            self._write(b"B", blob.data)
        return digest

    def model(self, model: dict[str, JSON]) -> str:
        """The model's reference, after its record went out (once)."""
        from autograder.evidence.model_ref import model_ref

        ref = model_ref(model)
        if ref not in self._sent:
            self._sent.add(ref)
            self.send({"type": "model", "ref": ref, "model": model})
        return ref

    def _write(self, kind: bytes, payload: bytes) -> None:
        first = head(self._key, self._number, kind, payload)
        self._number += 1
        for part in (first, payload):
            view = memoryview(part)
            while view:
                view = view[os.write(self._descriptor, view) :]


def read_all(descriptor: int) -> Iterator[tuple[bytes, bytes]]:
    """The frames that the trusted side sent to this job: (kind, payload) until its end."""
    with os.fdopen(descriptor, "rb", closefd=False) as stream:
        while head := stream.read(HEADER.size):
            kind, length = HEADER.unpack(head)
            yield kind, stream.read(length)
