"""Another model in place of one: the same network, compiled alike, and not trained."""

import ast

from autograder.authoring.audit.wrong.code.calls import expression, statements, text
from autograder.authoring.audit.wrong.code.scene import Scene

CLONE = "other_model"
"""A name that the variants give to a model of their own."""


def clone_of(scene: Scene, model: ast.expr) -> ast.expr:
    """A network like the model, with weights of its own."""
    return expression(f"{scene.keras}.models.clone_model({text(model)})")


def compiled_clone(scene: Scene, model: ast.expr) -> list[ast.stmt]:
    """Statements that make such a network under the name of ``CLONE``, ready for fit."""
    return statements(
        f"{CLONE} = {text(clone_of(scene, model))}\n"
        f"{CLONE}.compile_from_config({text(model)}.get_compile_config())"
    )
