"""Runs the programs of the corpus and says whether each behaves as its header claims.

    python tests/diagnosis_corpus/run.py [FILE ...] [--only NAME ...] [--quiet]

A program is a percent cell: a line ``# %% name``, header comments, then code.

    # faults: O1, D1      rule ids, or ``none`` for a correct program
    # symptom: one sentence; for a correct program why it may look suspicious, or ``plain``
    # raises: fit         only where Keras itself raises: ``compile`` or ``fit``

A program ends with ``model``, ``history``, ``x`` and ``y`` bound, as far as it gets. ``y`` is None
where a data set or generator carries the labels; ``history`` is a dict of lists where a loop of
its own trains, and None where nothing was ever fitted.
"""

import argparse
import contextlib
import io
import linecache
import os
import re
import sys
import time
import traceback
import warnings
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

HERE = Path(__file__).parent
COUNTS = {"O": 14, "A": 9, "C": 7, "D": 6, "T": 6}
IDS = [f"{letter}{n}" for letter, last in COUNTS.items() for n in range(1, last + 1)]
CELL = re.compile(r"^# %% *(.*)$", re.MULTILINE)
HEADER = re.compile(r"^# (faults|symptom|raises): *(.*)$")
SLOW = 3.0


@dataclass
class Program:
    path: Path
    name: str
    line: int
    source: str
    header: dict[str, str]
    problems: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        text = self.header.get("faults", "none")
        return [] if text == "none" else [part.strip() for part in text.split(",")]

    @property
    def suspicious(self) -> bool:
        return not self.faults and self.header.get("symptom") != "plain"


def programs(path: Path) -> list[Program]:
    """The programs of one file, their headers read and checked."""
    text = path.read_text(encoding="utf-8")
    marks = list(CELL.finditer(text))
    found = []
    for here, after in zip(marks, [*marks[1:], None], strict=True):
        source = text[here.start() : after.start() if after else len(text)]
        header: dict[str, str] = {}
        for line in source.splitlines()[1:]:
            if not (match := HEADER.match(line)):
                break
            header[match[1]] = match[2].strip()
        program = Program(path, here[1].strip(), text.count("\n", 0, here.start()), source, header)
        program.problems += header_problems(program)
        found.append(program)
    return found


def header_problems(program: Program) -> list[str]:
    problems = []
    if not re.fullmatch(r"[a-z][a-z0-9_]*", program.name):
        problems.append(f"name is not snake_case: {program.name!r}")
    if not program.header.get("faults"):
        problems.append("no faults line")
    if not program.header.get("symptom"):
        problems.append("no symptom line")
    problems += [f"unknown id {fault}" for fault in program.faults if fault not in IDS]
    if len(set(program.faults)) < len(program.faults):
        problems.append("an id twice")
    if program.header.get("raises", "fit") not in ("compile", "fit"):
        problems.append(f"raises: {program.header['raises']}")
    if "raises" in program.header and not program.faults:
        problems.append("raises without a fault")
    if "set_random_seed(0)" not in program.source:
        problems.append("no set_random_seed(0)")
    return problems


def place(error: BaseException) -> str:
    """Which call of Keras an error came from."""
    for frame in traceback.extract_tb(error.__traceback__):
        if "keras" in frame.filename and frame.name in ("compile", "fit"):
            return frame.name
    return "elsewhere"


def execute(program: Program) -> tuple[dict[str, object], BaseException | None, float]:
    """The program's variables, what it raised, and its seconds of processor time."""
    import keras

    keras.backend.clear_session()
    keras.config.disable_traceback_filtering()  # the frame of fit must show in what it raises
    label = f"<{program.name}>"
    code = "\n" * program.line + program.source  # line numbers as in the file
    linecache.cache[label] = (len(code), None, code.splitlines(keepends=True), label)
    space: dict[str, object] = {"__name__": "__main__"}
    error = None
    began = time.process_time()
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        try:
            exec(compile(code, label, "exec"), space)
        except Exception as caught:
            error = caught
    return space, error, time.process_time() - began


def last_values(history: object) -> str:
    """The last value of each curve, first and last for the training loss."""
    curves = getattr(history, "history", history)
    if not isinstance(curves, dict):
        return "no history"
    parts = []
    for key, values in curves.items():
        if not isinstance(values, list) or not values or isinstance(values[-1], list):
            continue
        first = f"{values[0]:.4g}→" if key == "loss" else ""
        parts.append(f"{key} {first}{values[-1]:.4g}")
    return ", ".join(parts)


def behaviour_problems(
    program: Program, space: dict[str, object], error: BaseException | None
) -> list[str]:
    expected = program.header.get("raises")
    if error is not None:
        where = place(error)
        text = str(error).strip().splitlines()
        said = f"{type(error).__name__}: {(text or [''])[0]}"[:160]
        if where == expected:
            wanted = ("model",) if where == "compile" else ("model", "x", "y")
            return [f"{name} is not bound" for name in wanted if name not in space]
        return [f"raised at {where}: {said}"]
    problems = [f"did not raise at {expected}"] if expected else []
    problems += [f"{n} is not bound" for n in ("model", "history", "x", "y") if n not in space]
    if space.get("history") is None and "C2" not in program.faults:
        problems.append("history is None")
    if ("x_test" in space) != ("y_test" in space):
        problems.append("only one of x_test and y_test")
    return problems


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--only", nargs="*", default=[], help="names of programs")
    parser.add_argument("--quiet", action="store_true", help="only problems and the summary")
    options = parser.parse_args()

    paths = options.files or sorted(HERE.glob("*/*.py"))
    chosen = [program for path in paths for program in programs(path)]
    for name, times in Counter(program.name for program in chosen).items():
        if times > 1:
            next(p for p in chosen if p.name == name).problems.append("name used twice")
    if options.only:
        chosen = [program for program in chosen if program.name in options.only]

    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)

    total = 0.0
    failed = 0
    for program in chosen:
        space, error, seconds = execute(program)
        total += seconds
        program.problems += behaviour_problems(program, space, error)
        if seconds > SLOW:
            program.problems.append(f"slow: {seconds:.1f} s")
        if not options.quiet or program.problems:
            outcome = f"raises at {place(error)}" if error else last_values(space.get("history"))
            faults = program.header.get("faults", "?")
            print(f"{seconds:5.1f} s  {program.name}  [{faults}]  {outcome}", flush=True)
        for problem in program.problems:
            print(f"         !! {problem}", flush=True)
        failed += bool(program.problems)

    faulty = [program for program in chosen if program.faults]
    correct = [program for program in chosen if not program.faults]
    per_id = Counter(fault for program in faulty for fault in program.faults)
    print(f"\n{len(faulty)} faulty, {sum(len(p.faults) > 1 for p in faulty)} with several faults")
    print(f"{len(correct)} correct, {sum(p.suspicious for p in correct)} that look suspicious")
    print("per id:", " ".join(f"{fault}:{per_id[fault]}" for fault in IDS))
    print(f"{total:.0f} s in all; {failed} with problems")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
