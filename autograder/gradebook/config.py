"""nbgrader's own configuration, read where nbgrader reads it.

Trusts the instructor: ``nbgrader_config.py`` is Python and is executed, as nbgrader executes it.
"""

from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_config_path
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.engine import make_url
from traitlets.config import Config
from traitlets.config.loader import ConfigFileNotFound, PyFileConfigLoader

from autograder.course import Course
from autograder.errors import CourseError

CONFIG_FILE = "nbgrader_config.py"
STRUCTURE = ("{nbgrader_step}", "{student_id}", "{assignment_id}")
"""nbgrader's default directory structure, the one that `Course` stands for."""


def load_config(root: Path) -> Config:
    """The configuration that ``nbgrader`` would use in ``root``.

    The site's and the user's files (Jupyter's configuration path) come first, the course's own
    overrides them. Raises CourseError for a file that cannot be executed.
    """
    config = Config()
    for folder in [*reversed(jupyter_config_path()), str(root)]:
        config.merge(_read(Path(folder)))
    return config


def course_of(root: Path, config: Config | None = None) -> Course:
    """The course in ``root``, with the folder names that its configuration gives.

    Raises CourseError when ``root`` is no folder or its directory structure is not nbgrader's.
    """
    if not root.is_dir():
        raise CourseError(f"a course folder expected, found none at {root}")
    config = load_config(root.absolute()) if config is None else config
    at_root = {} if "root" in config.CourseDirectory else {"root": str(root.absolute())}
    return course_from(CourseDirectory(config=config, **at_root))


def course_from(coursedir: Any) -> Course:
    """The course that an nbgrader CourseDirectory stands for.

    Any: nbgrader is untyped; every attribute read here is a traitlet of a declared type.
    """
    if Path(coursedir.directory_structure).parts != STRUCTURE:
        raise CourseError(
            f"CourseDirectory.directory_structure {'/'.join(STRUCTURE)} expected, "
            f"found {coursedir.directory_structure}. Remove the setting from {CONFIG_FILE}."
        )
    root = Path(coursedir.root)
    return Course(
        root=root,
        source_directory=coursedir.source_directory,
        release_directory=coursedir.release_directory,
        solution_directory=coursedir.solution_directory,
        submitted_directory=coursedir.submitted_directory,
        autograded_directory=coursedir.autograded_directory,
        feedback_directory=coursedir.feedback_directory,
        db_url=_absolute(coursedir.db_url, root),
    )


def coursedir_of(course: Course, config: Config) -> Any:
    """An nbgrader CourseDirectory for ``course``, with the configuration's other settings."""
    return CourseDirectory(config=config, root=str(course.root), db_url=course.database_url)


def _read(folder: Path) -> Config:
    try:
        return PyFileConfigLoader(CONFIG_FILE, path=str(folder)).load_config()
    except ConfigFileNotFound:
        return Config()
    except Exception as error:
        # The file is the instructor's Python: it may raise anything.
        raise CourseError(
            f"a working {CONFIG_FILE} expected in {folder}: {type(error).__name__}: {error}"
        ) from error


def _absolute(db_url: str, root: Path) -> str:
    # nbgrader works inside the course folder, so a relative SQLite path means one below it.
    url = make_url(db_url)
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return db_url
    return str(url.set(database=str(root / str(url.database))))
