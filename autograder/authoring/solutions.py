"""An executed solution notebook: the source with its solutions and what its run printed.

The outputs come from the jail and are sanitised like a student's; what differs from run to run
(times, addresses, progress bars) is taken out, so that the committed file changes only when the
solution does.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from traitlets.config import Config

from autograder.authoring.release import notebook_bytes, with_stable_ids
from autograder.course import Course
from autograder.errors import ReleaseError
from autograder.gradebook import load_config
from autograder.gradebook.steps import solved
from autograder.nouns import JSON
from autograder.report.sanitise import clean_output

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")
_STEP_TIME = re.compile(
    r"\s*\b\d+(?::\d+)*(?:s|ms|us|μs)?\s+\d+(?:\.\d+)?(?:s|ms|us|μs)/(?:step|epoch)"
)
"""Keras's progress bar (keras.utils.Progbar): the time so far, then the time of a step."""
_WALL_TIME = re.compile(r"^(?:CPU times:.*|Wall time:.*)\n?", re.MULTILINE)


def build_solution(
    course: Course,
    assignment: str,
    source: Path,
    run: Mapping[str, JSON],
    config: Config | None = None,
) -> bytes:
    """The file of the executed solution of one source notebook.

    ``run`` is the manifest of a run of that notebook: its cell numbers are the source's. Raises
    ReleaseError when a cell of the solution did not run to its end.
    """
    config = load_config(course.root) if config is None else config
    # Any: a notebook that nbgrader has validated, and the entries of our own manifest.
    notebook: Any = with_stable_ids(solved(source, course, assignment, config))
    entries: Any = run["cells"]
    by_index = {entry["index"]: entry for entry in entries}
    ran = 0
    for index, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] != "code":
            continue
        entry = by_index.get(index)
        if cell["source"].strip() and (entry is None or entry["status"] != "ok"):
            status = "not_run" if entry is None else entry["status"]
            raise ReleaseError(
                f"a solution that runs to its end expected in {source}, found cell {index + 1} "
                f"with status {status!r}. Run the notebook and correct that cell."
            )
        ran += 1
        cell["execution_count"] = ran
        cell["outputs"] = [] if entry is None else _outputs(entry["outputs"], ran)
    return notebook_bytes(notebook)


def stable_text(text: str) -> str:
    r"""Printed text without what differs from one run to the next.

    >>> stable_text("\r1/9 12s 2s/step\r9/9 1s 3ms/step - loss: 0.5\n<Dense at 0x7f1122334455>")
    '9/9 - loss: 0.5\n<Dense at 0x...>'
    """
    plain = _ESCAPES.sub("", text).replace("\b", "")
    shown = "\n".join(line.rstrip("\r").rsplit("\r", 1)[-1] for line in plain.split("\n"))
    timeless = _WALL_TIME.sub("", _STEP_TIME.sub("", shown))
    return _ADDRESS.sub("at 0x...", timeless)


def _outputs(outputs: Any, number: int) -> list[JSON]:
    cleaned = (clean_output(_stable_output(output, number)) for output in outputs)
    return [output for output in cleaned if output is not None]


def _stable_output(output: Any, number: int) -> Any:
    if output["output_type"] == "stream":
        return {**output, "text": stable_text(_joined(output["text"]))}
    if output["output_type"] == "execute_result":
        output = {**output, "execution_count": number}
    if "data" not in output:
        return output
    data = {
        kind: stable_text(_joined(value)) if kind.startswith("text/") else value
        for kind, value in output["data"].items()
    }
    return {**output, "data": data}


def _joined(text: Any) -> str:
    return "".join(text) if isinstance(text, list) else str(text)
