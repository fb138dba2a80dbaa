"""The floor of the benchmark: the same cells, trained in a plain fork of a warm process.

    python benchmarks/bare.py NOTEBOOK.ipynb [TIMES]

TensorFlow is imported once and nothing is computed before the forks. Each fork runs the code cells
with exec: no jail, no shell, no recorder. Prints each fork's seconds as JSON:
cpu_s, user and system, and wall_s.
"""

import importlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

SEED = 2024
WARM = ("tensorflow", "keras", "sklearn.datasets", "sklearn.model_selection", "autograder.student")
"""What the jail's warm parent has imported as well, so that only the runs are compared."""


def main() -> int:
    """Forks one run after the other and prints what each of them used."""
    notebook = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    times = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for name in WARM:
        importlib.import_module(name)
    print(json.dumps([forked(cells) for _ in range(times)]))
    return 0


def forked(cells: list[str]) -> dict[str, float]:
    """Seconds of one fork that runs the cells. Raises RuntimeError when a cell fails."""
    begun = time.monotonic()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            run(cells)
            code = 0
        finally:
            os._exit(code)
    _, status, used = os.wait4(pid, 0)
    if status:
        raise RuntimeError(f"a run without error expected, found wait status {status}")
    return {"cpu_s": used.ru_utime + used.ru_stime, "wall_s": time.monotonic() - begun}


def run(cells: list[str]) -> None:
    """The cells in one namespace, their printing thrown away, seeded as the grader seeds."""
    import keras

    keras.utils.set_random_seed(SEED)
    os.environ["AUTOGRADER_SEED"] = str(SEED)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for cell in cells:
        exec(cell, namespace)  # noqa: S102  the course's own cells, as a notebook runs them


if __name__ == "__main__":
    sys.exit(main())
