"""Is it the network that was asked for? Judged on the canonical graph, never on layer lists."""

from collections.abc import Sequence

from autograder.evidence.graph import CanonicalGraph, Node
from autograder.evidence.graph.operations import AUGMENTATION
from autograder.evidence.graph.render import describe
from autograder.evidence.view import ModelEvidence, NotJudgeable
from autograder.matchers.drawing import ELLIPSIS, at_the_end, only_found, row_of
from autograder.matchers.failure import MatchFailure
from autograder.matchers.heads import decided, graph_of, head_of
from autograder.matchers.patterns import Pattern, activation_differs, activation_text
from autograder.matchers.row import AnyOrder, Part, Reader, Repeat, fits, row_text
from autograder.nouns import Drawing, DrawnLayer, Mark

NORMALIZATIONS = frozenset(
    [
        "BatchNormalization",
        "GroupNormalization",
        "LayerNormalization",
        "Normalization",
        "RMSNormalization",
        "UnitNormalization",
    ]
)

FREEDOMS = {
    "Augmentation": AUGMENTATION,
    "Dropout": frozenset(
        [
            "AlphaDropout",
            "Dropout",
            "GaussianDropout",
            "GaussianNoise",
            "SpatialDropout1D",
            "SpatialDropout2D",
            "SpatialDropout3D",
        ]
    ),
    "Regularization": frozenset(["ActivityRegularization"]),
    "Normalization": NORMALIZATIONS,
}
"""What ``allow=`` names, beside the kinds of layers themselves, "use_bias" and "frozen"."""


def freedoms(allow: Sequence[str]) -> frozenset[str]:
    """The names of ``allow=`` and the kinds of layers that they stand for."""
    return frozenset(allow).union(*(FREEDOMS.get(name, frozenset()) for name in allow))


def assert_layers(model: ModelEvidence, *patterns: Part, allow: Sequence[str] = ()) -> None:
    """Passes when the model is exactly this row of layers, no-ops and allowed layers left out.

    ``Optional``, ``Repeated`` and ``InAnyOrder`` may stand among the layers. Raises MatchFailure
    for another row and for a model with branches, NotJudgeable for a layer of the student's own.

    >>> from autograder.matchers import Dense, assert_layers
    >>> assert_layers(model, Dense(100, "relu"), Dense(10, "softmax"))  # doctest: +SKIP
    """
    nodes = chain(model, graph_of(model))
    free = freedoms(allow)
    if fits(nodes, patterns, free):
        return
    own = [node for node in nodes if node.kind == "Custom"]
    if own:
        raise NotJudgeable(f"{model.name} has a layer of its own: {describe(own[0])}")
    plain = [part for part in patterns if not isinstance(part, (Repeat, AnyOrder))]
    if len(plain) < len(patterns):
        raise _stuck(model, nodes, patterns, free)
    raise _first_difference(model, nodes, plain, free)


def assert_output(
    model: ModelEvidence,
    units: int,
    activation: str | tuple[str, ...] | None = None,
    *,
    output: str | None = None,
) -> None:
    """Passes when the output has so many columns and one of the activations (None: any).

    Raises MatchFailure, NotJudgeable where no single activation decides what comes out.
    """
    head = head_of(model, output)
    subject = f"the output {output} of {model.name}" if output else model.name
    if len(head.shape) > 2:
        raise MatchFailure(
            f"{subject} gives one row of {units} {_plural(units, 'number')} for each example",
            f"a table for each example: output shape {head.shape}",
            "Dense works along the last axis only.",
            "What writes the numbers of a picture out into a single row?",
            drawing=only_found(model),
        )
    if head.units != units:
        raise MatchFailure(
            f"{subject} gives {units} {_plural(units, 'number')} for each example",
            f"{head.units}",
            "the last layer decides how many numbers come out.",
            "Count what has to be told apart, or predicted, for one example.",
            drawing=at_the_end(f"{units} {_plural(units, 'number')}", model),
        )
    if activation is None:
        return
    wanted = (activation,) if isinstance(activation, str) else activation
    if all(activation_differs(decided(model, head), one) for one in wanted):
        words = "activation " + " or ".join(activation_text(name) for name in wanted)
        raise MatchFailure(
            f"{subject if output else f'the output of {model.name}'} has the {words}",
            f"activation {activation_text(head.activation)}",
            "the last activation decides what the numbers can mean.",
            "Which range must the outputs have, and must they add up to something?",
            drawing=at_the_end(words, model),
        )


def assert_parameters(
    model: ModelEvidence, total: int | None = None, *, at_most: int | None = None
) -> None:
    """Passes when the model has ``total`` parameters, or no more than ``at_most``."""
    graph_of(model)
    found = model.parameters.total
    why = "a Dense layer has inputs × units weights, and one bias for each unit."
    if total is not None and found != total:
        raise MatchFailure(
            f"{model.name} has {total:,} parameters",
            f"{found:,} {_plural(found, 'parameter')}",
            why,
            f"Compare {model.name}.summary() with the numbers in the exercise, layer by layer.",
            drawing=only_found(model),
        )
    if at_most is not None and found > at_most:
        raise MatchFailure(
            f"{model.name} has at most {at_most:,} parameters",
            f"{found:,} {_plural(found, 'parameter')}",
            why,
            "Look for the layer with the most parameters in the summary.",
            drawing=only_found(model),
        )


def assert_input_shape(
    model: ModelEvidence, shape: tuple[int | None, ...], *, input: str | None = None
) -> None:
    """Passes when one example, the batch left out, has this shape."""
    inputs = graph_of(model).inputs
    wanted = [item for item in inputs if input in (None, item.name)]
    if len(wanted) != 1:
        raise MatchFailure(
            f"{model.name} has one input" + (f" named {input}" if input else ""),
            ", ".join(item.name for item in inputs) or "none",
        )
    found = wanted[0].shape[1:]
    if found != tuple(shape):
        raise MatchFailure(
            f"one example of {model.name} has the shape {tuple(shape)}",
            f"{found}",
            "the shape of the input is that of one example: the number of examples is left out.",
            "Print the shape of one row of the data.",
        )


def chain(model: ModelEvidence, graph: CanonicalGraph) -> tuple[Node, ...]:
    """The nodes as a row, from the input to the output. Raises MatchFailure for branches."""
    single = len(graph.inputs) == 1 and len(graph.outputs) == 1
    previous = graph.inputs[0].id if graph.inputs else -1
    for node in graph.nodes:
        if not single or [ref.node for ref in node.inputs] != [previous]:
            single = False
            break
        previous = node.id
    if not single:
        raise MatchFailure(
            f"{model.name} is one row of layers, each fed by the one before",
            f"a network with {len(graph.inputs)} {_plural(len(graph.inputs), 'input')}, "
            f"{len(graph.outputs)} {_plural(len(graph.outputs), 'output')}, and branches",
            drawing=only_found(model),
        )
    return graph.nodes


def _stuck(
    model: ModelEvidence, nodes: Sequence[Node], parts: Sequence[Part], free: frozenset[str]
) -> MatchFailure:
    """A row with freedoms: where the layers stop being one."""
    reader = Reader(nodes, free)
    reader.past_free(reader.through(parts, {0}))
    place = reader.furthest
    counted = sum(node.kind not in free for node in nodes[: place + 1])
    shown = ", ".join(describe(node) for node in nodes) or "none"
    at = f"layer {counted}, {describe(nodes[place])}," if place < len(nodes) else "the end"
    return MatchFailure(
        f"{model.name} is this row of layers: {row_text(parts)}",
        f"{shown}; up to {at} it can be read like that",
        hint=f"Compare the layers of {model.name} with the exercise's text, one after the other.",
        drawing=Drawing(
            tuple(DrawnLayer(part.describe()) for part in parts), row_of(nodes, differs=place)
        ),
    )


def _first_difference(
    model: ModelEvidence, nodes: Sequence[Node], patterns: Sequence[Pattern], free: frozenset[str]
) -> MatchFailure:
    left = [node for node in nodes if node.kind not in free]
    for place, (node, pattern) in enumerate(zip(left, patterns, strict=False), start=1):
        difference = pattern.mismatch(node, free)
        if difference:
            return MatchFailure(
                f"layer {place} of {model.name} is {pattern.describe()}",
                f"layer {place} is {describe(node)}: {difference}",
                hint=f"Compare layer {place} of {model.name} with the exercise's text.",
                drawing=_at_layer(place, pattern, left),
            )
    shown = ", ".join(describe(node) for node in left) or "none"
    return MatchFailure(
        f"{model.name} has {len(patterns)} {_plural(len(patterns), 'layer')}",
        f"{len(left)}: {shown}",
        "an activation counts with the layer before it, and the input is no layer.",
        "Compare the number of layers with the exercise's text.",
        drawing=Drawing(
            (DrawnLayer(f"{len(patterns)} {_plural(len(patterns), 'layer')}", Mark.DIFFERS),),
            row_of(left),
        ),
    )


def _at_layer(place: int, pattern: Pattern, nodes: Sequence[Node]) -> Drawing:
    """One layer of the expected row, which the message names, and the whole found row."""
    asked = DrawnLayer(pattern.describe(), Mark.DIFFERS)
    before = (ELLIPSIS,) if place > 1 else ()
    return Drawing((*before, asked, ELLIPSIS), row_of(nodes, differs=place - 1))


def _plural(count: int, word: str) -> str:
    return word if count == 1 else word + "s"
