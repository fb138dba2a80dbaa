"""Names that come in pairs, ``X_train`` and ``X_test``: which one an operator may take instead."""

import ast
from collections.abc import Iterator

from autograder.authoring.audit.wrong.code.calls import names
from autograder.authoring.audit.wrong.code.scene import Pair, Scene

TRAIN, TEST = "train", "test"


def twin(scene: Scene, name: str, *, has: str, instead: str) -> str | None:
    """``X_test`` for ``X_train``, if the notebook has it."""
    other = name.replace(has, instead)
    return other if has in name and other != name and other in scene.defined else None


def exchanged(scene: Scene, part: ast.AST, *, has: str, instead: str) -> Iterator[Pair]:
    """Every name that is read in this part, with its twin."""
    for name in names(part):
        other = twin(scene, name.id, has=has, instead=instead)
        if other is not None:
            yield name, ast.Name(other)


def labels_of(scene: Scene, inputs: ast.AST) -> str | None:
    """``y_test`` for ``X_test_scaled``: the labels that go with these rows, if there are some."""
    for name in names(inputs):
        for part in (TEST, TRAIN):
            if part in name.id and name.id[:1] in "Xx":
                found = [label for label in sorted(scene.defined) if label[:1] in "yY"]
                return next((label for label in found if part in label), None)
    return None
