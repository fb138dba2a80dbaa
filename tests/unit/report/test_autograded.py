"""The graded notebook shows the student's sanitised outputs and our reports."""

from typing import Any

import nbformat

from autograder.nouns import JSON, CellScore, CheckOutcome, Diagnosis, Result, Status, Verdict
from autograder.report import graded_notebook

KERNEL: dict[str, JSON] = {"name": "python3", "display_name": "Python 3"}


def code(source: str, grade_id: str | None = None, id_: str = "a") -> dict[str, JSON]:
    meta: dict[str, JSON] = {"nbgrader": {"grade_id": grade_id, "grade": True}} if grade_id else {}
    return {
        "cell_type": "code",
        "id": id_,
        "source": source,
        "metadata": meta,
        "outputs": [],
        "execution_count": None,
    }


def notebook() -> dict[str, JSON]:
    cells: list[JSON] = [
        {"cell_type": "markdown", "id": "t", "source": "# Lesson", "metadata": {}},
        code("x = 1", id_="b"),
        code("check(x)", "check_x", id_="c"),
        code("assert x", "check_old", id_="d"),
    ]
    metadata: dict[str, JSON] = {
        "widgets": {"state": "<script>"},
        "kernelspec": KERNEL,
    }
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}


def entry(index: int, text: str, status: str = "ok") -> dict[str, JSON]:
    outputs: list[JSON] = [{"output_type": "stream", "name": "stdout", "text": text}]
    return {"index": index, "grade_id": None, "status": status, "wall_s": 0.1, "outputs": outputs}


RUN: dict[str, JSON] = {
    "version": 1,
    "skipped": [],
    "cells": [entry(1, "hello"), entry(2, "shown"), entry(3, "kept")],
}


def result(status: Status = Status.COMPLETED, **more: Any) -> Result:
    check = CheckOutcome("t::a", "check_x", "X is one.", Verdict.FAILED, 0.0, 2.0, "found 3")
    cells = {"check_x": CellScore("n", 0.0, 2.0), "check_old": CellScore("n", 1.0, 1.0)}
    return Result("one", "ada", status, cells, (check,), **more)


def outputs(graded: dict[str, JSON], number: int) -> Any:
    cells: Any = graded["cells"]
    return cells[number]["outputs"]


def test_the_report_replaces_all_outputs_of_a_grade_cell_with_checks() -> None:
    graded = graded_notebook(notebook(), RUN, result())
    (report,) = outputs(graded, 2)
    assert report["output_type"] == "display_data"
    assert "found 3" in report["data"]["text/html"]
    assert "found 3" in report["data"]["text/plain"]


def test_other_cells_keep_what_they_printed() -> None:
    graded = graded_notebook(notebook(), RUN, result())
    assert outputs(graded, 1)[0]["text"] == "hello"
    assert outputs(graded, 3)[0]["text"] == "kept"


def test_a_students_html_does_not_reach_the_page() -> None:
    hostile: dict[str, JSON] = {
        "output_type": "display_data",
        "metadata": {},
        "data": {"text/html": "<script>alert(1)</script>", "application/javascript": "alert(1)"},
    }
    run: dict[str, JSON] = {"cells": [{**entry(1, ""), "outputs": [hostile]}]}
    graded = graded_notebook(notebook(), run, result())
    assert "<script" not in str(graded)
    assert "application/javascript" not in str(graded)


def test_widget_states_are_dropped_and_the_kernel_stays() -> None:
    graded = graded_notebook(notebook(), RUN, result())
    assert graded["metadata"] == {"kernelspec": KERNEL}


def test_repairs_and_endings_stand_in_a_first_cell() -> None:
    told = result(Status.TIMED_OUT, repairs=("Cell 'check_x' was put <b>back</b>.",))
    graded = graded_notebook(notebook(), {**RUN, "skipped": [1]}, told)
    cells: Any = graded["cells"]
    note = cells[0]["source"]
    assert cells[0]["cell_type"] == "markdown"
    assert "time limit" in note
    assert "without cell 2" in note
    assert "put &lt;b&gt;back" in note


def test_a_plain_submission_has_no_first_cell() -> None:
    cells: Any = graded_notebook(notebook(), RUN, result())["cells"]
    assert [cell["id"] for cell in cells] == ["t", "b", "c", "d"]


def test_nothing_run_leaves_cells_without_outputs() -> None:
    graded = graded_notebook(
        notebook(), None, result(Status.UNREADABLE, reasons=("JSON expected",))
    )
    cells: Any = graded["cells"]
    assert "JSON expected" in cells[0]["source"]
    assert outputs(graded, 2) == []


def test_a_students_markdown_is_cleaned_and_a_locked_lesson_is_not() -> None:
    lesson = "<b>Read</b> this."
    locked: JSON = {"nbgrader": {"grade_id": "intro", "locked": True}}
    cells: list[JSON] = [
        {"cell_type": "markdown", "id": "l", "source": lesson, "metadata": locked},
        {"cell_type": "markdown", "id": "m", "source": "<script>x</script>", "metadata": {}},
    ]
    graded = graded_notebook({**notebook(), "cells": cells}, None, result())
    shown: Any = graded["cells"]
    assert shown[0]["source"] == lesson
    assert "<script>" not in shown[1]["source"]


def test_the_diagnosis_stands_in_the_cell_that_it_explains() -> None:
    falls = Diagnosis("r", "warning", "The loss still falls.", "check_x")
    elsewhere = Diagnosis("s", "warning", "Another cell's.", "check_y")
    graded = graded_notebook(notebook(), RUN, result(diagnosis=(falls, elsewhere)))
    report = outputs(graded, 2)[0]["data"]["text/html"]
    assert "still falls" in report
    assert "Another cell" not in report


def test_the_result_is_a_valid_notebook() -> None:
    graded = graded_notebook(notebook(), RUN, result(repairs=("One.",)))
    nbformat.validate(nbformat.from_dict(graded))


def test_the_given_notebook_is_not_changed() -> None:
    given = notebook()
    graded_notebook(given, RUN, result())
    assert given == notebook()
