"""Resolves an assignment's data set on the host and lays out what a jail may see of it.

Only training and test rows are written where a jail can read; held-out rows stay in this process.
Nothing is downloaded while grading. Everything is verified before it is used: the set by its
published numbers, the rows that were laid out by the same checksums.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from autograder.checks.data import CheckData, check_data
from autograder.course import Course, Settings
from autograder.errors import CourseError, UsageError
from autograder.jail.mounts import DATA
from autograder.student import datasets

Marks = tuple[tuple[str, int, int], ...]
"""Name, size and time of each file: what was verified is still the same while these are."""


class StandIn(StrEnum):
    """When the small stand-in takes the place of the set that an assignment asks for."""

    NEVER = "never"
    IF_MISSING = "if missing"
    ALWAYS = "always"


@dataclass(frozen=True)
class AssignmentData:
    """A data set, resolved. ``folder`` is what a jail must have mounted, ``key`` names its rows."""

    name: str
    title: str
    variant: str
    key: str
    folder: Path
    checks: CheckData

    @property
    def told(self) -> str:
        """For results: the set's name and variant."""
        return f"{self.name} ({self.variant})"

    @property
    def inside(self) -> str:
        """The folder, as the jail sees it, in which the notebook's loader finds the set."""
        return f"{DATA}/{self.variant}"


class Shelf:
    """Finds each data set once for a command.

    ``folder`` is where the instructor says the sets lie; AUTOGRADER_DATA and Keras's cache follow.
    """

    def __init__(self, folder: Path | None = None, stand_in: StandIn = StandIn.NEVER) -> None:
        self._folder = folder
        self._stand_in = stand_in
        self._kept: dict[tuple[Path, str], tuple[AssignmentData, Marks]] = {}

    def data_of(self, course: Course, assignment: str, settings: Settings) -> AssignmentData | None:
        """The assignment's data, laid out below ``course.data``; None when it asks for none.

        Raises CourseError when the set is not on this machine, or is not what it should be.
        """
        name = settings.data
        if not name:
            return None
        kept, marks = self._kept.get((course.data, name), (None, ()))
        if kept is not None and marks == _marks(kept):
            return kept
        images = datasets.image_sets().get(name)
        if images is None:
            known = ", ".join(sorted(datasets.image_sets()))
            raise CourseError(
                f"one of {known} expected for data in the settings of {assignment}, found "
                f"{name!r}. The other sets come with scikit-learn and need no such line."
            )
        try:
            found = self._resolved(images, course)
        except UsageError as error:
            raise CourseError(_advice(assignment, images, error)) from None
        self._kept[course.data, name] = (found, _marks(found))
        return found

    def _resolved(self, images: datasets.ImageSet, course: Course) -> AssignmentData:
        parts = self._parts(images)
        _lay_out(images, parts.shown, course.data / parts.variant)
        key = f"{images.name} {parts.variant} {datasets.data_checksum(images, parts.variant)}"
        checks = check_data(images.name, parts)
        return AssignmentData(images.name, images.title, parts.variant, key, course.data, checks)

    def _parts(self, images: datasets.ImageSet) -> datasets.Parts:
        missing = self._stand_in is StandIn.IF_MISSING and not datasets.find(images, self._folder)
        if missing or self._stand_in is StandIn.ALWAYS:
            return datasets.stand_in_parts(images)
        return datasets.split(images.name, self._folder, fetch=False)


def _lay_out(images: datasets.ImageSet, shown: datasets.Shown, folder: Path) -> None:
    """Write the rows below ``folder`` unless exactly they lie there already."""
    try:
        if datasets.read_prepared(images, folder).variant == shown.variant:
            return
    except UsageError:
        pass  # not there, torn or changed: written anew in every case
    try:
        datasets.write_prepared(images, shown, folder)
    except OSError as error:
        raise UsageError(f"{images.title} cannot be laid out in {folder}: {error}") from None
    datasets.read_prepared(images, folder)


def _marks(data: AssignmentData) -> Marks:
    try:
        found = [(p, p.stat()) for p in sorted((data.folder / data.variant / data.name).iterdir())]
    except OSError:
        return ()
    return tuple((path.name, stat.st_size, stat.st_mtime_ns) for path, stat in found)


def _advice(assignment: str, images: datasets.ImageSet, error: UsageError) -> str:
    return (
        f"{assignment} is graded on {images.title}. {error} Or name its folder with --data. "
        "--stand-in grades on a small set made from scikit-learn's digits instead, with its own "
        "thresholds (docs/data.md)."
    )
