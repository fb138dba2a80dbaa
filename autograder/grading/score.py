"""From check outcomes and cell outputs to the result of a submission."""

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from autograder.evidence.contradictions import contradictions
from autograder.evidence.source_audit import suspicious
from autograder.gradebook import classic_score
from autograder.grading.execute import Manifest
from autograder.grading.plan import GradeCell, Plan
from autograder.grading.prepare import Prepared, PreparedNotebook
from autograder.intake import modules_of, trusted_cells
from autograder.nouns import CellScore, CheckOutcome, Diagnosis, Result, Status

_NOT_FOUND = frozenset({"ModuleNotFoundError", "ImportError", "FileNotFoundError"})
_NAME = re.compile(r"[\w./-]+")
SHOWN = 5
"""Names of files in one sentence."""

_WORST_FIRST = (
    Status.UNREADABLE,
    Status.MISSING,
    Status.KILLED,
    Status.TIMED_OUT,
    Status.CELL_ERROR,
    Status.COMPLETED,
)


def result_of(
    plan: Plan,
    prepared: Prepared,
    manifests: Mapping[str, Manifest],
    checks: Sequence[CheckOutcome],
    faults: Mapping[str, str],
    diagnosis: Sequence[Diagnosis] = (),
    doubts: Sequence[str] = (),
) -> Result:
    """The result. ``manifests`` are runs by notebook, ``faults`` our own failures to run one,
    ``doubts`` reasons for review that the predictions gave."""
    cells: dict[str, CellScore] = {}
    kept = [check for check in checks if _judged(plan, prepared, check, faults)]
    for name, wanted in plan.cells.items():
        notebook = _notebook(prepared, wanted.notebook)
        score = _score(plan, wanted, notebook, manifests, kept, faults)
        cells[name] = CellScore(wanted.notebook, score, wanted.points)
    reasons = [*_problems(prepared), *faults.values()]
    for part in prepared.notebooks:
        if part.name in manifests:
            own = modules_of(plan.sources[part.name].parent)
            reasons += _doubts(part, manifests[part.name], own)
    reasons += [*doubts, *(check.needs_review for check in kept if check.needs_review)]
    unique = tuple(dict.fromkeys(reasons))
    undecided = any(cell.score is None for cell in cells.values())
    return Result(
        assignment=plan.assignment,
        student=prepared.student,
        status=_status(prepared, manifests, faults),
        cells=cells,
        checks=tuple(kept),
        needs_review=bool(unique) or undecided,
        repairs=tuple(r for part in prepared.notebooks for r in part.repairs),
        reasons=unique,
        diagnosis=tuple(diagnosis),
        run=_facts(manifests, prepared),
    )


def _score(
    plan: Plan,
    wanted: GradeCell,
    notebook: PreparedNotebook | None,
    manifests: Mapping[str, Manifest],
    checks: Sequence[CheckOutcome],
    faults: Mapping[str, str],
) -> float | None:
    if notebook is None or wanted.notebook in faults:
        return None
    if notebook.problem is not None:
        return 0.0 if notebook.problem.status is Status.MISSING else None
    if wanted.checked:
        earned = [check.earned for check in checks if check.cell == wanted.name]
        if any(points is None for points in earned):
            return None
        return float(sum(points for points in earned if points is not None))
    return _classic(plan, wanted, notebook, manifests[wanted.notebook])


def _classic(
    plan: Plan, wanted: GradeCell, notebook: PreparedNotebook, manifest: Manifest
) -> float | None:
    assert notebook.notebook is not None
    for index, cell in enumerate(notebook.notebook["cells"]):
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == wanted.grade_id:
            ran = [c for c in manifest["cells"] if c["index"] == index]
            outputs = ran[0]["outputs"] if ran else []
            status = ran[0]["status"] if ran else "not_run"
            return classic_score(cell, outputs, plan.unanswered.get(wanted.name), status)[0]
    return None


def _judged(plan: Plan, prepared: Prepared, check: CheckOutcome, faults: Mapping[str, str]) -> bool:
    cell = plan.cells.get(check.cell)
    notebook = _notebook(prepared, cell.notebook) if cell else None
    return notebook is not None and notebook.problem is None and notebook.name not in faults


def _notebook(prepared: Prepared, name: str) -> PreparedNotebook | None:
    return next((part for part in prepared.notebooks if part.name == name), None)


def _problems(prepared: Prepared) -> list[str]:
    return [
        f"{part.name}.ipynb could not be read: {part.problem.reason}"
        for part in prepared.notebooks
        if part.problem is not None and part.problem.status is not Status.MISSING
    ]


def _doubts(part: PreparedNotebook, manifest: Manifest, own: Collection[str] = ()) -> list[str]:
    """What in the source, or between the source and the evidence, a person should look at.

    ``own`` are the modules that the course gives with the notebook.
    """
    trusted = trusted_cells(dict(part.notebook or {}))
    found = [*suspicious(part.cells, trusted=trusted, own=own)]
    found += contradictions(part.cells, manifest)
    found += _missed(part, manifest)
    if manifest["status"] == Status.KILLED:
        found.append(f"the run was ended early: {manifest['reason']}")
    if manifest.get("irregular"):
        found.append(f"the run's report is not as our recorder writes it: {manifest['irregular']}")
    return found


def _missed(part: PreparedNotebook, manifest: Manifest) -> list[str]:
    """Files that were submitted and left out, and that a cell then failed to find.

    Where submitted files belong to an assignment, its settings have to say so: until then nobody
    should lose points for the lack of them.
    """
    outputs = [output for cell in manifest["cells"] for output in cell["outputs"]]
    told = " ".join(o["evalue"] for o in outputs if o.get("ename") in _NOT_FOUND)
    words = set(_NAME.findall(told))
    missed = [n for n in part.left_out if words & {n, PurePosixPath(n).name, PurePosixPath(n).stem}]
    if not missed:
        return []
    names = ", ".join(ascii(name) for name in missed[:SHOWN])
    return [
        f"{part.name}.ipynb asked for files that were submitted with it and left out ({names}). "
        "If they belong to the assignment, name them as submitted_files in its settings.toml and "
        "grade again."
    ]


def _status(
    prepared: Prepared, manifests: Mapping[str, Manifest], faults: Mapping[str, str]
) -> Status:
    found = {Status(manifest["status"]) for manifest in manifests.values()}
    found |= {part.problem.status for part in prepared.notebooks if part.problem is not None}
    if faults:
        found.add(Status.KILLED)
    return next((status for status in _WORST_FIRST if status in found), Status.COMPLETED)


def _facts(manifests: Mapping[str, Manifest], prepared: Prepared) -> dict[str, Any]:
    if not manifests:
        return {}
    code = "".join(part.raw for part in prepared.notebooks)
    return {
        # Whose decision holds for which work: another text with the same outcome is another work.
        "code": hashlib.sha256(code.encode()).hexdigest(),
        "wall_s": round(sum(m["wall_s"] for m in manifests.values()), 3),
        "cpu_s": round(sum(m["cpu_s"] for m in manifests.values()), 3),
        "peak_bytes": max(m["peak_bytes"] for m in manifests.values()),
        "started_s": max(m["started_s"] for m in manifests.values()),
        **next(({"data": m["data"]} for m in manifests.values() if "data" in m), {}),
    }
