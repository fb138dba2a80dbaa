"""The course's own solutions: how many right answers there are, that they are Python, that they
come out the same again."""

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.audit.right import right_answers
from autograder.authoring.audit.variants import Cell, Kind, Solution, Variant
from autograder.gradebook import course_of, load_config
from autograder.gradebook.steps import solved

COURSE = course_of(Path(__file__).resolve().parents[3])
ASSIGNMENTS = COURSE.assignments()
SEED = 1
MANY = 240
"""More than any assignment has operators that fit."""


@cache
def solution_of(assignment: str) -> Solution:
    path = COURSE.notebooks(assignment)[0]
    notebook: Any = solved(path, COURSE, assignment, load_config(COURSE.root))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    metas = [(cell["metadata"]["nbgrader"], cell["source"]) for cell in cells]
    return Solution(
        assignment,
        tuple(
            Cell(meta["grade_id"], source, meta["solution"])
            for meta, source in metas
            if not meta["grade"]
        ),
    )


@cache
def many(assignment: str) -> list[Variant]:
    return right_answers(solution_of(assignment), MANY, SEED)


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_there_are_as_many_as_asked_for_and_all_are_different(assignment: str) -> None:
    variants = many(assignment)
    assert len(variants) == MANY
    assert len({tuple(variant.cells.items()) for variant in variants}) == MANY
    assert len({variant.name for variant in variants}) == MANY
    assert {variant.kind for variant in variants} == {Kind.RIGHT}


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_each_one_is_python_and_changes_what_it_names(assignment: str) -> None:
    solution = solution_of(assignment)
    writable = [cell.name for cell in solution.answers]
    for variant in many(assignment):
        assert variant.cell in variant.cells
        assert set(variant.cells) <= set(writable)
        assert "\n" not in variant.change
        for cell, text in variant.cells.items():
            assert text != solution.source(cell)
            compile(text.removeprefix("%%time").removeprefix("%%capture"), cell, "exec")


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_single_operators_come_first_each_of_them_once(assignment: str) -> None:
    counts = [len(variant.operators) for variant in many(assignment)]
    singles = counts.count(1)
    assert singles > 100
    assert counts[:singles] == [1] * singles
    assert max(counts) == 5
    names = Counter(variant.operators[0] for variant in many(assignment)[:singles])
    assert max(names.values()) == 1


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_few_are_half_single_and_half_composed(assignment: str) -> None:
    counts = [len(variant.operators) for variant in right_answers(solution_of(assignment), 40, 3)]
    assert len(counts) == 40
    assert counts[:20] == [1] * 20
    assert sum(count > 1 for count in counts) >= 15


def test_the_same_arguments_give_the_same_variants_and_others_give_others() -> None:
    solution = solution_of("a5_mnist")
    assert right_answers(solution, 60, 7) == right_answers(solution, 60, 7)
    assert right_answers(solution, 60, 7) != right_answers(solution, 60, 8)


def test_excluded_operators_are_not_used_in_the_cells_named() -> None:
    exclude = frozenset(["import-keras:fix_old_code", "fit-longer", "noop-identity"])
    for seed in range(3):
        for variant in right_answers(solution_of("a0_imports"), 200, seed, exclude=exclude):
            assert "fit-longer" not in variant.operators
            assert "noop-identity" not in variant.operators
            assert "import keras" not in variant.cells.get("fix_old_code", "").splitlines()


def test_a_solution_with_nothing_to_vary_gives_none() -> None:
    empty = Solution("empty", (Cell("text", "%%html\n<p>", solution=True),))
    assert right_answers(empty, 40, 1) == []


def test_a_solution_without_any_keras_has_other_clothes_to_wear() -> None:
    short = Solution("short", (Cell("answer", "answer = 42", solution=True),))
    assert all("42" in variant.cells["answer"] for variant in right_answers(short, 40, 1))
