"""A desk at which nothing runs: all it knows of a notebook is what an earlier command stored."""

from collections.abc import Sequence
from pathlib import Path

from autograder.errors import StoreError
from autograder.evidence.store import Store
from autograder.grading.desk import Desk
from autograder.grading.jobs import Done, Job
from autograder.grading.judge import REASON
from autograder.grading.plan import Plan
from autograder.replay.predict import Blobs, Replayed, Request

NO_RUN = "a stored run of this notebook, as it lies there now, expected, found none"
NO_PREDICTION = "its predictions are not in the evidence store: grade the assignment again"


def reading_desk(store: Path | str, *, on_gpus: bool = False) -> Desk:
    """A desk that judges stored runs and executes nothing: no jail is started, ever.

    A notebook without a stored run is one of the `Graded.faults`; a check that asks for a
    prediction that was never made is undecided. ``on_gpus`` looks for runs on GPUs.
    """
    return Desk(store, place=Stored(Store(str(store)), on_gpus))


class Stored:
    """A `Place` where jobs are looked for and never run."""

    def __init__(self, store: Store, on_gpus: bool = False) -> None:
        self._store, self._on_gpus = store, on_gpus

    @property
    def on_gpus(self) -> bool:
        """Whether the runs that are looked for had a GPU."""
        return self._on_gpus

    def perform(self, job: Job, plan: Plan) -> Done:
        """Raises StoreError: what is not stored is not made here."""
        raise StoreError(f"{NO_RUN}: autograder grade {plan.assignment}")

    def predict(self, requests: Sequence[Request], blob: Blobs) -> list[Replayed]:
        """No predictions, each with the reason that grading had, as far as it is known."""
        return [Replayed(reason=self._reason(request)) for request in requests]

    def _reason(self, request: Request) -> str:
        told = self._store.predictions(request.key)
        return str(told[REASON]) if isinstance(told, dict) and REASON in told else NO_PREDICTION

    def stop(self) -> None:
        """There is nothing at work."""
