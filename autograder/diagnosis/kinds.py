"""What kind of loss, and what kind of labels: the words in which most rules are said."""

from autograder.diagnosis.case import Case, Output
from autograder.evidence.given import Rows

BINARY = "binary_crossentropy"
SPARSE = "sparse_categorical_crossentropy"
ONE_HOT = "categorical_crossentropy"
AUTOMATIC = "crossentropy"
CATEGORICAL = frozenset([SPARSE, ONE_HOT, AUTOMATIC, "categorical_focal_crossentropy"])
TWO_CLASS = frozenset([BINARY, "binary_focal_crossentropy"])
CROSS_ENTROPIES = CATEGORICAL | TWO_CLASS
DISTANCES = frozenset(["mse", "mae", "mape", "msle", "huber", "log_cosh"])

ACCURACIES = frozenset(
    ["accuracy", "binaryaccuracy", "categoricalaccuracy", "sparsecategoricalaccuracy"]
)
ERRORS = frozenset(
    [
        "meanabsoluteerror",
        "meansquarederror",
        "rootmeansquarederror",
        "meanabsolutepercentageerror",
        "r2score",
    ]
)

RANGES: dict[str, tuple[float, float]] = {
    "relu": (0.0, float("inf")),
    "relu6": (0.0, 6.0),
    "sigmoid": (0.0, 1.0),
    "hard_sigmoid": (0.0, 1.0),
    "softmax": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
    "hard_tanh": (-1.0, 1.0),
    "softsign": (-1.0, 1.0),
    "softplus": (0.0, float("inf")),
    "exponential": (0.0, float("inf")),
    "elu": (-1.0, float("inf")),
}
"""What an activation can give."""

FEW_CLASSES = 100


def loss_of(output: Output) -> str:
    """The canonical name of the loss; empty where there is none."""
    return output.loss.name if output.loss is not None else ""


def words(name: str) -> str:
    """A loss as people say it."""
    return name.replace("crossentropy", "cross-entropy").replace("_", " ") or "none"


def units(output: Output) -> str:
    """How many units."""
    return "1 unit" if output.units == 1 else f"{output.units} units"


def pair(output: Output) -> str:
    """Loss and output as facts."""
    scores = ", from_logits=True" if output.loss is not None and output.loss.from_logits else ""
    where = f" of {output.name}" if output.name and output.loss is not None else ""
    return (
        f"loss{where}: {words(loss_of(output))}{scores}; output: {units(output)}, "
        f"{output.activation or 'unknown'}"
    )


def one_of_classes(rows: Rows) -> bool:
    """Whether a row is one class of a few: one-hot, or whole numbers from 0 on, none left out."""
    if rows.one_hot:
        return True
    if not rows.flat or not rows.whole or rows.minimum != 0:
        return False
    few = 2 <= rows.distinct <= FEW_CLASSES and rows.distinct == rows.maximum + 1
    return few and rows.shape[0] >= 5 * rows.distinct


def labels(rows: Rows) -> str:
    """Labels as a student sees them."""
    shape = ", ".join(str(n) for n in rows.shape)
    if rows.one_hot:
        return f"labels of shape ({shape}), one-hot"
    if rows.whole:
        return f"labels of shape ({shape}), whole numbers from {rows.minimum:g} to {rows.maximum:g}"
    return f"labels of shape ({shape}), numbers from {rows.minimum:.4g} to {rows.maximum:.4g}"


def same_as_input(case: Case, rows: Rows) -> bool:
    """Whether the target is the input again, as for an autoencoder."""
    return any(one is not None and one.digest == rows.digest for one in case.inputs)
