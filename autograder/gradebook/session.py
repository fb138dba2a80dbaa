"""One open gradebook, and the error when there is none to be had."""

import os
import shutil
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from nbgrader.api import Gradebook, InvalidEntry
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from traitlets.config import Config

from autograder.course import Course
from autograder.errors import GradebookError
from autograder.gradebook.config import coursedir_of


@contextmanager
def opened(course: Course, config: Config) -> Iterator[Any]:
    """The course's gradebook, closed at the end. Any: nbgrader's Gradebook is untyped.

    Raises GradebookError for a database that cannot be opened, is locked, has an old schema or
    lacks its driver, and for a course without a name where the database insists on one.
    """
    course_id = coursedir_of(course, config).course_id
    try:
        _named(course.database_url, course_id)
        with _scripts_on_path():
            gradebook = Gradebook(course.database_url, course_id)
    except (SQLAlchemyError, InvalidEntry) as error:
        raise _refused(course.database_url, error) from error
    except ImportError as error:
        raise GradebookError(
            f"a driver for {shown_url(course.database_url)} expected, found none ({error}). For "
            "PostgreSQL: write postgresql+psycopg:// and install keras-autograder[postgres]."
        ) from error
    with gradebook, unit_of_work(gradebook):
        yield gradebook


def shown_url(url: str) -> str:
    """The database's URL as it may stand in a message: without its password."""
    return str(make_url(url).render_as_string(hide_password=True))


def _named(url: str, course_id: str) -> None:
    # nbgrader 0.9.6 adds no course of the name "" and yet files assignments under it, which SQLite
    # alone lets pass (its foreign keys are off).
    if not course_id and make_url(url).get_backend_name() != "sqlite":
        raise GradebookError(
            f"a course name expected for the gradebook at {shown_url(url)}, found none. Set "
            "c.CourseDirectory.course_id in nbgrader_config.py: nbgrader needs it here too."
        )


@contextmanager
def unit_of_work(gradebook: Any) -> Iterator[None]:
    """One unit of work: what it began is rolled back when it fails, so that the next can go on."""
    try:
        yield
    except BaseException as error:
        gradebook.db.rollback()
        if isinstance(error, (SQLAlchemyError, InvalidEntry)):
            raise _refused(str(gradebook.engine.url), error) from error
        raise


def _refused(url: str, error: Exception) -> GradebookError:
    return GradebookError(
        f"a gradebook that can be written expected at {_place(url)}: {error}. Close what "
        "else writes to it, or run `nbgrader db upgrade` after a backup, and grade again."
    )


def _place(url: str) -> str:
    try:
        return shown_url(url)
    except SQLAlchemyError:
        return "the configured db_url"  # which cannot be read, so its password cannot be found


@contextmanager
def _scripts_on_path() -> Iterator[None]:
    # nbgrader 0.9.6 (api.get_alembic_version) starts `alembic` by name when it makes a database,
    # which fails under an interpreter whose environment was not activated.
    if shutil.which("alembic") is not None:
        yield
        return
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before
