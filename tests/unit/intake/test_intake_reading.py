"""Reading hostile files: whatever they hold, the answer is a notebook or a stated problem."""

import json
import os
from pathlib import Path

import pytest

from autograder.intake.read import MAX_BYTES, RawNotebook, parse_notebook, read_notebook
from autograder.nouns import Problem, Status


def _notebook(*cells: object, **more: object) -> dict[str, object]:
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells), **more}


CODE = {"cell_type": "code", "source": "x = 1", "metadata": {}, "outputs": []}


def _read(value: object) -> RawNotebook:
    found = parse_notebook(json.dumps(value).encode())
    assert isinstance(found, RawNotebook)
    return found


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_other_encodings_are_read(encoding: str) -> None:
    found = parse_notebook(json.dumps(_notebook(CODE)).encode(encoding))
    assert isinstance(found, RawNotebook)
    assert found.cells[0].source == "x = 1"


def test_windows_line_ends_are_read_as_line_ends() -> None:
    found = _read(_notebook({**CODE, "source": ["a = 1\r\n", "b = 2"]}))
    assert found.cells[0].source == "a = 1\nb = 2"
    assert found.repairs == ()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"  \n",
        b"\xff\xfe",
        b"{",
        b"[1, 2]",
        b'"text"',
        b"null",
        b"<html>",
        b"[" * 100_000,
        b'{"nbformat": 4}',
        b'{"nbformat": 4, "cells": {}}',
        b'{"nbformat": 5, "cells": []}',
        b'{"nbformat": 1, "cells": []}',
        b'{"nbformat": "4", "cells": []}',
        b'{"nbformat": true, "cells": []}',
        b'{"cells": [' + b"[]," * 1_100_000 + b"[]]}",
        b'{"cells": [' + b"{}," * 3_000 + b"{}]}",
        b'{"a": "' + b"\\" * 1_000_001,
    ],
)
def test_what_is_no_notebook_is_a_problem_and_no_exception(data: bytes) -> None:
    found = parse_notebook(data)
    assert isinstance(found, Problem)
    assert found.status is Status.UNREADABLE
    assert found.reason


def test_a_long_string_costs_no_deep_recursion() -> None:
    found = _read(_notebook({**CODE, "source": 'a\\"[' * 1_000_000}))
    assert len(found.cells[0].source) == 4_000_000


def test_brackets_inside_text_do_not_count_as_nesting() -> None:
    assert _read(_notebook({**CODE, "source": "[" * 5_000})).cells[0].source == "[" * 5_000


def test_repeated_keys_are_read_as_jupyter_reads_them_and_told() -> None:
    found = parse_notebook(b'{"nbformat": 4, "cells": [1], "cells": []}')
    assert isinstance(found, RawNotebook)
    assert found.cells == ()
    assert "repeats" in found.repairs[0]


def test_a_number_of_many_digits_stops_nothing() -> None:
    found = parse_notebook(b'{"nbformat": 4, "cells": [], "x": ' + b"9" * 10_000 + b"}")
    assert isinstance(found, RawNotebook)


def test_format_3_is_upgraded() -> None:
    cells = [
        {"cell_type": "heading", "level": 2, "source": ["Title"]},
        {"cell_type": "code", "input": ["x = 1\n", "y = 2"], "language": "python"},
    ]
    found = _read({"nbformat": 3, "metadata": {}, "worksheets": [{"cells": cells}]})
    assert [c.source for c in found.cells] == ["## Title", "x = 1\ny = 2"]
    assert "upgraded" in found.repairs[0]


def test_malformed_cells_are_left_out_and_told() -> None:
    found = _read(
        _notebook(1, None, {"cell_type": "video"}, {"cell_type": "code", "source": [1]}, CODE)
    )
    assert [c.source for c in found.cells] == ["", "x = 1"]
    assert len(found.repairs) == 4


def test_missing_fields_are_empty() -> None:
    found = _read({"cells": [{"cell_type": "code"}, {"cell_type": "markdown", "metadata": 3}]})
    assert [c.source for c in found.cells] == ["", ""]
    assert found.repairs == ()


def test_a_lone_surrogate_cannot_break_later_encoding() -> None:
    found = parse_notebook(b'{"cells": [{"cell_type": "code", "source": "a\\ud800b"}]}')
    assert isinstance(found, RawNotebook)
    found.cells[0].source.encode("utf-8")


def test_a_missing_file_is_missing(tmp_path: Path) -> None:
    found = read_notebook(tmp_path / "none.ipynb")
    assert isinstance(found, Problem)
    assert found.status is Status.MISSING


def test_a_symbolic_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real.ipynb").write_text(json.dumps(_notebook(CODE)))
    (tmp_path / "link.ipynb").symlink_to(tmp_path / "real.ipynb")
    found = read_notebook(tmp_path / "link.ipynb")
    assert isinstance(found, Problem)
    assert "symbolic link" in found.reason


def test_a_fifo_and_a_folder_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.ipynb")
    (tmp_path / "folder.ipynb").mkdir()
    for name in ("pipe.ipynb", "folder.ipynb"):
        found = read_notebook(tmp_path / name)
        assert isinstance(found, Problem)
        assert found.status is Status.UNREADABLE


def test_a_file_over_the_cap_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "big.ipynb"
    path.touch()
    os.truncate(path, MAX_BYTES + 1)
    found = read_notebook(path)
    assert isinstance(found, Problem)
    assert str(MAX_BYTES) in found.reason
