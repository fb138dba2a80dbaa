"""``autograder init``: a course of its own in a new folder, with one assignment that proves itself.

What is written is the instructor's from then on: nothing here ever writes over it.
"""

import re
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from autograder.authoring.executed import write_solutions
from autograder.authoring.release import build_release, write_release
from autograder.authoring.scaffold import new_assignment
from autograder.course import safe_name
from autograder.errors import UsageError
from autograder.gradebook import course_of, load_config
from autograder.grading import Desk
from autograder.grading.classroom import default_store

FILES = {
    "nbgrader_config.py": "nbgrader_config.py.txt",
    "README.md": "README.md",
    "requirements.txt": "requirements.txt",
    ".gitignore": "gitignore",
    ".ci/run": "ci-run",
    ".github/workflows/course.yml": "workflow.yml",
}
"""Each file of the course, and the template that it is made from."""


def begin_course(folder: Path, assignment: str, name: str = "") -> list[Path]:
    """Write settings, CI, README and the example's sources into ``folder``; what was written.

    ``name`` is the course's in nbgrader's exchange, made from the folder's where it is empty.
    Raises UsageError for a folder that holds anything: nothing is written over.
    """
    safe_name(assignment, "assignment")
    root = folder.resolve()
    if root.exists() and not root.is_dir():
        raise UsageError(f"a new or empty folder expected at {folder}, found a file")
    if root.is_dir() and any(root.iterdir()):
        found = ", ".join(sorted(path.name for path in root.iterdir())[:3])
        raise UsageError(
            f"a new or empty folder expected at {folder}, found {found}. Nothing was written. "
            "For a course that is there already: autograder adopt"
        )
    course_name = safe_name(name or _course_name(root.name), "course")
    root.mkdir(parents=True, exist_ok=True)
    written = []
    for file, template in FILES.items():
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_filled(template, course_name, assignment) + "\n", encoding="utf-8")
        written.append(path)
    (root / ".ci" / "run").chmod(0o755)
    return written + new_assignment(course_of(root), assignment)


def complete_course(folder: Path, assignment: str) -> list[Path]:
    """Build the example's release, and its executed solution in the jail; what was written.

    Raises JailError where no jail can be had: what was begun stays, and `autograder solutions`
    goes on from there.
    """
    course = course_of(folder.resolve())
    config = load_config(course.root)
    files = build_release(course, assignment, config)
    write_release(course, assignment, files)
    with Desk(default_store(course), data=course.data) as desk:
        solutions = write_solutions(desk, course, assignment, config)
    return [*(course.release(assignment) / name for name in files), *solutions]


def _course_name(folder: str) -> str:
    """A course's name from its folder's; "course" where no letter is left.

    >>> _course_name("Keras course (2026)"), _course_name("---")
    ('keras_course_2026', 'course')
    """
    return re.sub(r"[^a-z0-9]+", "_", folder.lower()).strip("_") or "course"


def _filled(template: str, course: str, assignment: str) -> str:
    templates = Environment(
        loader=PackageLoader("autograder.authoring", "templates/course"),
        undefined=StrictUndefined,
        autoescape=False,  # Python, Markdown and shell, none of them a page
    )
    return templates.get_template(template).render(course=course, assignment=assignment)
