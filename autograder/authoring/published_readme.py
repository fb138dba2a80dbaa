"""The README.md of the published tree: one row for each notebook, from a template beside this."""

import json
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Any

from autograder.authoring.publication import COLAB, Publication
from autograder.course import Course
from autograder.intake.released import source_cells

TEMPLATE = Path(__file__).resolve().parent / "templates" / "README.md"


def readme(course: Course, publication: Publication, releases: Mapping[str, Any]) -> bytes:
    """The text; ``releases`` maps each assignment to its files (path -> bytes, hence Any)."""
    rows = []
    total = 0.0
    for assignment in releases:
        for path in course.notebooks(assignment):
            points = sum(cell.points for cell in source_cells(path)[0])
            total += points
            title = _title(releases[assignment][path.name], path.stem)
            place = f"{course.release_directory}/{assignment}/{path.name}".replace(" ", "%20")
            address = publication.badge(course, assignment, path.name)
            badge = f"[![Open in Colab]({COLAB}assets/colab-badge.svg)]({address})"
            rows.append(f"| [{title}]({place}) | {badge} | {points:g} |")
    first = next(iter(releases), "")
    example = f"{first}/{course.notebooks(first)[0].name}" if first else ""
    licensed = "\nThe licence is in [LICENSE](LICENSE).\n" if _licence(course) else ""
    text = Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        count=len(rows),
        points=f"{total:g}",
        table="\n".join(rows),
        install=publication.install,
        example=example,
        license=licensed,
    )
    return (text.rstrip("\n") + "\n").encode("utf-8")


def _licence(course: Course) -> bool:
    return (course.root / "LICENSE").is_file()


def _title(notebook: bytes, otherwise: str) -> str:
    """The notebook's first heading as the text of a table's link."""
    for cell in json.loads(notebook)["cells"]:
        for line in "".join(cell["source"]).splitlines():
            if cell["cell_type"] == "markdown" and line.startswith("# "):
                return line[2:].strip().translate({ord(c): f"\\{c}" for c in "|[]"})
    return otherwise
