"""The grade cells of a source notebook: how they are scored now, and what becomes of that.

Read with intake's reader, which caps size and depth and never raises; no cell is executed.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.course import NAME
from autograder.gradebook.classic import NOT_POINTS
from autograder.intake.read import RawCell, RawNotebook, read_notebook
from autograder.intake.released import flags
from autograder.nouns import Problem

PYTHON = frozenset({"python", "ipython", "Python"})
"""How notebooks name the language that the jail runs, as in ``grading/plan.py``."""

HIDDEN = "BEGIN HIDDEN TESTS"
"""nbgrader's own ``ClearHiddenTests.begin_test_delimeter``."""

KERAS = re.compile(
    r"\.(?:layers|get_config|get_weights|count_params|evaluate|predict|summary|history|loss"
    r"|optimizer|metrics(?:_names)?|input_shape|output_shape)\b"
)
"""What asserts on a Keras model look at."""

NETWORK = re.compile(
    r"urllib|requests\.|wget|curl |get_file\(|\.load_data\(|read_csv\(\s*['\"]https?:"
    r"|fetch_openml|load_dataset\(|git clone|gdown|drive\.mount"
)
"""What usually needs a network. A jail has none."""


@dataclass(frozen=True)
class CellSurvey:
    """A grade cell. ``points`` is None where the metadata have none."""

    notebook: str
    name: str
    points: float | None
    scored_by: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class NotebookSurvey:
    """What one source notebook holds."""

    cells: tuple[CellSurvey, ...] = ()
    refused: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()


def surveyed_notebook(path: Path, hidden: str = HIDDEN) -> NotebookSurvey:
    """The grade cells of the notebook at ``path``; never raises for what it holds. ``hidden`` is
    what a line has in it above which hidden tests begin."""
    raw = read_notebook(path)
    if isinstance(raw, Problem):
        return NotebookSurvey(refused=(f"{path.name} cannot be read: {raw.reason}",))
    graded = [cell for cell in raw.cells if flags(cell)["grade"] or flags(cell)["task"]]
    cells = tuple(_cell(path.stem, cell, hidden) for cell in graded)
    return NotebookSurvey(
        cells, tuple(_refused(path.name, raw, cells)), tuple(_changes(path.name, raw))
    )


def scored_by(cell: RawCell, hidden: str = HIDDEN) -> str:
    """How nbgrader scores a cell now, in a few words."""
    says = flags(cell)
    if says["task"]:
        return "a task: by hand"
    if says["solution"]:
        return "an answer: by hand"
    if cell.cell_type != "code":
        return "text: by hand"
    if "### AUTOTEST" in cell.source or "### HASHED AUTOTEST" in cell.source:
        return "AUTOTEST"
    if hidden in cell.source:
        return "hidden tests"
    kinds = {type(node) for node in _nodes(cell.source)}
    if ast.Assert in kinds or ast.Raise in kinds or any(map(_asserts, _nodes(cell.source))):
        return "asserts"
    if _last_value(cell.source) is not None:
        return "the value of its last line"
    return "whether it raises"


def _asserts(node: ast.AST) -> bool:
    """Whether this calls a function such as ``np.testing.assert_allclose`` or ``assertEqual``."""
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return str(name).lower().startswith("assert")


def _cell(notebook: str, cell: RawCell, hidden: str) -> CellSurvey:
    value = cell.nbgrader.get("points")
    try:
        points = float(value) if isinstance(value, int | float | str) else None
    except ValueError:
        points = None
    name = cell.grade_id or f"cell {cell.index + 1}"
    return CellSurvey(notebook, name, points, scored_by(cell, hidden), tuple(_notes(cell, hidden)))


def _notes(cell: RawCell, hidden: str) -> Iterator[str]:
    """What changes for a cell, or may be made better. Nothing: it goes on as it is."""
    if cell.cell_type != "code" or flags(cell)["solution"] or flags(cell)["task"]:
        return
    last = _last_value(cell.source)
    called = last.func if isinstance(last, ast.Call) else None
    if isinstance(called, ast.Attribute) and called.attr in NOT_POINTS:
        yield (
            f"the value of {called.attr}() is no longer read as points: "
            "write float(...) around it where that was meant"
        )
    if hidden in cell.source:
        what = "look at a Keras model and " if KERAS.search(cell.source) else ""
        yield f"its hidden tests {what}could become checks, which no student code can read"
    elif KERAS.search(cell.source) and "assert" in cell.source:
        yield "its asserts look at a Keras model: checks would accept every right spelling"


def _refused(name: str, raw: RawNotebook, cells: tuple[CellSurvey, ...]) -> Iterator[str]:
    language = _language(raw)
    if language not in PYTHON:
        yield f"{name} is written in {language}: the jail runs Python alone"
    ids = Counter(
        cell.grade_id for cell in raw.cells if cell.grade_id and any(flags(cell).values())
    )
    for grade_id, count in ids.items():
        if count > 1:
            yield f"{name}: the grade id {grade_id} stands there {count} times, once expected"
    for cell in cells:
        if cell.points is None:
            yield f"{name}: points expected for the grade cell {cell.name}, found none"
    for raw_cell in raw.cells:
        says = flags(raw_cell)
        if (says["grade"] or says["solution"] or says["task"]) and raw_cell.grade_id is None:
            yield f"{name}: a grade id expected for cell {raw_cell.index + 1}, found none"
        elif raw_cell.grade_id and any(says.values()) and not NAME.fullmatch(raw_cell.grade_id):
            yield f"{name}: a plain grade id expected, found {raw_cell.grade_id!r}"


def _changes(name: str, raw: RawNotebook) -> Iterator[str]:
    code = [cell for cell in raw.cells if cell.cell_type == "code"]
    old = {cell.nbgrader.get("schema_version", 0) for cell in raw.cells if cell.nbgrader} - {3}
    if old:
        yield f"{name} has nbgrader metadata of an older schema: run `nbgrader update {name}` first"
    reaches = sorted({m.group().strip("( ") for c in code for m in NETWORK.finditer(c.source)})
    if reaches:
        yield (
            f"{name} uses {', '.join(reaches)}: a jail has no network, so data have to lie in the "
            "assignment's source folder (Keras's MNIST and Fashion-MNIST are laid for it)"
        )
    if any(re.search(r"(?<![\w.])input\(", cell.source) for cell in code):
        yield f"{name} calls input(), which raises in the jail"
    if any("skip-execution" in _tags(cell) for cell in raw.cells):
        yield f"{name} has cells tagged skip-execution: they are executed here"


def _tags(cell: RawCell) -> list[str]:
    tags = cell.metadata.get("tags")
    return [str(tag) for tag in tags] if isinstance(tags, list) else []


def _language(raw: RawNotebook) -> str:
    for key, name in (("kernelspec", "language"), ("language_info", "name")):
        found = raw.metadata.get(key)
        if isinstance(found, dict) and found.get(name):
            return str(found[name])
    return "python"


def _nodes(source: str) -> Iterator[ast.AST]:
    try:
        yield from ast.walk(ast.parse(_without_magics(source)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return


def _last_value(source: str) -> ast.expr | None:
    try:
        body = ast.parse(_without_magics(source)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return body[-1].value if body and isinstance(body[-1], ast.Expr) else None


def _without_magics(source: str) -> str:
    return "\n".join("" if part.lstrip()[:1] in ("%", "!") else part for part in source.split("\n"))
