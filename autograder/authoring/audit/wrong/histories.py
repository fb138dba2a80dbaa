"""Trainings of another model, and models that are no longer the trained one."""

import ast
from collections.abc import Iterator

from autograder.authoring.audit.wrong.code.calls import dotted, receiver, statements, text
from autograder.authoring.audit.wrong.code.clones import CLONE, clone_of, compiled_clone
from autograder.authoring.audit.wrong.code.fitted import fits
from autograder.authoring.audit.wrong.code.places import Place, place_of
from autograder.authoring.audit.wrong.code.scene import Change, Scene, changed, substituted


def clone_trained_instead(scene: Scene) -> Iterator[Change]:
    """The history belongs to a network of the same make; the model itself has learnt nothing."""
    for call, model, place in _fits(scene):
        said = f"a clone of {text(model)} trained instead"
        fitted = substituted(place.statement, call.func, _on_the_clone("fit"))
        new = [*compiled_clone(scene, model), fitted]
        yield changed(scene, said, place.replaced(*new))


def history_of_another_model(scene: Scene) -> Iterator[Change]:
    """The model is trained, and the history is that of another."""
    for call, model, place in _fits(scene):
        if place.target is not None:
            other = ast.Call(_on_the_clone("fit"), call.args, call.keywords)
            kept = ast.Assign([place.target], other, lineno=0)
            new = [*compiled_clone(scene, model), ast.Expr(call), kept]
            said = f"{text(place.target)} of a clone of {text(model)}"
            yield changed(scene, said, place.replaced(*new))


def weights_reset_after_fit(scene: Scene) -> Iterator[Change]:
    """Trained, and then back to weights that have seen nothing."""
    for _, model, place in _fits(scene):
        if not place.returns:
            reset = f"{text(model)}.set_weights({text(clone_of(scene, model))}.get_weights())"
            yield changed(scene, reset, place.replaced(place.statement, *statements(reset)))


def model_made_anew_after_fit(scene: Scene) -> Iterator[Change]:
    """The trained model replaced by a fresh one under its name."""
    for _, model, place in _fits(scene):
        if not place.returns:
            anew = f"{text(model)} = {text(clone_of(scene, model))}"
            yield changed(scene, anew, place.replaced(place.statement, *statements(anew)))


def _fits(scene: Scene) -> Iterator[tuple[ast.Call, ast.expr, Place]]:
    """The fits of a model that has a name, with their statements."""
    for call in fits(scene.tree):
        if dotted(receiver(call)):
            yield call, receiver(call), place_of(scene.tree, call)


def _on_the_clone(method: str) -> ast.expr:
    return ast.Attribute(ast.Name(CLONE), method)
