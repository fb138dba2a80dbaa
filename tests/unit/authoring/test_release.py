"""A release is built from its source, equal to the byte, without a gradebook."""

import json
from collections.abc import Callable
from typing import Any

import nbformat
import pytest
from traitlets.config import Config

from autograder.authoring import build_release, differences, write_release
from autograder.course import Course
from autograder.errors import ReleaseError

HEADER = {"cell_type": "markdown", "metadata": {}, "source": "Your name:"}


def cells_of(files: dict[str, bytes]) -> Any:
    return json.loads(files["lesson.ipynb"])["cells"]


def text_of(files: dict[str, bytes]) -> str:
    return files["lesson.ipynb"].decode()


def test_two_builds_are_equal_to_the_byte(small_course: Course) -> None:
    assert build_release(small_course, "one") == build_release(small_course, "one")


def test_saving_the_source_anew_changes_nothing(small_course: Course) -> None:
    before = build_release(small_course, "one")
    path = small_course.source("one") / "lesson.ipynb"
    node = nbformat.read(path, as_version=4)
    node.nbformat_minor = 5
    for number, cell in enumerate(node.cells):
        cell["id"] = f"random{number}"
    path.write_text(json.dumps(node, indent=4))
    assert build_release(small_course, "one") == before


def test_solutions_and_hidden_tests_are_gone_and_companions_are_there(small_course: Course) -> None:
    files = build_release(small_course, "one")
    assert sorted(files) == ["data.csv", "lesson.ipynb"]
    assert "answer = 42" not in text_of(files)
    assert "answer == 42" not in text_of(files)
    assert "HIDDEN" not in text_of(files)
    assert "YOUR CODE HERE" in text_of(files)
    assert "assert isinstance(answer, int)" in text_of(files)


def test_ids_come_from_grade_ids_and_stay_unique(
    small_course: Course, write_source: Callable[..., None]
) -> None:
    path = small_course.source("one") / "lesson.ipynb"
    notebook = json.loads(path.read_text())
    notebook["cells"] += [notebook["cells"][0]] * 2
    path.write_text(json.dumps(notebook))
    files = build_release(small_course, "one")
    ids = [cell["id"] for cell in cells_of(files)]
    assert ids[3] == "check_answer"
    assert len(set(ids)) == len(ids) == 7
    nbformat.validate(nbformat.reads(text_of(files), as_version=4))


def test_no_gradebook_is_made(small_course: Course) -> None:
    (small_course.root / "gradebook.db").unlink()
    build_release(small_course, "one")
    assert not (small_course.root / "gradebook.db").exists()


def test_a_configured_stub_is_used(small_course: Course) -> None:
    config = Config()
    config.ClearSolutions.code_stub = {"python": "answer = None  # yours"}
    assert "answer = None  # yours" in text_of(build_release(small_course, "one", config))


def test_a_configured_header_is_found_from_anywhere(small_course: Course) -> None:
    header = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [HEADER]}
    (small_course.root / "header.ipynb").write_text(json.dumps(header))
    config = Config()
    config.IncludeHeaderFooter.header = "header.ipynb"
    assert cells_of(build_release(small_course, "one", config))[0]["source"] == ["Your name:"]


def test_writing_leaves_exactly_the_built_files(small_course: Course) -> None:
    files = build_release(small_course, "one")
    folder = small_course.release("one")
    folder.mkdir(parents=True)
    (folder / "old.txt").write_text("from an earlier build")
    write_release(small_course, "one", files)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == files
    assert [p.name for p in folder.parent.iterdir()] == ["one"]


def test_a_path_outside_the_release_is_refused(small_course: Course) -> None:
    with pytest.raises(ReleaseError, match="inside the release"):
        write_release(small_course, "one", {"../x": b""})
    assert not (small_course.root / "release" / "x").exists()


def test_differences_name_file_and_cell(small_course: Course) -> None:
    built = build_release(small_course, "one")
    assert differences(built, built) == ()
    notebook = json.loads(built["lesson.ipynb"])
    notebook["cells"][1]["source"] = ["import os"]
    other = {"lesson.ipynb": json.dumps(notebook).encode(), "extra.txt": b""}
    assert differences(built, other) == (
        "extra.txt: not built from the source",
        "data.csv: missing",
        "lesson.ipynb: cell 2 has another source",
    )
