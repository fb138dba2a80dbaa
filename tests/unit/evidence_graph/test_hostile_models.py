"""Every malformed MODEL ends in an EvidenceError, never in another exception."""

import copy
import random
from typing import Any

import pytest

from autograder.errors import EvidenceError
from autograder.evidence.graph import canonical, render

DEEP: dict[str, Any] = {}
for _ in range(40):
    DEEP = {"a": DEEP}


def two_layers(by_hand: Any) -> dict[str, Any]:
    ops = [by_hand.dense(1, 0, 8, 4), by_hand.dense(2, 1, 3, 8, activation="softmax")]
    found: dict[str, Any] = by_hand.model(ops)
    return found


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("graph",), None),
        (("graph",), []),
        (("graph", "inputs"), []),
        (("graph", "outputs"), []),
        (("graph", "outputs"), [[99, 0]]),
        (("graph", "outputs"), [[2, 1]]),
        (("graph", "outputs"), [[2]]),
        (("graph", "outputs"), [["2", 0]]),
        (("graph", "ops", 0, "inputs"), [[2, 0]]),
        (("graph", "ops", 0, "inputs"), [[1, 0]]),
        (("graph", "ops", 0, "id"), 0),
        (("graph", "ops", 0, "id"), -1),
        (("graph", "ops", 0, "id"), True),
        (("graph", "ops", 0, "id"), 1.5),
        (("graph", "ops", 0, "id"), 10**30),
        (("graph", "ops", 0, "layer"), "one"),
        (("graph", "ops", 0, "config"), None),
        (("graph", "ops", 0, "config"), DEEP),
        (("graph", "ops", 0, "class_name"), "D" * 1000),
        (("graph", "ops", 0, "module"), None),
        (("graph", "ops", 0, "weights"), [0]),
        (("graph", "ops", 0, "weights"), [0, 0]),
        (("graph", "ops", 0, "output_shapes"), [[None, -3]]),
        (("graph", "ops", 0, "output_shapes"), [[1] * 100]),
        (("graph", "ops", 0, "graph"), {"inputs": [], "ops": [], "outputs": []}),
        (("weights",), [{"path": "w", "shape": [None], "dtype": "float32", "trainable": True}]),
        (("weights",), [{"path": "w", "shape": [2**31, 2**31], "dtype": "f", "trainable": True}]),
        (("weights",), "many"),
        (("class",), "Lambda"),
        (("built",), "yes"),
        (
            ("graph", "ops", 1, "config", "activation"),
            {"callable": "f", "module": "", "probe": {"shape": [12, 16], "values": ["x"] * 192}},
        ),
        (
            ("graph", "ops", 1, "config", "activation"),
            {"callable": "f", "module": "", "probe": {"shape": [192], "values": [10**400] * 192}},
        ),
        (
            ("graph", "ops", 1, "config", "activation"),
            {"callable": "f", "module": "", "probe": {"shape": [-1], "values": [0] * 192}},
        ),
    ],
)
def test_a_malformed_field_is_refused(by_hand: Any, path: tuple[Any, ...], value: Any) -> None:
    model = two_layers(by_hand)
    place: Any = model
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(EvidenceError):
        canonical(model)


def test_a_model_that_is_no_object_is_refused() -> None:
    for value in (None, [], "model", 3):
        with pytest.raises(EvidenceError):
            canonical(value)


def test_models_nested_too_deep_are_refused(by_hand: Any) -> None:
    inner = by_hand.graph([by_hand.dense(1, 0, 4, 4)])
    for _ in range(20):
        nested = by_hand.op(1, "Functional", [[0, 0]], [None, 4], graph=inner)
        inner = by_hand.graph([nested])
    with pytest.raises(EvidenceError, match="nested"):
        canonical(by_hand.model([by_hand.dense(1, 0, 4, 4)], graph=inner))


def test_random_damage_gives_a_graph_or_an_evidence_error(by_hand: Any) -> None:
    generator = random.Random(5)
    junk: list[Any] = [None, True, -1, 0, 3, 1e308, 10**400, "", "x" * 500, [], {}, [[0, 0]], DEEP]
    base = by_hand.model(
        [
            by_hand.dense(1, 0, 8, 4, activation="relu"),
            by_hand.op(2, "Reshape", [[1, 0]], [None, 2, 4], {"target_shape": [2, 4]}),
            by_hand.op(3, "Flatten", [[2, 0]], [None, 8]),
            by_hand.op(4, "ReLU", [[3, 0]], [None, 8], {"max_value": 6.0}),
            by_hand.op(5, "Multiply", [[4, 0]], [None, 8], module="keras.ops"),
            by_hand.op(6, "Softmax", [[5, 0]], [None, 8], {"axis": -1}),
        ]
    )
    for _ in range(1500):
        model = copy.deepcopy(base)
        place: Any = model
        while True:
            key = generator.choice(list(place) if isinstance(place, dict) else range(len(place)))
            if (
                not isinstance(place[key], dict | list)
                or not place[key]
                or generator.random() < 0.1
            ):
                break
            place = place[key]
        place[key] = generator.choice(junk)
        try:
            render(canonical(model))
        except EvidenceError:
            continue
