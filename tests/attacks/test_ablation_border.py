"""Walls of the trusted side that no job meets, each taken away alone, as in test_ablation.py."""

import os
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import EvidenceError
from autograder.evidence import strict_json
from autograder.grading import score
from autograder.grading.prepare import PreparedNotebook
from autograder.intake import read
from autograder.intake.read import parse_notebook, read_bytes
from autograder.nouns import CodeCell, Problem, Result, Status
from autograder.report import autograded, graded_notebook

KERNEL = {"name": "python3", "display_name": "Python 3"}
HOSTILE = {
    "output_type": "display_data",
    "metadata": {},
    "data": {"text/html": "<script>x</script>"},
}


def test_a_submitted_link_is_followed_only_without_its_flag(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "peer.ipynb").write_text("another student's work")
    (tmp_path / "mine.ipynb").symlink_to(tmp_path / "peer.ipynb")
    assert isinstance(read_bytes(tmp_path / "mine.ipynb"), Problem)
    monkeypatch.setattr(os, "O_NOFOLLOW", 0)
    assert read_bytes(tmp_path / "mine.ipynb") == b"another student's work"


def test_a_huge_file_and_deep_json_are_read_only_without_their_caps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = tmp_path / "large.ipynb"
    with large.open("wb") as stream:
        stream.truncate(read.MAX_BYTES + 1)
    deep = b'{"cells": [], "metadata": ' + b'{"a": ' * 200 + b"1" + b"}" * 201
    assert isinstance(read_bytes(large), Problem)
    assert isinstance(parse_notebook(deep), Problem)
    monkeypatch.setattr(read, "MAX_DEPTH", 1000)
    assert len(read_bytes(large, max_bytes=1 << 25)) > read.MAX_BYTES  # type: ignore[arg-type]
    assert not isinstance(parse_notebook(deep), Problem)


@pytest.mark.parametrize(
    ("wall", "data"),
    [
        ("_no_duplicates", b'{"score": 0, "score": 10}'),
        ("_no_constant", b'{"score": NaN}'),
        ("_depth", b"[" * 100 + b"]" * 100),
    ],
    ids=["keys twice", "not a number", "depth"],
)
def test_ambiguous_json_of_a_job_is_read_only_without_its_check(
    monkeypatch: pytest.MonkeyPatch, wall: str, data: bytes
) -> None:
    with pytest.raises(EvidenceError):
        strict_json.loads(data)
    without = {"_no_duplicates": dict, "_no_constant": float, "_depth": lambda data: 0}
    monkeypatch.setattr(strict_json, wall, without[wall])
    strict_json.loads(data)


def test_a_students_script_reaches_the_page_only_without_the_sanitiser(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "<script" not in _page()
    monkeypatch.setattr(autograded, "clean_output", lambda output: output)
    assert "<script" in _page()


def test_a_forgery_needs_no_review_only_without_the_source_audit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cells = (CodeCell(0, "import gc\nfor thing in gc.get_objects():\n    pass", "answer"),)
    part = PreparedNotebook("lesson", {"cells": []}, cells=cells)
    manifest: Any = {"status": "completed", "irregular": "", "cells": [], "snapshots": {}}
    assert score._doubts(part, manifest)
    monkeypatch.setattr(score, "suspicious", lambda cells, **known: ())
    assert score._doubts(part, manifest) == []


def test_a_claim_that_the_source_contradicts_needs_no_review_only_without_the_comparison(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    part = PreparedNotebook("lesson", {"cells": []}, cells=(CodeCell(0, "x = 1", "answer"),))
    claim = {"check": {"values": {"history": {"kind": "history", "callbacks": []}}}}
    manifest: Any = {"status": "completed", "irregular": "", "cells": [], "snapshots": claim}
    assert score._doubts(part, manifest)
    monkeypatch.setattr(score, "contradictions", lambda cells, manifest: ())
    assert score._doubts(part, manifest) == []


def _page() -> str:
    cell = {"cell_type": "code", "id": "a", "source": "show()", "metadata": {}, "outputs": []}
    metadata = {"kernelspec": KERNEL}
    notebook: Any = {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": [cell]}
    run: Any = {"cells": [{"index": 0, "grade_id": None, "status": "ok", "wall_s": 0.0}]}
    run["cells"][0]["outputs"] = [HOSTILE]
    return str(graded_notebook(notebook, run, Result("one", "ada", Status.COMPLETED, {})))
