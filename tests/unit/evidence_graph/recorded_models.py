"""Small recorded MODELs written by hand, for tests that need no Keras."""

import copy
from typing import Any

import numpy as np

from autograder.evidence.graph.activations import probe_grid


def dense(id: int, source: int, units: int, fan_in: int, **config: Any) -> dict[str, Any]:
    return op(
        id, "Dense", [[source, 0]], [None, units], {"units": units, "use_bias": True, **config}
    )


def op(
    id: int,
    class_name: str,
    inputs: list[list[int]],
    output_shape: list[int | None],
    config: dict[str, Any] | None = None,
    **more: Any,
) -> dict[str, Any]:
    return {
        "id": id,
        "layer": id,
        "class_name": class_name,
        "module": "keras.layers",
        "name": f"{class_name.lower()}_{id}",
        "config": config or {},
        "inputs": inputs,
        "args": [{"tensor": place} for place in range(len(inputs))],
        "kwargs": {},
        "output_shapes": [output_shape],
        "weights": [],
        "graph": None,
        **more,
    }


def graph(ops: list[dict[str, Any]], columns: int = 4, output: int | None = None) -> dict[str, Any]:
    last = ops[-1]["id"] if output is None else output
    return {
        "inputs": [{"id": 0, "name": "x", "shape": [None, columns], "dtype": "float32"}],
        "ops": copy.deepcopy(ops),
        "outputs": [[last, 0]],
        "output_names": ["y"],
    }


def model(ops: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    return {
        "class": "Functional",
        "class_name": "Functional",
        "name": "m",
        "built": True,
        "graph": graph(ops),
        "reason": "",
        "layers": [],
        "weights": [],
        "compile": None,
        **changes,
    }


def probe(function: Any) -> dict[str, Any]:
    values = np.asarray(function(probe_grid()))
    return {"shape": list(values.shape), "values": [float(v) for v in values.ravel()]}
