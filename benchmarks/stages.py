"""Where the CPU of one recorded notebook goes, beside its cells: the recorder's own parts.

    python benchmarks/stages.py NOTEBOOK.ipynb [TIMES]

Runs the recorder itself in forks of a warm process, without the jail, with a clock around each
part. Prints one object of CPU seconds for each fork, as a JSON list.
"""

import importlib
import json
import os
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

from bare import SEED, WARM
from clock import Clock

from autograder.intake import code_cells
from autograder.nouns import JSON, Limits

PARTS = {
    "autograder.recorder.session": ("_prepare", "_seed", "_watch_fits", "_run_cell"),
    "autograder.recorder.shell": ("make_shell",),
    "autograder.recorder.snapshot": ("take_snapshot", "record_model"),
}
"""Functions that the recorder calls by these names. record_model is part of take_snapshot."""


def main() -> int:
    """Forks one run after the other and prints what each part of it used."""
    notebook = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    times = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    for name in (*WARM, "IPython.core.interactiveshell", *PARTS):
        importlib.import_module(name)
    print(json.dumps([_forked(notebook) for _ in range(times)]))
    return 0


def _forked(notebook: dict[str, Any]) -> dict[str, float]:
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.close(read)
            with tempfile.TemporaryDirectory(prefix="autograder-stages-") as folder:
                os.chdir(folder)
                os.write(write, json.dumps(_run(notebook, folder)).encode())
            code = 0
        except Exception:
            traceback.print_exc()  # the fork leaves without it otherwise
        finally:
            os._exit(code)
    os.close(write)
    with os.fdopen(read, "rb") as stream:
        told = stream.read()
    if os.waitpid(pid, 0)[1]:
        raise RuntimeError("a recorded run without error expected, found none")
    found: dict[str, float] = json.loads(told)
    return found


def _run(notebook: dict[str, Any], folder: str) -> dict[str, float]:
    from autograder.jail.inside.channel import Channel
    from autograder.recorder import session
    from autograder.recorder.shell import NotebookShell

    clock = Clock("process")
    make = NotebookShell.instance.__func__
    NotebookShell.instance = classmethod(  # its folder is one of the jail's
        lambda cls, **options: make(cls, **{**options, "ipython_dir": f"{folder}/ipython"})
    )
    for module, names in PARTS.items():
        for name in names:
            clock.around(importlib.import_module(module), name)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    limits = Limits()
    job: dict[str, JSON] = {
        "seed": SEED,
        "cell_wall_s": limits.cell_wall_s,
        "call_wall_s": limits.call_wall_s,
        "output_bytes": limits.output_bytes,
        "cells": [
            {
                "index": cell.index,
                "source": cell.source,
                "grade_id": cell.grade_id,
                "is_grade": cell.is_grade,
            }
            for cell in code_cells(notebook)
        ],
    }
    clock.around(session, "run_notebook")
    session.run_notebook(job, {}, Channel(nowhere, b""))
    return clock.seconds()


if __name__ == "__main__":
    sys.exit(main())
