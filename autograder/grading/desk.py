"""The desk at which one command grades: a warm parent, a store, and the steps in order."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Self

from autograder.errors import JailError, StoreError, UsageError, WallMissing, fault_told
from autograder.evidence.store import Store, names_any
from autograder.grading.execute import Executor, Manifest
from autograder.grading.jobs import Here, Place
from autograder.grading.judge import Predictions, diagnosed, doubted, judge
from autograder.grading.plan import Plan
from autograder.grading.prepare import Prepared, reseeded
from autograder.grading.reference import reference_notebook, run_reference
from autograder.grading.retries import joined, missed
from autograder.grading.runs import Ran, Runs
from autograder.grading.score import result_of
from autograder.jail.leases import Leases
from autograder.jail.parent import WarmParent
from autograder.nouns import CheckOutcome, Diagnosis, Result


@dataclass(frozen=True)
class Graded:
    """One submission, graded: the result, and what is needed to write its notebook.

    ``faults`` are our own failures to run one of its notebooks: then it is not graded at all.
    """

    prepared: Prepared
    manifests: Mapping[str, Manifest]
    result: Result
    faults: Mapping[str, str] = field(default_factory=dict)


class Desk:
    """Grades prepared submissions. Use as a context manager; safe to share between threads.

    ``data`` is the course's folder of data sets, ``leases`` are the GPUs that are lent to
    notebooks; a ``parent`` that has not both is replaced.
    ``place`` is where notebooks run and models predict: forks of that warm parent unless told
    otherwise.
    """

    def __init__(
        self,
        store: Path | str,
        *,
        rerun: bool = False,
        parent: WarmParent | None = None,
        data: Path | None = None,
        leases: Leases | None = None,
        place: Place | None = None,
    ) -> None:
        devices = leases.devices if leases is not None else ()
        unlike = parent is not None and (parent.data, parent.devices) != (data, devices)
        if parent is not None and data is not None and unlike:
            parent.stop()
            parent = None
        self.parent = parent or WarmParent(data=data, devices=devices)
        self.store = Store(str(store))
        self._here = Here(self.parent, leases)
        self.executor = Executor(place or self._here, self.store, rerun=rerun)
        self.predictions = Predictions(place or self._here, self.store)
        self._checking = threading.Lock()
        self._references: dict[str, Manifest | None] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.parent.stop()

    @property
    def mishaps(self) -> tuple[str, ...]:
        """Why jobs of this machine had to be tried again: the jail's troubles, not a student's."""
        return tuple(self._here.mishaps)

    def grade(self, plan: Plan, prepared: Prepared) -> Graded:
        """One submission, from cells to points. Raises WallMissing where there is no jail."""
        return self._judged(plan, [Ran(prepared, *self.run(plan, prepared))], 1)[0]

    def running(
        self,
        plan: Plan,
        submissions: Iterable[Prepared],
        *,
        workers: int,
        total: int | None = None,
        on_run: Callable[[Prepared], None] = lambda prepared: None,
    ) -> Runs:
        """The submissions at work, from now on; `judged` takes them further.

        ``on_run`` is called after each run. What has run is in the store: a command that is
        interrupted and started again goes on from there.
        """
        return Runs(
            partial(self.run, plan),
            submissions,
            workers=workers,
            stop=self.executor.stop,
            total=total,
            on_run=on_run,
        )

    def judged(self, plan: Plan, runs: Runs, *, workers: int) -> Iterator[list[Graded]]:
        """Grades of each batch, in the order in which the runs end."""
        for batch in runs.batches():
            yield self._judged(plan, batch, workers)

    def grade_all(
        self,
        plan: Plan,
        submissions: Sequence[Prepared],
        *,
        workers: int,
        on_run: Callable[[Prepared], None] = lambda prepared: None,
    ) -> Iterator[Graded]:
        """Grades as they come, in the order in which the runs end."""
        total = len(submissions)
        with self.running(plan, submissions, workers=workers, total=total, on_run=on_run) as runs:
            for batch in self.judged(plan, runs, workers=workers):
                yield from batch

    def _outcomes(self, plan: Plan, ran: Mapping[int, Ran]) -> dict[int, tuple[CheckOutcome, ...]]:
        keyed = {str(n): (one.prepared, one.manifests) for n, one in ran.items() if one.manifests}
        with self._checking:
            key = _reference_key(plan)
            if key not in self._references:
                self._references[key] = run_reference(plan, self.executor)
            found = judge(plan, keyed, self.predictions, self._references[key])
        return {int(key): outcomes for key, outcomes in found.items()}

    def run(self, plan: Plan, prepared: Prepared) -> tuple[dict[str, Manifest], dict[str, str]]:
        """The runs of a submission by notebook, and our own faults (never the student's)."""
        manifests: dict[str, Manifest] = {}
        faults: dict[str, str] = {}
        for part in prepared.notebooks:
            if part.problem is not None:
                continue
            try:
                manifests[part.name] = self.executor.manifest(plan, part)
            except (WallMissing, UsageError):
                raise
            except (JailError, StoreError) as error:
                faults[part.name] = f"the grader could not run {part.name}.ipynb: {error}"
            except Exception as error:  # its evidence is of a form that nobody had thought of
                faults[part.name] = f"the run of {part.name}.ipynb met {fault_told(error)}"
        return manifests, faults

    def _judged(
        self,
        plan: Plan,
        batch: Sequence[Ran],
        workers: int,
    ) -> list[Graded]:
        ran, outcomes = self._whole(plan, dict(enumerate(batch)), workers)
        first = plan.settings.seed
        for attempt in range(1, max(plan.seeds.values(), default=1)):
            again = missed(plan, outcomes, attempt)
            if not again:
                break
            other = replace(plan, settings=replace(plan.settings, seed=first + attempt))
            parts = {key: reseeded(ran[key].prepared, first + attempt) for key in again}
            tried = self._run_all(other, parts, workers)
            runs = {key: one for key, one in tried.items() if not one.faults}
            outcomes = joined(plan, outcomes, self._whole(other, runs, workers)[1], attempt)
        with self._checking:
            keyed = {
                k: (one.prepared, one.manifests, outcomes.get(k, ())) for k, one in ran.items()
            }
            why = diagnosed(plan, keyed, self.predictions)
            doubts = doubted(plan, keyed, self.predictions)
        return [
            self._graded(plan, one, outcomes.get(key, ()), why[key], doubts[key])
            for key, one in ran.items()
        ]

    def _graded(
        self,
        plan: Plan,
        ran: Ran,
        checks: Sequence[CheckOutcome],
        why: Sequence[Diagnosis],
        doubts: Sequence[str],
    ) -> Graded:
        faults = ran.faults
        try:
            result = result_of(plan, ran.prepared, ran.manifests, checks, faults, why, doubts)
        except Exception as error:  # one student waits for a person, and the class is graded
            faults = dict.fromkeys(ran.manifests, f"its run met {fault_told(error)}") | dict(faults)
            result = result_of(plan, ran.prepared, {}, (), faults)
        return Graded(ran.prepared, ran.manifests, result, faults)

    def _whole(
        self, plan: Plan, ran: Mapping[int, Ran], workers: int
    ) -> tuple[Mapping[int, Ran], Mapping[int, tuple[CheckOutcome, ...]]]:
        """The submissions with their outcomes. A stored run whose arrays are not whole, or gone, is
        executed again: that is found out where a check asks for one, since most are never read."""
        self.store.lost()
        outcomes = self._outcomes(plan, ran)
        lost = self.store.lost()
        if not lost:
            return ran, outcomes
        hurt = {
            key: one.prepared
            for key, one in ran.items()
            if any(names_any(manifest, lost) for manifest in one.manifests.values())
        }
        for prepared in hurt.values():
            for part in prepared.notebooks:
                self.executor.doubt(part)
        self._doubt_reference(plan, lost)
        ran = {**ran, **self._run_all(plan, hurt, workers)}
        return ran, self._outcomes(plan, ran)

    def _run_all(
        self, plan: Plan, submissions: Mapping[int, Prepared], workers: int
    ) -> dict[int, Ran]:
        with ThreadPoolExecutor(max_workers=workers) as pool:
            found = pool.map(partial(self.run, plan), submissions.values())
            return {
                key: Ran(prepared, *one)
                for (key, prepared), one in zip(submissions.items(), found, strict=True)
            }

    def _doubt_reference(self, plan: Plan, lost: Set[str]) -> None:
        manifest = self._references.get(_reference_key(plan))
        if manifest is not None and names_any(manifest, lost):
            self.executor.doubt(reference_notebook(plan))
            del self._references[_reference_key(plan)]


def _reference_key(plan: Plan) -> str:
    return f"{plan.assignment}\n{plan.reference}"
