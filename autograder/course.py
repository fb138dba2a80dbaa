"""Every path of a course, and the settings of an assignment's hidden checks.

Trusts the instructor who owns the folder; a student's file is never read here. Directory names
follow nbgrader's CourseDirectory: the defaults below are those of this repository's
``nbgrader_config.py``, and the engine passes others where an instructor changed them.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from autograder.errors import CourseError
from autograder.nouns import JSON, Limits

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._@-]{0,99}")
"""Assignment and student names that are safe as one path component."""

_NOT_PLAIN = re.compile(r"[^a-z0-9]+")
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})

FULL = "full"
STAND_IN = "stand-in"
"""The variants of an assignment's data; ``student.datasets`` names them alike."""


@dataclass(frozen=True)
class Course:
    """A course folder. ``root`` is absolute; the other names are folders below it."""

    root: Path
    source_directory: str = "source"
    release_directory: str = "assignments"
    solution_directory: str = "solutions"
    submitted_directory: str = "submitted"
    autograded_directory: str = "autograded"
    feedback_directory: str = "feedback"
    checks_directory: str = "tests/checks"
    db_url: str = ""

    def source(self, assignment: str) -> Path:
        """The instructor's notebooks and the data files a student gets."""
        return self.root / self.source_directory / safe_name(assignment, "assignment")

    def release(self, assignment: str) -> Path:
        """What students get, built from ``source``."""
        return self.root / self.release_directory / safe_name(assignment, "assignment")

    def solution(self, assignment: str) -> Path:
        """The executed solutions, built from ``source``."""
        return self.root / self.solution_directory / safe_name(assignment, "assignment")

    def checks(self, assignment: str) -> Path:
        """Hidden checks, settings and held-out data of an assignment."""
        return self.root / self.checks_directory / safe_name(assignment, "assignment")

    def submitted(self, assignment: str, student: str) -> Path:
        """One student's submitted folder."""
        return self._of_student(self.submitted_directory, assignment, student)

    def autograded(self, assignment: str, student: str) -> Path:
        """Where one student's graded notebook is written."""
        return self._of_student(self.autograded_directory, assignment, student)

    def feedback(self, assignment: str, student: str) -> Path:
        """Where nbgrader writes one student's feedback pages."""
        return self._of_student(self.feedback_directory, assignment, student)

    def _of_student(self, directory: str, assignment: str, student: str) -> Path:
        base = self.root / directory
        return base / safe_name(student, "student") / safe_name(assignment, "assignment")

    @property
    def database_url(self) -> str:
        """nbgrader's database; SQLite in the course folder unless configured."""
        return self.db_url or f"sqlite:///{self.root / 'gradebook.db'}"

    @property
    def state(self) -> Path:
        """Our own folder in the course: the evidence store lies here unless a URL is set."""
        return self.root / ".autograder"

    @property
    def topics(self) -> Path:
        """The table of topics, where the course has one."""
        return self.root / "docs" / "course.md"

    @property
    def data(self) -> Path:
        """Training and test rows as a jail sees them. Mounted whole: nothing else lies there."""
        return self.state / "data"

    def assignments(self) -> list[str]:
        """The names under ``source/`` that hold a notebook, sorted."""
        base = self.root / self.source_directory
        return sorted(p.name for p in base.glob("*") if p.is_dir() and any(p.glob("*.ipynb")))

    def notebooks(self, assignment: str) -> list[Path]:
        """The source notebooks of an assignment, sorted. Raises CourseError when there are none."""
        found = sorted(self.source(assignment).glob("*.ipynb"))
        if not found:
            known = ", ".join(self.assignments()) or "none"
            raise CourseError(
                f"a notebook in {self.source(assignment)} expected, found none. "
                f"Assignments of this course: {known}"
            )
        return found


@dataclass(frozen=True)
class Settings:
    """``settings.toml`` of an assignment's checks. Every key has a default.

    ``data`` names the set that the grader lays before the notebook, "" for one that needs none
    laid. ``thresholds`` are those of ``variant``, the variant of that set which ran.
    """

    limits: Limits = field(default_factory=Limits)
    seed: int = 2024
    thresholds: Mapping[str, str] = field(default_factory=dict)
    submitted_files: tuple[str, ...] = ()
    data: str = ""
    variant: str = FULL


def settings_of(course: Course, assignment: str, variant: str = FULL) -> Settings:
    """The assignment's settings, with the thresholds for that variant of its data.

    ``[thresholds]`` hold for the full set; ``[stand-in.thresholds]`` takes the place of those that
    it names when the stand-in ran. Defaults where the assignment has no file.

    Raises CourseError for a file that is no TOML, an unknown key, or a value of the wrong type.
    """
    path = course.checks(assignment) / "settings.toml"
    if not path.is_file():
        return Settings(variant=variant)
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseError(f"TOML expected in {path}: {error}") from None
    _known(path, raw, {"limits", "seed", "thresholds", "submitted_files", "data", STAND_IN})
    small = raw.get(STAND_IN, {})
    _known(path, small, {"thresholds"})
    thresholds = {**raw.get("thresholds", {})}
    if variant == STAND_IN:
        thresholds |= small.get("thresholds", {})
    data = raw.get("data", "")
    if not isinstance(data, str):
        raise CourseError(f"the name of a data set expected for data in {path}, found {data!r}")
    return Settings(
        limits=_limits(path, raw.get("limits", {})),
        seed=_typed(path, "seed", raw.get("seed", Settings.seed), int),
        thresholds={k: str(v) for k, v in thresholds.items()},
        submitted_files=tuple(str(name) for name in raw.get("submitted_files", ())),
        data=data,
        variant=variant,
    )


def safe_name(name: str, what: str) -> str:
    """``name`` if it can be one folder, else CourseError.

    >>> safe_name("a3_multinomial", "assignment")
    'a3_multinomial'
    """
    if not NAME.fullmatch(name) or name.strip() != name or ".." in name:
        then = "Rename the folder and grade again." if what == "student" else "Choose another name."
        raise CourseError(
            f"a plain {what} name expected (letters, digits, '.', '_', '-', '@', space), "
            f"found {name[:100]!r}. {then}"
        )
    return name


def plain_id(name: str) -> str:
    """A person's name as one plain folder name, as uploads are collected under it.

    >>> plain_id("Łucja O'Brien-Straße")
    'lucja_o_brien_strasse'
    """
    letters = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS))
    ascii_only = "".join(c for c in letters if not unicodedata.combining(c))
    return _NOT_PLAIN.sub("_", ascii_only).strip("_")


def _limits(path: Path, raw: Mapping[str, JSON]) -> Limits:
    known = {f.name: type(getattr(Limits(), f.name)) for f in fields(Limits)}
    _known(path, raw, set(known))
    return Limits(**{k: _typed(path, f"limits.{k}", v, known[k]) for k, v in raw.items()})


def _typed(path: Path, key: str, value: JSON, kind: type) -> Any:
    # Any: the caller's field decides; this function is the check that it holds.
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise CourseError(f"a number expected for {key} in {path}, found {value!r}")
    if kind is int and value != int(value):
        raise CourseError(f"a whole number expected for {key} in {path}, found {value!r}")
    return kind(value)


def _known(path: Path, raw: Mapping[str, JSON], keys: set[str]) -> None:
    unknown = sorted(set(raw) - keys)
    if unknown:
        raise CourseError(f"keys {sorted(keys)} expected in {path}, found {unknown}")
