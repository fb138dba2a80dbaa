"""The pytest plugin: every ``@check`` function is one item that serves all submissions.

Used in two ways: ``session.run_checks`` hands a ``CheckPlugin`` to ``pytest.main``; and, to debug a
check on one submission, ``python -m pytest tests/checks/NAME -p autograder.checks.plugin
--evidence MANIFEST.json --blobs DIR`` reports each check as an ordinary test.
"""

import inspect
from collections.abc import Generator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from autograder.checks.data import CheckData, found_data
from autograder.checks.declare import declaration
from autograder.checks.outcomes import Check, reason_of
from autograder.checks.recorded import recorded_submission, unanswered
from autograder.checks.serve import CheckSession
from autograder.course import FULL, Course, Settings, settings_of
from autograder.errors import CheckError
from autograder.evidence.arrays import Array
from autograder.evidence.view import Evidence
from autograder.nouns import Verdict

_CHECK = pytest.StashKey[Check]()


class _EvidenceLater:
    """Stands for ``evidence`` while fixtures are set up: one item serves many submissions."""

    def __getattr__(self, name: str) -> object:
        raise CheckError(
            "evidence can be used in the check itself, not in a fixture: fixtures are set up once "
            f"for all submissions. Received: evidence.{name}"
        )


class CheckPlugin:
    """Hooks and fixtures around one ``CheckSession``.

    With ``single`` (a submission's key) every item passes, fails or is skipped like that
    submission's outcome; otherwise items say nothing and outcomes are read from the session.
    ``data`` is what the session's submissions ran on; without it the data set of an assignment is
    looked for on this machine. ``reference`` is what ``reference.py`` left behind.
    """

    def __init__(
        self,
        session: CheckSession,
        single: str | None = None,
        data: CheckData | None = None,
        reference: Evidence | None = None,
    ) -> None:
        self._reference = reference
        self._session = session
        self._single = single
        self._data = data

    @pytest.fixture
    def evidence(self) -> _EvidenceLater:
        """The evidence of the submission that is judged, bound to the check's grade cell."""
        return _EvidenceLater()

    @pytest.fixture
    def heldout(self, request: pytest.FixtureRequest) -> SimpleNamespace:
        """The held-out arrays, read-only, as attributes.

        Those of the assignment's data set, or of ``heldout.npz`` beside the check.
        """
        computed = self._data_of(request.path.parent).heldout
        arrays = _committed(request.path.parent) if computed is None else dict(computed)
        for array in arrays.values():
            array.setflags(write=False)
        return SimpleNamespace(**arrays)

    @pytest.fixture
    def reference(self) -> Evidence:
        """The models and arrays of ``reference.py`` beside the checks, as evidence."""
        if self._reference is None:
            raise CheckError("reference.py expected beside the checks, found none that was run")
        return self._reference

    @pytest.fixture
    def settings(self, request: pytest.FixtureRequest) -> Settings:
        """The assignment's ``settings.toml``, with the thresholds of the variant that ran."""
        folder = request.path.parent
        return _settings(folder, self._data_of(folder).variant)

    def _data_of(self, folder: Path) -> CheckData:
        if self._data is None:
            self._data = found_data(_settings(folder).data)
        return self._data

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Reads the declarations and puts each check behind those that it needs."""
        try:
            items[:] = _ordered(items)
        except CheckError as error:
            if self._single is not None:
                raise pytest.UsageError(str(error)) from None
            self._session.problems.append(str(error))
        if self._session.problems:
            items.clear()
        self._session.checks = [item.stash[_CHECK] for item in items if _CHECK in item.stash]

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        """Forgets the checks that ``-k`` left out."""
        left_out = {item.stash[_CHECK].id for item in items if _CHECK in item.stash}
        self._session.checks = [c for c in self._session.checks if c.id not in left_out]

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keeps why a check module could not be read."""
        if report.failed:
            self._session.problems.append(f"{report.nodeid}: {report.longreprtext[-1500:]}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool:
        """Calls the check for every submission in place of pytest's one call."""
        check = pyfuncitem.stash[_CHECK]
        taken = inspect.signature(pyfuncitem.obj).parameters
        arguments = {name: value for name, value in pyfuncitem.funcargs.items() if name in taken}

        def call(evidence: Evidence) -> object:
            own = {"evidence": evidence} if "evidence" in taken else {}
            return pyfuncitem.obj(**{**arguments, **own})

        self._session.serve(check, call)
        if self._single is not None:
            self._tell(check, self._single)
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """A fixture or step that broke leaves the check undecided, never failed."""
        if call.excinfo is not None and call.when != "teardown" and _CHECK in item.stash:
            self._session.undecided(item.stash[_CHECK], reason_of(call.excinfo.value))
        return (yield)

    def _tell(self, check: Check, key: str) -> None:
        outcome = self._session.outcome(key, check)
        if outcome is None:
            pytest.skip("no evidence: --evidence MANIFEST.json says which submission to judge")
        if outcome.verdict is Verdict.PASSED:
            return
        text = "\n".join(filter(None, (outcome.message, outcome.hint, outcome.needs_review)))
        if outcome.verdict is Verdict.SKIPPED:
            pytest.skip(text)
        pytest.fail(f"{outcome.verdict.value}: {text}", pytrace=False)


def _settings(folder: Path, variant: str = FULL) -> Settings:
    return settings_of(Course(folder.parent, checks_directory="."), folder.name, variant)


def _committed(folder: Path) -> dict[str, Array]:
    path = folder / "heldout.npz"
    if not path.is_file():
        raise CheckError(f"held-out arrays expected in {path}, found no such file")
    with np.load(path, allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the debugging mode."""
    group = parser.getgroup("autograder", "hidden checks on one recorded submission")
    group.addoption("--evidence", metavar="MANIFEST.json", help="the manifest of a run")
    group.addoption("--blobs", metavar="DIR", help="the recorded arrays, DIR/<digest>.npy")
    group.addoption("--sources", metavar="FILE.json", help="the text of each cell by grade id")


def pytest_configure(config: pytest.Config) -> None:
    """Serves the one submission of the options; without them every check is skipped."""
    manifest = config.getoption("--evidence")
    submissions = {}
    if manifest is not None:
        blobs, sources = config.getoption("--blobs"), config.getoption("--sources")
        submissions[manifest] = recorded_submission(manifest, blobs, sources)
    session = CheckSession(submissions, unanswered)
    config.pluginmanager.register(CheckPlugin(session, manifest or ""), "autograder-checks")


def _ordered(items: list[pytest.Item]) -> list[pytest.Item]:
    """The items with their checks stashed, in file order except where a need comes later."""
    named: dict[str, list[pytest.Item]] = {}
    seen: set[str] = set()
    for item in items:
        check = _check_of(item)
        if check.id in seen:
            raise CheckError(f"each check's name once in an assignment expected: {check.id}, twice")
        seen.add(check.id)
        item.stash[_CHECK] = check
        named.setdefault(check.function, []).append(item)
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for name, group in named.items():
        sorter.add(name, *_needs(group[0].stash[_CHECK], named))
    try:
        places = {name: place for place, name in enumerate(sorter.static_order())}
    except CycleError as error:
        raise CheckError(f"checks that need each other in a circle: {error.args[1]}") from None
    return sorted(items, key=lambda item: places[item.stash[_CHECK].function])


def _check_of(item: pytest.Item) -> Check:
    function = getattr(item, "function", None)
    declared = declaration(function)
    if declared is None or function is None:
        raise CheckError(f"@check(cell=..., points=...) expected on {item.nodeid}, found none")
    if inspect.iscoroutinefunction(function) or inspect.isgeneratorfunction(function):
        raise CheckError(f"a plain function expected as a check, found a coroutine: {item.nodeid}")
    return Check(item.name, declared)


def _needs(check: Check, named: dict[str, list[pytest.Item]]) -> tuple[str, ...]:
    for name in check.declared.needs:
        cells = {item.stash[_CHECK].declared.cell for item in named.get(name, ())}
        if cells != {check.declared.cell}:
            raise CheckError(
                f"{check.id} needs {name}: a check of the same cell expected, found "
                + (f"one of {sorted(cells)}" if cells else "no such check")
            )
    return check.declared.needs
