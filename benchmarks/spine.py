"""What grading costs beside the training itself, and beside stock nbgrader, in one run.

    python benchmarks/spine.py [--students 12] [--skip-stock]

Ratios within one run are what to quote: absolute times drift on a shared machine. Needs the jail
(bubblewrap). The table is Markdown, on standard output; what is at work, on standard error.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook

from autograder.course import Course, settings_of
from autograder.gradebook import load_config, register
from autograder.gradebook.steps import solved
from autograder.intake import code_cells
from autograder.jail.mounts import ENVIRONMENT
from autograder.jail.notebook import run_notebook
from autograder.jail.parent import WarmParent
from autograder.jail.watchdog import usage_of
from autograder.nouns import CodeCell, Limits

ROOT = Path(__file__).resolve().parent.parent
ASSIGNMENT = "a3_multinomial"
CHANGED = "head_build"
STOCK_CONFIG = """
c = get_config()
c.CourseDirectory.release_directory = "assignments"
c.CourseDirectory.solution_directory = "solutions"
"""
SAMPLE_S = 0.1

Row = tuple[str, str]


def main() -> int:
    """Measures and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=12)
    parser.add_argument("--skip-stock", action="store_true", help="Leave stock nbgrader out.")
    given = parser.parse_args()
    course = Course(ROOT)
    (source,) = course.notebooks(ASSIGNMENT)
    solution: Any = solved(source, course, ASSIGNMENT, load_config(ROOT))
    with tempfile.TemporaryDirectory(prefix="autograder-bench-") as folder:
        rows = [("cores; load before", f"{os.cpu_count()}; {os.getloadavg()[0]:.1f}")]
        rows += jobs(course, solution, Path(folder))
        rows += classes(solution, given.students, Path(folder), stock=not given.skip_stock)
    print("\n| measure | value |\n|---|---|")
    for name, value in rows:
        print(f"| {name} | {value} |")
    return 0


def jobs(course: Course, solution: Any, folder: Path) -> list[Row]:
    """Start, CPU and memory of single jobs of one warm parent."""
    settings = settings_of(course, ASSIGNMENT)
    cells = code_cells(solution)
    path = folder / "solution.ipynb"
    path.write_text(json.dumps(solution), encoding="utf-8")
    with WarmParent() as parent:
        say("ten jobs of one line")
        line = (CodeCell(0, "print('here')"),)
        small = [run_notebook(parent, line, limits=Limits(), seed=1).manifest for _ in range(10)]

        def solve() -> dict[str, Any]:
            run = run_notebook(parent, cells, limits=settings.limits, seed=settings.seed)
            if run.manifest["status"] != "completed":
                raise RuntimeError(f"a completed run expected, found {run.manifest['reason']}")
            return run.manifest

        say("the solution in the jail and bare, three times each")
        jailed, bare = [], []
        for _ in range(3):  # by turns, so that a busy neighbour slows both
            jailed.append(float(solve()["cpu_s"]))
            bare += bare_cpu(path)
        say("memory of none, one and two jobs")
        memory = [peak(solve, count) for count in (0, 1, 2)]
    in_jail, floor = statistics.median(jailed), statistics.median(bare)
    return [
        ("warm parent: start, once per command", f"{parent.warm_s:.1f} s"),
        ("fork to the first line in the jail, median of 10", f"{ms(small, 'started_s')} ms"),
        ("a whole one-line notebook, median of 10", f"{ms(small, 'wall_s')} ms"),
        ("CPU of a solution, bare in a warm fork", f"{floor:.2f} s"),
        ("CPU of a solution in the jail, recorded", f"{in_jail:.2f} s"),
        ("CPU above the bare training", f"{in_jail - floor:+.2f} s ({in_jail / floor:.2f} times)"),
        ("memory (PSS) of this process and the idle warm parent", f"{memory[0] >> 20} MiB"),
        ("memory of the first job at work", f"{(memory[1] - memory[0]) >> 20} MiB"),
        ("memory of one more job at work", f"{(memory[2] - memory[1]) >> 20} MiB"),
    ]


def bare_cpu(path: Path) -> list[float]:
    """CPU seconds of the same cells in a plain fork, under the jail's settings for threads."""
    own = {"PATH", "HOME", "TMPDIR", "PYTHONPATH", "KERAS_HOME", "MPLCONFIGDIR", "USER"}
    environment = {k: v for k, v in ENVIRONMENT.items() if k not in own}
    command = [sys.executable, str(Path(__file__).with_name("bare.py")), str(path)]
    done = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=True
    )
    found: list[float] = json.loads(done.stdout)
    return found


def peak(work: Callable[[], object], count: int) -> int:
    """The highest sum of PSS below this process while ``count`` jobs are at work."""
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    highest = 0
    while True:
        own = usage_of(os.getpid())
        highest = max(highest, own.memory_bytes)
        if not any(thread.is_alive() for thread in threads):
            return highest
        time.sleep(SAMPLE_S)


def classes(solution: Any, students: int, folder: Path, *, stock: bool) -> list[Row]:
    """The same class by our command, by nbgrader with our engine, and by stock nbgrader."""
    scripts = Path(sysconfig.get_path("scripts"))
    nbgrader = [sys.executable, "-m", "nbgrader", "autograde", ASSIGNMENT]
    ours = [str(scripts / "autograder"), "grade", ASSIGNMENT]
    config = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    one = make_course(folder / "ours", config, solution, students)
    rows = [("submissions, each with code of its own", str(students))]
    graded, ours_s = timed("autograder grade", ours, one, students)
    again, _ = timed("autograder grade again", ours, one, students)
    two = make_course(folder / "engine", config, solution, students)
    engine, engine_s = timed("nbgrader autograde, our engine", nbgrader, two, students)
    rows += [graded, again, engine]
    if stock:
        three = make_course(folder / "stock", STOCK_CONFIG, solution, students)
        row, stock_s = timed("nbgrader autograde, stock", nbgrader, three, students)
        rows += [
            row,
            ("stock against `autograder grade`", f"{stock_s / ours_s:.1f} times the wall time"),
            ("stock against our engine in it", f"{stock_s / engine_s:.1f} times the wall time"),
        ]
    return rows


def make_course(folder: Path, config: str, solution: Any, students: int) -> Course:
    """A registered course with ``students`` right submissions, no two with the same store key."""
    course = Course(folder)
    for place in (Course.source, Course.checks):
        left_out = shutil.ignore_patterns("__pycache__")
        shutil.copytree(place(Course(ROOT), ASSIGNMENT), place(course, ASSIGNMENT), ignore=left_out)
    (folder / "nbgrader_config.py").write_text(config, encoding="utf-8")
    for number in range(1, students + 1):
        notebook = json.loads(json.dumps(solution))
        for cell in notebook["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("grade_id") == CHANGED:
                cell["source"] = f"submission_number = {number}\n" + "".join(cell["source"])
        target = course.submitted(ASSIGNMENT, f"student{number:03d}") / "multinomial.ipynb"
        target.parent.mkdir(parents=True)
        target.write_text(json.dumps(notebook), encoding="utf-8")
    register(course, ASSIGNMENT, load_config(folder))
    return course


def timed(name: str, command: list[str], course: Course, students: int) -> tuple[Row, float]:
    """Runs the command in the course; its row of the table and its wall time."""
    say(f"{name}, {students} submissions")
    scripts = sysconfig.get_path("scripts")
    path = os.pathsep.join([scripts, os.environ.get("PATH", "")])
    begun = time.monotonic()
    done = subprocess.run(
        command, cwd=course.root, env={**os.environ, "PATH": path}, capture_output=True, text=True
    )
    wall_s = time.monotonic() - begun
    if done.returncode != 0:
        raise RuntimeError(f"{name} ended with {done.returncode}:\n{done.stderr[-3000:]}")
    value = f"{wall_s:.1f} s, {wall_s / students:.2f} s each; {points(course)}"
    return (f"wall time: {name}", value), wall_s


def points(course: Course) -> str:
    """The scores in the gradebook, as lowest to highest."""
    with Gradebook(course.database_url) as gradebook:
        found = [s.score for s in gradebook.assignment_submissions(ASSIGNMENT)]
    return f"{min(found):g} to {max(found):g} points"


def ms(manifests: list[dict[str, Any]], key: str) -> str:
    """The median of a time, in milliseconds."""
    return f"{1000 * statistics.median(float(m[key]) for m in manifests):.0f}"


def say(text: str) -> None:
    """What is at work now."""
    print(f"... {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
