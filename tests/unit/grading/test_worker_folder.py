"""What a killed worker leaves behind is cleared by the next one on that machine."""

import os
import tempfile
from pathlib import Path

import pytest

from autograder.grading.worker import FRESH_S, new_folder


def test_what_killed_workers_left_is_removed_and_what_others_use_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    killed, mark = new_folder()
    mark.close()  # as the kernel does with a killed process's files
    alive, kept = new_folder()
    fresh, _ = new_folder()
    for folder in (killed, alive):
        os.utime(folder.parent, (folder.stat().st_mtime - 2 * FRESH_S,) * 2)
    own, _ = new_folder()
    assert not killed.exists()
    assert alive.is_dir() and fresh.is_dir() and own.is_dir()
    kept.close()
