"""Precision and recall of the diagnosis on small Keras programs, faulty and correct.

    python benchmarks/diagnosis.py                 # both parts of the corpus, Markdown tables
    python benchmarks/diagnosis.py tuned           # the part that rules were tuned on
    python benchmarks/diagnosis.py tuned --wrong   # each miss and each false alarm

A program counts as a student would see it: its own variables model, history, x, y, x_test, its own
text, and Keras's own error where it raised.
"""

import argparse
import contextlib
import io
import os
import sys
import traceback
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

from autograder.diagnosis import RULES, Finding, Level, case_of, examine, rows_of, source_of
from autograder.student.diagnose import arrays_of, curves_of, examined, flat

CORPUS = Path(__file__).resolve().parents[1] / "tests/diagnosis_corpus"
PARTS = ("tuned", "unseen")
LEVELS = {rule.id: rule.level for rule in RULES}
SYMPTOMS = frozenset(rule.id for rule in RULES if rule.symptom)


@dataclass(frozen=True)
class Program:
    """One program with what is wrong with it, and what holds besides: no false alarm."""

    name: str
    text: str
    faults: frozenset[str]
    also: frozenset[str] = frozenset()


@dataclass
class Told:
    """What the rules said of a program."""

    program: Program
    findings: tuple[Finding, ...]
    error: str = ""
    namespace: dict[str, Any] = field(default_factory=dict)

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
    for path in sorted((CORPUS / part).glob("*.py")):
        for block in path.read_text(encoding="utf-8").split("# %% ")[1:]:
            name, _, text = block.partition("\n")
            heads = dict(
                line[2:].split(": ", 1)
                for line in text.split("\n")
                if line.startswith(("# faults: ", "# also: ", "# raises: ", "# symptom: "))
            )
            faults = frozenset(part.strip() for part in heads["faults"].split(",")) - {"none"}
            if "O8" in faults:
                faults -= {"O9"}  # of one loss the two say the same
            also = frozenset(part.strip() for part in heads.get("also", "").split(",")) - {""}
            yield Program(f"{path.stem}/{name.strip()}", text, faults, also)


def told(program: Program) -> Told:
    """Run the program and ask the rules."""
    import keras

    keras.backend.clear_session()
    names: dict[str, Any] = {"__name__": "__main__"}
    error = ""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            exec(compile(program.text, program.name, "exec"), names)  # noqa: S102  our own corpus
        except Exception as problem:
            error = f"{type(problem).__name__}: {problem}"
    try:
        return Told(program, findings(names, program.text, error), error, names)
    except Exception:
        traceback.print_exc()
        raise SystemExit(f"the diagnosis itself failed on {program.name}") from None


def findings(names: dict[str, Any], text: str, error: str) -> tuple[Finding, ...]:
    """As ``diagnose(model, history, x, y)`` finds them in a notebook with this one cell."""
    inputs, targets = arrays_of(names.get("x"), names.get("y"))
    tests = [rows_of(array) for array in flat(names.get("x_test"))]
    source = source_of([text])
    model = names.get("model")
    if model is None:
        case = case_of(
            None,
            inputs=[rows_of(array) for array in inputs],
            targets=[rows_of(array) for array in targets],
            tests=tests,
            source=source,
            error=error,
        )
        return examine(case)
    curves = curves_of(names.get("history"))
    return examined(model, curves, inputs, targets, tests=tests, source=source, error=error)


def table(results: list[Told]) -> str:
    """Precision and recall for each rule."""
    right: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    false: Counter[str] = Counter()
    for one in results:
        right.update(one.program.faults & one.said)
        missed.update(one.missed)
        false.update(finding.id for finding in one.false)
    lines = [
        "| rule | level | faults | found | false alarms | recall | precision |",
        "|---" * 7 + "|",
    ]
    for rule in RULES:
        faults, found, wrong = right[rule.id] + missed[rule.id], right[rule.id], false[rule.id]
        if faults or wrong:
            shares = f"{_share(found, faults)} | {_share(found, found + wrong)}"
            lines.append(f"| {rule.id} | {rule.level} | {faults} | {found} | {wrong} | {shares} |")
    unknown = {id for one in results for id in one.program.faults} - set(LEVELS)
    lines += [f"| {id} | none | {missed[id]} | 0 | 0 | 0.00 | |" for id in sorted(unknown)]
    return "\n".join(lines)


def summary(results: list[Told]) -> str:
    """The figures that count, over all rules."""
    faults = sum(len(one.program.faults) for one in results)
    found = sum(len(one.program.faults & one.said) for one in results)
    lines = [f"- recall: {_share(found, faults)} ({found} of {faults} faults)"]
    for level in (Level.ERROR, Level.WARNING):
        right = sum(
            one.level is level and one.id in each.program.faults
            for each in results
            for one in each.findings
        )
        wrong = sum(one.level is level for each in results for one in each.false)
        told_of = f"{right} of {right + wrong} told"
        lines.append(f"- precision of {level}s: {_share(right, right + wrong)} ({told_of})")
    sound = [one for one in results if not one.program.faults]
    errors = sum(one.level is Level.ERROR for each in sound for one in each.false)
    others = sum(one.level is Level.WARNING for each in sound for one in each.false)
    lines.append(
        f"- {len(sound)} correct programs: {_share(errors, len(sound))} false errors each "
        f"({errors}), {_share(others, len(sound))} false warnings each ({others})"
    )
    first = [one for one in results if one.program.faults]
    led = sum(any(f.id in one.program.faults for f in one.findings[:2]) for one in first)
    lines.append(f"- {led} of {len(first)} faulty programs: a fault among the two that are shown")
    return "\n".join(lines)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2f}" if whole else ""


def wrong(results: list[Told]) -> Iterator[str]:
    """Each miss and each false alarm, as a line."""
    for one in results:
        for id in sorted(one.missed):
            also = ", ".join(f.id for f in one.findings) or "nothing"
            yield f"missed {id:4} in {one.program.name} (found: {also}) {one.error[:100]}"
        for finding in one.false:
            yield f"FALSE  {finding.id:4} {finding.level} in {one.program.name}: {finding.facts}"


def main() -> int:
    """Runs the parts and prints the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", default=PARTS, choices=[*PARTS, PARTS])
    parser.add_argument("--wrong", action="store_true", help="List what was missed and false.")
    parser.add_argument("--only", default="", help="Programs whose name contains this.")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    for part in given.parts:
        results = [told(one) for one in programs(part) if given.only in one.name]
        print(f"### {part.capitalize()}: {len(results)} programs\n")
        print(table(results), "\n")
        print(summary(results), "\n")
        if given.wrong:
            print("\n".join(wrong(results)), "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
