"""One open gradebook, and the error when there is none to be had."""

import os
import shutil
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from nbgrader.api import Gradebook
from sqlalchemy.exc import SQLAlchemyError
from traitlets.config import Config

from autograder.course import Course
from autograder.errors import GradebookError
from autograder.gradebook.config import coursedir_of


@contextmanager
def opened(course: Course, config: Config) -> Iterator[Any]:
    """The course's gradebook, closed at the end. Any: nbgrader's Gradebook is untyped.

    Raises GradebookError for a database that cannot be opened, is locked, or has an old schema.
    """
    try:
        with _scripts_on_path():
            gradebook = Gradebook(course.database_url, coursedir_of(course, config).course_id)
    except SQLAlchemyError as error:
        raise _refused(course.database_url, error) from error
    with gradebook, unit_of_work(gradebook):
        yield gradebook


@contextmanager
def unit_of_work(gradebook: Any) -> Iterator[None]:
    """One unit of work: what it began is rolled back when it fails, so that the next can go on."""
    try:
        yield
    except BaseException as error:
        gradebook.db.rollback()
        if isinstance(error, SQLAlchemyError):
            raise _refused(str(gradebook.engine.url), error) from error
        raise


def _refused(url: str, error: Exception) -> GradebookError:
    return GradebookError(
        f"a gradebook that can be written expected at {url}: {error}. Close what else writes to "
        "it, or run `nbgrader db upgrade` after a backup, and grade again."
    )


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
