"""The cell as somebody leaves it who did not try."""

import ast
from collections.abc import Iterator

from autograder.authoring.audit.wrong.code.scene import Change, Scene


def unanswered(scene: Scene) -> Iterator[Change]:
    """Nothing at all."""
    yield Change(ast.Module([], []), "the cell emptied")
