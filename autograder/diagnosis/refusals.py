"""What Keras said when it gave up, in a student's words. (K1 to K6)

Read from the error's own text, so these speak where no rows are known, and before fit. Where a rule
on the rows has proved the cause, they are silent.
"""

import re

from autograder.diagnosis.case import Case
from autograder.diagnosis.rule import Level, Rule, Seen

_SHAPE = r"(\((?:\d+|None|,|\s)*\))"
_AXIS = re.compile(
    r"layer '?([\w ]+)'? is incompatible with the layer: expected axis (-?\d+) of input shape "
    rf"to have value (\d+), but received input with shape {_SHAPE}"
)
_NDIM = re.compile(
    r"layer '?([\w ]+)'? is incompatible with the layer: expected (?:min_|max_)?ndim=(\d+), "
    rf"found ndim=(\d+)\. Full shape received: {_SHAPE}"
)
_INPUT = re.compile(rf"Expected shape {_SHAPE}, but input has incompatible shape {_SHAPE}")
_TARGET = re.compile(
    r"must have (?:the same \w+|rank).{0,60}?\. "
    rf"Received: target\.shape={_SHAPE}, output\.shape={_SHAPE}"
)
_PAIR = re.compile(
    r"Dimensions must be equal, but are \d+ and \d+ for '\{\{node compile_loss/.*"
    r"with input shapes: (\[[^]]*\]), (\[[^]]*\])"
)
_ROWS = re.compile(r"'x' sizes: ([\d, ]+?)\s*'y' sizes: ([\d, ]+)", re.DOTALL)
_LABEL = re.compile(r"label value of (-?\d+) which is outside the valid range of \[0, (\d+)\)")
_NAME = re.compile(r"Could not interpret (\w+)(?: function)? identifier: ([\w.-]+)")

_KIND = re.compile(r"Unrecognized data type: x=.*\(of type <class '([\w.]+)'>\)", re.DOTALL)


def _input(case: Case) -> Seen | None:
    if found := _AXIS.search(case.error):
        layer, axis, value, shape = found.groups()
        return Seen(
            f"layer {layer!r} was built for {value} along axis {axis}, and was given {shape}"
        )
    if found := _NDIM.search(case.error):
        layer, wanted, _, shape = found.groups()
        return Seen(f"layer {layer!r} takes inputs with {wanted} axes, and was given {shape}")
    if found := _INPUT.search(case.error):
        return Seen(f"the network was built for {found[1]}, and was given {found[2]}")
    return None


def _target(case: Case) -> Seen | None:
    found = _TARGET.search(case.error) or _PAIR.search(case.error)
    return Seen(f"targets of shape {found[1]}, outputs of shape {found[2]}") if found else None


def _rows(case: Case) -> Seen | None:
    found = _ROWS.search(case.error)
    return Seen(f"{found[1].strip()} inputs, {found[2].strip()} targets") if found else None


def _label(case: Case) -> Seen | None:
    found = _LABEL.search(case.error)
    return Seen(f"the label {found[1]} for {found[2]} outputs") if found else None


def _name(case: Case) -> Seen | None:
    found = _NAME.search(case.error)
    return Seen(f"{found[2]!r} as {found[1]}") if found else None


def _no_arrays(case: Case) -> Seen | None:
    found = _KIND.search(case.error)
    if found is None:
        return None
    if found[1].split(".")[0] in ("numpy", "pandas", "tensorflow"):
        return Seen(f"x is a {found[1]}, which it takes: so it is y that it does not")
    return Seen(f"x is a {found[1]}")


_KERAS = "Keras's own error"

RULES = (
    Rule(
        "K1",
        Level.ERROR,
        "K",
        "An input does not have the shape that a layer takes.",
        "A layer's weights fit one number of values; a layer for images wants height, width and "
        "channels, a recurrent one a sequence.",
        "Compare the shape of the data with that of the network's input, row by row, and what each "
        "layer makes of it: summary() shows that.",
        _input,
        _KERAS,
        symptom=True,
    ),
    Rule(
        "K2",
        Level.ERROR,
        "K",
        "Targets and outputs do not have the shapes that the loss compares.",
        "A loss takes one number a row or one column a class, and the network has to give as many.",
        "Compare y.shape with the shape of the network's last layer, and with the form of labels "
        "that this loss is made for.",
        _target,
        _KERAS,
        symptom=True,
    ),
    Rule(
        "K3",
        Level.ERROR,
        "K",
        "There are not as many targets as inputs.",
        "Each row of x needs its own row of y.",
        "Look at where x and y were cut or split, and whether both came from the same split.",
        _rows,
        _KERAS,
        symptom=True,
    ),
    Rule(
        "K4",
        Level.ERROR,
        "K",
        "A label has no output.",
        "Integer labels count from 0; with k outputs the largest is k - 1.",
        "Look at the smallest and largest label, and at how many outputs there are.",
        _label,
        _KERAS,
        symptom=True,
    ),
    Rule(
        "K5",
        Level.ERROR,
        "K",
        "Keras does not know a name.",
        "Losses, optimizers, metrics and activations go by exact names.",
        "Look at the spelling, in Keras's documentation.",
        _name,
        _KERAS,
        symptom=True,
    ),
    Rule(
        "K6",
        Level.ERROR,
        "K",
        "Keras does not take these rows.",
        "It takes arrays, tensors, tables and datasets; a list of numbers is none of them.",
        "Look at type(x) and type(y): both have to be of a kind that fit takes.",
        _no_arrays,
        _KERAS,
        symptom=True,
    ),
)
