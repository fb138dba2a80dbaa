"""Makes the sample course of ``autograder demo`` and its feedback pages."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from autograder.authoring.demo_class import ASSIGNMENT, NOTEBOOK, Submitter, special_cases
from autograder.authoring.expected import Answer, answered, answers_of
from autograder.authoring.release import build_release
from autograder.course import Course
from autograder.errors import AutograderError, UsageError

MARK = ".autograder-demo"
"""A file in the demo's folder: only a folder that has it is ever replaced."""

LOOP_LIMIT_S = 20
"""The demo's limit per cell, so that the endless loop does not take a minute of the demo."""


def make_course(course: Course, folder: Path) -> dict[str, str]:
    """A new course in ``folder`` with the sample class; the story of each student by name.

    Raises UsageError when the folder holds something else than an earlier demo.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise UsageError(f"an empty folder or an earlier demo expected at {folder}, found files")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / MARK).touch()
    shutil.copy(course.root / "nbgrader_config.py", folder)
    made = Course(folder.resolve())
    for source, target in (
        (course.source(ASSIGNMENT), made.source(ASSIGNMENT)),
        (course.checks(ASSIGNMENT), made.checks(ASSIGNMENT)),
    ):
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    _limit(made.checks(ASSIGNMENT) / "settings.toml")
    stories = {}
    for submitter in _class(course):
        _submit(made, submitter)
        stories[submitter.name] = submitter.story
    return stories


def feedback(folder: Path, assignment: str) -> list[Path]:
    """nbgrader's own feedback pages for the demo's students. Raises AutograderError."""
    command = [sys.executable, "-m", "nbgrader", "generate_feedback", assignment, "--force"]
    made = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise AutograderError(f"nbgrader generate_feedback failed:\n{made.stderr[-2000:]}")
    return sorted(folder.glob(f"feedback/*/{assignment}/*.html"))


def _class(course: Course) -> list[Submitter]:
    answers = answers_of(course.checks(ASSIGNMENT) / "expected.toml")
    ordinary = [
        Submitter(_name(answer), f"{answer.kind}: {answer.name}", answer.cells)
        for answer in answers
    ]
    return [*ordinary, *special_cases()]


def _name(answer: Answer) -> str:
    return re.sub(r"[^a-z0-9]+", "_", answer.name.lower()).strip("_")


def _submit(course: Course, submitter: Submitter) -> None:
    folder = course.submitted(ASSIGNMENT, submitter.name)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{NOTEBOOK}.ipynb"
    if submitter.file is not None:
        path.write_bytes(submitter.file)
    elif submitter.released:
        path.write_bytes(build_release(course, ASSIGNMENT)[path.name])
    else:
        source = course.source(ASSIGNMENT) / path.name
        answer = Answer(submitter.name, "wrong", {}, cells=submitter.cells)
        path.write_text(json.dumps(answered(source, answer)), encoding="utf-8")


def _limit(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    shorter = re.sub(r"cell_wall_s = \d+", f"cell_wall_s = {LOOP_LIMIT_S}", text)
    path.write_text(shorter, encoding="utf-8")
