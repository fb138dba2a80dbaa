"""nbgrader's Validate tells the truth: solutions pass, and releases fail in every grade cell.

Of three assignments; of all with AUTOGRADER_EVERY=1, as `make soak` has it.
"""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from autograder.gradebook import course_of
from autograder.grading import Shelf, StandIn, plan_of
from autograder.student import datasets

REPOSITORY = Path(__file__).resolve().parents[2]
COURSE = course_of(REPOSITORY)
SOME = ["a0_imports", "a2_binary", "a7_fashion"]
"""One that trains nothing, one that does, one that saves a file beside itself."""
CHOSEN = COURSE.assignments() if os.environ.get("AUTOGRADER_EVERY") else SOME


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, str]:
    """What ``nbgrader validate`` says of every release and solution, two at a time."""
    data, ipython = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("ipython")
    for name in datasets.image_sets():
        datasets.stand_in(name, data)
    environment = {
        **os.environ,
        "AUTOGRADER_DATA": str(data),
        "JUPYTER_PATH": str(Path(sys.prefix) / "share" / "jupyter"),
        "IPYTHONDIR": str(ipython),
    }

    def validated(path: Path) -> str:
        folder = tmp_path_factory.mktemp("copy")
        shutil.copy(path, folder)  # it runs where it lies, and a7 saves a file there
        done = subprocess.run(
            [Path(sys.executable).with_name("nbgrader"), "validate", path.name],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
        )
        return done.stdout + done.stderr

    folders = (COURSE.release, COURSE.solution)
    paths = [p for name in CHOSEN for of in folders for p in of(name).glob("*.ipynb")]
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(paths, pool.map(validated, paths), strict=True))


@pytest.mark.parametrize("assignment", CHOSEN)
def test_the_solution_passes_and_every_grade_cell_of_the_release_fails(
    told: dict[Path, str], assignment: str
) -> None:
    plan = plan_of(COURSE, assignment, Shelf(stand_in=StandIn.ALWAYS))
    (solution,) = COURSE.solution(assignment).glob("*.ipynb")
    (release,) = COURSE.release(assignment).glob("*.ipynb")
    assert "Success" in told[solution], told[solution]
    assert f"FAILED ON {len(plan.cells)} CELL(S)" in told[release].upper(), told[release]
