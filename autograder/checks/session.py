"""Runs the hidden checks of an assignment on many submissions, in one quiet pytest session.

In this process, which has never imported student code. pytest's own configuration files, cache,
environment variables and installed plugins take no part, so a check's verdict does not depend on
where the grader was started.
"""

import importlib
import io
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

import pytest

from autograder.checks.data import CheckData
from autograder.checks.outcomes import Check
from autograder.checks.plugin import CheckPlugin
from autograder.checks.serve import CheckSession, Resolve, Submission
from autograder.errors import CheckError
from autograder.evidence.view import Evidence, PredictionPending
from autograder.nouns import CheckOutcome

__all__ = ["Resolve", "Submission", "collected", "declared", "run_checks"]

_ARGUMENTS = (
    "-qq",
    "--assert=plain",  # pytest's introspection would put held-out values into messages
    "--capture=no",
    "--import-mode=importlib",  # assignments may have check files of the same name
    *(
        f"-pno:{name}"
        for name in ("cacheprovider", "faulthandler", "logging", "unraisableexception", "warnings")
    ),
)

_ENVIRONMENT = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD")


def run_checks(
    checks_dir: Path,
    submissions: Mapping[str, Submission],
    resolve: Resolve,
    *,
    k: str | None = None,
    data: CheckData | None = None,
    reference: Evidence | None = None,
) -> dict[str, tuple[CheckOutcome, ...]]:
    """The outcome of every check for every submission, by the submission's key.

    ``resolve`` gets the predictions that the submissions need for a check, all at once, and makes
    them, after which their predictors are asked again. ``k`` is pytest's expression for a choice of
    checks. ``data`` has the held-out rows of an assignment that commits none, ``reference`` what
    its ``reference.py`` left behind. Prints nothing; what a check prints is dropped. Raises
    CheckError when the checks cannot be read or are declared wrongly.
    """
    stdout = sys.stdout

    def resolve_aloud(pending: list[PredictionPending]) -> None:
        with redirect_stdout(stdout):
            resolve(pending)

    session = CheckSession(submissions, resolve_aloud)
    _run(checks_dir, session, ["-k", k] if k else [], data, reference)
    return session.outcomes()


def collected(checks_dir: Path) -> list[Check]:
    """Every check with what it declares, none called. Raises CheckError like ``run_checks``."""
    session = CheckSession({}, lambda pending: None)
    _run(checks_dir, session, ["--collect-only"])
    return session.checks


def declared(checks_dir: Path) -> dict[str, list[tuple[str, float, str]]]:
    """(id, points, title) of every check, by grade cell. Raises CheckError like ``run_checks``."""
    found: dict[str, list[tuple[str, float, str]]] = {}
    for check in collected(checks_dir):
        entry = (check.id, check.declared.points, check.declared.title)
        found.setdefault(check.declared.cell, []).append(entry)
    return found


def _run(
    checks_dir: Path,
    session: CheckSession,
    arguments: list[str],
    data: CheckData | None = None,
    reference: Evidence | None = None,
) -> None:
    folder = checks_dir.resolve()
    if not folder.is_dir():
        raise CheckError(f"a folder of checks expected at {folder}, found none")
    places = ["-c", os.devnull, "--rootdir", str(folder), "--confcutdir", str(folder)]
    with _fresh(folder), redirect_stdout(_Nowhere()):
        status = pytest.main(
            [str(folder), *places, *_ARGUMENTS, *arguments],
            plugins=[CheckPlugin(session, data=data or CheckData(), reference=reference)],
        )
    if status == pytest.ExitCode.INTERRUPTED and not session.problems:
        raise KeyboardInterrupt
    if session.problems:
        raise CheckError(f"checks that can be read expected in {folder}: {session.problems[0]}")
    if status in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR):
        raise CheckError(f"pytest could not run the checks in {folder}: exit status {int(status)}")
    for check in session.checks:
        session.undecided(check, "pytest ended before this check")


class _Nowhere(io.TextIOBase):
    """A text stream that drops everything."""

    def write(self, text: str) -> int:
        return len(text)


@contextmanager
def _fresh(folder: Path) -> Iterator[None]:
    """Check modules are imported anew, and pytest sees no settings but ours."""
    kept = {name: os.environ.pop(name) for name in _ENVIRONMENT if name in os.environ}
    bytecode = sys.dont_write_bytecode
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    sys.dont_write_bytecode = True  # a file changed within a second would meet its old bytecode
    _forget(folder)
    try:
        yield
    finally:
        _forget(folder)
        sys.dont_write_bytecode = bytecode
        del os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
        os.environ.update(kept)


def _forget(folder: Path) -> None:
    below = f"{folder}{os.sep}"
    for name, module in list(sys.modules.items()):
        path = getattr(module, "__file__", None)
        if isinstance(path, str) and path.startswith(below):
            del sys.modules[name]
    importlib.invalidate_caches()
