"""Repairing submissions of a small assignment: each sentence of the rules, one test."""

import copy
import json
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder.errors import CourseError
from autograder.intake import Intake, code_cells, read_submission, trusted_cells

SOLVED = {"a": "model_a = Dense(1)", "b": "model_b = Dense(2, 'relu')\nb_extra = 3"}


def _cell(kind: str, source: str, **says: object) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "source": source, "metadata": {}}
    if says:
        flags = {"grade": False, "solution": False, "locked": False, "schema_version": 3}
        cell["metadata"]["nbgrader"] = {**flags, **says}
    if kind == "code":
        cell |= {"outputs": [], "execution_count": None}
    return cell


def _solution(name: str) -> dict[str, Any]:
    text = f"# Build model_{name}.\n### BEGIN SOLUTION\n{SOLVED[name]}\n### END SOLUTION"
    return _cell("code", text, grade_id=name, solution=True)


def _check(name: str) -> dict[str, Any]:
    text = (
        f"assert model_{name}\n### BEGIN HIDDEN TESTS\nassert secret(model_{name})\n"
        "### END HIDDEN TESTS"
    )
    return _cell("code", text, grade_id=f"check_{name}", grade=True, locked=True, points=2)


def _notebook(cells: list[dict[str, Any]]) -> dict[str, Any]:
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}


SOURCE = _notebook(
    [
        _cell("markdown", "# Lesson"),
        _cell("code", "import keras", grade_id="setup", locked=True),
        _solution("a"),
        _check("a"),
        _cell("markdown", "More text"),
        _solution("b"),
        _check("b"),
        _cell("markdown", "A model answer.", grade_id="why", grade=True, solution=True, points=1),
    ]
)


def _released() -> list[dict[str, Any]]:
    cells = copy.deepcopy(SOURCE["cells"])
    for name, index in (("a", 2), ("b", 5)):
        stub = "# YOUR CODE HERE\nraise NotImplementedError()"
        cells[index]["source"] = f"# Build model_{name}.\n{stub}"
        cells[index + 1]["source"] = f"assert model_{name}"
    cells[7]["source"] = "YOUR ANSWER HERE"
    return cells


def _submitted() -> list[dict[str, Any]]:
    cells = _released()
    for name, index in (("a", 2), ("b", 5)):
        cells[index]["source"] = f"# Build model_{name}.\n{SOLVED[name]}"
    return cells


@pytest.fixture
def intake(tmp_path: Path) -> Any:
    (tmp_path / "source.ipynb").write_text(json.dumps(SOURCE))

    def run(cells: list[Any], **more: Any) -> Intake:
        (tmp_path / "nb.ipynb").write_text(json.dumps({**_notebook(cells), **more}))
        found = read_submission(tmp_path / "nb.ipynb", tmp_path / "source.ipynb")
        if found.notebook is not None:
            nbformat.validate(nbformat.from_dict(found.notebook))
        return found

    return run


def _ids(found: Intake) -> list[str]:
    assert found.notebook is not None
    return [c["metadata"].get("nbgrader", {}).get("grade_id", "-") for c in found.notebook["cells"]]


def _text(found: Intake, name: str) -> str:
    assert found.notebook is not None
    texts = {
        c["metadata"].get("nbgrader", {}).get("grade_id"): c["source"]
        for c in found.notebook["cells"]
    }
    return str(texts[name])


ALL = ["-", "setup", "a", "check_a", "-", "b", "check_b", "why"]


def test_an_untouched_release_needs_no_repair(intake: Any) -> None:
    found = intake(_released())
    assert found.repairs == ()
    assert _ids(found) == ALL


def test_an_honest_submission_needs_no_repair_and_keeps_its_text(intake: Any) -> None:
    found = intake(_submitted())
    assert found.repairs == ()
    assert _text(found, "a") == f"# Build model_a.\n{SOLVED['a']}"


def test_grade_cells_come_from_the_source_with_hidden_tests(intake: Any) -> None:
    cells = _submitted()
    cells[3]["source"] = "pass"
    found = intake(cells)
    assert _text(found, "check_a") == SOURCE["cells"][3]["source"]
    assert found.repairs == (
        "The text of locked cell check_a was changed; the source's was put back.",
    )


def test_points_and_flags_come_from_the_source(intake: Any) -> None:
    cells = _submitted()
    cells[3]["metadata"]["nbgrader"] |= {"points": 99, "locked": False}
    cells[5]["metadata"]["nbgrader"] |= {"locked": True, "solution": False}
    found = intake(cells)
    assert found.notebook["cells"][3]["metadata"]["nbgrader"]["points"] == 2.0
    assert found.notebook["cells"][5]["metadata"]["nbgrader"]["solution"] is True
    assert SOLVED["b"] in _text(found, "b")
    assert len(found.repairs) == 2


def test_stripped_metadata_is_found_again_by_text_and_place(intake: Any) -> None:
    cells = _submitted()
    for cell in cells:
        cell["metadata"] = {}
    found = intake(cells)
    assert _ids(found) == ALL
    assert SOLVED["a"] in _text(found, "a")
    assert SOLVED["b"] in _text(found, "b")
    assert len(found.repairs) == 1


def test_stripped_metadata_with_cells_of_the_students_own(intake: Any) -> None:
    cells = [_cell("code", "print('hello')"), *_submitted(), _cell("code", "y = 3")]
    cells.insert(3, _cell("code", "scratch = 1"))
    cells[4]["source"] = "model_a = keras.Sequential([Dense(1)])"
    for cell in cells:
        cell["metadata"] = {}
    found = intake(cells)
    assert _ids(found) == ["-", "-", "setup", "-", *ALL[2:], "-"]
    assert _text(found, "a") == "model_a = keras.Sequential([Dense(1)])"


def test_stripped_bare_stubs_are_told_apart_by_place(intake: Any) -> None:
    cells = _submitted()
    cells[5]["source"] = _released()[5]["source"]
    for cell in cells:
        cell["metadata"] = {}
    found = intake(cells)
    assert SOLVED["a"] in _text(found, "a")
    assert "NotImplementedError" in _text(found, "b")


def test_a_copy_that_is_the_stub_is_dropped_for_the_filled_one(intake: Any) -> None:
    cells = _submitted()
    cells.insert(2, _released()[2])
    found = intake(cells)
    assert _ids(found) == ALL
    assert SOLVED["a"] in _text(found, "a")
    assert found.repairs == ("Cell a was there more than once; one was kept.",)


def test_a_copy_with_other_work_stays_as_the_students_own(intake: Any) -> None:
    cells = _submitted()
    cells.append({**copy.deepcopy(cells[2]), "source": "model_a = 'later attempt'"})
    found = intake(cells)
    assert _ids(found) == [*ALL, "-"]
    assert SOLVED["a"] in _text(found, "a")


def test_a_copied_grade_cell_is_kept_once(intake: Any) -> None:
    cells = _submitted()
    cells.insert(4, copy.deepcopy(cells[3]))
    assert _ids(intake(cells)) == ALL


def test_missing_locked_cells_are_added_back_in_place(intake: Any) -> None:
    cells = [c for n, c in enumerate(_submitted()) if n not in (1, 3, 7)]
    found = intake(cells)
    assert [name for name in _ids(found) if name != "-"] == [n for n in ALL if n != "-"]
    assert _ids(found)[-3:] == ["b", "check_b", "why"]
    assert len(found.repairs) == 3


def test_a_missing_solution_cell_is_told(intake: Any) -> None:
    cells = [c for n, c in enumerate(_submitted()) if n != 2]
    found = intake(cells)
    assert "a" not in _ids(found)
    assert found.repairs == ("Solution cell a is missing.",)


def test_a_moved_grade_cell_goes_back_behind_its_solution(intake: Any) -> None:
    cells = _submitted()
    cells.insert(1, cells.pop(6))
    found = intake(cells)
    assert _ids(found) == ALL
    assert found.repairs == ("Locked cell check_b was moved; it is in its place again.",)


def test_a_changed_cell_type_is_put_back(intake: Any) -> None:
    cells = _submitted()
    cells[2]["cell_type"] = "raw"
    found = intake(cells)
    assert found.notebook["cells"][2]["cell_type"] == "code"
    assert SOLVED["a"] in _text(found, "a")
    assert len(found.repairs) == 1


def test_a_cell_that_pretends_to_be_locked_is_the_students_own(intake: Any) -> None:
    cells = _submitted()
    cells.insert(3, _cell("code", "z = 1", grade_id="mine", grade=True, locked=True, points=50))
    found = intake(cells)
    assert found.notebook["cells"][3]["metadata"] == {}
    assert found.notebook["cells"][3]["source"] == "z = 1"
    assert "'mine'" in found.repairs[0]


@pytest.mark.parametrize("version", [0, 1, 2])
def test_old_nbgrader_schemas_are_tolerated(intake: Any, version: int) -> None:
    cells = _submitted()
    for cell in cells:
        says = cell["metadata"].get("nbgrader")
        if says:
            says["schema_version"] = version
            if version == 0:
                del says["schema_version"]
            if says["grade"]:
                del says["locked"]
                says["points"] = str(says["points"])
            if not says["solution"]:
                del says["solution"]
    assert intake(cells).repairs == ()


@pytest.mark.parametrize("says", [3, "x", [], {"grade_id": 5}, {"grade_id": {}, "points": "nan"}])
def test_nonsense_in_metadata_stops_nothing(intake: Any, says: object) -> None:
    cells = _submitted()
    cells[2]["metadata"] = {"nbgrader": says}
    found = intake(cells)
    assert SOLVED["a"] in _text(found, "a")


def test_code_cells_and_trusted_cells_name_what_runs(intake: Any) -> None:
    found = intake(_submitted())
    cells = code_cells(found.notebook)
    assert [(c.grade_id, c.is_grade) for c in cells] == [
        ("setup", False),
        ("a", False),
        ("check_a", True),
        ("b", False),
        ("check_b", True),
    ]
    assert trusted_cells(found.notebook) == {1, 3, 6}


def test_outputs_and_the_students_metadata_are_gone(intake: Any) -> None:
    cells = _submitted()
    cells[2] |= {"outputs": [{"output_type": "stream", "name": "stdout", "text": "x"}]}
    cells[2]["metadata"]["collapsed"] = True
    found = intake(cells, metadata={"widgets": {"evil": 1}})
    assert found.notebook["cells"][2]["outputs"] == []
    assert "collapsed" not in found.notebook["cells"][2]["metadata"]
    assert found.notebook["metadata"] == SOURCE["metadata"]


def test_a_broken_source_is_the_instructors_error(tmp_path: Path) -> None:
    (tmp_path / "source.ipynb").write_text("{")
    with pytest.raises(CourseError, match="source notebook expected"):
        read_submission(tmp_path / "nb.ipynb", tmp_path / "source.ipynb")
