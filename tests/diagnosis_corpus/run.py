"""Runs the corpus of small Keras programs and checks that each does what its header says.

python tests/diagnosis_corpus/run.py [FOLDER OR FILE ...] [--only NAME] [--slow SECONDS]

A program starts at a line `# %% name`. Its header lines are comments right below:
    # faults: ids of the table of rules, or `none`
    # also: ids that hold besides: a symptom that follows from a fault, a hint nobody would mind
    # looks: ids that a correct program looks like breaking
    # symptom: what a person asking for help would say
    # raises: build, compile or fit, where Keras itself raises
A program binds model, history, x and y as far as it gets (history may be a dict of lists where a
loop of the program's own trains), and x_test and y_test where it has them.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import re
import sys
import time
import traceback
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

COUNTS = {"O": 15, "A": 9, "C": 7, "D": 9, "T": 6, "K": 6}
RULES = {f"{letter}{n}" for letter, last in COUNTS.items() for n in range(1, last + 1)}
HEADER = re.compile(r"#\s*(faults|also|looks|symptom|raises):\s*(.*)")


@dataclass
class Program:
    """One program of the corpus: its header, and its code with the line it starts at."""

    file: Path
    name: str
    line: int
    code: str
    header: dict[str, str] = field(default_factory=dict)

    def ids(self, key: str) -> list[str]:
        given = [part.strip() for part in self.header.get(key, "").split(",")]
        return [part for part in given if part and part != "none"]


@dataclass
class Outcome:
    """What running a program gave; its seconds are of CPU, as the machine may be shared."""

    seconds: float
    names: dict[str, Any]
    raised: str = ""
    error: str = ""


def programs(file: Path) -> list[Program]:
    """The programs of a file, in order."""
    found: list[Program] = []
    lines = file.read_text(encoding="utf-8").splitlines()
    starts = [n for n, line in enumerate(lines) if line.startswith("# %%")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        header: dict[str, str] = {}
        first = start + 1
        while first < end and (match := HEADER.match(lines[first])):
            header[match[1]] = match[2].strip()
            first += 1
        code = "\n" * first + "\n".join(lines[first:end]) + "\n"
        found.append(Program(file, lines[start][4:].strip(), start + 1, code, header))
    return found


def header_problems(program: Program) -> list[str]:
    """What is wrong with a header by itself."""
    problems = []
    if not re.fullmatch(r"[a-z][a-z0-9_]*", program.name):
        problems.append("the name is not in snake_case")
    for key in ("faults", "symptom"):
        if not program.header.get(key):
            problems.append(f"no line `{key}`")
    for key in ("faults", "also", "looks"):
        unknown = [i for i in program.ids(key) if i not in RULES]
        if unknown:
            problems.append(f"unknown ids in `{key}`: {', '.join(unknown)}")
    if twice := set(program.ids("faults")) & set(program.ids("also")):
        problems.append(f"in `faults` and in `also`: {', '.join(sorted(twice))}")
    if program.ids("faults") and program.ids("looks"):
        problems.append("`looks` is for correct programs")
    if program.header.get("raises", "fit") not in ("build", "compile", "fit"):
        problems.append("`raises` is none of build, compile and fit")
    return problems


def where_raised(error: BaseException, file: str) -> str:
    """build, compile or fit, if Keras raised there; else the line of the program."""
    frames = traceback.extract_tb(error.__traceback__)
    for frame in frames:
        if frame.name in ("compile", "fit") and "keras" in frame.filename:
            return frame.name
    if any("/keras/" in frame.filename for frame in frames):
        return "build"
    lines = [frame.lineno for frame in frames if frame.filename == file]
    return f"line {lines[-1]}" if lines else "elsewhere"


def run(program: Program) -> Outcome:
    """Executes a program in a namespace of its own."""
    import keras

    keras.backend.clear_session()
    keras.config.disable_traceback_filtering()
    names: dict[str, Any] = {"__name__": "__main__"}
    outcome = Outcome(0.0, names)
    start = time.process_time()
    quiet = io.StringIO()
    with (
        contextlib.redirect_stdout(quiet),
        contextlib.redirect_stderr(quiet),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        try:
            exec(compile(program.code, str(program.file), "exec"), names)
        except Exception as error:
            outcome.raised = where_raised(error, str(program.file))
            outcome.error = f"{type(error).__name__}: {error}".strip().splitlines()[0]
    outcome.seconds = time.process_time() - start
    return outcome


def run_problems(program: Program, outcome: Outcome) -> list[str]:
    """Where a run contradicts the header, or leaves variables unbound."""
    problems = []
    expected = program.header.get("raises", "")
    if outcome.raised != expected:
        problems.append(
            f"raised at {outcome.raised or 'no place'}, the header says {expected or 'nowhere'}"
            + (f" ({outcome.error})" if outcome.error else "")
        )
    needed = {"x", "y"} if outcome.raised == "build" else {"model", "x", "y"}
    if not outcome.raised and "C2" not in program.ids("faults"):
        needed.add("history")
    if missing := sorted(needed - outcome.names.keys()):
        problems.append(f"missing variables: {', '.join(missing)}")
    if ("x_test" in outcome.names) != ("y_test" in outcome.names):
        problems.append("only one of x_test and y_test is bound")
    return problems


def results(history: Any) -> dict[str, list[float]]:
    """The numbers of a history: a History of Keras, a dict of lists, or a list of losses."""
    numbers = getattr(history, "history", history)
    if isinstance(numbers, list):
        numbers = {"loss": numbers}
    return numbers if isinstance(numbers, dict) else {}


def summary(outcome: Outcome) -> str:
    if outcome.raised:
        return f"raised at {outcome.raised}: {outcome.error[:90]}"
    numbers = results(outcome.names.get("history"))
    shown = []
    for key, values in numbers.items():
        if key != "learning_rate" and values:
            shown.append(f"{key} {float(values[0]):.4g}>{float(values[-1]):.4g}")
    return ", ".join(shown[:6]) or "no history"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("paths", nargs="*", type=Path, default=[Path(__file__).parent / "unseen"])
    parser.add_argument("--only", default="", help="parts of names, with commas between")
    parser.add_argument("--slow", type=float, default=3.0, help="seconds of CPU a program may take")
    options = parser.parse_args(arguments)

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)

    files = [f for p in options.paths for f in (sorted(p.glob("*.py")) if p.is_dir() else [p])]
    everything = [program for file in files for program in programs(file)]
    chosen = [
        program
        for program in everything
        if any(part in program.name for part in options.only.split(","))
    ]
    problems: list[str] = []
    names = [program.name for program in everything]
    for name in sorted({name for name in names if names.count(name) > 1}):
        problems.append(f"{name}: the name occurs more than once")
    total = 0.0
    for program in chosen:
        outcome = run(program)
        total += outcome.seconds
        wrong = header_problems(program) + run_problems(program, outcome)
        if outcome.seconds > options.slow:
            wrong.append(f"takes {outcome.seconds:.1f} s")
        problems += [f"{program.file.name}:{program.line} {program.name}: {w}" for w in wrong]
        label = f"{program.name} [{program.header.get('faults', '?')}]"
        print(f"{outcome.seconds:5.1f} s  {label}  {summary(outcome)}", flush=True)

    faulty = [program for program in chosen if program.ids("faults")]
    print(f"\n{len(chosen)} programs, {len(faulty)} faulty, {total:.0f} s")
    for key in ("faults", "also"):
        given = [i for program in chosen for i in program.ids(key)]
        counts = [(i, given.count(i)) for i in sorted(RULES, key=lambda i: (i[0], int(i[1:])))]
        print(f"{key}: " + ", ".join(f"{i} {n}" for i, n in counts if n or key == "faults"))
    print(f"\n{len(problems)} problems")
    for problem in problems:
        print(f"  {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
