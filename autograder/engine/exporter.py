"""What reads a submitted file when nbgrader autogrades: before any preprocessor sees it.

The file is hostile; only `autograder.intake` opens it. nbgrader's converter then works on a
notebook that has the source's cells and metadata, so none of its own steps can be made to fail.
"""

import os
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter

from autograder.course import Course
from autograder.engine.turns import TURNS
from autograder.gradebook import course_from, made_sources, released
from autograder.intake import read_submission

MAX_DEPTH = 200
"""nbgrader's own copying has failed long before."""


# Any below, and the untyped base: nbconvert and nbgrader have no annotations that mypy can follow.
class SubmissionExporter(NotebookExporter):  # type: ignore[misc]
    """nbconvert's notebook exporter that reads submissions through intake."""

    def from_filename(
        self, filename: str, resources: Any = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """The converted notebook as text, and the resources.

        In nbgrader's sanitising pass the file is a student's: an unreadable one becomes the
        released source notebook, and grading says why. Later passes read what this one wrote.
        """
        course = course_from(self.parent.coursedir)
        with TURNS.at_work(course, resources["nbgrader"]["assignment"]):
            if getattr(self.parent, "_sanitizing", False):
                return self._read(course, Path(filename), resources, kw)
            converted: tuple[str, dict[str, Any]] = super().from_filename(filename, resources, **kw)
            return converted

    def _read(
        self, course: Course, path: Path, resources: Any, kw: dict[str, Any]
    ) -> tuple[str, dict[str, Any]]:
        """A student's file, as intake reads it."""
        facts = resources["nbgrader"]
        # Another grader may have published one while we waited; nbgrader does not write over it.
        graded = course.autograded(facts["assignment"], facts["student"]) / path.name
        graded.unlink(missing_ok=True)
        drop_copied_links(course, facts["assignment"], facts["student"])
        source = course.source(facts["assignment"]) / path.name
        made = made_sources(course, facts["assignment"], self.config)
        notebook = read_submission(path, made.get(path.stem, source)).notebook
        if notebook is None:
            notebook = released(source, course, facts["assignment"], self.config)
        resources["metadata"] = {"name": path.stem, "path": str(path.parent)}
        node = nbformat.from_dict(notebook)
        exported: tuple[str, dict[str, Any]] = self.from_notebook_node(node, resources, **kw)
        return exported


def drop_copied_links(course: Course, assignment: str, student: str) -> None:
    """Remove what nbgrader copied through symbolic links of a submission.

    nbgrader 0.9.6 copies companion files with ``shutil.copy``, which follows links, before any
    configurable code runs, and hands the copies on into the feedback folder: a link to the
    gradebook or to held-out data would come back to the student.
    """
    submitted = course.submitted(assignment, student)
    copies = course.autograded(assignment, student)
    for base, folders, names in os.walk(submitted):
        if len(Path(base).relative_to(submitted).parts) >= MAX_DEPTH:
            folders.clear()  # os.walk recurses, and folders can be nested deeper than Python goes
        for path in (Path(base) / name for name in names):
            relative = path.relative_to(submitted)
            if path.is_symlink() and not (course.source(assignment) / relative).exists():
                (copies / relative).unlink(missing_ok=True)
