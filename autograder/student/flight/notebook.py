"""``grader.preflight("regression.ipynb")`` in a cell: the command, run beside the notebook."""

import os
import subprocess
import sys
from pathlib import Path

from autograder.student.flight.run import VARIABLE
from autograder.student.seed import VARIABLE as GRADER


def preflight(notebook: str, *, assignment: str | None = None, original: str | None = None) -> None:
    """Print what can be said of a notebook before it is handed in. Save the notebook first.

    The look takes as long as the notebook takes to run, in a Python of its own: nothing in this
    notebook changes. In a run of the grader, or of another preflight, it does nothing.
    """
    if VARIABLE in os.environ or GRADER in os.environ:
        print("preflight is for you, before you submit: it does nothing in this run.")
        return
    command = [sys.executable, "-m", "autograder.student.command", "preflight", notebook]
    for option, value in (("--assignment", assignment), ("--original", original)):
        command += [option, value] if value else []
    if Path(notebook).is_file():
        print(f"Running a copy of {notebook}, as it was last saved, from a fresh start ...")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    print(done.stdout or done.stderr, end="")
