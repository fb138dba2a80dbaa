"""Cells that are missing, changed or unfinished, with the released original and without."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import UsageError
from autograder.intake.read import RawNotebook, read_notebook
from autograder.student.flight.cells import Cells, against_original, by_itself
from autograder.student.flight.look import find_original

Look = Callable[[Path, Path], Cells]


def _raw(path: Path) -> RawNotebook:
    raw = read_notebook(path)
    assert isinstance(raw, RawNotebook)
    return raw


def _with(path: Path, original: Path) -> Cells:
    return against_original(_raw(path), original)


def _without(path: Path, original: Path) -> Cells:
    return by_itself(_raw(path))


def _drop(name: str) -> Callable[[Any], None]:
    def change(notebook: Any) -> None:
        kept = [c for c in notebook["cells"] if _id(c) != name]
        notebook["cells"] = kept

    return change


def _rewrite(name: str, text: str) -> Callable[[Any], None]:
    def change(notebook: Any) -> None:
        (cell,) = (c for c in notebook["cells"] if _id(c) == name)
        cell["source"] = text

    return change


def _id(cell: Any) -> str | None:
    found: str | None = cell["metadata"].get("nbgrader", {}).get("grade_id")
    return found


def _strip(notebook: Any) -> None:
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        del cell["id"]


both = pytest.mark.parametrize("look", [_with, _without])


@both
def test_a_filled_in_notebook_has_nothing_to_tell(
    look: Look, filled: Callable[..., Path], original: Path
) -> None:
    found = look(filled(), original)
    assert (found.missing, found.changed, found.unfinished, found.notes) == ((), (), (), ())
    assert found.graded == {"check_answer", "check_word"}


@both
def test_an_untouched_or_emptied_answer_is_unfinished(
    look: Look, filled: Callable[..., Path], original: Path
) -> None:
    assert look(filled(answer=None), original).unfinished == ("answer",)
    assert look(filled(answer=" \n"), original).unfinished == ("answer",)


@both
def test_a_stub_with_work_below_it_is_not_unfinished(
    look: Look, filled: Callable[..., Path], original: Path
) -> None:
    assert look(filled(answer="# YOUR CODE HERE\nanswer = 1"), original).unfinished == ()


@both
def test_a_changed_locked_cell_is_named(
    look: Look, filled: Callable[..., Path], original: Path
) -> None:
    found = look(filled(_rewrite("check_word", "pass")), original)
    assert found.changed == ("check_word",)


@both
def test_a_lost_check_is_missing(look: Look, filled: Callable[..., Path], original: Path) -> None:
    assert look(filled(_drop("check_answer")), original).missing == ("check_answer",)
    assert look(filled(_drop("answer")), original).missing == ("answer",)


def test_a_lost_set_up_cell_is_seen_with_the_original(
    filled: Callable[..., Path], original: Path
) -> None:
    assert _with(filled(_drop("setup")), original).missing == ("setup",)


def test_cells_without_ids_are_recognised_with_the_original(
    filled: Callable[..., Path], original: Path
) -> None:
    found = _with(filled(_strip), original)
    assert (found.missing, found.changed, found.unfinished) == ((), (), ())
    assert any("recognised by text and place" in note for note in found.notes)
    assert set(found.names.values()) >= {"answer", "check_answer", "word", "check_word"}


def test_cells_without_ids_are_told_without_the_original(
    filled: Callable[..., Path], original: Path
) -> None:
    found = _without(filled(_strip, answer=None), original)
    assert found.unfinished == ("cell 3",)
    assert any("lost nbgrader's ids" in note for note in found.notes)


def test_an_original_without_ids_is_refused(
    filled: Callable[..., Path], original: Path, tmp_path: Path
) -> None:
    notebook = json.loads(original.read_text())
    _strip(notebook)
    plain = tmp_path / "plain.ipynb"
    plain.write_text(json.dumps(notebook))
    with pytest.raises(UsageError, match="released notebook"):
        _with(filled(), plain)


def test_the_original_is_found_in_a_folder_above_and_is_never_the_notebook_itself(
    filled: Callable[..., Path], original: Path
) -> None:
    path = filled()
    assert find_original(path, "one") is None  # the course is beside, not above
    inside = original.parents[2] / "work" / "numbers (1).ipynb"
    inside.parent.mkdir()
    inside.write_bytes(path.read_bytes())
    assert find_original(inside, "one") == original
    assert find_original(original, "one") is None
