"""All operators, in the order in which they are tried."""

from autograder.authoring.audit.right import (
    activations,
    compiling,
    evaluating,
    fitting,
    functional,
    functions,
    images,
    imports,
    inputs,
    labels,
    layout,
    losses,
    models,
    noops,
    outputs,
    steps,
    style,
    values,
)
from autograder.authoring.audit.right.operators import Operator

OPERATORS: tuple[Operator, ...] = (
    *models.OPERATORS,
    *functional.OPERATORS,
    *inputs.OPERATORS,
    *activations.OPERATORS,
    *noops.OPERATORS,
    *compiling.OPERATORS,
    *losses.OPERATORS,
    *fitting.OPERATORS,
    *labels.OPERATORS,
    *outputs.OPERATORS,
    *images.OPERATORS,
    *evaluating.OPERATORS,
    *values.OPERATORS,
    *functions.OPERATORS,
    *imports.OPERATORS,
    *steps.OPERATORS,
    *style.OPERATORS,
    *layout.OPERATORS,
)
