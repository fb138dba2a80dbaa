"""The declared files of a snapshot, as the trusted side keeps them.

What the job says is a claim; here is decided what it cannot claim: a file that lay in the work
folder before the notebook ran was not saved by it.
"""

from collections.abc import Mapping, Sequence

from autograder.evidence.arrays import Blob
from autograder.nouns import JSON

BEFORE = "a file that was there before the notebook ran"


class Captures:
    """Which files are declared for which grade cell, and what had been there before."""

    def __init__(
        self, declared: Mapping[str, Sequence[str]], before: Mapping[str, Blob] | None = None
    ) -> None:
        self._declared = declared
        self._before = frozenset(blob.digest for blob in (before or {}).values())

    def names(self, grade_id: str | None) -> list[JSON]:
        """The files that are kept just before this cell."""
        return list(self._declared.get(grade_id or "", ()))

    def kept(self, grade_id: str, told: JSON) -> dict[str, JSON]:
        """``{name: {"size", "blob", "reason", "near"}}`` of the declared files, and no others."""
        said = told if isinstance(told, dict) else {}
        return {str(name): self._file(said.get(str(name))) for name in self.names(grade_id)}

    def _file(self, said: JSON) -> JSON:
        if not isinstance(said, dict):
            return {"size": None, "blob": None, "reason": "nothing is known of it", "near": []}
        digest, size, near = said.get("blob"), said.get("size"), said.get("near")
        reason = str(said.get("reason") or "")[:300]
        if isinstance(digest, str) and digest in self._before:
            digest, reason = None, BEFORE
        return {
            "size": size if isinstance(size, int) else None,
            "blob": digest if isinstance(digest, str) else None,
            "reason": reason,
            "near": [str(name)[:100] for name in near[:5]] if isinstance(near, list) else [],
        }
