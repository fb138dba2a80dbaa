"""The vocabulary of an audit: the solution's cells, and answers that differ from it in known ways.

A variant is text: solution cells that take the place of the solution's own. Operators make it by
small transformations of the syntax tree, so they know nothing of the assignment that they meet.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What is known of a variant before it runs."""

    WRONG = "wrong"
    RIGHT = "right"


@dataclass(frozen=True)
class Cell:
    """One code cell of the solution. ``name`` is its grade id; ``solution`` ones may be changed."""

    name: str
    source: str
    solution: bool


@dataclass(frozen=True)
class Solution:
    """A notebook's code cells in order, grade cells left out."""

    assignment: str
    cells: tuple[Cell, ...]

    def source(self, name: str) -> str:
        """The text of the cell with this grade id. Raises KeyError."""
        return {cell.name: cell.source for cell in self.cells}[name]

    @property
    def answers(self) -> tuple[Cell, ...]:
        """The cells that a student writes."""
        return tuple(cell for cell in self.cells if cell.solution)


@dataclass(frozen=True)
class Variant:
    """One changed answer. ``cells`` holds the new text of each changed solution cell by grade id.

    ``operators`` are the names of the transformations, one for a wrong answer and several for a
    composed right one; ``cell`` is the solution cell that was changed first, whose grade cell must
    lose points when the answer is wrong; ``change`` says in a line what was done.
    """

    kind: Kind
    operators: tuple[str, ...]
    cell: str
    change: str
    cells: Mapping[str, str]

    @property
    def name(self) -> str:
        """Operators, cell and change, for tables and for ``audit.toml``."""
        return f"{' + '.join(self.operators)} in {self.cell}: {self.change}"
