"""A lesson gives the same weights with visible checks, without them or the package, and graded.

The two assignments on image sets run here on the small stand-in, laid before them as a grader does.
Some assignments; all of them with AUTOGRADER_EVERY=1, as `make soak` has it.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from autograder.course import settings_of
from autograder.gradebook import course_of, load_config
from autograder.gradebook.steps import solved
from autograder.grading import Plan, Shelf, StandIn, plan_of
from autograder.jail.notebook import run_notebook
from autograder.jail.parent import WarmParent
from autograder.nouns import CodeCell

REPOSITORY = Path(__file__).resolve().parents[2]
COURSE = course_of(REPOSITORY)
EVERY = bool(os.environ.get("AUTOGRADER_EVERY"))
GRADED = COURSE.assignments() if EVERY else ["a0_imports", "a2_binary", "a5_mnist"]
"""One that builds and fits in a function, one without an image set and one with."""
WITHOUT = COURSE.assignments() if EVERY else ["a1_regression", "a6_functional"]
SEED = 2024  # the literal that a notebook without the package sets itself
ANOTHER_SEED = 7

NO_CHECKS = "grader.check = lambda **variables: None"
NO_PACKAGE = """
import sys
import autograder
vars(autograder).pop("student", None)
sys.modules["autograder.student"] = None
"""
NO_DOWNLOAD = """
import os
import numpy as np
import tensorflow as tf

def _laid(name):
    X, y, X_test, y_test = (np.load(f"{os.environ['AUTOGRADER_DATA']}/{name}/{part}.npy")
                            for part in ("X_train", "y_train", "X_test", "y_test"))
    return (X, y), (X_test, y_test)

# Keras would download the set here, and a jail has no network.
for name in ("mnist", "fashion_mnist"):
    getattr(tf.keras.datasets, name).load_data = lambda name=name: _laid(name)
"""
LAST = """
import hashlib
known = [value for value in list(globals().values()) if isinstance(value, tf.keras.Model)]
known += [build_and_fit(X_demo, y_demo)[0]] if "build_and_fit" in globals() else []
weights = [w.tobytes() for model in known for w in model.get_weights()]
History = tf.keras.callbacks.History
kept = [value for value in list(globals().values()) if isinstance(value, History)]
weights += [repr(history.history).encode() for history in kept]
print(len(weights), hashlib.sha256(b"".join(weights)).hexdigest(), np.random.rand(),
      float(tf.random.uniform(())), tf.keras.layers.Dense(1).name)
"""
INSTALL = "There are no checks and no hints here. To get them: pip install keras-autograder\n"


@pytest.fixture(scope="module")
def plans() -> dict[str, Plan]:
    shelf = Shelf(stand_in=StandIn.ALWAYS)
    return {name: plan_of(COURSE, name, shelf) for name in GRADED}


@pytest.fixture(scope="module")
def parent(plans: dict[str, Plan]) -> Iterator[WarmParent]:
    with WarmParent(data=COURSE.data) as parent:
        yield parent


def cells_of(assignment: str, *, first: str = "", after_setup: str = "") -> tuple[CodeCell, ...]:
    path = COURSE.notebooks(assignment)[0]
    notebook: Any = solved(path, COURSE, assignment, load_config(COURSE.root))
    texts = [(first, "")]
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            texts.append((cell["source"], cell["metadata"]["nbgrader"]["grade_id"]))
            if texts[-1][1] == "setup":
                texts.append((after_setup, ""))
    texts.append((LAST, ""))
    return tuple(CodeCell(n, text, name or None) for n, (text, name) in enumerate(texts))


@pytest.mark.jail
@pytest.mark.parametrize("assignment", GRADED)
def test_weights_are_the_same_in_all_four_and_others_with_another_seed(
    parent: WarmParent, plans: dict[str, Plan], assignment: str
) -> None:
    plan = plans[assignment]

    def printed(cells: tuple[CodeCell, ...], seed: int, record: bool = False) -> list[str]:
        inside = plan.data.inside if plan.data else ""
        limits = plan.settings.limits
        run = run_notebook(parent, cells, limits=limits, seed=seed, record=record, data=inside)
        manifest: Any = run.manifest
        assert manifest["status"] == "completed", manifest
        return [_text(cell["outputs"]) for cell in manifest["cells"]]

    jobs = [
        (cells_of(assignment), SEED),
        (cells_of(assignment, after_setup=NO_CHECKS), SEED),
        (cells_of(assignment, first=NO_PACKAGE + NO_DOWNLOAD), SEED),
        (cells_of(assignment), ANOTHER_SEED),
        (cells_of(assignment), SEED, True),
    ]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda job: printed(*job), jobs))  # type: ignore[arg-type]
    checks, no_checks, no_package, seeded, graded = found
    # The grader also trains with fewer returns to Python (autograder/recorder/dispatch.py).
    assert checks[-1] == no_checks[-1] == no_package[-1] == graded[-1]
    assert checks[-1].split()[0] != "0"
    assert seeded[-1].split()[1] != checks[-1].split()[1]
    assert "right so far" in "".join(checks)
    assert "right so far" not in "".join(no_checks)
    assert "".join(no_package).count(INSTALL) == 1


def test_solutions_run_in_a_kernel_where_the_package_cannot_be_imported(tmp_path: Path) -> None:
    hidden = tmp_path / "path" / "autograder"
    hidden.mkdir(parents=True)
    (hidden / "__init__.py").write_text('raise ImportError("not installed")')
    environment = {
        **os.environ,
        "PYTHONPATH": str(hidden.parent),
        "JUPYTER_PATH": str(Path(sys.prefix) / "share" / "jupyter"),
        "IPYTHONDIR": str(tmp_path / "ipython"),
    }

    def executed(path: Path) -> Any:
        notebook = solved(path, COURSE, path.parent.name, load_config(COURSE.root))
        (tmp_path / path.name).write_text(json.dumps(notebook))
        done = subprocess.run(
            [Path(sys.executable).with_name("jupyter-execute"), "--inplace", path.name],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return json.loads((tmp_path / path.name).read_text())

    with ThreadPoolExecutor(2) as pool:
        for notebook in pool.map(executed, _without_image_sets()):
            outputs = [cell.get("outputs", []) for cell in notebook["cells"]]
            assert "".join(_text(found) for found in outputs).count(INSTALL) == 1


def _without_image_sets() -> list[Path]:
    """Without the package, Keras downloads MNIST and Fashion-MNIST, and tests have no network."""
    names = [name for name in WITHOUT if not settings_of(COURSE, name).data]
    return [path for name in names for path in COURSE.notebooks(name)]


def _text(outputs: Any) -> str:
    shown = [
        output.get("text") or output.get("data", {}).get("text/plain", "") for output in outputs
    ]
    return "".join("".join(part) for part in shown)
