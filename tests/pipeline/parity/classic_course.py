"""A classic course on disk, graded by stock nbgrader or ours, and what the gradebook says then."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from classic_cells import STUDENTS, Cell, handed_in, source_notebook
from nbgrader.api import Gradebook

REPOSITORY = Path(__file__).resolve().parents[3]
CELL_S = 20
"""A loop that never ends costs this long in either engine; an honest cell takes milliseconds, and
some seconds where it imports pandas on a busy machine. The sample has no such loop."""

COMMAND_S = 540
FILES = {
    "births.csv": "year,count\n2001,10\n2001,20\n2001,30\n2002,40\n2002,50\n2002,60\n",
    "more/note.txt": "a file in a folder\n",
}
STOCK = f"""
c = get_config()
c.CourseDirectory.course_id = "classic"
c.CourseDirectory.release_directory = "assignments"
c.Execute.timeout = {CELL_S}
"""
PER_HOUR = """
from nbgrader.plugins import BasePlugin

class PerHour(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return {points} * (total_seconds_late // 3600)

c.AssignLatePenalties.plugin_class = PerHour
"""
LIMITS = f"[limits]\ncell_wall_s = {CELL_S}\n"
Notebooks = Mapping[str, Sequence[Cell]]


@dataclass(frozen=True)
class Assignment:
    """A name, notebooks, and how many hours late each student is; a negative number is early."""

    name: str
    notebooks: Notebooks
    hours_late: Mapping[str, float] = field(default_factory=dict)
    students: Sequence[str] = STUDENTS
    files: Mapping[str, str] = field(default_factory=lambda: FILES)


DUE = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class ClassicCourse:
    """A course folder and the commands that work in it."""

    root: Path

    def nbgrader(self, *arguments: str, ok: bool = True) -> str:
        """What ``nbgrader`` said; an exit status other than 0 is a failure unless told."""
        return self._run(ok, "nbgrader", *arguments)

    def autograder(self, *arguments: str, ok: bool = True) -> str:
        """What ``autograder`` said."""
        return self._run(ok, "autograder", *arguments)

    def released(self, assignment: str, notebook: str) -> dict[str, Any]:
        """The notebook that students get."""
        path = self.root / "assignments" / assignment / f"{notebook}.ipynb"
        found: dict[str, Any] = json.loads(path.read_text())
        for cell in found["cells"]:
            cell["source"] = "".join(cell["source"])
        return found

    def hand_in(self, student: str, assignment: Assignment, *, leave_out: str = "") -> None:
        """The student's notebooks, from the release, with a time of submission."""
        folder = self.root / "submitted" / student / assignment.name
        folder.mkdir(parents=True, exist_ok=True)
        for name, cells in assignment.notebooks.items():
            if name != leave_out:
                text = json.dumps(handed_in(cells, self.released(assignment.name, name), student))
                (folder / f"{name}.ipynb").write_text(text)
        when = DUE + timedelta(hours=assignment.hours_late.get(student, -1))
        (folder / "timestamp.txt").write_text(when.strftime("%Y-%m-%d %H:%M:%S.%f UTC"))

    def gradebook(self) -> Gradebook:
        """nbgrader's gradebook, to be closed by the caller."""
        return Gradebook(f"sqlite:///{self.root / 'gradebook.db'}")

    def _run(self, ok: bool, module: str, *arguments: str) -> str:
        path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])
        home = self.root.parent / "home"
        own = {"PATH": path, "HOME": str(home), "PYTHONPATH": str(REPOSITORY)}
        own |= {"JUPYTER_PATH": str(Path(sys.prefix) / "share" / "jupyter"), "NO_COLOR": "1"}
        code = ["-c", "from autograder.cli import main; main()"]
        start = code if module == "autograder" else ["-m", module]
        done = subprocess.run(
            [sys.executable, *start, *arguments],
            cwd=self.root,
            env={**os.environ, **own},
            capture_output=True,
            text=True,
            timeout=COMMAND_S,
            check=False,
        )
        said = done.stdout + done.stderr
        assert not ok or done.returncode == 0, said
        return said


def per_hour(points: float) -> str:
    """Configuration with a penalty plugin of the course's own."""
    return PER_HOUR.format(points=points)


def stock_course(root: Path, *assignments: Assignment, config: str = "") -> ClassicCourse:
    """A course that knows nothing of us: source, release, gradebook and submissions."""
    root.mkdir(parents=True)
    (root.parent / "home").mkdir(exist_ok=True)
    (root / "nbgrader_config.py").write_text(STOCK + config)
    course = ClassicCourse(root)
    for assignment in assignments:
        folder = root / "source" / assignment.name
        for name, text in assignment.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        folder.mkdir(parents=True, exist_ok=True)
        for name, cells in assignment.notebooks.items():
            (folder / f"{name}.ipynb").write_text(json.dumps(source_notebook(cells)))
        course.nbgrader("generate_assignment", assignment.name)
        due = DUE.strftime("%Y-%m-%d %H:%M:%S %Z")
        course.nbgrader("db", "assignment", "add", assignment.name, "--duedate", due)
        for student in assignment.students:
            course.hand_in(student, assignment)
    return course


def moved(course: ClassicCourse, root: Path, config: str = "") -> ClassicCourse:
    """The same course, ungraded, with our configuration in the place of nbgrader's own.

    All that an instructor does to move over: take our nbgrader_config.py, keep the course's own
    settings, and write limits where nbgrader had a timeout.
    """
    shutil.copytree(course.root, root)
    ours = (REPOSITORY / "nbgrader_config.py").read_text()
    (root / "nbgrader_config.py").write_text(f"{ours}\n{STOCK}\n{config}")
    for folder in (root / "source").iterdir():
        checks = root / "tests" / "checks" / folder.name
        checks.mkdir(parents=True, exist_ok=True)
        (checks / "settings.toml").write_text(LIMITS)
    return ClassicCourse(root)


Facts = dict[tuple[str, ...], Any]


def facts(course: ClassicCourse) -> Facts:
    """Everything that the gradebook says of cells, notebooks and submissions, by their names."""
    found: Facts = {}
    with course.gradebook() as gradebook:
        for assignment in gradebook.assignments:
            for submission in assignment.submissions:
                here = (submission.student.id, assignment.name)
                found[(*here, "submission")] = _of(
                    submission,
                    "score max_score late_submission_penalty needs_manual_grade timestamp "
                    "total_seconds_late code_score max_code_score written_score max_written_score",
                )
                for notebook in submission.notebooks:
                    named = (*here, notebook.name)
                    found[(*named, "notebook")] = _of(
                        notebook, "score max_score late_submission_penalty needs_manual_grade"
                    )
                    for grade in notebook.grades:
                        found[(*named, grade.name, "grade")] = _of(
                            grade,
                            "auto_score manual_score extra_credit score max_score cell_type "
                            "needs_manual_grade",
                        )
                    for comment in notebook.comments:
                        found[(*named, comment.name, "comment")] = _of(
                            comment, "auto_comment manual_comment comment"
                        )
    return found


def differences(stock: Facts, ours: Facts) -> dict[tuple[str, ...], tuple[Any, Any]]:
    """What the two gradebooks say differently, cell by cell, whatever follows from it left out."""
    assert stock.keys() == ours.keys(), stock.keys() ^ ours.keys()
    apart = {}
    for key in stock:
        if key[-1] not in ("grade", "comment"):
            continue
        for name, value in stock[key].items():
            if name not in ("score", "comment") and ours[key][name] != value:
                apart[(*key[:-1], name)] = (value, ours[key][name])
    return apart


def _of(row: Any, names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names.split()}
