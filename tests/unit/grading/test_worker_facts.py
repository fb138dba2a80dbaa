"""A worker says what its code is now, not what it was when somebody first asked."""

import os
import shutil
from pathlib import Path

import pytest

from autograder.grading import worker
from autograder.jail.mounts import PACKAGE, VISIBLE


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the code that a jail can see, in the place of the package."""
    copy = tmp_path / "autograder"
    for name in VISIBLE:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        if (PACKAGE / name).is_dir():
            shutil.copytree(PACKAGE / name, copy / name)
        else:
            shutil.copy(PACKAGE / name, copy / name)
    monkeypatch.setattr(worker, "PACKAGE", copy)
    return copy


def test_the_same_code_elsewhere_has_the_same_facts(package: Path) -> None:
    copied = worker.facts()
    assert copied == worker.facts()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "PACKAGE", PACKAGE)
        assert worker.facts() == copied


def test_code_that_is_changed_removed_or_added_makes_other_facts(package: Path) -> None:
    found = {worker.facts().code}
    errors = package / "errors.py"
    text = errors.read_bytes()
    errors.write_bytes(b"#" + text[1:])  # as long as before
    os.utime(errors, ns=(1, 1))
    found.add(worker.facts().code)
    errors.write_bytes(text + b"\n")
    found.add(worker.facts().code)
    (package / "recorder" / "more.py").write_text("", encoding="utf-8")
    found.add(worker.facts().code)
    (package / "recorder" / "session.py").unlink()
    found.add(worker.facts().code)
    assert len(found) == 5


def test_other_code_is_told_in_words(package: Path) -> None:
    before = worker.facts()
    (package / "errors.py").write_text("", encoding="utf-8")
    assert "autograder's code" in before.unlike(worker.facts())
