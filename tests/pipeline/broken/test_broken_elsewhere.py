"""The same broken files where a student looks (`preflight`) and where one file is scored."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from autograder.cli.commands import score_command
from autograder.student.command import run

pytestmark = [pytest.mark.jail, pytest.mark.filterwarnings("ignore::Warning")]

UNREADABLE = (
    "deep_nesting",
    "empty_file",
    "empty_folder_of_that_name",
    "empty_json",
    "json_list",
    "lfs_pointer",
    "merge_conflict_in_the_json",
    "named_pipe",
    "nothing_but_nul_bytes",
    "python_script_renamed",
    "sparse_giant",
    "truncated",
    "web_page",
    "zip_renamed",
    "format_5",
)


@pytest.fixture(scope="module")
def laid(tmp_path_factory: Any, new_course: Any, answered: Any, cases: Any) -> Any:
    course = new_course(tmp_path_factory.mktemp("elsewhere") / "course")
    right = answered(course)
    by_name = {case.name: case for case in cases}

    def lay(name: str) -> tuple[Any, Path]:
        folder = course.submitted("sums", name)
        if not folder.exists():
            by_name[name].make(folder, copy.deepcopy(right))
        return course, folder / "lesson.ipynb"

    return lay


@pytest.mark.parametrize("name", UNREADABLE)
def test_score_says_in_json_why_a_file_cannot_be_read(laid: Any, name: str, capsys: Any) -> None:
    course, path = laid(name)
    status = score_command(path, "sums", course.root, True, "", False, None, False)
    told = capsys.readouterr()
    result = json.loads(told.out)
    assert (status, result["score"], result["status"]) == (1, None, "unreadable")
    assert "could not be read" in result["reasons"][0]
    assert "Traceback" not in told.err


@pytest.mark.parametrize("name", UNREADABLE)
def test_preflight_says_in_a_sentence_why_a_file_cannot_be_read(
    laid: Any, name: str, capsys: Any
) -> None:
    _, path = laid(name)
    assert run(["preflight", str(path)]) == 2
    told = capsys.readouterr()
    assert told.err.startswith("autograder: a notebook expected at ")
    assert "Traceback" not in told.err
    assert told.out == ""


@pytest.mark.parametrize("name", ["utf_16", "cells_that_are_none", "metadata_of_other_types"])
def test_preflight_runs_what_the_grader_would_read(laid: Any, name: str, capsys: Any) -> None:
    _, path = laid(name)
    status = run(["preflight", str(path), "--json"])
    told = capsys.readouterr()
    report = json.loads(told.out)
    assert status in (0, 1)
    assert report["errors"] == []
    assert "Traceback" not in told.err
