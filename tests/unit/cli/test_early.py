"""A warm parent begins early only where something seems to have to run."""

import os
import subprocess
import sys
from pathlib import Path

from autograder.cli.early import seems_new
from autograder.imports import skip_slow_imports


def laid(path: Path, at: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}", encoding="utf-8")
    os.utime(path, (at, at))


def test_a_submission_newer_than_every_run_is_new(tmp_path: Path) -> None:
    assert not seems_new(tmp_path, "sums", "")
    laid(tmp_path / "submitted/ada/sums/lesson.ipynb", 1000)
    assert seems_new(tmp_path, "sums", "")
    assert not seems_new(tmp_path, "other", "")
    laid(tmp_path / ".autograder/store/runs/ab/abcd.json", 2000)
    os.utime(tmp_path / ".autograder/store/runs/ab", (2000, 2000))
    assert not seems_new(tmp_path, "sums", "")
    assert seems_new(tmp_path, "sums", str(tmp_path / "elsewhere"))
    laid(tmp_path / "submitted/zoe/sums/lesson.ipynb", 3000)
    assert seems_new(tmp_path, "sums", "")


def test_notebooks_are_validated_without_what_is_left_out() -> None:
    code = (
        "from autograder.imports import skip_slow_imports; skip_slow_imports()\n"
        "import nbformat\n"
        "notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell('1')])\n"
        "nbformat.validate(notebook)\n"
        "notebook.cells[0].source = 5\n"
        "try: nbformat.validate(notebook)\n"
        "except nbformat.ValidationError: print('refused')"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert told.stdout.strip() == "refused", told.stderr


def test_what_is_loaded_already_stays(monkeypatch) -> None:
    marker = object()
    monkeypatch.setitem(sys.modules, "rfc3987_syntax", marker)
    skip_slow_imports()
    assert sys.modules["rfc3987_syntax"] is marker
