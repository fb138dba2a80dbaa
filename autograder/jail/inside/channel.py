"""How a job talks to the trusted side: frames of JSON or of an array's bytes, over a pipe.

A frame is one byte of kind (``J`` JSON, ``B`` bytes), eight bytes of length (little endian), and
the payload. The reader on the trusted side is ``autograder.jail.frames``.
"""

import json
import os
import struct
from collections.abc import Iterator

from autograder.evidence.arrays import Blob
from autograder.nouns import JSON

HEADER = struct.Struct("<cQ")


class Channel:
    """The job's end. Remembers what it has sent, so that equal arrays and models go once."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
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
        for part in (HEADER.pack(kind, len(payload)), payload):
            view = memoryview(part)
            while view:
                view = view[os.write(self._descriptor, view) :]


def read_all(descriptor: int) -> Iterator[tuple[bytes, bytes]]:
    """The frames that the trusted side sent to this job: (kind, payload) until its end."""
    with os.fdopen(descriptor, "rb", closefd=False) as stream:
        while head := stream.read(HEADER.size):
            kind, length = HEADER.unpack(head)
            yield kind, stream.read(length)
