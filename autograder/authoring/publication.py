"""Where students find this course, written into the notebooks from one setting each.

``c.CoursePublication.repository`` and ``c.CoursePublication.install`` in ``nbgrader_config.py`` are
the only places. A source notebook has a Colab badge on a line of its own and a line
``INSTALL = "..."``; `bring_up_to_date` puts the settings there, so that whatever is made of the
source (release, solution, Formgrader's own release, the grader's copy of the locked cells) agrees.
Trusts the instructor.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from traitlets import TraitError, Unicode
from traitlets.config import Config, Configurable

from autograder.course import Course
from autograder.errors import CourseError, ReleaseError
from autograder.nouns import JSON

COLAB = "https://colab.research.google.com/"
"""Colab's start page, which offers to upload a notebook."""

_BADGE = re.compile(
    r"^(?P<before>\[!\[[^\]\n]*\]\(" + re.escape(COLAB) + r"assets/colab-badge\.svg\)\]\()"
    r"(?P<address>" + re.escape(COLAB) + r"[^)\n]*)\)",
    re.MULTILINE,
)
_INSTALL = re.compile(r"""^INSTALL = (?P<line>"[^"\n]*"|'[^'\n]*')""", re.MULTILINE)
_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}")
_ONE_LINE = re.compile(r"""[^"'\\\n\r]*\S[^"'\\\n\r]*""")


# The untyped base: traitlets has no annotations that mypy can follow.
class CoursePublication(Configurable):  # type: ignore[misc]
    """The settings, as ``nbgrader_config.py`` names them."""

    repository = Unicode(
        "", help="owner/name on GitHub where students' notebooks are public; badges point there."
    ).tag(config=True)
    branch = Unicode("main", help="The branch that badges point to.").tag(config=True)
    install = Unicode(
        "pip install keras-autograder", help="How a student gets the visible checks."
    ).tag(config=True)


@dataclass(frozen=True)
class Publication:
    """The settings, checked. ``repository`` is empty as long as the course is not public."""

    repository: str = ""
    branch: str = "main"
    install: str = "pip install keras-autograder"

    def badge(self, course: Course, assignment: str, notebook: str) -> str:
        """The address behind a notebook's Colab badge; Colab's start page when nothing is public.

        >>> course = Course(Path("/course"))
        >>> Publication("ada/keras").badge(course, "a1", "sums.ipynb")[34:]
        'github/ada/keras/blob/main/assignments/a1/sums.ipynb'
        """
        if not self.repository:
            return COLAB
        place = f"{course.release_directory}/{assignment}/{notebook}".replace(" ", "%20")
        return f"{COLAB}github/{self.repository}/blob/{self.branch}/{place}"


def publication_of(config: Config) -> Publication:
    """The course's settings. Raises CourseError for one that cannot be written into a notebook."""
    try:
        found = CoursePublication(config=config)
    except TraitError as error:
        raise CourseError(f"text expected in c.CoursePublication: {error}") from None
    if found.repository and not _REPOSITORY.fullmatch(found.repository):
        raise CourseError(
            "owner/name expected in c.CoursePublication.repository, found "
            f"{found.repository!r}. For https://github.com/ada/keras write 'ada/keras'."
        )
    for name in ("install", "branch"):
        if not _ONE_LINE.fullmatch(getattr(found, name)):
            raise CourseError(
                f"one line without quotes expected in c.CoursePublication.{name}, found "
                f"{getattr(found, name)!r}"
            )
    return Publication(found.repository, found.branch, found.install)


def bring_up_to_date(course: Course, assignment: str, publication: Publication) -> list[Path]:
    """Put the settings into the assignment's source notebooks; the ones that changed.

    Raises CourseError when there is no notebook, ReleaseError for a file that is none.
    """
    changed = []
    for path in course.notebooks(assignment):
        notebook = _read(path)
        settled = with_settings(notebook, publication, course, assignment, path.name)
        if settled != notebook:
            text = json.dumps(settled, indent=1, ensure_ascii=False)
            path.write_text(text + "\n", encoding="utf-8")
            changed.append(path)
    return changed


def out_of_step(course: Course, assignment: str, publication: Publication) -> list[str]:
    """One sentence for each source notebook whose badge or install line is not the setting's."""
    return [
        f"{path.name}: its badge or install line is not that of nbgrader_config.py; "
        f"`autograder release {assignment}` puts it there"
        for path in course.notebooks(assignment)
        if (notebook := _read(path))
        != with_settings(notebook, publication, course, assignment, path.name)
    ]


def with_settings(
    notebook: Mapping[str, JSON],
    publication: Publication,
    course: Course,
    assignment: str,
    name: str,
) -> dict[str, JSON]:
    """``notebook`` with the badge's address and the install line of ``publication``."""
    # Any: the cells of a notebook that is the instructor's own.
    cells: Any = notebook.get("cells", [])
    address = publication.badge(course, assignment, name)
    settled: list[JSON] = []
    for cell in cells:
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            new = _BADGE.sub(lambda found: f"{found['before']}{address})", text)
        else:
            new = _INSTALL.sub(lambda _: f'INSTALL = "{publication.install}"', text)
        if new != text:
            as_list = isinstance(cell["source"], list)
            cell = {**cell, "source": new.splitlines(keepends=True) if as_list else new}
        settled.append(cell)
    return {**notebook, "cells": settled}


def _read(path: Path) -> dict[str, JSON]:
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(notebook["cells"], list):
            return dict(notebook)
    except (ValueError, KeyError, TypeError):
        pass
    raise ReleaseError(f"a notebook of nbformat 4 expected at {path}, found something else")
