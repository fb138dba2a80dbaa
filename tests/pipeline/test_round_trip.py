"""A right submission keeps its points through what Colab, VS Code and other editors do to it."""

import copy
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring import build_release
from autograder.gradebook import course_of, load_config
from autograder.gradebook.steps import solved
from autograder.grading.desk import Desk
from autograder.grading.plan import plan_of
from autograder.grading.prepare import prepare_file
from autograder.intake import Intake, code_cells, read_submission

REPOSITORY = Path(__file__).resolve().parents[2]
COURSE = course_of(REPOSITORY)
SOURCES = [path for name in COURSE.assignments() for path in COURSE.notebooks(name)]
RECOGNISED = "Cells without their nbgrader id were recognised by text and place"

Change = Callable[[Any], None]


def _right(source: Path) -> dict[str, Any]:
    """The release with the solution's answers in its solution cells, as Jupyter saves it."""
    assignment = source.parent.name
    config = load_config(REPOSITORY)
    notebook: dict[str, Any] = json.loads(build_release(COURSE, assignment, config)[source.name])
    answers: Any = solved(source, COURSE, assignment, config)["cells"]
    for cell, answer in zip(notebook["cells"], answers, strict=True):
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["source"] = answer["source"].splitlines(keepends=True)
    return notebook


def _without_nbgrader(notebook: Any) -> None:
    for cell in notebook["cells"]:
        cell["metadata"] = {k: v for k, v in cell["metadata"].items() if k != "nbgrader"}


def _without_ids(notebook: Any) -> None:
    notebook["nbformat_minor"] = 4
    for cell in notebook["cells"]:
        cell.pop("id", None)


def _without_anything(notebook: Any) -> None:
    _without_ids(notebook)
    notebook["metadata"] = {}
    for cell in notebook["cells"]:
        cell["metadata"] = {}


def _markdown_reordered(notebook: Any) -> None:
    cells = notebook["cells"]
    places = [i for i, cell in enumerate(cells) if cell["cell_type"] == "markdown"]
    for place, cell in zip(places, [cells[i] for i in reversed(places)], strict=True):
        cells[place] = cell


def _markdown_gone(notebook: Any) -> None:
    notebook["cells"] = [c for c in notebook["cells"] if c["cell_type"] != "markdown"]


def _colab(notebook: Any) -> None:
    """nbformat 4.0: ids in the metadata, its own records of outputs and runs, other notebook facts.

    Colab's own files, saved to Drive and downloaded, look like this.
    """
    number = random.Random(1)
    notebook["nbformat_minor"] = 0
    notebook["metadata"] = {
        "colab": {"provenance": [], "gpuType": "T4", "toc_visible": True},
        "accelerator": "GPU",
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
        "language_info": {"name": "python"},
    }
    for cell in notebook["cells"]:
        cell.pop("id", None)
        cell["metadata"]["id"] = "".join(number.choices("abcXYZ019_-", k=12))
        if cell["cell_type"] == "code":
            user = {"displayName": "A Student", "userId": "0123456789"}
            cell["metadata"] |= {
                "colab": {"base_uri": "https://localhost:8080/", "height": 1000},
                "outputId": "8f14e45f-ceea-467f-a0e6-a4f3c5d2b1c0",
                "executionInfo": {
                    "status": "ok",
                    "timestamp": 1_767_225_600_000,
                    "user_tz": -60,
                    "elapsed": 312,
                    "user": user,
                },
            }
            cell["execution_count"] = number.randint(1, 90)
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["1\n"]}]


def _colab_without_nbgrader(notebook: Any) -> None:
    _without_nbgrader(notebook)
    _colab(notebook)


def _vs_code(notebook: Any) -> None:
    """Language ids in each cell, no tags, no locks, the interpreter's facts in the notebook."""
    notebook["metadata"] = {
        "kernelspec": {"display_name": ".venv", "language": "python", "name": "python3"},
        "language_info": {
            "codemirror_mode": {"name": "ipython", "version": 3},
            "file_extension": ".py",
            "name": "python",
            "version": "3.12.3",
        },
    }
    for cell in notebook["cells"]:
        kept = {k: v for k, v in cell["metadata"].items() if k == "nbgrader"}
        language = "python" if cell["cell_type"] == "code" else "markdown"
        cell["metadata"] = {**kept, "vscode": {"languageId": language}}


def _vs_code_without_nbgrader(notebook: Any) -> None:
    _vs_code(notebook)
    _without_nbgrader(notebook)


def _text_in_one_piece(notebook: Any) -> None:
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])


def _line_ends_of_windows(notebook: Any) -> None:
    for cell in notebook["cells"]:
        cell["source"] = [line.replace("\n", "\r\n") for line in cell["source"]]


KEEPS_IDS: dict[str, Change] = {
    "cell ids stripped": _without_ids,
    "markdown reordered": _markdown_reordered,
    "markdown deleted": _markdown_gone,
    "Colab": _colab,
    "VS Code": _vs_code,
    "text in one piece": _text_in_one_piece,
    "Windows line ends": _line_ends_of_windows,
}
LOSES_IDS: dict[str, Change] = {
    "nbgrader stripped": _without_nbgrader,
    "everything stripped": _without_anything,
    "Colab, nbgrader stripped": _colab_without_nbgrader,
    "VS Code, nbgrader stripped": _vs_code_without_nbgrader,
}


@pytest.fixture(scope="module")
def right() -> Callable[[Path], dict[str, Any]]:
    made: dict[Path, dict[str, Any]] = {}

    def find(source: Path) -> dict[str, Any]:
        if source not in made:
            made[source] = _right(source)
        return copy.deepcopy(made[source])

    return find


def _taken_in(notebook: Any, source: Path, folder: Path) -> Intake:
    path = folder / source.name
    path.write_text(json.dumps(notebook), encoding="utf-8")
    found = read_submission(path, source)
    assert found.problem is None
    return found


def _what_runs(found: Intake) -> list[tuple[str | None, str, bool]]:
    """All of each code cell that counts: its name, its text, whether points hang on it."""
    assert found.notebook is not None
    return [(cell.grade_id, cell.source, cell.is_grade) for cell in code_cells(found.notebook)]


@pytest.mark.parametrize("minor", [0, 4, 5])
@pytest.mark.parametrize("name", [*KEEPS_IDS, *LOSES_IDS])
@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.parent.name)
def test_the_same_cells_run(
    source: Path,
    name: str,
    minor: int,
    right: Callable[[Path], dict[str, Any]],
    tmp_path: Path,
) -> None:
    notebook = right(source)
    untouched = _taken_in(notebook, source, tmp_path)
    assert untouched.repairs == ()
    (KEEPS_IDS | LOSES_IDS)[name](notebook)
    notebook["nbformat_minor"] = minor
    found = _taken_in(notebook, source, tmp_path)
    assert _what_runs(found) == _what_runs(untouched)
    told = [text for text in found.repairs if text.startswith(RECOGNISED)]
    assert len(told) == (name in LOSES_IDS), found.repairs
    assert set(found.repairs) == set(told)


@pytest.mark.jail
def test_a_submission_without_ids_and_metadata_has_full_marks(
    right: Callable[[Path], dict[str, Any]], warm_parent: Any, tmp_path: Path
) -> None:
    source = COURSE.notebooks("a1_regression")[0]
    notebook = right(source)
    _colab_without_nbgrader(notebook)
    _markdown_reordered(notebook)
    path = tmp_path / source.name
    path.write_text(json.dumps(notebook), encoding="utf-8")
    plan = plan_of(COURSE, "a1_regression")
    desk = Desk(tmp_path / "store", parent=warm_parent)
    result = desk.grade(plan, prepare_file(plan, path)).result
    assert (result.score, result.needs_review) == (result.max_score, False), result.reasons
    assert any(text.startswith(RECOGNISED) for text in result.repairs)
