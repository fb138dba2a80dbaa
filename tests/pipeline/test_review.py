"""``autograder review``: who waits, and what a person decides stays decided."""

import json
import os
import select
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.cli.review import KEYS, Options, review_command
from autograder.course import Course
from autograder.errors import UsageError
from autograder.gradebook import load_config, opened
from autograder.grading import Desk, plan_of
from autograder.grading.classroom import grade_class

SECONDS = 60
"""A command that says nothing for so long waits for something that nobody types."""

CTRL_D = "\x04"
PROMPTS = ("(n):", "any ():", "any:", "(3):", "]:", "Points:", "reads it):")

ASKED = Options(
    accept=False, scores=(), reason="", seeds=0, everything=False, near=0.01, as_json=True,
    store="", data=None, gpus="",
)  # fmt: skip


@pytest.fixture
def course(
    tmp_path: Path,
    new_course: Callable[[Path], Course],
    answered: Callable[..., Any],
    hand_in: Callable[..., Path],
    warm_parent: Any,
) -> Course:
    """Ada is right, Bob's file is broken, Cleo sets a flag that the audit doubts."""
    made = new_course(tmp_path / "course")
    hand_in(made, "ada", answered(made))
    hand_in(made, "bob", "{")
    hand_in(made, "cleo", answered(made, word="import gc\nword = 'keras'\ngc.get_objects()"))
    grade(made, warm_parent)
    return made


def grade(course: Course, parent: Any) -> None:
    desk = Desk(course.state / "store", parent=parent)
    config = load_config(course.root)
    list(grade_class(desk, plan_of(course, "sums"), config, ["ada", "bob", "cleo"], workers=1))


@pytest.fixture
def asked(course: Course, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """The command's status and its JSON."""

    def ask(*students: str, **options: Any) -> tuple[int, dict[str, Any]]:
        capsys.readouterr()
        wanted = Options(**{**vars(ASKED), **options})
        status = review_command("sums", list(students), course.root, wanted)
        return status, {one["student"]: one for one in json.loads(capsys.readouterr().out)}

    return ask


def grades(course: Course, student: str) -> dict[str, tuple[float | None, bool]]:
    with opened(course, load_config(course.root)) as gradebook:
        found = gradebook.find_submission("sums", student)
        return {
            grade.cell.name: (grade.manual_score, grade.needs_manual_grade)
            for notebook in found.notebooks
            for grade in notebook.grades
        }


def comment(course: Course, student: str, cell: str) -> str:
    with opened(course, load_config(course.root)) as gradebook:
        return str(gradebook.find_comment(cell, "lesson", "sums", student).manual_comment)


def test_who_waits_stands_there_with_the_reason_and_nobody_else(asked: Callable[..., Any]) -> None:
    status, queue = asked()
    assert status == 1
    assert list(queue) == ["bob", "cleo"]  # undecided before doubtful
    assert queue["bob"]["kinds"][:2] == ["undecided", "ended"]
    assert queue["cleo"]["kinds"] == ["doubtful"]
    assert any("(gc)" in why for why in queue["cleo"]["why"])


def test_what_is_accepted_waits_no_longer_until_the_result_is_another(
    asked: Callable[..., Any],
    course: Course,
    answered: Callable[..., Any],
    hand_in: Callable[..., Path],
    warm_parent: Any,
) -> None:
    _, queue = asked("cleo", accept=True, reason="She only looked.")
    assert queue == {}
    assert list(asked()[1]) == ["bob"]
    assert list(asked(everything=True)[1]) == ["bob", "cleo"]
    other = answered(course, word="import gc\nword = 'keras'\ngc.get_referrers(word)", total="1")
    hand_in(course, "cleo", other)
    grade(course, warm_parent)
    assert "cleo" in asked()[1]


def test_an_assignment_that_nobody_handed_in_is_told_from_one_without_doubts(
    tmp_path: Path, new_course: Callable[[Path], Course], capsys: pytest.CaptureFixture[str]
) -> None:
    empty = new_course(tmp_path / "empty")
    assert review_command("sums", [], empty.root, ASKED) == 0
    assert "Nothing has been handed in yet" in " ".join(capsys.readouterr().err.split())


def test_what_has_no_score_cannot_be_accepted(asked: Callable[..., Any], course: Course) -> None:
    with pytest.raises(UsageError, match="--score check_total=POINTS"):
        asked("bob", accept=True)
    assert all(wanted for _, wanted in grades(course, "bob").values())


def test_a_score_by_hand_and_its_reason_are_in_the_gradebook_and_outlive_grading(
    asked: Callable[..., Any], course: Course, warm_parent: Any
) -> None:
    cells = list(grades(course, "bob"))
    scores = tuple(f"{cell}=1" for cell in cells)
    status, queue = asked("bob", scores=scores, reason="By mail.", accept=True)
    assert (status, queue) == (0, {})
    assert grades(course, "bob") == dict.fromkeys(cells, (1.0, False))
    said = comment(course, "bob", "total")
    assert said == "check_total: 1 of 2 points by review. By mail."
    grade(course, warm_parent)
    assert {score for score, _ in grades(course, "bob").values()} == {1.0}
    assert comment(course, "bob", "total") == said


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"scores": ("check_total=9",), "reason": "x"}, "0 to 2 points"),
        ({"scores": ("check_total=two",), "reason": "x"}, "CELL=POINTS"),
        ({"scores": ("check_none=1",), "reason": "x"}, "check_total"),
        ({"scores": ("check_total=1",)}, "a reason expected"),
    ],
)
def test_what_cannot_be_meant_is_said(
    asked: Callable[..., Any], course: Course, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        asked("cleo", **options)
    assert {score for score, _ in grades(course, "cleo").values()} == {None}


def test_other_seeds_are_tried_and_change_no_grade(
    course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    before = grades(course, "cleo")
    options = Options(**{**vars(ASKED), "seeds": 2, "as_json": False})
    review_command("sums", ["cleo"], course.root, options)
    lines = [line for line in capsys.readouterr().out.splitlines() if ", seed " in line]
    assert len(lines) == 3
    assert all("10 of 10" in line for line in lines)
    assert grades(course, "cleo") == before


def talked(course: Course, keys: list[str], **more: str) -> tuple[int, str]:
    """The status of a review in a terminal where these lines are typed, and what it showed."""
    words = [sys.executable, "-m", "autograder", "review", "sums", "--course", str(course.root)]
    main, other = os.openpty()
    environment = {**os.environ, "COLUMNS": "80", **more}
    talk = subprocess.Popen(words, stdin=other, stdout=other, stderr=other, env=environment)
    os.close(other)
    shown, told, typed, left, quiet = "", 0, "", iter(keys), 0
    try:
        while quiet < SECONDS:
            if not select.select([main], [], [], 1)[0]:
                quiet += 1
                if typed == CTRL_D:  # lost where it came before the command listened for keys
                    os.write(main, typed.encode())
                continue
            shown, quiet = shown + os.read(main, 4096).decode(), 0
            if shown[told:].rstrip().endswith(PROMPTS):
                typed = next(left)
                os.write(main, (typed if typed == CTRL_D else typed + "\n").encode())
                told = len(shown)
        talk.kill()
    except OSError:
        pass  # the command has ended, and the terminal with it
    os.close(main)
    return talk.wait(60), shown


def test_in_a_terminal_one_key_does_each_thing(course: Course) -> None:
    keys = ["o", "a", "", "n", "a", ""]  # Bob has no score yet: the first "a" is refused
    status, shown = talked(course, keys, NO_COLOR="1", TERM="dumb")
    assert status == 1
    assert "a score for every cell of bob expected" in " ".join(shown.split())
    assert "cleo: accepted as it is." in shown
    assert "Traceback" not in shown


def test_a_slip_of_the_finger_is_told_and_ctrl_d_ends_the_review(course: Course) -> None:
    keys = ["x", "s", "many", "0", "w", "check_nothing", "check_total", "two", "why", CTRL_D]
    status, shown = talked(course, keys, NO_COLOR="1", TERM="xterm-256color")
    assert status == 1, shown
    assert KEYS in shown
    assert "one other seed or more expected, found 0" in shown
    assert "--score CELL=POINTS expected, found check_total=two" in shown
    assert "Traceback" not in shown
    assert "\x1b[1" not in shown and "\x1b[3" not in shown  # neither bold nor a colour
