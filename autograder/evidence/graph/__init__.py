"""The canonical graph of a recorded model: same network, same graph, however it was spelled.

Trusted side, numpy only. Every recorded value is read as hostile data; see ``recorded.py``.
"""

from autograder.evidence.graph.activations import (
    Activation,
    activation_from_probe,
    recognise_probe,
)
from autograder.evidence.graph.allowed import is_clear
from autograder.evidence.graph.canonical import canonical
from autograder.evidence.graph.losses import CanonicalLoss, canonical_loss
from autograder.evidence.graph.nodes import CanonicalGraph, GraphInput, Node, TensorRef
from autograder.evidence.graph.recorded import RecordedModel, read_model
from autograder.evidence.graph.render import render

__all__ = [
    "Activation",
    "CanonicalGraph",
    "CanonicalLoss",
    "GraphInput",
    "Node",
    "RecordedModel",
    "TensorRef",
    "activation_from_probe",
    "canonical",
    "canonical_loss",
    "is_clear",
    "read_model",
    "recognise_probe",
    "render",
]
