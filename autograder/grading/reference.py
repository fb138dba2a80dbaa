"""What ``reference.py`` beside the checks builds: the models that answers are compared with.

It is the course author's own code; it runs in the jail all the same, because TensorFlow lives there
and because its models have to become evidence of the same kind as a student's.
"""

from autograder.errors import CheckError
from autograder.evidence.key import raw_digest, submission_key
from autograder.grading.execute import Executor, Manifest
from autograder.grading.plan import Plan
from autograder.grading.prepare import RECORDER_VERSION, PreparedNotebook, environment
from autograder.nouns import CodeCell

REFERENCE = "reference"
"""The snapshot with which its run ends."""

_WEIGHTS = """
import keras, numpy
_rng = numpy.random.default_rng(5)
_models = [value for value in list(globals().values()) if isinstance(value, keras.Model)]
for _weight in [weight for model in _models for weight in model.weights]:
    if "float" in str(_weight.dtype):
        _new = _rng.normal(0, 0.5, _weight.shape)
        _weight.assign(abs(_new) + 0.5 if "variance" in _weight.path else _new)
"""
"""Biases start at 0, and a network that has lost them would compute the same."""


def run_reference(plan: Plan, executor: Executor) -> Manifest | None:
    """The run of the assignment's reference.py, None where there is none.

    Raises CheckError when it does not run to its end, JailError when the jail broke.
    """
    if not plan.reference:
        return None
    manifest = executor.manifest(plan, reference_notebook(plan))
    if manifest["status"] != "completed":
        errors = [
            f"{output.get('ename')}: {output.get('evalue')}"
            for cell in manifest["cells"]
            for output in cell["outputs"]
            if output["output_type"] == "error"
        ]
        why = (errors or [str(manifest["reason"] or manifest["status"])])[0][:300]
        path = plan.checks / "reference.py"
        raise CheckError(f"a reference.py that runs to its end expected in {path}, found: {why}")
    return manifest


def reference_notebook(plan: Plan) -> PreparedNotebook:
    """The text of reference.py as a notebook of three cells."""
    cells = (
        CodeCell(0, plan.reference),
        CodeCell(1, _WEIGHTS),
        CodeCell(2, "", grade_id=REFERENCE, is_grade=True),
    )
    key = submission_key(
        cells,
        files={},
        data=plan.data.key if plan.data else "",
        environment=environment(),
        limits=plan.settings.limits,
        seed=plan.settings.seed,
        recorder_version=RECORDER_VERSION,
    )
    return PreparedNotebook(REFERENCE, None, cells=cells, files={}, key=key, raw=raw_digest(cells))
