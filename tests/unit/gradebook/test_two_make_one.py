"""Two commands that make the same gradebook, met at the moment when both find no course in it."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from nbgrader.api import Course, Gradebook
from sqlalchemy import event
from sqlalchemy.orm import Session
from traitlets.config import Config

from autograder.course import Course as Folders
from autograder.gradebook.session import opened

NAME = "intro"


@pytest.fixture
def meeting(small_course: Folders) -> Iterator[list[str]]:
    """Another process adds the course just before this one does, once."""
    path = small_course.database_url.removeprefix("sqlite:///")
    met: list[str] = []

    def first_the_other(session: Session, *_: object) -> None:
        adds = [one.id for one in session.new if type(one).__name__ == "Course"]
        if adds and not met:
            met.extend(adds)
            with closing(sqlite3.connect(path)) as other, other:
                other.execute("INSERT INTO course (id) VALUES (?)", adds)

    event.listen(Session, "before_flush", first_the_other)
    yield met
    event.remove(Session, "before_flush", first_the_other)


def test_the_second_waits_and_no_traceback_is_logged(
    small_course: Folders, meeting: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    config = Config({"CourseDirectory": {"course_id": NAME}})
    with opened(small_course, config) as gradebook:
        assert [one.id for one in gradebook.db.query(Course)] == [NAME]
    assert meeting == [NAME]
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert "another command is making it" in caplog.text


def test_a_refusal_of_nbgraders_own_is_logged_as_ever(
    small_course: Folders, meeting: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    with opened(small_course, Config()):
        pass
    with pytest.raises(Exception, match="UNIQUE"):
        Gradebook(small_course.database_url, NAME)
    assert meeting == [NAME]
    assert "Rolling back session" in caplog.text
