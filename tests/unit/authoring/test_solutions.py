"""A solution notebook holds solutions and outputs, and nothing that differs from run to run."""

import json
from typing import Any

import nbformat
import pytest

from autograder.authoring import build_solution, differences
from autograder.authoring.solutions import stable_text
from autograder.course import Course
from autograder.errors import ReleaseError
from autograder.nouns import JSON

BAR = (
    "\x1b[1m 1/45\x1b[0m \x1b[37m━━━━\x1b[0m \x1b[1m12s\x1b[0m 285ms/step - loss: 2.3"
    + "\b" * 40
    + "\r\x1b[1m45/45\x1b[0m \x1b[32m━━━━\x1b[0m\x1b[37m\x1b[0m \x1b[1m1s\x1b[0m {step}ms/step - "
    "accuracy: 0.9500 - loss: 0.1000\n"
)


def stream(text: str) -> JSON:
    return {"output_type": "stream", "name": "stdout", "text": text}


def run(text: str = "shown\n", status: str = "ok") -> dict[str, JSON]:
    cells: list[JSON] = [
        {"index": index, "status": status if index == 2 else "ok", "outputs": [stream(text)]}
        for index in (1, 2, 3)
    ]
    return {"cells": cells}


def built(course: Course, manifest: dict[str, JSON]) -> bytes:
    return build_solution(course, "one", course.source("one") / "lesson.ipynb", manifest)


def test_solutions_outputs_and_counts_are_there(small_course: Course) -> None:
    data = built(small_course, run())
    notebook: Any = json.loads(data)
    assert "answer = 42" in "".join(notebook["cells"][2]["source"])
    assert notebook["cells"][2]["outputs"][0]["text"] == ["shown\n"]
    assert [c.get("execution_count") for c in notebook["cells"]] == [None, 1, 2, 3, None]
    nbformat.validate(nbformat.reads(data.decode(), as_version=4))


def test_two_runs_with_other_times_and_addresses_give_equal_bytes(small_course: Course) -> None:
    one = run(BAR.format(step=2) + "<keras.Model at 0x7f00aa11bb22>\nWall time: 3.1 s\n")
    two = run(BAR.format(step=31) + "<keras.Model at 0x55d0cc33dd44>\nWall time: 9.9 s\n")
    assert built(small_course, one) == built(small_course, two)


def test_what_was_computed_stays() -> None:
    text = stable_text(BAR.format(step=2))
    assert text == "45/45 ━━━━ - accuracy: 0.9500 - loss: 0.1000\n"


def test_numbers_with_units_in_a_lesson_stay() -> None:
    assert stable_text("It took 3s for 5 steps; 2 ms/step is quick") == (
        "It took 3s for 5 steps; 2 ms/step is quick"
    )


@pytest.mark.parametrize("status", ["error", "killed", "interrupted"])
def test_a_solution_that_fails_is_refused(small_course: Course, status: str) -> None:
    with pytest.raises(ReleaseError, match=f"cell 3 with status '{status}'"):
        built(small_course, run(status=status))


def test_a_cell_that_never_ran_is_refused(small_course: Course) -> None:
    with pytest.raises(ReleaseError, match="cell 2 with status 'not_run'"):
        built(small_course, {"cells": []})


def test_outputs_are_compared_only_when_asked(small_course: Course) -> None:
    one = {"lesson.ipynb": built(small_course, run("0.951"))}
    two = {"lesson.ipynb": built(small_course, run("0.952"))}
    assert differences(one, two) == ("lesson.ipynb: cell 2 has another outputs",)
    assert differences(one, two, outputs=False) == ()
