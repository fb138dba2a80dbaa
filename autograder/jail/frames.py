"""Reads the frames that a job streams: hostile bytes in, checked messages out.

Trusts nobody. A job may write anything to its descriptor; whatever is not the format, or exceeds
a cap, or was sealed with another key than the job's, raises EvidenceError and ends the reading.
"""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field

from autograder.errors import EvidenceError
from autograder.evidence.arrays import Blob, check
from autograder.evidence.strict_json import MAX_BYTES, count_values, loads
from autograder.jail.inside.channel import SEALED, seal
from autograder.nouns import JSON

MAX_VALUES = 2_000_000
"""JSON values of one job. A line of output is a message of six; two million take up to 200 MB of
the grader's memory, and a second or two to read, in which nobody looks at the job."""


@dataclass
class FrameReader:
    """Turns a stream of bytes into messages and blobs, within ``max_bytes`` in all.

    ``key`` is the job's. Without one any seal is taken: the wall that a test leaves out.
    """

    max_bytes: int
    key: bytes
    max_values: int = MAX_VALUES
    blobs: dict[str, Blob] = field(default_factory=dict)
    _pending: bytearray = field(default_factory=bytearray)
    _expected: tuple[str, str, tuple[int, ...]] | None = None
    _seen: int = 0
    _values: int = 0
    _number: int = 0

    def feed(self, data: bytes) -> Iterator[dict[str, JSON]]:
        """The messages that ``data`` completes, each given before what follows it is looked at.

        Raises EvidenceError at the first byte that is not the format.
        """
        self._seen += len(data)
        if self._seen > self.max_bytes:
            raise EvidenceError(f"at most {self.max_bytes} bytes of evidence expected, found more")
        self._pending += data
        while len(self._pending) >= SEALED.size:
            kind, length, sealed = SEALED.unpack_from(self._pending)
            if kind not in (b"J", b"B") or length > self.max_bytes:
                raise EvidenceError("a frame of JSON or of array bytes expected, found other bytes")
            if kind == b"J" and length > MAX_BYTES:
                raise EvidenceError(f"a JSON frame of at most {MAX_BYTES} bytes expected")
            end = SEALED.size + length
            if len(self._pending) < end:
                break
            payload = bytes(self._pending[SEALED.size : end])
            del self._pending[:end]
            self._check_seal(kind, payload, sealed)
            if kind == b"B":
                self._bytes(payload)
            else:
                yield from self._json(payload)

    def _check_seal(self, kind: bytes, payload: bytes, sealed: bytes) -> None:
        """Student code that writes to the recorder's descriptor does not know the key."""
        wanted = seal(self.key, self._number, kind, payload)
        self._number += 1
        if self.key and not hmac.compare_digest(sealed, wanted):
            raise EvidenceError("a frame that the recorder has sealed expected, found another")

    def _json(self, payload: bytes) -> Iterator[dict[str, JSON]]:
        if self._expected is not None:
            raise EvidenceError("an array's bytes expected after its header, found JSON")
        self._values += count_values(payload)
        if self._values > self.max_values:
            raise EvidenceError(f"at most {self.max_values} JSON values expected, found more")
        message = loads(payload)
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            raise EvidenceError("a message with a type expected, found other JSON")
        if message["type"] == "blob":
            self._expected = _blob_header(message)
        else:
            yield message

    def _bytes(self, payload: bytes) -> None:
        if self._expected is None:
            raise EvidenceError("an array's header expected before its bytes, found none")
        digest, dtype, shape = self._expected
        self._expected = None
        blob = Blob(dtype, shape, payload)
        check(blob)
        if blob.digest != digest:
            raise EvidenceError("an array that matches its digest expected, found another")
        self.blobs[digest] = blob


def _blob_header(message: dict[str, JSON]) -> tuple[str, str, tuple[int, ...]]:
    digest, dtype, shape = message.get("digest"), message.get("dtype"), message.get("shape")
    if not isinstance(digest, str) or not isinstance(dtype, str) or not isinstance(shape, list):
        raise EvidenceError("digest, dtype and shape expected in an array's header")
    if not all(isinstance(n, int) and not isinstance(n, bool) and 0 <= n < 2**40 for n in shape):
        raise EvidenceError("a plain shape expected in an array's header")
    return digest, dtype, tuple(int(str(n)) for n in shape)
