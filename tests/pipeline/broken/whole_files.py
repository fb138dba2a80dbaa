"""Submissions whose file is broken: where it lies, what its name is, how its bytes are written.

Each public function lays one student's submission into ``folder``, made from ``right``, a released
notebook with right answers (10 points). Its docstring says what a person would expect; it returns
the score (None: a person decides) and, of every sentence that must be told, a part.
"""

import gzip
import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

FULL = 10.0
Expected = tuple[float | None, list[str]]


def _text(right: Any) -> str:
    return json.dumps(right)


def _write(folder: Path, data: bytes | str, name: str = "lesson.ipynb") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())


def byte_order_mark(folder: Path, right: Any) -> Expected:
    """Notepad puts a mark before UTF-8; the answers are all there."""
    _write(folder, _text(right).encode("utf-8-sig"))
    return FULL, []


def windows_line_ends(folder: Path, right: Any) -> Expected:
    """CRLF in the file and in its cells is how Windows ends lines."""
    for cell in right["cells"]:
        cell["source"] = cell["source"].replace("\n", "\r\n")
    _write(folder, json.dumps(right, indent=1).replace("\n", "\r\n"))
    return FULL, []


def old_mac_line_ends(folder: Path, right: Any) -> Expected:
    """CR alone ends a line as well."""
    for cell in right["cells"]:
        cell["source"] = cell["source"].replace("\n", "\r")
    _write(folder, _text(right))
    return FULL, []


def utf_16(folder: Path, right: Any) -> Expected:
    """PowerShell's `>` writes UTF-16; an editor shows the same notebook."""
    _write(folder, _text(right).encode("utf-16"))
    return FULL, ["UTF-16"]


def utf_16_without_mark(folder: Path, right: Any) -> Expected:
    """The same without its mark."""
    _write(folder, _text(right).encode("utf-16-le"))
    return FULL, ["UTF-16"]


def utf_32(folder: Path, right: Any) -> Expected:
    """Rare, but a Unicode encoding like the others."""
    _write(folder, _text(right).encode("utf-32"))
    return FULL, ["UTF-32"]


def latin_1(folder: Path, right: Any) -> Expected:
    """An old editor wrote é as one byte; a reader still reads é."""
    right["cells"][6]["source"] = "é = 'keras'\nword = é if len('é') == 1 and 'é' > 'z' else ''"
    _write(folder, json.dumps(right, ensure_ascii=False).encode("latin-1"))
    return FULL, ["Latin-1"]


def nul_bytes_behind(folder: Path, right: Any) -> Expected:
    """A disk that filled up leaves zeros at a file's end."""
    _write(folder, _text(right).encode() + b"\0" * 4096)
    return FULL, []


def nothing_but_nul_bytes(folder: Path, right: Any) -> Expected:
    """Zeros alone hold no answer, but something was handed in."""
    _write(folder, b"\0" * 4096)
    return None, ["lesson.ipynb could not be read: a notebook expected, found an empty file"]


def nul_inside_a_cell(folder: Path, right: Any) -> Expected:
    """Python refuses a cell with a NUL; the other cells count."""
    right["cells"][6]["source"] = "word = 'keras'\0"
    _write(folder, _text(right))
    return FULL - 1, []


def huge_outputs(folder: Path, right: Any) -> Expected:
    """A loop printed 100 MB; the answers around it are a few lines."""
    out = {"output_type": "stream", "name": "stdout", "text": "0.693147\n" * 11_000_000}
    right["cells"][2]["outputs"] = [out]
    _write(folder, _text(right))
    return FULL, []


def too_large_beside_outputs(folder: Path, right: Any) -> Expected:
    """25 MB of text in a cell is nobody's answer; a person may look."""
    right["cells"].append({"cell_type": "raw", "metadata": {}, "source": "x" * 25_000_000})
    _write(folder, _text(right))
    return None, ["bytes beside the outputs expected"]


def sparse_giant(folder: Path, right: Any) -> Expected:
    """A file of a terabyte that takes no room on the disk is not read at all."""
    _write(folder, b"")
    os.truncate(folder / "lesson.ipynb", 2**40)
    return None, ["at most 134217728 bytes expected, found 1099511627776"]


def deep_nesting(folder: Path, right: Any) -> Expected:
    """Brackets a hundred thousand deep are no notebook."""
    _write(folder, b"[" * 100_000)
    return None, ["nested at most 100 deep"]


def truncated(folder: Path, right: Any) -> Expected:
    """An upload that broke off may have lost answers: ask for it again."""
    text = _text(right)
    _write(folder, text[: len(text) * 3 // 4])
    return None, ["cut off or damaged"]


def empty_file(folder: Path, right: Any) -> Expected:
    """Nothing in it, but something was handed in."""
    _write(folder, b"")
    return None, ["found an empty file: ask for it again"]


def empty_json(folder: Path, right: Any) -> Expected:
    """{} is JSON and no notebook."""
    _write(folder, "{}")
    return None, ["a list of worksheets expected"]


def json_list(folder: Path, right: Any) -> Expected:
    """The cells without the notebook around them."""
    _write(folder, json.dumps(right["cells"]))
    return None, ["found JSON that is a list"]


def not_a_number(folder: Path, right: Any) -> Expected:
    """NaN in the metadata is no JSON, but Jupyter reads it."""
    right["metadata"]["mean"] = float("nan")
    _write(folder, _text(right))
    return FULL, []


def duplicate_keys(folder: Path, right: Any) -> Expected:
    """Of a key that stands twice Jupyter takes the last."""
    _write(folder, '{"cells": [], ' + _text(right)[1:])
    return FULL, ["repeats a JSON key"]


def huge_numbers(folder: Path, right: Any) -> Expected:
    """A number of 10,000 digits in the metadata changes no answer."""
    _write(folder, '{"x": ' + "9" * 10_000 + ', "y": 1e99999, ' + _text(right)[1:])
    return FULL, []


def lone_surrogates(folder: Path, right: Any) -> Expected:
    """Half an emoji in a comment cannot be encoded; the code can."""
    right["cells"][6]["source"] = "word = 'keras'  # \ud83d"
    _write(folder, _text(right))
    return FULL, []


def merge_conflict_in_the_json(folder: Path, right: Any) -> Expected:
    """Two versions of an answer: which one counts is not for us to say."""
    lines = json.dumps(right, indent=1).split("\n")
    at = next(n for n, line in enumerate(lines) if "sum(range(5))" in line)
    lines[at : at + 1] = ["<<<<<<< HEAD", lines[at], "=======", lines[at], ">>>>>>> mine"]
    _write(folder, "\n".join(lines))
    return None, ["merge conflict"]


def merge_conflict_in_the_outputs(folder: Path, right: Any) -> Expected:
    """Nobody needs the outputs, so nobody needs to settle this conflict."""
    right["cells"][2]["outputs"] = ["HERE"]
    conflict = '\n<<<<<<< HEAD\n{"output_type": "x"}\n=======\n{}\n>>>>>>> mine\n'
    _write(folder, _text(right).replace('"HERE"', conflict))
    return FULL, []


def trailing_comma(folder: Path, right: Any) -> Expected:
    """Edited by hand, and no JSON any more."""
    _write(folder, _text(right)[:-1] + ",}")
    return None, ["JSON expected"]


def python_script_renamed(folder: Path, right: Any) -> Expected:
    """A .py that was given another name: a person sees answers, so no zero."""
    _write(folder, "import numpy as np\ntotal = 10\n")
    return None, ["a Python script or text"]


def jupytext_script(folder: Path, right: Any) -> Expected:
    """Jupytext's percent format under the notebook's name."""
    _write(folder, "# ---\n# jupyter:\n#   kernelspec:\n# ---\n# %%\ntotal = 10\n")
    return None, ["jupytext --to ipynb"]


def zip_renamed(folder: Path, right: Any) -> Expected:
    """An archive that was given another name."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("lesson.ipynb", _text(right))
    _write(folder, made.getvalue())
    return None, ["a zip archive: unpack it"]


def gzip_renamed(folder: Path, right: Any) -> Expected:
    """A compressed notebook."""
    _write(folder, gzip.compress(_text(right).encode()))
    return None, ["a gzip archive"]


def web_page(folder: Path, right: Any) -> Expected:
    """The download was the page that asks to log in."""
    _write(folder, "\n<!DOCTYPE html><html><title>Log in</title></html>")
    return None, ["a web page"]


def lfs_pointer(folder: Path, right: Any) -> Expected:
    """git-lfs left its pointer instead of the file."""
    _write(folder, "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n")
    return None, ["git lfs pull"]


def folder_instead_of_a_file(folder: Path, right: Any) -> Expected:
    """Something unpacked it into a folder of that name; the notebook lies in it."""
    _write(folder / "lesson.ipynb", _text(right))
    return FULL, ["lesson.ipynb could not be read"]


def empty_folder_of_that_name(folder: Path, right: Any) -> Expected:
    """A folder with the notebook's name and nothing in it."""
    (folder / "lesson.ipynb").mkdir(parents=True)
    return None, ["a regular file expected, found a folder"]


def symbolic_link(folder: Path, right: Any) -> Expected:
    """A link may lead to another student's work: never followed."""
    folder.mkdir(parents=True)
    (folder / "lesson.ipynb").symlink_to(folder.parents[1] / "mmm" / "sums" / "lesson.ipynb")
    return None, ["found a symbolic link"]


def named_pipe(folder: Path, right: Any) -> Expected:
    """Reading a pipe would wait for ever."""
    folder.mkdir(parents=True)
    os.mkfifo(folder / "lesson.ipynb")
    return None, ["found a folder, pipe or device"]


def browsers_copy(folder: Path, right: Any) -> Expected:
    """The second download of a file is called (1)."""
    _write(folder, _text(right), "lesson (1).ipynb")
    return FULL, ["was named 'lesson (1).ipynb'"]


def wrong_case(folder: Path, right: Any) -> Expected:
    """On Windows the case of a name means nothing."""
    _write(folder, _text(right), "Lesson.IPYNB")
    return FULL, ["was named 'Lesson.IPYNB'"]


def txt_behind_the_name(folder: Path, right: Any) -> Expected:
    """Browsers save notebooks from GitHub as text."""
    _write(folder, _text(right), "lesson.ipynb.txt")
    return FULL, ["was named 'lesson.ipynb.txt'"]


def json_suffix(folder: Path, right: Any) -> Expected:
    """A notebook is JSON, and is sometimes saved as such."""
    _write(folder, _text(right), "lesson.json")
    return FULL, ["was named 'lesson.json'"]


def two_notebooks(folder: Path, right: Any) -> Expected:
    """A scratch notebook beside the misnamed one: the one with the course's cells counts."""
    _write(folder, json.dumps({**right, "cells": right["cells"][:1]}), "a.ipynb")
    _write(folder, _text(right), "my work.ipynb")
    return FULL, ["'my work.ipynb' is closest and was graded (not graded: 'a.ipynb')"]


def copy_beside_it(folder: Path, right: Any) -> Expected:
    """The right name counts; a copy of it is no second submission."""
    _write(folder, _text(right))
    _write(folder, "{}", "lesson-Copy1.ipynb")
    return FULL, []


def copy_beside_a_broken_one(folder: Path, right: Any) -> Expected:
    """The file of the right name is empty, the copy is whole: a person would take the copy."""
    _write(folder, b"")
    _write(folder, _text(right), "lesson-Copy1.ipynb")
    return FULL, ["lesson.ipynb could not be read"]


def folder_within_the_folder(folder: Path, right: Any) -> Expected:
    """The folder was handed in instead of the file."""
    _write(folder / "sums" / "Homework 1", _text(right))
    return FULL, ["in a folder of its own"]


def checkpoints_beside_it(folder: Path, right: Any) -> Expected:
    """Jupyter's checkpoint is an older state, and not what was handed in."""
    _write(folder, _text(right))
    _write(folder / ".ipynb_checkpoints", "{}", "lesson-checkpoint.ipynb")
    return FULL, []


def checkpoint_alone(folder: Path, right: Any) -> Expected:
    """Nobody knows whether the checkpoint has the last answers: ask."""
    _write(folder / ".ipynb_checkpoints", _text(right), "lesson-checkpoint.ipynb")
    return None, ["but '.ipynb_checkpoints/lesson-checkpoint.ipynb': ask for the notebook"]


def archive_alone(folder: Path, right: Any) -> Expected:
    """An archive was handed in and nobody unpacked it: no zero."""
    _write(folder, b"PK\x03\x04", "lesson.zip")
    return None, ["but 'lesson.zip'"]


def page_alone(folder: Path, right: Any) -> Expected:
    """Exported as a page: a person sees answers, so no zero."""
    _write(folder, "<html>", "lesson.html")
    return None, ["but 'lesson.html'"]


def apples_companion_file(folder: Path, right: Any) -> Expected:
    """macOS leaves ._ files in archives; they are no notebooks."""
    _write(folder / "__MACOSX", b"\0\5\x16\7", "._lesson.ipynb")
    _write(folder, b"\0\5\x16\7", "._lesson.ipynb")
    _write(folder, _text(right))
    return FULL, []


def nothing_at_all(folder: Path, right: Any) -> Expected:
    """An empty folder is no submission: no points."""
    folder.mkdir(parents=True)
    return 0.0, []


def timestamp_of_nonsense(folder: Path, right: Any) -> Expected:
    """A time that is none costs nothing, and is told."""
    _write(folder, _text(right))
    _write(folder, b"\xff\xfe\0yesterday", "timestamp.txt")
    return FULL, ["timestamp.txt holds no date and time: no time of submission is recorded"]


def timestamp_of_the_future(folder: Path, right: Any) -> Expected:
    """A clock that goes wrong is no fault in the work."""
    _write(folder, _text(right))
    _write(folder, "9999-12-31 23:59:59 UTC", "timestamp.txt")
    return FULL, []


def timestamp_too_long(folder: Path, right: Any) -> Expected:
    """A megabyte is no time."""
    _write(folder, _text(right))
    _write(folder, b"2" * 1_000_000, "timestamp.txt")
    return FULL, ["timestamp.txt is no plain short file"]


def timestamp_is_a_folder(folder: Path, right: Any) -> Expected:
    """Nor is a folder."""
    _write(folder / "timestamp.txt", b"")
    _write(folder, _text(right))
    return FULL, ["timestamp.txt is no plain short file"]


def deep_folders(folder: Path, right: Any) -> Expected:
    """Folders 1,200 deep beside the notebook stop nobody."""
    _write(folder, _text(right))
    place = os.open(folder, os.O_RDONLY)
    for _ in range(1_200):
        os.mkdir("d", dir_fd=place)
        deeper = os.open("d", os.O_RDONLY, dir_fd=place)
        os.close(place)
        place = deeper
    os.close(place)
    return FULL, []
