"""Collecting from an exchange in which students have put what they like."""

import os
import pwd
from pathlib import Path
from typing import Any

import pytest
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.engine import Collect

ME = pwd.getpwuid(os.getuid()).pw_name
FIRST, SECOND = "2026-03-01 12:00:00.000000 UTC", "2026-03-02 12:00:00.000000 UTC"


@pytest.fixture
def exchange(tmp_path: Path, empty_gradebook: Path) -> Path:
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "gradebook.db").write_bytes(empty_gradebook.read_bytes())
    inbound = tmp_path / "exchange" / "keras" / "inbound"
    inbound.mkdir(parents=True)
    (tmp_path / "exchange").chmod(0o777)
    return inbound


def _hand_in(inbound: Path, name: str, text: str = "{}") -> Path:
    folder = inbound / name
    folder.mkdir()
    (folder / "lesson.ipynb").write_text(text)
    (folder / "submission_secret.txt").write_text("a" * 128)
    return folder


def _collect(inbound: Path, **settings: Any) -> Path:
    root = inbound.parents[2] / "course"
    config = Config(Exchange={"root": str(inbound.parents[1])}, ExchangeCollect=settings)
    coursedir = CourseDirectory(
        root=str(root), course_id="keras", assignment_id="one", config=config
    )
    Collect(coursedir=coursedir, config=config).start()
    return root / "submitted"


def _found(submitted: Path) -> dict[str, str]:
    return {
        path.relative_to(submitted).as_posix(): path.read_text()
        for path in submitted.rglob("*")
        if path.is_file()
    }


def test_the_newest_submission_of_a_student_is_collected(exchange: Path) -> None:
    _hand_in(exchange, f"{ME}+one+{SECOND}+bbb", "new")
    _hand_in(exchange, f"{ME}+one+{FIRST}+aaa", "old")
    _hand_in(exchange, f"{ME}+two+{SECOND}+ccc", "another assignment")
    found = _found(_collect(exchange))
    assert found == {
        f"{ME}/one/lesson.ipynb": "new",
        f"{ME}/one/submission_secret.txt": "a" * 128,
        f"{ME}/one/timestamp.txt": SECOND,
    }


def test_a_newer_one_takes_its_place_when_asked_for(exchange: Path) -> None:
    _hand_in(exchange, f"{ME}+one+{FIRST}+aaa", "old")
    _collect(exchange)
    _hand_in(exchange, f"{ME}+one+{SECOND}+bbb", "new")
    assert _found(_collect(exchange))[f"{ME}/one/lesson.ipynb"] == "old"
    found = _found(_collect(exchange, update=True))
    assert found[f"{ME}/one/lesson.ipynb"] == "new"
    assert found[f"{ME}/one/timestamp.txt"] == SECOND


def test_the_time_is_the_folder_names_whatever_the_file_says(exchange: Path) -> None:
    folder = _hand_in(exchange, f"{ME}+one+{SECOND}+aaa")
    (folder / "timestamp.txt").write_text("no time at all")
    assert _found(_collect(exchange))[f"{ME}/one/timestamp.txt"] == SECOND
    assert _collect(exchange, update=True).is_dir()


def test_a_folder_in_another_users_name_is_not_collected(exchange: Path) -> None:
    _hand_in(exchange, f"{ME}+one+{FIRST}+aaa", "mine")
    _hand_in(exchange, f"somebody+one+{FIRST}+bbb", "in somebody's name")
    submitted = _collect(exchange)
    assert sorted(p.name for p in submitted.iterdir()) == [ME]


def test_names_of_a_hub_without_system_users_are_taken_when_asked_for(exchange: Path) -> None:
    _hand_in(exchange, f"somebody+one+{FIRST}+bbb", "theirs")
    found = _found(_collect(exchange, check_owner=False))
    assert found["somebody/one/lesson.ipynb"] == "theirs"


@pytest.mark.parametrize(
    "name", ["one+never+x", "one+0000-99-99+x", "one+" + "9" * 60, f"one+{FIRST[:-3]}+"]
)
def test_a_name_that_is_none_stops_nobody(exchange: Path, name: str) -> None:
    _hand_in(exchange, f"{ME}+one+{FIRST}+aaa", "mine")
    _hand_in(exchange, f"{ME}x+{name}")
    (exchange / f"{ME}y+one+{FIRST}+zzz").write_text("a file")
    assert sorted(p.name for p in _collect(exchange).iterdir()) == [ME]


def test_links_pipes_and_large_files_are_left_out(exchange: Path, tmp_path: Path) -> None:
    (tmp_path / "course" / "secret").write_text("held-out labels")
    folder = _hand_in(exchange, f"{ME}+one+{FIRST}+aaa", "mine")
    (folder / "x.html").symlink_to(tmp_path / "course" / "secret")
    (folder / "all").symlink_to(tmp_path / "course")
    os.mkfifo(folder / "pipe")
    (folder / "huge.bin").write_bytes(b"\0")
    os.truncate(folder / "huge.bin", 200_000_000)
    (folder / "feedback").mkdir()
    (folder / "feedback" / "old.html").write_text("x")
    (folder / "data").mkdir()
    (folder / "data" / "rows.csv").write_text("1,2")
    found = _found(_collect(exchange))
    assert {name.removeprefix(f"{ME}/one/") for name in found} == {
        "lesson.ipynb",
        "submission_secret.txt",
        "timestamp.txt",
        "data/rows.csv",
    }
