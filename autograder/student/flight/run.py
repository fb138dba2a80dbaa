"""A copy of a notebook run from a fresh start, in the student's own environment.

The copy's folder holds the files that the assignment came with, so nothing is written beside the
student's notebook, and a file left over from an earlier run helps nobody. Trusts the student: the
code is their own, on their own machine; this is no jail.
"""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import UsageError

VARIABLE = "AUTOGRADER_PREFLIGHT"
"""Set for the copy: a preflight cell in the notebook must not start another copy."""

MAX_FILES = 200
MAX_FILE_BYTES = 64 * 1024**2
"""Files that are copied for the run; a course's data files are far below."""

_PROBE = "import sys as _sys\nprint('autograder.student' in _sys.modules)"


@dataclass(frozen=True)
class CellRun:
    """How one code cell ended. ``error`` is the exception's name, "" when there was none; ``ran``
    is False for a cell that the run did not get through."""

    index: int
    error: str = ""
    text: str = ""
    ran: bool = True


@dataclass(frozen=True)
class FreshRun:
    """The run: its cells in order. ``problem`` says why it ended early; ``checked`` whether the
    notebook could import the visible checks."""

    cells: tuple[CellRun, ...]
    wall_s: float
    problem: str = ""
    checked: bool = True


def fresh_run(
    text: str,
    files: Path,
    *,
    cell_limit_s: int,
    on_cell: Callable[[int, int], None] = lambda number, total: None,
) -> FreshRun:
    """Run the notebook in ``text`` in a new kernel; ``files`` is the folder to copy files from.

    ``on_cell`` hears of each cell before it runs. Raises UsageError when Jupyter's own packages,
    or a Python kernel, are not there.
    """
    try:
        import nbformat
        from nbclient import NotebookClient
        from nbclient.exceptions import CellTimeoutError, DeadKernelError
    except ImportError as error:
        raise UsageError(
            f"Jupyter's nbclient expected in this environment: {error}. `pip install nbclient "
            "ipykernel`, or run this where your notebooks run."
        ) from None
    try:
        notebook: Any = nbformat.reads(text, as_version=4)  # Any: nbformat is untyped
    except Exception as error:
        # nbformat raises its own errors and plain KeyErrors for what it cannot read.
        raise UsageError(f"a notebook that Jupyter can open expected: {error}") from error
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    notebook.cells.append(nbformat.v4.new_code_cell(_PROBE))
    total = len(notebook.cells) - 1
    begun: list[int] = []

    def on_start(cell: Any, cell_index: int) -> None:
        begun.append(cell_index)
        on_cell(min(cell_index + 1, total), total)

    began = time.monotonic()
    problem = ""
    with tempfile.TemporaryDirectory(prefix="preflight-") as folder:
        _copy_files(files, Path(folder))
        client = NotebookClient(
            notebook,
            kernel_name=_kernel(notebook),
            timeout=cell_limit_s,
            interrupt_on_timeout=True,
            allow_errors=True,
            resources={"metadata": {"path": folder}},
            on_cell_start=on_start,
        )
        try:
            # What a cell prints comes by Jupyter's own way; the rest of what the process writes is
            # start-up logs of the kernel and of TensorFlow, which say nothing about the work.
            client.execute(env={**os.environ, VARIABLE: "1"}, stderr=subprocess.DEVNULL)
        except DeadKernelError:
            problem = f"cell {max(begun, default=0) + 1} ended the Python process"
        except CellTimeoutError:
            problem = f"cell {max(begun, default=0) + 1} could not be stopped at {cell_limit_s} s"
    probe = notebook.cells.pop()
    ended = begun[:-1] if problem else begun
    cells = tuple(
        _cell_run(index, cell, cell_limit_s, index in ended or not cell.source.strip())
        for index, cell in enumerate(notebook.cells)
        if cell.cell_type == "code"
    )
    printed = "".join(output.get("text", "") for output in probe.outputs)
    checked = bool(problem) or printed.strip() == "True" or "autograder" not in text
    return FreshRun(cells, time.monotonic() - began, problem, checked)


def _kernel(notebook: Any) -> str:
    """The notebook's own kernel where it is installed, else this environment's Python."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    wanted = str(notebook.metadata.get("kernelspec", {}).get("name", "python3"))
    for name in (wanted, "python3"):
        try:
            if KernelSpecManager().get_kernel_spec(name).language.lower() == "python":
                return name
        except NoSuchKernel:
            continue
    raise UsageError("a Python kernel for Jupyter expected, found none: `pip install ipykernel`")


def _cell_run(index: int, cell: Any, cell_limit_s: int, ran: bool) -> CellRun:
    errors = [output for output in cell.outputs if output.output_type == "error"]
    if not errors:
        return CellRun(index, ran=ran)
    name, text = str(errors[0].ename), " ".join(str(errors[0].evalue).split())
    if name == "KeyboardInterrupt":
        text = f"stopped after {cell_limit_s} s"
    return CellRun(index, name, text[:1000])


def _copy_files(source: Path, target: Path) -> None:
    copied = 0
    for base, folders, names in os.walk(source):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
        for name in sorted(names):
            path = Path(base) / name
            if name.startswith(".") or path.suffix == ".ipynb" or not path.is_file():
                continue
            copied += 1
            if copied > MAX_FILES:
                return
            if path.stat().st_size <= MAX_FILE_BYTES:
                to = target / path.relative_to(source)
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, to)
