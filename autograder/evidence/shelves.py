"""What lies in an evidence store: counted, checked, and cleared of what nothing refers to."""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from autograder.errors import StoreError
from autograder.evidence.store import Store

KINDS = ("runs", "arrays", "predictions")
_DIGEST = re.compile(rb'"([0-9a-f]{64})"')
FRESH_S = 3_600.0
"""A grader at work writes a run's arrays before the run: nothing younger is taken for left over."""


@dataclass(frozen=True)
class Entry:
    """One file. ``kind`` is "runs", "arrays", "predictions", or "temporary" for a torn write."""

    path: str
    kind: str
    key: str
    size: int
    changed: float


@dataclass(frozen=True)
class Pruned:
    """What was removed, or would be: files and bytes by kind."""

    files: Counter[str] = field(default_factory=Counter)
    size: int = 0


def entries(store: Store) -> Iterator[Entry]:
    """Every file of the store. Raises StoreError when it cannot be read."""
    try:
        found: dict[str, Any] = store.files.find(store.root, detail=True)
    except FileNotFoundError:
        return
    except OSError as error:
        raise StoreError(f"the evidence store cannot be read: {error}") from error
    for path, about in sorted(found.items()):
        parts = path.removeprefix(store.root).strip("/").split("/")
        kind = parts[0] if parts[0] in KINDS and len(parts) == 3 else ""
        if kind:
            name = parts[-1]
            temporary = name.endswith(".tmp")
            key = name.partition(".")[0]
            size, changed = int(about.get("size") or 0), _changed(about)
            yield Entry(path, "temporary" if temporary else kind, key, size, changed)


def damaged(store: Store, on_entry: Callable[[], None] = lambda: None) -> list[tuple[Entry, str]]:
    """Files that are not whole, and runs whose arrays are missing, each with the reason.

    A grader takes both for not there, and runs the notebook again.
    """
    found: list[tuple[Entry, str]] = []
    all_entries = [entry for entry in entries(store) if entry.kind != "temporary"]
    arrays = {entry.key for entry in all_entries if entry.kind == "arrays"}
    for entry in all_entries:
        on_entry()
        body = store.content(entry.path)
        if body is None:
            found.append((entry, "its content is not what was written"))
        elif entry.kind == "arrays":
            try:
                store.blob(entry.key)
            except Exception as error:
                # Whatever an altered header breaks: the file is no array.
                found.append((entry, str(error)[:200]))
        elif not _named(entry, body) <= arrays:
            found.append((entry, "an array that it names is missing"))
    return found


def remove(store: Store, entry: Entry) -> None:
    """Removes one file. Raises StoreError when the store cannot be written."""
    try:
        store.files.rm_file(entry.path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise StoreError(f"the evidence store cannot be written: {error}") from error


def prune(store: Store, *, older_than_s: float, dry_run: bool = False) -> Pruned:
    """Removes runs and predictions older than that, and then the arrays that nothing names.

    Torn writes go too. What is removed is only work to be done again.
    """
    now = time.time()
    files: Counter[str] = Counter()
    size, named, left = 0, set(), []
    gone = []
    for entry in entries(store):
        age = now - entry.changed
        old = entry.kind in ("runs", "predictions") and age > older_than_s
        if old or (entry.kind == "temporary" and age > FRESH_S):
            gone.append(entry)
        elif entry.kind == "arrays":
            left.append(entry)
        elif entry.kind != "temporary":
            named |= _digests(store.content(entry.path) or b"")
    gone += [e for e in left if e.key not in named and now - e.changed > FRESH_S]
    for entry in gone:
        files[entry.kind] += 1
        size += entry.size
        if not dry_run:
            remove(store, entry)
    return Pruned(files, size)


def _digests(body: bytes) -> set[str]:
    return {found.decode() for found in _DIGEST.findall(body)}


def _named(entry: Entry, body: bytes) -> set[str]:
    return _digests(_blobs(body) if entry.kind == "runs" else body)


def _blobs(body: bytes) -> bytes:
    """The parts of a manifest that name arrays: a run has other digests too."""
    return b" ".join(re.findall(rb'"(?:blob|head|graph)":\s*"[0-9a-f]{64}"', body))


def _changed(about: dict[str, Any]) -> float:
    found = about.get("mtime") or about.get("LastModified") or about.get("created") or 0.0
    return found.timestamp() if isinstance(found, datetime) else float(found)
