"""The zip that Gradescope takes as an assignment's autograder: the same checks run there.

It holds hidden checks and held-out data, and is for the instructor's hands and Gradescope's alone.
Of ``nbgrader_config.py`` only the steps of a release go into it: the file may hold the password of
a database.
"""

import io
import json
import stat
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from traitlets.config import Config

from autograder.course import Course, settings_of
from autograder.errors import UsageError
from autograder.exports.gradescope import VISIBILITIES
from autograder.exports.pins import pinned
from autograder.grading import Plan, Shelf, StandIn, plan_of
from autograder.student import datasets

PACKAGE = Path(__file__).resolve().parent.parent
FILES = Path(__file__).with_name("bundle_files")
LEFT_OUT = frozenset(["__pycache__", ".ipynb_checkpoints", "audit.toml", "expected.toml"])
"""Caches, and what only ``verify`` and ``audit`` read: known answers."""

SETTINGS = "bundle.json"
STEPS = ("GenerateAssignment", "ClearSolutions", "ClearHiddenTests", "ClearMarkScheme", "LockCells")
"""The parts of the configuration that decide what a release looks like."""

SAME_TIME = (2020, 1, 1, 0, 0, 0)
"""The same course makes the same bytes."""


@dataclass(frozen=True)
class Bundle:
    """How results are shown there. Students see them at once for their first ``attempts``
    submissions, then by ``visibility``. ``without_jail`` is the instructor's word that notebooks
    may run where no jail can be had (docs/exports.md)."""

    assignment: str
    visibility: str = "after_due_date"
    attempts: int = 0
    stand_in: bool = False
    without_jail: bool = False


def bundle_bytes(course: Course, config: Config, bundle: Bundle, data: Path | None = None) -> bytes:
    """The zip; ``data`` is a folder with data sets.

    Raises CourseError or CheckError for an assignment that cannot be graded here, and UsageError
    for a setting that cannot be.
    """
    if bundle.visibility not in VISIBILITIES:
        known = ", ".join(VISIBILITIES)
        raise UsageError(f"one of {known} expected for --visibility, found {bundle.visibility!r}")
    shelf = Shelf(data, StandIn.ALWAYS if bundle.stand_in else StandIn.NEVER)
    plan = plan_of(course, bundle.assignment, shelf)
    if bundle.without_jail and plan.data is not None:
        raise UsageError(
            "an assignment without a data set expected for --without-jail, found "
            f"{plan.data.name}: its rows are laid into the jail. Grade it where a jail can be had."
        )
    told = io.BytesIO()
    with zipfile.ZipFile(told, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(_content(plan, config, bundle, data).items()):
            entry = zipfile.ZipInfo(name, SAME_TIME)
            program = name in ("setup.sh", "run_autograder")
            entry.external_attr = (stat.S_IFREG | (0o755 if program else 0o644)) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return told.getvalue()


def _content(plan: Plan, config: Config, bundle: Bundle, data: Path | None) -> Mapping[str, bytes]:
    found = {path.name: path.read_bytes() for path in FILES.iterdir() if path.is_file()}
    found[SETTINGS] = (json.dumps(asdict(bundle), indent=2) + "\n").encode()
    found["python-version"] = f"{sys.version_info.major}.{sys.version_info.minor}\n".encode()
    found["requirements.txt"] = pinned().encode()
    found |= {f"package/autograder/{name}": text for name, text in _below(PACKAGE)}
    name = plan.assignment
    found["course/nbgrader_config.py"] = _settings(config).encode()
    found |= {f"course/source/{name}/{part}": d for part, d in _below(plan.course.source(name))}
    # As nbgrader made them: header, footer and AUTOTEST lines are in there already.
    found |= {
        f"course/source/{name}/{part}.ipynb": path.read_bytes() for part, path in plan.made.items()
    }
    found |= {f"course/tests/checks/{name}/{part}": d for part, d in _below(plan.checks)}
    return found | dict(_data(plan, bundle, data))


def _below(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The regular files below a folder by their path in it."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and not path.is_symlink() and not LEFT_OUT & set(inside.parts):
            yield inside.as_posix(), path.read_bytes()


def _data(plan: Plan, bundle: Bundle, folder: Path | None) -> Iterator[tuple[str, bytes]]:
    """The published files of the data set, where the assignment has one and it is not made."""
    name = settings_of(plan.course, plan.assignment).data
    if not name or bundle.stand_in:
        return
    images = datasets.image_sets()[name]
    place = datasets.find(images, folder)
    if place is None:  # the plan was made from it a moment ago
        raise UsageError(f"{images.title} expected, found it nowhere (docs/data.md)")
    for file in images.files:
        yield f"data/{file}", (place / file).read_bytes()


def _settings(config: Config) -> str:
    lines = ["c = get_config()  # noqa: F821", 'c.CourseDirectory.course_id = "gradescope"']
    for name in STEPS:
        for key, value in config.get(name, {}).items():
            if isinstance(value, (str, bool, int, float, list, dict)):
                lines.append(f"c.{name}.{key} = {value!r}")
    return "\n".join(lines) + "\n"
