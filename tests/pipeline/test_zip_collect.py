"""Without a hub: files as learning platforms name them, ``nbgrader zip_collect``, then grading."""

import io
import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring import build_release, write_release
from autograder.gradebook import load_config
from autograder.grading.classroom import grade_class, submissions
from autograder.grading.desk import Desk
from autograder.grading.plan import plan_of

pytestmark = [pytest.mark.jail, pytest.mark.filterwarnings("ignore::Warning")]

REPOSITORY = Path(__file__).resolve().parents[2]
FULL = 10.0


def test_a_platforms_archive_is_collected_and_graded(
    tmp_path: Path, warm_parent: Any, new_course: Any, answered: Any
) -> None:
    course = new_course(tmp_path / "course")
    write_release(course, "sums", build_release(course, "sums"))
    right = json.dumps(answered(course))
    wrong = json.dumps(answered(course, total="total = 9"))
    moodle = {
        "Zoë Çelik_801_assignsubmission_file/lesson.ipynb": right,
        "Ada Lovelace_802_assignsubmission_file/lesson (1).ipynb": wrong,
        "Ada Lovelace_802_assignsubmission_file/notes.txt": "hello",
        "Bob Broken_803_assignsubmission_file/lesson.ipynb": '{"cells": [',
        "Someone_804_assignsubmission_file/essay.pdf": "%PDF",
    }
    canvas = {"hoppergrace_LATE_55_9001_lesson-1.ipynb": right}
    for name, files in (("moodle.zip", moodle), ("canvas.zip", canvas)):
        _archive(course.root / "downloaded" / "sums" / "archive" / name, files)
    _zip_collect(course.root)
    found = submissions(course, "sums")
    assert found == ["ada_lovelace", "bob_broken", "hoppergrace_55", "zoe_celik"]
    desk = Desk(course.state / "store", parent=warm_parent)
    plan, config = plan_of(course, "sums"), load_config(course.root)
    results = {r.student: r for r in grade_class(desk, plan, config, found, workers=2)}
    assert {student: result.score for student, result in results.items()} == {
        "ada_lovelace": FULL - 2,
        "bob_broken": None,
        "hoppergrace_55": FULL,
        "zoe_celik": FULL,
    }
    assert results["bob_broken"].needs_review


def _archive(path: Path, files: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    path.write_bytes(data.getvalue())


def _zip_collect(root: Path) -> None:
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])
    environment = {"PATH": path, "HOME": str(root.parent), "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "zip_collect", "sums"],
        cwd=root,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
