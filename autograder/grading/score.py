"""From check outcomes and cell outputs to the result of a submission."""

from collections.abc import Mapping, Sequence
from typing import Any

from autograder.evidence.contradictions import contradictions
from autograder.evidence.source_audit import suspicious
from autograder.gradebook import checksums, classic_score, load_config
from autograder.grading.execute import Manifest
from autograder.grading.plan import GradeCell, Plan
from autograder.grading.prepare import Prepared, PreparedNotebook
from autograder.intake import trusted_cells
from autograder.nouns import CellScore, CheckOutcome, Diagnosis, Result, Status

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
) -> Result:
    """The result. ``manifests`` are runs by notebook, ``faults`` our own failures to run one."""
    cells: dict[str, CellScore] = {}
    kept = [check for check in checks if _judged(plan, prepared, check, faults)]
    for name, wanted in plan.cells.items():
        notebook = _notebook(prepared, wanted.notebook)
        score = _score(plan, wanted, notebook, manifests, kept, faults)
        cells[name] = CellScore(wanted.notebook, score, wanted.points)
    reasons = [*_problems(prepared), *faults.values()]
    for part in prepared.notebooks:
        if part.name in manifests:
            reasons += _doubts(part, manifests[part.name])
    reasons += [check.needs_review for check in kept if check.needs_review]
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
        run=_facts(manifests),
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
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == wanted.name:
            ran = [c for c in manifest["cells"] if c["index"] == index]
            outputs = ran[0]["outputs"] if ran else []
            status = ran[0]["status"] if ran else "not_run"
            return classic_score(cell, outputs, _released_checksum(plan, wanted), status)[0]
    return None


def _released_checksum(plan: Plan, wanted: GradeCell) -> str | None:
    """Only an answer that the student writes can be unchanged."""
    if not wanted.cell["metadata"]["nbgrader"].get("solution"):
        return None
    of_assignment = checksums(plan.course, plan.assignment, load_config(plan.course.root))
    return of_assignment[wanted.notebook].get(wanted.name)


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


def _doubts(part: PreparedNotebook, manifest: Manifest) -> list[str]:
    """What in the source, or between the source and the evidence, a person should look at."""
    trusted = trusted_cells(dict(part.notebook or {}))
    found = [*suspicious(part.cells, trusted=trusted), *contradictions(part.cells, manifest)]
    if manifest["status"] == Status.KILLED:
        found.append(f"the run was ended early: {manifest['reason']}")
    if manifest.get("irregular"):
        found.append(f"the run's report is not as our recorder writes it: {manifest['irregular']}")
    return found


def _status(
    prepared: Prepared, manifests: Mapping[str, Manifest], faults: Mapping[str, str]
) -> Status:
    found = {Status(manifest["status"]) for manifest in manifests.values()}
    found |= {part.problem.status for part in prepared.notebooks if part.problem is not None}
    if faults:
        found.add(Status.KILLED)
    return next((status for status in _WORST_FIRST if status in found), Status.COMPLETED)


def _facts(manifests: Mapping[str, Manifest]) -> dict[str, Any]:
    if not manifests:
        return {}
    return {
        "wall_s": round(sum(m["wall_s"] for m in manifests.values()), 3),
        "cpu_s": round(sum(m["cpu_s"] for m in manifests.values()), 3),
        "peak_bytes": max(m["peak_bytes"] for m in manifests.values()),
        "started_s": max(m["started_s"] for m in manifests.values()),
        **next(({"data": m["data"]} for m in manifests.values() if "data" in m), {}),
    }
