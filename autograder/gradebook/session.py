"""One open gradebook, and the error when there is none to be had."""

import logging
import os
import shutil
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nbgrader.api import Base, Gradebook, InvalidEntry, get_alembic_version
from sqlalchemy import inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from traitlets.config import Config

from autograder.course import Course
from autograder.errors import GradebookError
from autograder.gradebook.config import coursedir_of
from autograder.gradebook.patience import first_line, in_the_making, patiently

VERSION = "alembic_version"
"""nbgrader's table with the version of its schema."""

_ADVICE = (
    ("is locked", "Close what else writes to it"),
    ("disk is full", "Free some space"),
    ("readonly", "Give yourself the right to write to it and to its folder"),
    ("unable to open", "See that its folder is there and can be written"),
    ("connection", "See that the server runs"),
)
_OTHER_ADVICE = "Close what else writes to it, or run `nbgrader db upgrade` after a backup"


@contextmanager
def opened(course: Course, config: Config) -> Iterator[Any]:
    """The course's gradebook, closed at the end. Any: nbgrader's Gradebook is untyped.

    Raises GradebookError for a database that cannot be opened, is locked, has an old schema or
    lacks its driver, and for a course without a name where the database insists on one.
    """
    with _nothing_logged_twice():
        gradebook = patiently(lambda: _opened(course, config), in_the_making)
        with gradebook, unit_of_work(gradebook):
            yield gradebook


@contextmanager
def _nothing_logged_twice() -> Iterator[None]:
    # nbgrader logs each refused commit with its traceback before it raises InvalidEntry, which is
    # waited for here, or told.
    def unknown(record: logging.LogRecord) -> bool:
        return not record.getMessage().startswith("Rolling back session")

    log = logging.getLogger("tornado.application")
    log.addFilter(unknown)
    try:
        yield
    finally:
        log.removeFilter(unknown)


def _opened(course: Course, config: Config) -> Any:
    course_id = coursedir_of(course, config).course_id
    try:
        _named(course.database_url, course_id)
        with _scripts_on_path():
            gradebook = Gradebook(course.database_url, course_id)
            _complete(gradebook)
    except (SQLAlchemyError, InvalidEntry) as error:
        raise _refused(course.database_url, error) from error
    except ImportError as error:
        raise GradebookError(
            f"a driver for {shown_url(course.database_url)} expected, found none ({error}). For "
            "PostgreSQL: write postgresql+psycopg:// and install keras-autograder[postgres]."
        ) from error
    gradebook.opened_file = _identity(gradebook)
    return gradebook


def still_there(gradebook: Any) -> None:
    """Raises GradebookError when the file that was opened no longer lies in its place: SQLite
    would go on writing into what nobody can open any more."""
    if _identity(gradebook) != gradebook.opened_file:
        raise GradebookError(
            f"the gradebook that was opened expected at {_place(str(gradebook.engine.url))}, found "
            "it deleted or replaced. Put it back, or its backup, and grade again: scores and "
            "comments that people gave are nowhere else. Without it a new one is made."
        )


def _identity(gradebook: Any) -> tuple[int, int] | None:
    """What tells an SQLite file from one that took its place; None for a server, and for a file
    that is not there."""
    url = gradebook.engine.url
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    try:
        found = Path(url.database).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _complete(gradebook: Any) -> None:
    """Give a new database the schema's version, if whoever made it was killed before that.

    nbgrader 0.9.6 makes the tables, asks alembic for the version, for seconds, and writes it only
    where it found no table: without it `nbgrader db upgrade` takes the database for an old one.
    Tables that have the columns of today are new.
    """
    inspector = inspect(gradebook.engine)
    there = VERSION in inspector.get_table_names()
    if there and gradebook.db.execute(text(f"SELECT version_num FROM {VERSION}")).first():
        return
    for table in Base.metadata.sorted_tables:
        wanted = {column.name for column in table.columns}
        if wanted - {column["name"] for column in inspector.get_columns(table.name)}:
            return  # an old one indeed
    version = get_alembic_version()
    try:
        if not there:
            gradebook.db.execute(text(f"CREATE TABLE {VERSION} (version_num VARCHAR(32) NOT NULL)"))
        insert = text(f"INSERT INTO {VERSION} (version_num) VALUES (:version)")
        gradebook.db.execute(insert, {"version": version})
        gradebook.db.commit()
    except SQLAlchemyError:
        gradebook.db.rollback()  # whoever makes it is alive after all, and has written it now


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
    told = first_line(error)
    advice = next((text for words, text in _ADVICE if words in told), _OTHER_ADVICE)
    return GradebookError(
        f"a gradebook that can be written expected at {_place(url)}: {told.rstrip('.')}. "
        f"{advice}, and grade again."
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
