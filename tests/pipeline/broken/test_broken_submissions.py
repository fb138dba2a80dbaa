"""A class of broken submissions, graded by one command: every one has the result that it should."""

import json
import os
import subprocess
import sys
import sysconfig
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest

pytestmark = [pytest.mark.jail, pytest.mark.filterwarnings("ignore::Warning")]

REPOSITORY = Path(__file__).resolve().parents[3]
NEIGHBOURS = ("aaa", "mmm", "zzz")
REVIEW = "review: "
"""Begins a sentence that asks for a person although every cell has its score."""


def _run(course: Any, *command: str) -> Any:
    scripts = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])
    environment = {"PATH": scripts, "HOME": str(course.root.parent), "PYTHONPATH": str(REPOSITORY)}
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=course.root,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def graded(tmp_path_factory: Any, hand_in_all: Any) -> Any:
    root = tmp_path_factory.mktemp("broken")
    course, expected = hand_in_all(root / "course")
    before = time.monotonic()
    done = _run(course, "autograder", "grade", "sums", "--json", "--workers", "2")
    assert done.returncode == 1, done.stderr
    assert done.stdout, done.stderr[-3000:]
    results = {result["student"]: result for result in json.loads(done.stdout)}
    yield SimpleNamespace(
        course=course,
        expected=expected,
        done=done,
        results=results,
        wall_s=time.monotonic() - before,
    )
    # Folders deeper than Python's own rmtree can go; rm does not recurse.
    subprocess.run(["rm", "-rf", str(course.root)], check=True)


def test_the_corpus_is_as_large_as_it_should_be(cases: Any) -> None:
    assert len(cases) >= 40
    assert all(case.make.__doc__ for case in cases)


def test_every_submission_has_a_result_and_nobody_sees_a_traceback(graded: Any) -> None:
    assert sorted(graded.results) == sorted([*graded.expected, *NEIGHBOURS])
    assert "Traceback" not in graded.done.stderr
    told = json.dumps([[r["reasons"], r["repairs"]] for r in graded.results.values()])
    assert "Traceback" not in told
    assert "fault of the grader" not in told
    assert "not recorded" not in told


@pytest.mark.parametrize("neighbour", NEIGHBOURS)
def test_an_honest_neighbour_has_all_points_and_no_word(graded: Any, neighbour: str) -> None:
    result = graded.results[neighbour]
    assert result["score"] == result["max_score"] == 10
    assert (result["repairs"], result["reasons"], result["needs_review"]) == ([], [], False)


def test_the_result_is_what_a_person_would_expect(graded: Any, student: str) -> None:
    score, phrases = graded.expected[student]
    result = graded.results[student]
    told = [*result["repairs"], *result["reasons"]]
    assert result["score"] == score, told
    expected = [phrase.removeprefix(REVIEW) for phrase in phrases]
    assert all(any(phrase in line for line in told) for phrase in expected), told
    # And nothing else is told: each sentence is one that was expected.
    assert all(any(phrase in line for phrase in expected) for line in told), told
    review = score is None or any(phrase.startswith(REVIEW) for phrase in phrases)
    assert result["needs_review"] == review
    assert (result["status"] == "unreadable") == (score is None)


def test_the_graded_notebook_can_be_opened(graded: Any, student: str) -> None:
    page = graded.course.autograded("sums", student) / "lesson.ipynb"
    if graded.results[student]["status"] == "missing":
        assert not page.exists()
        return
    nbformat.validate(nbformat.read(page, as_version=4))


def test_nbgrader_makes_feedback_of_them(graded: Any) -> None:
    # Those whose graded notebooks differ most; the whole corpus in tests/soak.
    chosen = "[bclmn]*"
    done = _run(graded.course, "nbgrader", "generate_feedback", "sums", f"--student={chosen}")
    assert done.returncode == 0, done.stderr
    students = [name for name in graded.expected if name[0] in chosen]
    pages = [name for name in students if list(graded.course.feedback("sums", name).glob("*.html"))]
    missing = {n for n in students if graded.results[n]["status"] == "missing"}
    assert set(students) - set(pages) == missing
