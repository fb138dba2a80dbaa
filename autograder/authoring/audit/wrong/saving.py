"""Files that hold something else, or bear another name."""

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

from autograder.authoring.audit.wrong.code.calls import (
    argument,
    dotted,
    last,
    methods,
    receiver,
    shown,
    statements,
    text,
)
from autograder.authoring.audit.wrong.code.clones import clone_of
from autograder.authoring.audit.wrong.code.places import place_of
from autograder.authoring.audit.wrong.code.scene import Change, Scene, changed

_FILES = (".keras", ".h5")


def save_removed(scene: Scene) -> Iterator[Change]:
    """No file, where the cell does something else too."""
    for call, _, _ in _saves(scene):
        yield changed(scene, f"{shown(call)} taken out", place_of(scene.tree, call).replaced())


def weights_alone_saved(scene: Scene) -> Iterator[Change]:
    """A file of numbers, without the network."""
    for call, model, file in _saves(scene):
        new = ast.Constant(f"{PurePosixPath(str(file.value)).stem}.weights.h5")
        func = ast.Attribute(model, "save_weights")
        said = f"{shown(call)}: save_weights({new.value!r})"
        yield changed(scene, said, (call, ast.Call(func, [new], [])))


def weights_under_the_models_name(scene: Scene) -> Iterator[Change]:
    """The weights alone, in a file that bears the name of the model's."""
    for call, model, file in _saves(scene):
        saved = f"{text(model)}.save_weights('only.weights.h5')"
        new = statements(f"import os\n{saved}\nos.replace('only.weights.h5', {text(file)})")
        place = place_of(scene.tree, call)
        yield changed(scene, f"weights alone as {file.value!r}", place.replaced(*new))


def architecture_alone_saved(scene: Scene) -> Iterator[Change]:
    """The network as text, without what it has learnt."""
    for _, model, file in _saves(scene):
        new = statements(f"open({text(file)}, 'w').write({text(model)}.to_json())")
        place = place_of(scene.tree, file)
        yield changed(scene, f"{text(model)}.to_json() as {file.value!r}", place.replaced(*new))


def saved_under_another_name(scene: Scene) -> Iterator[Change]:
    """A file that nobody will look for."""
    for call, _, file in _saves(scene):
        path = PurePosixPath(str(file.value))
        new = ast.Constant(str(path.with_name(f"my_{path.name}")))
        yield changed(scene, f"{shown(call)}: {new.value!r}", (file, new))


def clone_saved(scene: Scene) -> Iterator[Change]:
    """The network with weights that have seen nothing."""
    for call, model, _ in _saves(scene):
        yield changed(scene, f"{shown(call)}: of a clone", (model, clone_of(scene, model)))


def _saves(scene: Scene) -> Iterator[tuple[ast.Call, ast.expr, ast.Constant]]:
    """``model.save("file")`` and ``save_model(model, "file")``: the call, the model, the file."""
    for call in methods(scene.tree, "save", "save_model"):
        of_a_function = last(call.func) == "save_model"
        model = argument(call, "model", 0) if of_a_function else receiver(call)
        file = argument(call, "filepath", 1 if of_a_function else 0)
        if not isinstance(file, ast.Constant) or not str(file.value).endswith(_FILES):
            continue
        if model is not None and dotted(model):
            yield call, model, file
