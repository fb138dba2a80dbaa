"""Trainings that are too short, unwatched, or not kept."""

import ast
from collections.abc import Iterator

from autograder.authoring.audit.wrong.code.calls import (
    argument,
    called,
    calls,
    expression,
    receiver,
    shown,
    text,
    with_argument,
    without_argument,
)
from autograder.authoring.audit.wrong.code.fitted import INPUTS, LABELS, fits, mapped
from autograder.authoring.audit.wrong.code.places import place_of
from autograder.authoring.audit.wrong.code.scene import Change, Scene, changed

_EPOCHS = ("epochs", 3)
_VALIDATION = (("validation_data", 7), ("validation_split", 6))
_WATCHING = ("EarlyStopping", "ModelCheckpoint", "ReduceLROnPlateau")


def fit_removed(scene: Scene) -> Iterator[Change]:
    """Everything but the training."""
    for call in fits(scene.tree):
        place = place_of(scene.tree, call)
        yield changed(scene, f"{shown(call)} taken out", place.replaced())


def history_not_kept(scene: Scene) -> Iterator[Change]:
    """The model is trained, and what fit gave back is lost."""
    for call in fits(scene.tree):
        place = place_of(scene.tree, call)
        if place.target is not None:
            yield changed(scene, f"{text(place.target)} not kept", place.replaced(ast.Expr(call)))


def history_is_the_model(scene: Scene) -> Iterator[Change]:
    """The model kept under the history's name."""
    for call in fits(scene.tree):
        place = place_of(scene.tree, call)
        if place.target is not None:
            kept = ast.Assign([place.target], receiver(call), lineno=0)
            yield changed(scene, text(kept), place.replaced(ast.Expr(call), kept))


def one_epoch(scene: Scene) -> Iterator[Change]:
    """Stopped while the loss was falling."""
    for call in fits(scene.tree):
        epochs = argument(call, *_EPOCHS)
        if epochs is not None and text(epochs) != "1":
            yield changed(scene, f"epochs={text(epochs)} -> 1", (epochs, ast.Constant(1)))


def few_rows(scene: Scene) -> Iterator[Change]:
    """One epoch on eight rows: there is a history, and nothing was learnt."""
    for call in fits(scene.tree):
        new = with_argument(call, _EPOCHS[0], ast.Constant(1), _EPOCHS[1])
        for name, position in (INPUTS, LABELS):
            rows = argument(call, name, position)
            if rows is not None:
                new = with_argument(new, name, mapped(rows, "{}[:8]"), position)
        if argument(call, *LABELS) is not None:
            yield changed(scene, f"{shown(call)}: eight rows, one epoch", (call, new))


def validation_removed(scene: Scene) -> Iterator[Change]:
    """No curve of unseen rows."""
    for call in fits(scene.tree):
        new = call
        for name, position in _VALIDATION:
            if argument(new, name, position) is not None:
                new = without_argument(new, name, position)
        if new is not call:
            yield changed(scene, f"{shown(call)}: no validation", (call, new))


def callbacks_removed(scene: Scene) -> Iterator[Change]:
    """Nothing that would stop the training or keep its best epoch."""
    for call in fits(scene.tree):
        if argument(call, "callbacks", 5) is not None:
            new = without_argument(call, "callbacks", 5)
            yield changed(scene, f"{shown(call)}: no callbacks", (call, new))


def training_loss_watched(scene: Scene) -> Iterator[Change]:
    """A callback that waits for the rows that are trained on to get worse."""
    for call in calls(scene.tree):
        if called(call, _WATCHING):
            watched = argument(call, "monitor", 0)
            new = with_argument(call, "monitor", ast.Constant("loss"), 0)
            if watched is None or text(watched) != "'loss'":
                yield changed(scene, f"{shown(call)}: monitor='loss'", (call, new))


def few_steps(scene: Scene) -> Iterator[Change]:
    """As many epochs as ever, of one batch each."""
    for call in fits(scene.tree):
        new = with_argument(call, "steps_per_epoch", expression("1"))
        yield changed(scene, f"{shown(call)}: one batch an epoch", (call, new))
