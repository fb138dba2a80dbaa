"""A network as data for a page, beside the message that says the same in words.

Of the expected network only what the message names is drawn, in the same words: a picture must not
tell more of the solution than the sentence. The found network is the student's own.
"""

from collections.abc import Sequence

from autograder.evidence.graph import CanonicalGraph, Node
from autograder.evidence.graph.render import describe
from autograder.evidence.view import ModelEvidence
from autograder.matchers.heads import graph_of
from autograder.matchers.outline import drawn_graph
from autograder.nouns import Drawing, DrawnLayer, Mark

MAX_LAYERS = 40
"""Layers of one drawing; an exercise's network has about ten."""

ELLIPSIS = DrawnLayer("…", Mark.UNTOLD)
"""What stands before or after, which the message does not tell."""


def row_of(nodes: Sequence[Node], differs: int | None = None) -> tuple[DrawnLayer, ...]:
    """A row of layers; ``differs`` is the place of the one that is another than expected."""
    drawn = [
        DrawnLayer(describe(node), Mark.DIFFERS if place == differs else Mark.PLAIN)
        for place, node in enumerate(nodes)
    ]
    return _cut(drawn)


def graph_of_layers(graph: CanonicalGraph) -> tuple[DrawnLayer, ...]:
    """The found network: a row where it is one, else each layer with what it reads."""
    before = [*(item.id for item in graph.inputs), *(node.id for node in graph.nodes)]
    read = [[ref.node for ref in node.inputs] for node in graph.nodes]
    if len(graph.inputs) == 1 and read == [[id] for id in before[:-1]]:
        return row_of(graph.nodes)
    return drawn_graph(graph)


def only_found(model: ModelEvidence) -> Drawing:
    """The found network alone, where the message names no layer."""
    return Drawing((), graph_of_layers(graph_of(model)))


def at_the_end(words: str, model: ModelEvidence) -> Drawing:
    """``words`` on what comes out, against the found network."""
    return Drawing(
        (ELLIPSIS, DrawnLayer(words, Mark.DIFFERS)), _last_differs(graph_of_layers(graph_of(model)))
    )


def _last_differs(layers: tuple[DrawnLayer, ...]) -> tuple[DrawnLayer, ...]:
    if not layers or any(layer.name for layer in layers):
        return layers  # of several outputs the message names the one
    *first, last = layers
    return (*first, DrawnLayer(last.words, Mark.DIFFERS))


def _cut(layers: Sequence[DrawnLayer]) -> tuple[DrawnLayer, ...]:
    if len(layers) <= MAX_LAYERS:
        return tuple(layers)
    more = f"… and {len(layers) - MAX_LAYERS} more"
    return (*layers[:MAX_LAYERS], DrawnLayer(more, Mark.UNTOLD))
