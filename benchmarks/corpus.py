"""The corpus of small Keras programs, and what the rules and other heuristics say of each.

A program counts as a student would see it: its own variables model, history, x, y, x_test, its own
text, and Keras's own error where it raised.
"""

import contextlib
import io
import linecache
import os
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

from heuristics import HEURISTICS

from autograder.diagnosis import Case, Finding, Level, case_of, examine, rows_of, source_of
from autograder.student.diagnose import arrays_of, curves_of, flat, live_case

FOLDER = Path(__file__).resolve().parents[1] / "tests/diagnosis_corpus"
PARTS = ("tuned", "unseen")
_HEADER = re.compile(r"^# (faults|also|looks|raises|symptom): (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Program:
    """One program with what is wrong with it, and what holds besides: no false alarm.

    ``looks`` are rules that a correct program looks like breaking.
    """

    name: str
    text: str
    faults: frozenset[str]
    also: frozenset[str] = frozenset()
    looks: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Told:
    """What the rules said of a program, and which of the published heuristics fired."""

    program: Program
    case: Case
    findings: tuple[Finding, ...]
    flagged: frozenset[str] = frozenset()
    error: str = ""

    @property
    def said(self) -> frozenset[str]:
        """The ids of errors and warnings, and of hints that are among the faults."""
        return frozenset(
            one.id
            for one in self.findings
            if one.level is not Level.HINT or one.id in self.program.faults
        )

    @property
    def missed(self) -> frozenset[str]:
        """Faults that no rule saw."""
        return self.program.faults - self.said

    @property
    def false(self) -> list[Finding]:
        """Errors and warnings without a fault. In a faulty program a symptom follows from one."""
        return [
            one
            for one in self.findings
            if one.level is not Level.HINT
            and one.id not in self.program.faults | self.program.also
            and not (self.program.faults and one.rule.symptom)
        ]


def programs(part: str) -> Iterator[Program]:
    """The programs of one part, in the order of their files."""
    for path in sorted((FOLDER / part).glob("*.py")):
        for block in path.read_text(encoding="utf-8").split("# %% ")[1:]:
            name, _, text = block.partition("\n")
            heads = dict(_HEADER.findall(text))
            faults = _ids(heads["faults"])
            if "O8" in faults:
                faults -= {"O9"}  # of one loss the two say the same
            yield Program(
                f"{path.stem}/{name.strip()}",
                text,
                faults,
                _ids(heads.get("also", "")),
                _ids(heads.get("looks", "")),
            )


def _ids(listed: str) -> frozenset[str]:
    return frozenset(part.strip() for part in listed.split(",")) - {"", "none"}


def told(program: Program) -> Told:
    """Run the program and ask the rules. Raises whatever the diagnosis itself raises."""
    import keras

    keras.backend.clear_session()
    names: dict[str, Any] = {"__name__": "__main__"}
    error = ""
    lines = program.text.splitlines(keepends=True)
    linecache.cache[program.name] = (len(program.text), None, lines, program.name)
    quiet = io.StringIO()
    with (
        contextlib.redirect_stdout(quiet),
        contextlib.redirect_stderr(quiet),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        try:
            exec(compile(program.text, program.name, "exec"), names)  # noqa: S102  our own corpus
        except Exception as problem:
            error = f"{type(problem).__name__}: {problem}"
    case = seen(names, program.text, error)
    flagged = frozenset(one.name for one in HEURISTICS if one.fires(names))
    return Told(program, case, examine(case), flagged, error)


def seen(names: dict[str, Any], text: str, error: str) -> Case:
    """As ``diagnose(model, history, x, y)`` sees it in a notebook with this one cell."""
    inputs, targets = arrays_of(names.get("x"), names.get("y"))
    tests = [rows_of(array) for array in flat(names.get("x_test"))]
    source, model = source_of([text]), names.get("model")
    if model is None:
        return case_of(
            None,
            inputs=[rows_of(array) for array in inputs],
            targets=[rows_of(array) for array in targets],
            tests=tests,
            source=source,
            error=error,
        )
    curves = curves_of(names.get("history"))
    return live_case(model, curves, inputs, targets, tests=tests, source=source, error=error)
