"""What a job says of the declared calls, taken down by the rules by which our recorder speaks.

A call begins after the snapshot of its grade cell and before that cell, one at a time and once.
What comes otherwise was not written by the recorder: it is dropped, and the run is irregular.
"""

from collections.abc import Mapping, Sequence

from autograder.evidence.arrays import Blob
from autograder.evidence.calls import ON_THE_WAY, Call
from autograder.jail.job import JobEnd
from autograder.nouns import JSON, Limits

_STATUS = {"ok", "error", "interrupted", "missing"}
"""What a job may say; that a call was killed is for the trusted side to say."""


class CallLog:
    """The calls of one run, as they come."""

    def __init__(self, calls: Mapping[str, Sequence[Call]]) -> None:
        self._declared = {cell: {call.key for call in its} for cell, its in calls.items()}
        self._records: dict[str, dict[str, JSON]] = {cell: {} for cell in calls}
        self._running: tuple[str, str] | None = None

    @property
    def running(self) -> bool:
        """Whether a call has begun that has not ended."""
        return self._running is not None

    def start(self, message: Mapping[str, JSON], expected: str | None) -> str:
        """A call begins. ``expected`` is the grade cell that is next, if its snapshot came.

        Gives what is irregular about it, "" for nothing.
        """
        named = _named(message)
        if (
            named is None
            or named[0] != expected
            or named[1] not in self._declared.get(named[0], ())
        ):
            return "a call began that was not declared, or not before its own grade cell"
        if self.running or named[1] in self._records[named[0]]:
            return "a call began while another one ran, or for the second time"
        self._running = named
        return ""

    def end(self, message: Mapping[str, JSON]) -> str:
        """A call ended. Gives what is irregular about it, "" for nothing."""
        named = _named(message)
        if named is None or named != self._running:
            return "a call ended that was not running"
        self._running = None
        record = _record(message)
        if record is None:
            return "a call's result is not as it should be"
        self._records[named[0]][named[1]] = record
        return ""

    def records(self, end: JobEnd, limits: Limits) -> Mapping[str, dict[str, JSON]]:
        """Every call by grade cell and key. One that was running was killed as the job ended."""
        if self._running is not None:
            cell, key = self._running
            self._records[cell][key] = killed(_why(end, limits))
        return self._records


def killed(why: str) -> JSON:
    """The record of a call during which, or before which, the process ended."""
    return {
        "status": "killed",
        "error": {"type": "", "text": why},
        "value": None,
        "fed": None,
    }


def recipes(calls: Sequence[Call]) -> list[JSON]:
    """The calls as a job reads them."""
    return [{"key": call.key, "function": call.function, **call.as_json()} for call in calls]


def arrays(calls: Mapping[str, Sequence[Call]]) -> dict[str, Blob]:
    """The arrays among the arguments, by the names under which they go into the jail."""
    return {
        ON_THE_WAY + digest: blob
        for its in calls.values()
        for call in its
        for digest, blob in call.blobs.items()
    }


def _why(end: JobEnd, limits: Limits) -> str:
    if end.cause == "call":
        return f"it ran longer than {limits.call_wall_s:g} s and ignored the interrupt"
    return "it ended the process" if end.cause == "exited" else end.reason


def _named(message: Mapping[str, JSON]) -> tuple[str, str] | None:
    cell, key = message.get("cell"), message.get("key")
    return (cell, key) if isinstance(cell, str) and isinstance(key, str) else None


def _record(message: Mapping[str, JSON]) -> dict[str, JSON] | None:
    status, error = message.get("status"), message.get("error")
    value, fed = message.get("value"), message.get("fed")
    if not isinstance(status, str) or status not in _STATUS:
        return None
    if error is not None and not (
        isinstance(error, dict) and all(isinstance(error.get(p), str) for p in ("type", "text"))
    ):
        return None
    if any(part is not None and not isinstance(part, dict) for part in (value, fed)):
        return None
    return {"status": status, "error": error, "value": value, "fed": fed}
