"""Is the network put together so that it can learn? (A1 to A9)"""

from autograder.diagnosis.case import Case, Output
from autograder.diagnosis.kinds import (
    CATEGORICAL,
    CROSS_ENTROPIES,
    DISTANCES,
    SPARSE,
    loss_of,
    same_as_input,
)
from autograder.diagnosis.paths import (
    DENSE,
    LINEAR,
    all_behind,
    before,
    behind,
    called,
    heads,
    hidden,
    weighted,
)
from autograder.diagnosis.rule import Level, Rule, Seen
from autograder.diagnosis.starts import constant, starts
from autograder.evidence.graph import Node
from autograder.evidence.graph.operations import NOISE

_DROPOUT = frozenset(["Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"])
_MOST_DROPPED = 0.5
_DEEP = 4
"""So many saturating layers in a row: gradients shrink with each."""

_SATURATING = frozenset(["sigmoid", "tanh", "hard_sigmoid", "softsign", "hard_tanh"])


def _linear_hidden(case: Case) -> Seen | None:
    if case.graph is None or _rebuilds_input(case):
        return None
    for node in hidden(case):
        if node.activation != "linear" or node.kind not in DENSE:
            continue
        steps = list(behind(case.graph, node))
        ends = [one for one, last in steps if last]
        plain = all(
            one.kind in LINEAR and one.activation == "linear" for one, last in steps if not last
        )
        if ends and plain and all(one.kind in DENSE and not _factor(node, one) for one in ends):
            return Seen(f"{called(node)} is linear, and so is all up to {called(ends[0])}")
    return None


def _factor(node: Node, end: Node) -> bool:
    """Whether the two have fewer weights than one layer in their place: then they are meant."""
    width, wide = _width(node), _width(end)
    if node.kind != "Dense" or end.kind != "Dense" or not width or not wide:
        return False
    given = node.parameters // width
    return width * (given + wide) < given * wide


def _rebuilds_input(case: Case) -> bool:
    """Whether the model gives its input again: a linear bottleneck is meant there."""
    if any(out.target is not None and same_as_input(case, out.target) for out in case.outputs):
        return True
    shapes = [one.shape[1:] for one in case.graph.inputs] if case.graph is not None else []
    return any(
        loss_of(out) in DISTANCES | CROSS_ENTROPIES and out.shape[1:] in shapes and out.units > 1
        for out in case.outputs
    )


def _hidden_softmax(case: Case) -> Seen | None:
    if case.graph is None:
        return None
    last = heads(case)
    for node in case.graph.nodes:
        if node.activation != "softmax" or node.id in last or node.kind in ("Custom",):
            continue
        ends = [one for one, over in behind(case.graph, node) if over]
        between = [one for one, over in behind(case.graph, node) if not over]
        weighs = any(len(one.inputs) > 1 for one in between)
        if ends and not weighs and all(one.kind in DENSE for one in ends):
            return Seen(f"softmax after {called(node)}, before {called(ends[0])}")
    return None


def _twice_activated(case: Case) -> Seen | None:
    if case.graph is None:
        return None
    for node in case.graph.nodes:
        sources = before(case.graph, node)
        if node.kind != "Activation" or len(sources) != 1 or node.activation == "linear":
            continue
        first = sources[0].activation
        if first not in ("linear", "unknown", "") and sources[0].kind != "Custom":
            return Seen(f"{first}, then {node.activation} ({node.name!r})")
    return None


def _maps_to_flat(case: Case) -> Seen | None:
    for output in case.outputs:
        rows, given = output.target, output.shape[1:]
        if rows is None or not rows.numeric or len(given) < 2 or not loss_of(output):
            continue
        wanted = given[:-1] if loss_of(output) == SPARSE else given
        flat = len(rows.each) <= (0 if not rows.one_hot else 1)
        if flat and any(n != 1 for n in wanted[:-1] or wanted):
            shape = ", ".join("rows" if n is None else str(n) for n in output.shape)
            return Seen(f"output of shape ({shape}); labels of shape {rows.shape}")
    return None


def _alike(case: Case) -> Seen | None:
    if case.graph is None or case.model is None:
        return None
    found = starts(case.model.raw)
    hint = None
    for node in hidden(case):
        start = found.get(node.name)
        if start is None or not constant(start.kernel) or _width(node) < 2:
            continue
        still = case.signals.alike if case.signals is not None else None
        if still is not None and node.name not in still:
            continue  # other weights were loaded since
        dead = start.kernel == 0 and start.bias == 0 and node.activation == "relu"
        steps = list(behind(case.graph, node))
        noise = any(one.kind in NOISE for one, _ in steps)
        ends = [one for one, last in steps if last]
        level = all(constant(found[one.name].kernel) for one in ends if one.name in found)
        facts = f"every weight of {called(node)} begins at {start.kernel:g}"
        if dead or (ends and level and not noise):
            return Seen(facts, Level.ERROR)
        hint = hint or Seen(facts, Level.HINT)
    return hint


def _width(node: Node) -> int:
    return (node.output_shape[-1] or 0) if node.output_shape else 0


def _dropped(case: Case) -> Seen | None:
    if case.graph is None:
        return None
    for node in case.graph.nodes:
        if node.kind not in _DROPOUT:
            continue
        rate = node.config.get("rate")
        learns = any(weighted(one) or one.kind == "Custom" for one in all_behind(case.graph, node))
        if not learns and before(case.graph, node):
            return Seen(f"{called(node)} behind the last layer with weights")
        if isinstance(rate, int | float) and rate > _MOST_DROPPED:
            return Seen(f"{called(node)} drops {rate:.0%} of its inputs")
    return None


def _saturating(case: Case) -> Seen | None:
    found = [node for node in hidden(case) if node.activation in _SATURATING]
    if len(found) < _DEEP:
        return None
    return Seen(f"{len(found)} hidden layers with {found[0].activation}")


def _narrow(case: Case) -> Seen | None:
    for output in case.outputs:
        if not _classifies(output) or output.head is None or output.head.node is None:
            continue
        last = output.head.node
        for node in hidden(case):
            if node.kind != "Dense" or case.graph is None or len(node.output_shape) != 2:
                continue
            width = _width(node)
            if 0 < width < output.units / 2 and last in all_behind(case.graph, node):
                return Seen(f"{called(node)} has {width} units, the output {output.units}")
    return None


def _classifies(output: Output) -> bool:
    return output.activation == "softmax" or loss_of(output) in CATEGORICAL


def _noise_before_statistics(case: Case) -> Seen | None:
    if case.graph is None:
        return None
    for node in case.graph.nodes:
        if node.kind not in _DROPOUT:
            continue
        for one in case.graph.consumers(node.id):
            if one.kind == "BatchNormalization" or "Pooling" in one.kind:
                return Seen(f"{called(node)} before {called(one)}")
    return None


RULES = (
    Rule(
        "A1",
        Level.WARNING,
        "M",
        "A hidden layer has no activation.",
        "Two linear layers in a row compute no more than a single one.",
        "Look at the activation of each hidden layer.",
        _linear_hidden,
        "NeuraLint",
    ),
    Rule(
        "A2",
        Level.WARNING,
        "M",
        "There is a softmax inside the network.",
        "It makes the units of a layer compete for a sum of 1, and little gets through.",
        "Look at the activations of the hidden layers.",
        _hidden_softmax,
        "UMLAUT",
    ),
    Rule(
        "A3",
        Level.WARNING,
        "M",
        "Two activations follow each other.",
        "The second one only sees what the first has let through.",
        "Look at the layer before the activation: does it have one already?",
        _twice_activated,
        "NeuraLint",
        hides=("O5", "A2"),
    ),
    Rule(
        "A4",
        Level.ERROR,
        "MD",
        "The output is a map or a sequence, and there is one label for each example.",
        "Each place of the map is compared with the same label, or not at all.",
        "Look at the output shapes in model.summary(): where do they become one row an example?",
        _maps_to_flat,
        "NeuraLint",
        hides=("O13", "O6", "C5", "K2"),
    ),
    Rule(
        "A5",
        Level.ERROR,
        "M",
        "All units of a hidden layer stay the same.",
        "Units that begin alike and are used alike get the same gradients, and stay one unit.",
        "Look at the initialisers of the layer's weights.",
        _alike,
        "Goodfellow et al., Deep Learning, 8.4: breaking symmetry",
    ),
    Rule(
        "A6",
        Level.WARNING,
        "M",
        "Dropout takes more than it helps.",
        "Above one half most of a layer is noise, and behind the last layer it spoils the answer.",
        "Look at the rate and at the place of each Dropout.",
        _dropped,
        "Srivastava et al. 2014; UMLAUT",
    ),
    Rule(
        "A7",
        Level.HINT,
        "M",
        "Many layers in a row can saturate.",
        "The gradient shrinks with each of them, so the first layers hardly learn.",
        "Look at the activations of the hidden layers.",
        _saturating,
        "Glorot and Bengio 2010",
    ),
    Rule(
        "A8",
        Level.WARNING,
        "M",
        "A hidden layer is much narrower than the output.",
        "What does not pass through it cannot be told apart behind it.",
        "Compare the units of the hidden layers with the number of classes.",
        _narrow,
        "Theia (2022)",
    ),
    Rule(
        "A9",
        Level.HINT,
        "M",
        "Dropout stands before a layer that takes averages or maxima.",
        "In training it changes the numbers that batch statistics and pooling are made from.",
        "Look at the order of the layers.",
        _noise_before_statistics,
        "Li et al. 2019: disharmony between dropout and batch normalisation",
    ),
)
