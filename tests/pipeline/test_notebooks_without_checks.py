"""A lesson gives the same weights with visible checks, without them, and without the package."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from autograder.gradebook import course_of, load_config
from autograder.gradebook.steps import solved
from autograder.jail.notebook import run_notebook
from autograder.nouns import CodeCell, Limits

REPOSITORY = Path(__file__).resolve().parents[2]
LESSONS = {
    "a1_regression": "regression",
    "a2_binary": "binary",
    "a3_multinomial": "multinomial",
}
SEED = 2024  # the literal that a notebook without the package sets itself

NO_CHECKS = "grader.check = lambda **variables: None"
NO_PACKAGE = """
import sys
import autograder
vars(autograder).pop("student", None)
sys.modules["autograder.student"] = None
"""
LAST = """
import hashlib
weights = [w.tobytes() for value in list(globals().values())
           if isinstance(value, tf.keras.Model) for w in value.get_weights()]
print(len(weights), hashlib.sha256(b"".join(weights)).hexdigest(), np.random.rand(),
      float(tf.random.uniform(())), tf.keras.layers.Dense(1).name)
"""
INSTALL = "There are no checks and no hints here. To get them: pip install keras-autograder\n"


def cells_of(assignment: str, *, first: str = "", after_setup: str = "") -> tuple[CodeCell, ...]:
    course = course_of(REPOSITORY)
    path = course.source(assignment) / f"{LESSONS[assignment]}.ipynb"
    notebook: Any = solved(path, course, assignment, load_config(course.root))
    texts = [(first, "")]
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            texts.append((cell["source"], cell["metadata"]["nbgrader"]["grade_id"]))
            if texts[-1][1] == "setup":
                texts.append((after_setup, ""))
    texts.append((LAST, ""))
    return tuple(CodeCell(n, text, name or None) for n, (text, name) in enumerate(texts))


@pytest.mark.jail
@pytest.mark.parametrize("assignment", list(LESSONS))
def test_weights_and_random_numbers_are_the_same_in_all_three(
    warm_parent: Any, assignment: str
) -> None:
    runs = {
        "checks": cells_of(assignment),
        "no checks": cells_of(assignment, after_setup=NO_CHECKS),
        "no package": cells_of(assignment, first=NO_PACKAGE),
    }
    printed: dict[str, list[str]] = {}
    for name, cells in runs.items():
        run = run_notebook(warm_parent, cells, limits=Limits(), seed=SEED, record=False)
        manifest: Any = run.manifest
        assert manifest["status"] == "completed", manifest
        printed[name] = [_text(cell["outputs"]) for cell in manifest["cells"]]
    assert len({texts[-1] for texts in printed.values()}) == 1
    assert printed["checks"][-1].split()[0] != "0"
    assert "right so far" in "".join(printed["checks"])
    assert "right so far" not in "".join(printed["no checks"])
    assert "".join(printed["no package"]).count(INSTALL) == 1


def test_a_solution_runs_in_a_kernel_where_the_package_cannot_be_imported(tmp_path: Path) -> None:
    hidden = tmp_path / "path" / "autograder"
    hidden.mkdir(parents=True)
    (hidden / "__init__.py").write_text('raise ImportError("not installed")')
    name = f"{LESSONS['a1_regression']}.ipynb"
    course = course_of(REPOSITORY)
    path = course.source("a1_regression") / name
    notebook = solved(path, course, "a1_regression", load_config(course.root))
    (tmp_path / name).write_text(json.dumps(notebook))
    environment = {
        **os.environ,
        "PYTHONPATH": str(hidden.parent),
        "JUPYTER_PATH": str(Path(sys.prefix) / "share" / "jupyter"),
        "IPYTHONDIR": str(tmp_path / "ipython"),
    }
    done = subprocess.run(
        [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "--inplace", name],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    executed: Any = json.loads((tmp_path / name).read_text())
    outputs = [cell.get("outputs", []) for cell in executed["cells"]]
    assert "".join(_text(found) for found in outputs).count(INSTALL) == 1


def _text(outputs: Any) -> str:
    shown = [
        output.get("text") or output.get("data", {}).get("text/plain", "") for output in outputs
    ]
    return "".join("".join(part) for part in shown)
