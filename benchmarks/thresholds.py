"""How far is each threshold from what the solution reaches? Seeded runs on the real split.

    python benchmarks/thresholds.py a1_regression --seeds 20 [--answers 2]

Runs the source notebook's own code cells (no jail, grade cells left out) once for each seed, in
one process, and measures every graded figure on the held-out rows. The estimate of failing fits a
normal distribution to the MAE, or to the logit of the accuracy with half a row added on either
side, and takes its tail beyond the threshold of settings.toml. A spread of less than half a row is
taken as half a row: a few equal runs are no proof of none. With ``--answers N`` the answers of
expected.toml are measured too, under N seeds from 2024 (settings.toml's own) on.
The table is Markdown, on standard output. Assignments on MNIST and Fashion-MNIST are measured on
the files that AUTOGRADER_DATA or Keras's cache holds; ``--stand-in`` takes the small set instead.
"""

import argparse
import contextlib
import io
import json
import math
import os
import statistics
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from autograder.student import datasets

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Figure:
    """One graded number: which model, which threshold of settings.toml, and which way is good.

    ``output`` names one of several outputs, for a model that takes two halves of a picture.
    """

    model: str
    threshold: str
    kind: str
    output: str = ""

    @property
    def label(self) -> str:
        """The model, and the output if it has several, as cells of the table show it."""
        return f"`{self.model}`" + (f", `{self.output}`" if self.output else "")


def figures(assignment: str) -> tuple[Figure, ...]:
    """What is graded on held-out rows in each assignment."""
    return {
        "a1_regression": (Figure("reg_model", "fit_mae", "mae"),),
        "a2_binary": (Figure("class_model", "fit_accuracy", "accuracy"),),
        "a3_multinomial": (
            Figure("head_model", "head_accuracy", "accuracy"),
            Figure("digits_model", "digits_accuracy", "accuracy"),
        ),
        "a6_functional": (
            Figure("two_input_model", "digit_accuracy", "accuracy", "digit"),
            Figure("two_input_model", "parity_accuracy", "accuracy", "parity"),
        ),
        "a5_mnist": (Figure("mnist_model", "accuracy", "accuracy"),),
        "a7_fashion": (Figure("fashion_model", "accuracy", "accuracy"),),
        "a4_shapes": (Figure("wine_model", "wine_accuracy", "accuracy"),),
    }[assignment]


def cells_of(assignment: str) -> list[tuple[str, str]]:
    """(grade id, source) of the source notebook's code cells that are not grade cells."""
    (path,) = (ROOT / "source" / assignment).glob("*.ipynb")
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return [
        (cell["metadata"]["nbgrader"]["grade_id"], "".join(cell["source"]))
        for cell in notebook["cells"]
        if cell["cell_type"] == "code" and not cell["metadata"]["nbgrader"]["grade"]
    ]


def prepared(assignment: str) -> tuple[dict[str, Any], dict[str, str]]:
    """The held-out rows, pixels from 0 to 1, and the thresholds of the data that are there."""
    folder = ROOT / "tests" / "checks" / assignment
    settings = tomllib.loads((folder / "settings.toml").read_text())
    if "data" not in settings:
        return dict(np.load(folder / "heldout.npz")), settings["thresholds"]
    parts = datasets.split(settings["data"], fetch=False)
    held = {"x": (parts.held_out.x / 255).astype("float32"), "y": parts.held_out.y}
    own = settings.get(parts.variant, {}).get("thresholds", {})
    return held, {**settings["thresholds"], **own}


def run(assignment: str, seed: int, replaced: Mapping[str, str]) -> dict[str, Any]:
    """The namespace after the notebook ran with this seed; a cell that raises is passed over."""
    import tensorflow as tf

    tf.keras.backend.clear_session()
    os.environ["AUTOGRADER_SEED"] = str(seed)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for name, source in cells_of(assignment):
        code = compile(replaced.get(name, source), f"<{name}>", "exec")
        with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(Exception):
            exec(code, namespace)  # noqa: S102  the course's own cells, as a notebook runs them
    return namespace


def measure(figure: Figure, namespace: Mapping[str, Any], held: Mapping[str, Any]) -> float:
    """The MAE, or the number of right rows; nan when there is no model that predicts."""
    try:
        model, rows = namespace[figure.model], held["x"]
        if rows.ndim == 3:  # images: as a table or as a row is the student's choice
            rows = rows.reshape(len(rows), *model.input_shape[1:])
        if figure.output:
            return _right_of_output(model, rows, held["y"], figure.output)
        found = np.asarray(model(rows, training=False))
    except Exception:
        return math.nan
    if figure.kind == "mae":
        return (
            float(np.mean(np.abs(found.ravel() - held["y"]))) if found.shape[1] == 1 else math.nan
        )
    decoded = found.argmax(axis=1) if found.shape[1] > 1 else found.ravel() > 0.5
    return float(np.sum(decoded == held["y"]))


def _right_of_output(model: Any, rows: Any, labels: Any, output: str) -> float:
    """Right rows of one output; a structure that is not the exercise's raises."""
    halves = {"top": rows[:, :32], "bottom": rows[:, 32:]}
    found = model.predict(halves, verbose=0)
    if not isinstance(found, dict):
        found = dict(zip(model.output_names, found, strict=True))
    if output == "parity":
        return float(np.sum((found[output].ravel() > 0.5) == labels % 2))
    return float(np.sum(found[output].argmax(axis=1) == labels))


def failing(figure: Figure, values: list[float], threshold: str, rows: int) -> float:
    """The share of runs that the fitted normal distribution puts beyond the threshold."""
    if figure.kind == "mae":
        normal = statistics.NormalDist(statistics.mean(values), statistics.stdev(values))
        return normal.cdf(2 * normal.mean - float(threshold))
    logits = [_logit((correct + 0.5) / (rows + 1)) for correct in values]
    middle = statistics.mean(values)
    half_a_row = _logit(min(middle + 0.75, rows + 0.5) / (rows + 1)) - _logit(
        (middle + 0.25) / (rows + 1)
    )
    spread = max(statistics.stdev(logits), half_a_row)
    needed = math.ceil(Fraction(threshold) * rows)
    return statistics.NormalDist(statistics.mean(logits), spread).cdf(_logit(needed / (rows + 1)))


def row(figure: Figure, values: list[float], rows: int) -> str:
    """Lowest, mean, highest and standard deviation, as cells of the table."""
    shown = values if figure.kind == "mae" else [value / rows for value in values]
    digits = 1 if figure.kind == "mae" else 3
    spread = statistics.stdev(shown) if len(shown) > 1 else 0.0
    numbers = (min(shown), statistics.mean(shown), max(shown), spread)
    return " | ".join(f"{number:.{digits}f}" for number in numbers)


def report(assignment: str, seeds: Iterable[int], answer_seeds: int) -> None:
    """Prints the table of one assignment."""
    held, thresholds = prepared(assignment)
    rows = len(held["y"])
    spaces = [_measured(assignment, seed, {}, held) for seed in seeds]
    print(f"\n## {assignment} ({rows} held-out rows, {len(spaces)} seeds)\n")
    print("| model | threshold | lowest | mean | highest | sd | estimate of failing |")
    print("|---|---|---|---|---|---|---|")
    for index, figure in enumerate(figures(assignment)):
        values = [space[index] for space in spaces]
        threshold = thresholds[figure.threshold]
        share = failing(figure, values, threshold, rows)
        print(
            f"| solution, {figure.label} | {threshold} | {row(figure, values, rows)} "
            f"| {_share(share)} |",
            flush=True,
        )
    if answer_seeds:
        _report_answers(assignment, answer_seeds, held)


def _report_answers(assignment: str, count: int, held: Mapping[str, Any]) -> None:
    path = ROOT / "tests" / "checks" / assignment / "expected.toml"
    print(f"\n| answer ({count} seeds each) | model | lowest | mean | highest | sd |")
    print("|---|---|---|---|---|---|")
    for answer in tomllib.loads(path.read_text(encoding="utf-8"))["answer"]:
        cells = answer.get("cells", {})
        spaces = [_measured(assignment, seed, cells, held) for seed in range(2024, 2024 + count)]
        for index, figure in enumerate(figures(assignment)):
            values = [space[index] for space in spaces]
            known = [value for value in values if not math.isnan(value)]
            text = row(figure, known, len(held["y"])) if known else "no figure | | | "
            print(f"| {answer['kind']}: {answer['name']} | {figure.label} | {text} |", flush=True)


def _measured(
    assignment: str, seed: int, cells: Mapping[str, str], held: Mapping[str, Any]
) -> list[float]:
    namespace = run(assignment, seed, cells)
    return [measure(figure, namespace, held) for figure in figures(assignment)]


def _share(share: float) -> str:
    # A fitted tail says nothing of the digits far out: only that it is rare.
    return "below 1e-12" if share < 1e-12 else f"{share:.0e}"


def _logit(share: float) -> float:
    return math.log(share / (1 - share))


def main() -> int:
    """Parses the command line and prints one table for each assignment named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("assignments", nargs="+")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--answers", type=int, default=0, metavar="N")
    parser.add_argument("--stand-in", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="autograder-thresholds-") as folder:
        if given.stand_in:
            for name in datasets.image_sets():
                datasets.stand_in(name, folder)
            os.environ[datasets.VARIABLE] = folder
        for assignment in given.assignments:
            report(assignment, range(1, given.seeds + 1), given.answers)
    return 0


if __name__ == "__main__":
    sys.exit(main())
