"""A feedback page is one file without scripts, and headings in it never skip a level."""

from typing import Any

import pytest

from autograder.report.page import Grading, feedback_page
from autograder.report.prose import Outline, prose

GRADING = Grading("one", "lesson", 3.0, 5.0)


def cell(kind: str, source: str, outputs: Any = (), **facts: Any) -> dict[str, Any]:
    metadata = {"nbgrader": facts} if facts else {}
    return {"cell_type": kind, "source": source, "metadata": metadata, "outputs": list(outputs)}


def page(*cells: dict[str, Any], grading: Grading = GRADING) -> str:
    return feedback_page({"cells": list(cells)}, grading)


@pytest.mark.parametrize(
    ("written", "levels"),
    [
        ("# a\n\n#### b\n\n## c", ["h2", "h3", "h3"]),
        ("### a\n\n# b\n\n## c", ["h2", "h2", "h3"]),
    ],
)
def test_headings_never_skip_a_level(written: str, levels: list[str]) -> None:
    html = prose(written, Outline())
    assert [html[at + 1 : at + 3] for at in range(len(html)) if html[at : at + 2] == "<h"] == levels


def test_what_loads_or_runs_is_taken_out_of_a_lesson() -> None:
    html = prose(
        '<img src="https://a.example/b.svg" alt="Open in Colab" onload="x()">'
        '<iframe src="https://a.example"></iframe><script>x()</script><b>kept</b>',
        Outline(),
    )
    for gone in ("img", "iframe", "script", "onload", "a.example"):
        assert gone not in html
    assert "Open in Colab" in html
    assert "kept" in html


def test_html_of_an_output_is_shown_in_grade_cells_alone() -> None:
    output = {
        "output_type": "display_data",
        "data": {"text/html": "<i>html</i>", "text/plain": "plain <b>"},
    }
    assert "<i>html</i>" in page(cell("code", "x", [output], grade=True, grade_id="g"))
    other = page(cell("code", "x", [output]))
    assert "<i>html</i>" not in other
    assert "plain &lt;b&gt;" in other


def test_printed_text_is_escaped_and_without_terminal_colours() -> None:
    text = "\x1b[31m<script>red\x1b[0m"
    shown = page(cell("code", "x", [{"output_type": "stream", "text": text}]))
    assert "&lt;script&gt;red" in shown
    assert "\x1b" not in shown


def test_points_open_manual_and_comments_are_told() -> None:
    facts = {"grade": True, "solution": True, "grade_id": "essay", "points": 2.0}
    opened = page(cell("markdown", "a", **facts, score=0.0, open=True))
    assert "open, of 2 points" in opened
    assert "1 open" in opened
    graded = page(cell("markdown", "a", **facts, score=1.5, manual=True, comment="Well *said*."))
    assert "1.5 of 2 points" in graded
    assert "set by your instructor" in graded
    assert "<em>said</em>" in graded


def test_a_late_penalty_is_told() -> None:
    assert "2 points were taken off" in page(grading=Grading("one", "l", 3.0, 5.0, 2.0))


def test_names_are_escaped_and_the_page_forbids_itself_to_load() -> None:
    shown = page(grading=Grading("<b>one", "<i>lesson", 3.0, 5.0))
    assert "<b>one" not in shown
    assert "<i>lesson" not in shown
    assert "default-src 'none'" in shown
