"""The symbolic graph of a model as JSON, read from the nodes that Keras keeps.

No model is built or cloned for it. A subclassed model has no such nodes: it is traced.
"""

from collections.abc import Mapping
from typing import Any  # Keras has no type information

from autograder.nouns import JSON
from autograder.recorder.operations import arguments_of, layer_record, weight_indices
from autograder.recorder.plain import text
from autograder.recorder.tracing import Ends, NotTraceable, ends_of, opened, symbolic, traced

MAX_OPERATIONS = 5_000
MAX_NESTING = 12


def graph_of(model: Any, indices: Mapping[int, int]) -> dict[str, JSON]:
    """GRAPH of the model. Raises NotTraceable. ``indices`` maps id(weight) to its place."""
    if not model.built:
        raise NotTraceable("the model is not built: it has not seen an input's shape yet")
    with opened(model) as ends:
        return _Writer(indices).graph(ends, MAX_NESTING)


class _Writer:
    """Writes nested graphs with one numbering of layers and one budget of operations."""

    def __init__(self, indices: Mapping[int, int]) -> None:
        self._indices = indices
        self._layers: dict[int, int] = {}
        self._left = MAX_OPERATIONS

    def graph(self, ends: Ends, depth: int) -> dict[str, JSON]:
        from keras.src.ops.function import map_graph

        inputs, outputs = ends.inputs, ends.outputs
        if depth <= 0:
            raise NotTraceable(f"models are nested more than {MAX_NESTING} deep")
        refs: dict[int, list[JSON]] = {id(x): [place, 0] for place, x in enumerate(inputs)}
        nodes_by_depth = map_graph(list(inputs), list(outputs))[1]
        ops: list[JSON] = []
        for level in sorted(nodes_by_depth, reverse=True):
            for node in nodes_by_depth[level]:
                if node.is_input or all(id(x) in refs for x in node.outputs):
                    continue
                number = len(inputs) + len(ops)
                ops.append(self._op(node, number, refs, depth))
                refs.update({id(x): [number, place] for place, x in enumerate(node.outputs)})
        return {
            "inputs": [
                _input(x, place, name)
                for place, (x, name) in enumerate(zip(inputs, ends.input_names, strict=True))
            ],
            "ops": ops,
            "outputs": [refs[id(x)] for x in outputs],
            "output_names": list(ends.output_names),
        }

    def _op(
        self, node: Any, number: int, refs: Mapping[int, list[JSON]], depth: int
    ) -> dict[str, JSON]:
        self._left -= 1
        if self._left < 0:
            raise NotTraceable(f"the model has more than {MAX_OPERATIONS} operations")
        operation = node.operation
        args, kwargs, tensors = arguments_of(node)
        graph, tensors = self._inside(node, tensors, depth - 1)
        rank = len(tensors[0].shape) if tensors else 2
        return {
            **layer_record(operation, rank),
            "id": number,
            "layer": self._layers.setdefault(id(operation), len(self._layers)),
            "inputs": [refs[id(x)] for x in tensors],
            "args": args,
            "kwargs": kwargs,
            "output_shapes": [list(x.shape) for x in node.outputs],
            "weights": weight_indices(operation, self._indices),
            "graph": graph,
        }

    def _inside(
        self, node: Any, tensors: list[Any], depth: int
    ) -> tuple[dict[str, JSON] | None, list[Any]]:
        """The graph of a model that is called as a layer, and its inputs in that graph's order."""
        import keras

        model = node.operation
        if not isinstance(model, keras.Model):
            return None, tensors
        inner = symbolic(model)
        if inner is not None:
            return self.graph(ends_of(inner), depth), _in_order(node, inner, tensors)
        try:
            with traced(model) as ends:
                fits = len(ends.inputs) == len(tensors) and len(ends.outputs) == len(node.outputs)
                return (self.graph(ends, depth) if fits else None), tensors
        except NotTraceable:
            # It stays a layer of the student's own, and the rest is still known.
            return None, tensors


def _in_order(node: Any, inner: Any, tensors: list[Any]) -> list[Any]:
    """The call's tensors in the order of the nested model's inputs, which a dict may change."""
    first = node.arguments.args[0] if node.arguments.args else None
    if isinstance(first, dict) and not isinstance(inner._inputs_struct, dict):
        tensors = [first[x.name] for x in inner.inputs]
    if len(tensors) != len(inner.inputs):
        raise NotTraceable(f"the model {inner.name} is called with other inputs than its own")
    return tensors


def _input(tensor: Any, number: int, name: str) -> dict[str, JSON]:
    return {
        "id": number,
        "name": name,
        "shape": list(tensor.shape),
        "dtype": text(tensor.dtype),
    }
