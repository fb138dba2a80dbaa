"""Finding a misnamed notebook, and filling the work folder."""

import json
import os
from pathlib import Path

import pytest

from autograder.intake import companions, find_notebook, modules_of


def _write(path: Path, *ids: str) -> None:
    cells = [
        {
            "cell_type": "code",
            "source": "",
            "metadata": {"nbgrader": {"grade_id": i, "locked": True}},
        }
        for i in ids
    ]
    path.write_text(json.dumps({"nbformat": 4, "cells": cells}))


def test_the_exact_name_needs_no_word(tmp_path: Path) -> None:
    _write(tmp_path / "nb.ipynb")
    _write(tmp_path / "other.ipynb")
    assert find_notebook(tmp_path, "nb") == (tmp_path / "nb.ipynb", ())


def test_the_only_notebook_is_taken_and_told(tmp_path: Path) -> None:
    _write(tmp_path / "nb (1).ipynb")
    found, repairs = find_notebook(tmp_path, "nb")
    assert found == tmp_path / "nb (1).ipynb"
    assert len(repairs) == 1


def test_of_several_the_closest_by_grade_ids_is_taken(tmp_path: Path) -> None:
    folder = tmp_path / "submitted"
    folder.mkdir()
    _write(tmp_path / "nb.ipynb", "a", "check_a", "b")
    _write(folder / "aaa.ipynb", "a", "check_a")
    _write(folder / "nb copy.ipynb", "x")
    found, repairs = find_notebook(folder, "nb", source=tmp_path / "nb.ipynb")
    assert found == folder / "aaa.ipynb"
    assert "nb copy" in repairs[0]


def test_another_notebook_of_the_assignment_is_no_candidate(tmp_path: Path) -> None:
    _write(tmp_path / "second.ipynb")
    assert find_notebook(tmp_path, "first", others=["second"]) == (None, ())


def test_links_pipes_and_missing_folders_are_no_candidates(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.ipynb")
    (tmp_path / "link.ipynb").symlink_to("/etc/hostname")
    assert find_notebook(tmp_path, "nb") == (None, ())
    assert find_notebook(tmp_path / "none", "nb") == (None, ())


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    submitted, source = tmp_path / "submitted", tmp_path / "source"
    for folder in (submitted, source):
        (folder / "data").mkdir(parents=True)
        (folder / "data" / "rows.csv").write_text("1,2\n")
        (folder / "nb.ipynb").write_text("{}")
    return submitted, source


def test_an_untouched_folder_gives_the_courses_files_and_no_word(
    folders: tuple[Path, Path],
) -> None:
    found = companions(*folders)
    assert found.files == {"data/rows.csv": b"1,2\n"}
    assert found.repairs == ()


def test_a_changed_data_file_is_put_back(folders: tuple[Path, Path]) -> None:
    (folders[0] / "data" / "rows.csv").write_text("9,9\n")
    found = companions(*folders, patterns=["data/*.csv"])
    assert found.files["data/rows.csv"] == b"1,2\n"
    assert "put back" in found.repairs[0] or "course's" in found.repairs[0]


def test_only_files_that_a_pattern_allows_come_along(folders: tuple[Path, Path]) -> None:
    for name in ("mine.txt", "keras.py", ".hidden.txt", "data/deep.txt"):
        (folders[0] / name).write_text("x")
    found = companions(*folders, patterns=["*.txt"])
    assert sorted(found.files) == ["data/rows.csv", "mine.txt"]
    assert "keras.py" in found.repairs[-1]


def test_links_and_pipes_never_come_along(folders: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "a.txt").write_text("secret")
    (folders[0] / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folders[0] / "folder").symlink_to(tmp_path / "secrets")
    os.mkfifo(folders[0] / "pipe.txt")
    found = companions(*folders, patterns=["*.txt", "*/*.txt"])
    assert sorted(found.files) == ["data/rows.csv"]


def test_a_large_file_is_left_out_and_told(folders: tuple[Path, Path]) -> None:
    (folders[0] / "big.txt").touch()
    os.truncate(folders[0] / "big.txt", 21 * 1024**2)
    found = companions(*folders, patterns=["*.txt"])
    assert "big.txt" not in found.files
    assert "big.txt" in found.repairs[0]


def test_the_courses_modules_are_its_files_of_code_and_no_submitted_ones(tmp_path: Path) -> None:
    source, submitted = tmp_path / "source", tmp_path / "submitted"
    for folder in (source / "tools", submitted):
        folder.mkdir(parents=True)
    (source / "windows.py").write_text("x = 1")
    (source / "tools" / "__init__.py").write_text("")
    (source / "table.csv").write_text("1")
    for name in ("windows.py", "mine.py"):
        (submitted / name).write_text("x = 2")
    assert modules_of(source) == {"windows", "tools"}
    assert companions(submitted, source, ["*.py"]).files["windows.py"] == b"x = 1"
