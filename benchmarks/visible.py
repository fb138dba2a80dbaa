"""How long the visible checks of a notebook take: python benchmarks/visible.py NOTEBOOK.ipynb

Runs the cells in an IPython shell as a notebook does. Each grade cell is timed when it is first
run and then ten times more. Prints {grade id: {"first_s": ..., "median_s": ...}} as JSON.
"""

import json
import statistics
import sys
import time
from pathlib import Path

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from autograder.intake import code_cells

TIMES = 10


def main() -> int:
    """Runs the notebook and prints the times."""
    notebook = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    InteractiveShell.instance().history_manager.enabled = False
    found = {}
    for cell in code_cells(notebook):
        first_s = timed(cell.source)
        if cell.is_grade:
            more = statistics.median(timed(cell.source) for _ in range(TIMES))
            found[cell.grade_id] = {"first_s": first_s, "median_s": more}
    print(json.dumps(found))
    return 0


def timed(source: str) -> float:
    """Wall seconds of one run of the cell. Raises what the cell raised."""
    shell = InteractiveShell.instance()
    begun = time.perf_counter()
    with capture_output():
        result = shell.run_cell(source)
    took = time.perf_counter() - begun
    result.raise_error()
    return took


if __name__ == "__main__":
    sys.exit(main())
