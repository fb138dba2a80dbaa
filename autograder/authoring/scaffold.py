"""``autograder new``: an assignment that passes verify and audit, to be changed from there."""

import json
import re
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from autograder.authoring.heldout import FILE, heldout, write_npz
from autograder.course import Course
from autograder.errors import UsageError

DATA = "wine"
"""The scaffold's set: small, so that every run of it takes a second or two."""

CHECKS = {
    "test_checks.py": "test_checks.py.txt",
    "settings.toml": "settings.toml",
    "expected.toml": "expected.toml",
    "audit.toml": "audit.toml",
}


def new_assignment(course: Course, name: str) -> list[Path]:
    """Write source notebook, hidden checks, settings and held-out rows of assignment ``name``.

    The course's table of topics, if there is one, gets the rows of the new one. Raises UsageError
    when something of that name is there already: nothing is written over.
    """
    source, checks = course.source(name), course.checks(name)
    for folder in (source, checks):
        if folder.exists():
            raise UsageError(f"a new name expected, found {folder}. Nothing was written.")
    source.mkdir(parents=True)
    checks.mkdir(parents=True)
    notebook = source / f"{notebook_name(name)}.ipynb"
    cells = json.loads(_filled("notebook.ipynb", name))
    notebook.write_text(json.dumps(cells, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    written = [notebook]
    for file, template in CHECKS.items():
        (checks / file).write_text(_filled(template, name) + "\n", encoding="utf-8")
        written.append(checks / file)
    write_npz(checks / FILE, heldout(DATA))
    written.append(checks / FILE)
    if course.topics.is_file():
        with course.topics.open("a", encoding="utf-8") as page:
            page.write("\n" + _filled("topics.md", name).strip("\n") + "\n")
        written.append(course.topics)
    return written


def notebook_name(assignment: str) -> str:
    """The notebook's name: the assignment's without its number.

    >>> notebook_name("b1_first_network"), notebook_name("wines")
    ('first_network', 'wines')
    """
    return re.sub(r"^[a-z]+\d+[_-]", "", assignment) or assignment


def _filled(template: str, name: str) -> str:
    templates = Environment(
        loader=PackageLoader("autograder.authoring", "templates/assignment"),
        undefined=StrictUndefined,
        autoescape=False,  # Markdown, TOML and Python, none of them a page
    )
    return templates.get_template(template).render(name=name)
