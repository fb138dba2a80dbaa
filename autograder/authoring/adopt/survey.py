"""The survey of a course: its assignments, settings, gradebook and submissions together."""

from dataclasses import asdict, dataclass
from pathlib import Path

from autograder.authoring.adopt.cells import HIDDEN, CellSurvey, surveyed_notebook
from autograder.authoring.adopt.database import gradebook_facts
from autograder.authoring.adopt.settings import lines_to_add, settings_told
from autograder.config_reading import CONFIG_FILE, ReadConfig, read_config
from autograder.course import Course, safe_name
from autograder.errors import CourseError, UsageError
from autograder.gradebook.config import STRUCTURE
from autograder.nouns import JSON

FOLDERS = ("source", "release", "submitted", "autograded", "feedback")


@dataclass(frozen=True)
class AssignmentSurvey:
    """One assignment. ``refused`` has to be mended first; ``changes`` are to be known."""

    name: str
    notebooks: tuple[str, ...]
    cells: tuple[CellSurvey, ...]
    refused: tuple[str, ...]
    changes: tuple[str, ...]
    released: bool
    submissions: int

    @property
    def points(self) -> float:
        """All points that its cells say."""
        return sum(cell.points or 0.0 for cell in self.cells)


@dataclass(frozen=True)
class Survey:
    """What was found in a course; sentences, but for the assignments."""

    root: str
    settings: tuple[str, ...]
    unread: tuple[str, ...]
    gradebook: tuple[str, ...]
    submissions: tuple[str, ...]
    assignments: tuple[AssignmentSurvey, ...]
    refused: tuple[str, ...]
    lines: tuple[str, ...]

    @property
    def fits(self) -> bool:
        """Whether nothing has to be mended before the course can be graded."""
        return not self.refused and not any(one.refused for one in self.assignments)

    @property
    def told(self) -> str:
        """The verdict in a sentence."""
        if self.fits:
            when = "once these lines are there" if self.lines else "as they are"
            return f"{len(self.assignments)} assignments can be graded {when}. Nothing was changed."
        stopped = [one.name for one in self.assignments if one.refused]
        why = [*self.refused, *([f"mend {', '.join(stopped)} (✗ above)"] if stopped else [])]
        return f"Not yet: {'; '.join(why)}. Nothing was changed."

    def as_json(self) -> dict[str, JSON]:
        """The survey as plain JSON values."""
        told: dict[str, JSON] = asdict(self)
        return {**told, "fits": self.fits}


def survey(root: Path) -> Survey:
    """Look at the nbgrader course in ``root``; nothing there is run or written.

    Raises UsageError for a folder that holds no nbgrader course.
    """
    if not root.is_dir():
        raise UsageError(f"a course folder expected at {root}, found none")
    config = read_config(root)
    course = _course(root.resolve(), config)
    names = _names(course.root / course.source_directory)
    if not config.there and not names:
        raise UsageError(
            f"an nbgrader course expected at {root} ({CONFIG_FILE} or {course.source_directory}/), "
            "found neither. For a new one: autograder init"
        )
    return Survey(
        root=str(course.root),
        settings=tuple(settings_told(config)),
        unread=config.unread,
        gradebook=tuple(gradebook_facts(course, config)),
        submissions=tuple(_submissions(course)),
        assignments=tuple(_assignment(course, name, _hidden(config)) for name in names),
        refused=tuple(_refused(course, config, names)),
        lines=tuple(lines_to_add(config)),
    )


def _course(root: Path, config: ReadConfig) -> Course:
    folders = {}
    for step in FOLDERS:
        value = config.values.get(f"CourseDirectory.{step}_directory", step)
        folders[f"{step}_directory"] = value if isinstance(value, str) else step
    url = config.values.get("CourseDirectory.db_url", "")
    return Course(root, **folders, db_url=url if isinstance(url, str) else "")


def _names(source: Path) -> list[str]:
    return sorted(path.name for path in source.glob("*") if any(path.glob("*.ipynb")))


def _refused(course: Course, config: ReadConfig, names: list[str]) -> list[str]:
    found = [f"mend {config.broken}"] if config.broken else []
    structure = config.values.get("CourseDirectory.directory_structure")
    if isinstance(structure, str) and Path(structure).parts != STRUCTURE:
        found.append(
            f"CourseDirectory.directory_structure {'/'.join(STRUCTURE)} expected, found {structure}"
        )
    if not names:
        found.append(
            f"source notebooks expected in {course.source_directory}/*/, found none: submissions "
            "are put back into their source, a release alone does not do"
        )
    return found


def _hidden(config: ReadConfig) -> str:
    mark = config.values.get("ClearHiddenTests.begin_test_delimeter")  # nbgrader spells it so
    return mark if isinstance(mark, str) and mark else HIDDEN


def _assignment(course: Course, name: str, hidden: str) -> AssignmentSurvey:
    folder = course.root / course.source_directory / name
    notebooks = sorted(folder.glob("*.ipynb"))
    cells: list[CellSurvey] = []
    refused: list[str] = []
    changes: list[str] = []
    try:
        safe_name(name, "assignment")
    except CourseError as error:
        refused.append(str(error))
    for path in notebooks:
        found = surveyed_notebook(path, hidden)
        cells += found.cells
        refused += found.refused
        changes += found.changes
    changes += _twice(cells)
    release = course.root / course.release_directory / name
    handed_in = [path for path in _handed_in(course) if path.name == name]
    changes += _companions(name, handed_in, {path.name for path in folder.iterdir()})
    return AssignmentSurvey(
        name=name,
        notebooks=tuple(path.stem for path in notebooks),
        cells=tuple(cells),
        refused=tuple(refused),
        changes=tuple(changes),
        released=release.is_dir(),
        submissions=len(handed_in),
    )


def _twice(cells: list[CellSurvey]) -> list[str]:
    """Ids that two notebooks share: results name such a cell with its notebook."""
    seen: dict[str, str] = {}
    found = []
    for cell in cells:
        other = seen.setdefault(cell.name, cell.notebook)
        if other != cell.notebook:
            found.append(
                f"the grade id {cell.name} stands in {other} and in {cell.notebook}: "
                f"checks, results and exports name the cells {other}/{cell.name} and "
                f"{cell.notebook}/{cell.name}"
            )
    return found


def _handed_in(course: Course) -> list[Path]:
    return sorted(
        path
        for path in (course.root / course.submitted_directory).glob("*/*")
        if path.is_dir() and not path.is_symlink()
    )


def _companions(name: str, folders: list[Path], given: set[str]) -> list[str]:
    known = given | {"timestamp.txt"}
    files = {
        path.name
        for folder in folders
        for path in folder.iterdir()
        if path.is_file() and path.suffix != ".ipynb" and path.name not in known
    }
    if not files:
        return []
    shown = ", ".join(sorted(files)[:5]) + (", …" if len(files) > 5 else "")
    return [
        f"students hand in {shown} beside the notebook: only files that submitted_files in "
        f"tests/checks/{name}/settings.toml names are laid beside it"
    ]


def _submissions(course: Course) -> list[str]:
    folders = _handed_in(course)
    if not folders:
        return [f"none in {course.submitted_directory}/"]
    students = sorted({path.parent.name for path in folders})
    found = [f"{len(folders)} of {len(students)} students in {course.submitted_directory}/"]
    for student in students:
        try:
            safe_name(student, "student")
        except CourseError as error:
            found.append(f"{student!r} cannot be graded: {error}")
    return found
