"""A grade cell goes by its id, and by its notebook too where another notebook has that id."""

from autograder.cell_names import cell_names, grade_id_of, part_of
from autograder.nouns import CellScore, CheckOutcome, Diagnosis, Result, Status, Verdict


def test_only_an_id_that_several_notebooks_have_needs_its_notebook() -> None:
    names = cell_names({"one": ["fit", "build"], "two": ["fit"]})
    assert names == {
        ("one", "fit"): "one/fit",
        ("one", "build"): "build",
        ("two", "fit"): "two/fit",
    }
    assert [grade_id_of(name) for name in names.values()] == ["fit", "build", "fit"]


def test_a_notebooks_part_has_its_own_cells_checks_and_diagnoses_by_id() -> None:
    cells = {name: CellScore(name.partition("/")[0], 1.0, 1.0) for name in ("one/fit", "two/fit")}
    checks = tuple(
        CheckOutcome(f"t::{name}", name, "It fits.", Verdict.PASSED, 1.0, 1.0) for name in cells
    )
    told = tuple(Diagnosis("O1", "error", name, name) for name in cells)
    whole = Result("a", "ada", Status.COMPLETED, cells, checks, diagnosis=told)
    part = part_of(whole, "two")
    assert part.cells == {"fit": cells["two/fit"]}
    assert [(check.id, check.cell) for check in part.checks] == [("t::two/fit", "fit")]
    assert [(found.message, found.cell) for found in part.diagnosis] == [("two/fit", "fit")]
