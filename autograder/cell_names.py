"""What a grade cell is called in an assignment of one notebook or of several.

nbgrader wants a grade id once in a notebook, and notebooks of an assignment are often copies of one
another. Results, checks, the gradebook's rows and exports all name a cell as it is done here.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from autograder.nouns import Result


def cell_names(ids: Mapping[str, Iterable[str]]) -> dict[tuple[str, str], str]:
    """The name of each cell with points, by notebook and grade id. ``ids`` has them by notebook.

    It is the grade id where one notebook alone has it, else the notebook before it: a grade id has
    no slash in it.

    >>> cell_names({"one": ["fit", "build"], "two": ["fit"]})[("two", "fit")]
    'two/fit'
    >>> cell_names({"one": ["fit", "build"], "two": ["fit"]})[("one", "build")]
    'build'
    """
    pairs = [(notebook, id_) for notebook, its in ids.items() for id_ in its]
    count = Counter(id_ for _, id_ in pairs)
    return {(book, id_): id_ if count[id_] == 1 else f"{book}/{id_}" for book, id_ in pairs}


def grade_id_of(name: str) -> str:
    """The grade id that a cell of this name has in its notebook.

    >>> grade_id_of("two/fit"), grade_id_of("build")
    ('fit', 'build')
    """
    return name.rpartition("/")[2]


def part_of(result: Result, notebook: str) -> Result:
    """What one of the assignment's notebooks shows of a result, each cell by its grade id."""
    cells = {name: cell for name, cell in result.cells.items() if cell.notebook == notebook}
    return replace(
        result,
        cells={grade_id_of(name): cell for name, cell in cells.items()},
        checks=tuple(
            replace(check, cell=grade_id_of(check.cell))
            for check in result.checks
            if check.cell in cells
        ),
        diagnosis=tuple(
            replace(found, cell=grade_id_of(found.cell))
            for found in result.diagnosis
            if found.cell in cells
        ),
    )
