"""The evidence store: runs, arrays and predictions by content, in a folder or any fsspec URL.

Entries are written once, under a temporary name that is then renamed, and carry the SHA-256 of
their content: a torn or flipped file is found out when it is read, and counts as not there.
"""

import hashlib
import os
import re
import threading
import uuid
from collections.abc import Mapping, Set
from typing import Any

import fsspec

from autograder.errors import EvidenceError, StoreError
from autograder.evidence.arrays import Blob, check
from autograder.evidence.strict_json import dumps, loads
from autograder.nouns import JSON

_HASH_BYTES = 64
_DIGEST = re.compile(r'"([0-9a-f]{64})"')


class Store:
    """Evidence at ``url`` (a folder, or what fsspec understands). Safe to share between threads."""

    def __init__(self, url: str) -> None:
        # Any: fsspec is untyped.
        self.files: Any
        self.files, self.root = fsspec.core.url_to_fs(url)
        self._whole: set[str] = set()
        self._lost: set[str] = set()

    def run(self, key: str) -> dict[str, JSON] | None:
        """The manifest stored under ``key``, or None when there is none that is whole."""
        value = self._read_json(f"runs/{_shard(key)}.json")
        return value if isinstance(value, dict) else None

    def put_run(self, key: str, manifest: dict[str, JSON]) -> None:
        """Store a manifest. Raises StoreError when the store cannot be written."""
        self._write(f"runs/{_shard(key)}.json", dumps(manifest))

    def predictions(self, key: str) -> JSON:
        """What was predicted under ``key``, or None."""
        return self._read_json(f"predictions/{_shard(key)}.json")

    def put_predictions(self, key: str, value: JSON) -> None:
        """Store what was predicted."""
        self._write(f"predictions/{_shard(key)}.json", dumps(value))

    def blob(self, digest: str) -> Blob:
        """The array of that digest. Raises StoreError when it is not there or not whole."""
        data = self._read(f"arrays/{_shard(digest)}.bin")
        if data is None:
            self._lost.add(digest)
            self._whole.discard(digest)
            raise StoreError(f"array {digest[:12]} expected in the evidence store, found none")
        head, _, body = data.partition(b"\n")
        value = loads(head)
        assert isinstance(value, dict)
        assert isinstance(value["shape"], list)
        blob = Blob(str(value["dtype"]), tuple(int(str(n)) for n in value["shape"]), body)
        check(blob)
        if blob.digest != digest:
            raise StoreError(f"array {digest[:12]} in the evidence store has other content")
        return blob

    def put_blob(self, blob: Blob) -> str:
        """Store an array once; its digest. A file of that name that is not whole is replaced."""
        path = f"arrays/{_shard(blob.digest)}.bin"
        if blob.digest not in self._whole and self._read(path) is None:
            self._write(path, dumps(blob.header()) + b"\n" + blob.data)
        self._whole.add(blob.digest)
        return blob.digest

    def lost(self) -> frozenset[str]:
        """Digests of arrays that were asked for in vain since the last call."""
        found = frozenset(self._lost)
        self._lost -= found
        return found

    def _read_json(self, name: str) -> JSON:
        data = self._read(name)
        if data is None:
            return None
        try:
            return loads(data, max_bytes=len(data) + 1)
        except EvidenceError:
            return None

    def _read(self, name: str) -> bytes | None:
        return self.content(self._path(name))

    def content(self, path: str) -> bytes | None:
        """The content of a file of the store, None where it is not there or not whole."""
        try:
            data = bytes(self.files.cat_file(path))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreError(f"the evidence store cannot be read: {error}") from error
        digest, body = data[:_HASH_BYTES], data[_HASH_BYTES:]
        if hashlib.sha256(body).hexdigest().encode() != digest:
            return None
        return body

    def _write(self, name: str, body: bytes) -> None:
        path = self._path(name)
        unique = f"{os.getpid()}-{threading.get_ident()}-{uuid.uuid4().hex}"
        temporary = f"{path}.{unique}.tmp"
        try:
            self.files.makedirs(path.rpartition("/")[0], exist_ok=True)
            self.files.pipe_file(temporary, hashlib.sha256(body).hexdigest().encode() + body)
            self.files.mv(temporary, path)
        except OSError as error:
            raise StoreError(
                f"the evidence store at {self.root} cannot be written: {error}. "
                "Free some space or set another folder with --store, then run the command again."
            ) from error

    def _path(self, name: str) -> str:
        return f"{self.root}/{name}"


def _shard(key: str) -> str:
    return f"{key[:2]}/{key}"


def names_any(manifest: Mapping[str, JSON], digests: Set[str]) -> bool:
    """Whether a run refers to one of these arrays."""
    return not digests.isdisjoint(_DIGEST.findall(dumps(dict(manifest)).decode()))
