"""An audit as files: JSON, a page, and a notebook for every defect.

Whatever stands in the page is text: answers and messages hold code, which must not become HTML.
"""

import json
import re
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from autograder.authoring.audit.audit import Audit
from autograder.authoring.audit.solution import notebook_of, solution_of
from autograder.authoring.audit.variants import Kind
from autograder.course import Course

DEFECTS = "defects"


def write_audit(audit: Audit, course: Course, folder: Path) -> Path:
    """Write ``audit.json``, ``audit.html`` and ``defects/*.ipynb``; the page's path.

    Notebooks of an earlier audit are removed: a defect that was mended must not be found there.
    """
    defects = folder / DEFECTS
    defects.mkdir(parents=True, exist_ok=True)
    for old in defects.glob("*.ipynb"):
        old.unlink()
    source, _ = solution_of(course, audit.assignment)
    for number, trial in enumerate(audit.defects, start=1):
        name = re.sub(r"[^a-z0-9]+", "-", " ".join(trial.variant.operators))[:60]
        text = json.dumps(notebook_of(source, trial.variant), indent=1)
        (defects / f"{number:02}-{name}.ipynb").write_text(text, encoding="utf-8")
    told = json.dumps(audit.as_json(), indent=2)
    (folder / "audit.json").write_text(told, encoding="utf-8")
    page = folder / "audit.html"
    page.write_text(as_html(audit), encoding="utf-8")
    return page


def as_html(audit: Audit) -> str:
    """The page."""
    templates = Environment(
        loader=PackageLoader("autograder.authoring", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    return templates.get_template("audit.html.j2").render(
        audit=audit, wrong=audit.counts(Kind.WRONG), right=audit.counts(Kind.RIGHT)
    )
