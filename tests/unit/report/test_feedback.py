"""The checks' report says each verdict in words, and lets nothing of a student through as HTML."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from autograder.nouns import (
    CellScore,
    CheckOutcome,
    Diagnosis,
    Drawing,
    DrawnLayer,
    Mark,
    Verdict,
)
from autograder.report import cell_report_html, cell_report_text, note_html

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)> $\\href{javascript:alert(1)}{x}$ &"


def outcome(
    verdict: Verdict, message: str = "", hint: str = "", title: str = "One layer."
) -> CheckOutcome:
    earned = {Verdict.PASSED: 2.0, Verdict.ERRORED: None}.get(verdict, 0.0)
    return CheckOutcome("t::a", "check_build", title, verdict, earned, 2.0, message, hint)


class Tags(HTMLParser):
    """The tags of a page, and those that were left open."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize(
    ("verdict", "symbol", "word"),
    [
        (Verdict.PASSED, "✓", "Passed"),
        (Verdict.FAILED, "✗", "Not passed"),
        (Verdict.SKIPPED, "○", "Not judged"),
        (Verdict.ERRORED, "?", "Not decided"),
    ],
)
def test_a_verdict_is_a_word_and_a_symbol(verdict: Verdict, symbol: str, word: str) -> None:
    score = CellScore("lesson", None if verdict is Verdict.ERRORED else 0.0, 2.0)
    for report in (cell_report_html, cell_report_text):
        text = report("check_build", score, [outcome(verdict)])
        assert symbol in text
        assert word in text


def test_message_hint_title_and_points_are_shown() -> None:
    check = outcome(Verdict.FAILED, "expected relu", "Look at the activation.")
    for report in (cell_report_html, cell_report_text):
        text = report("check_build", CellScore("lesson", 1.0, 4.0), [check])
        assert "1 of 4 points" in text
        assert "0 of 2 points" in text
        assert "expected relu" in text
        assert "Look at the activation." in text
        assert "One layer." in text


def test_a_checks_own_fault_is_told_in_neutral_words() -> None:
    check = outcome(Verdict.ERRORED, "KeyError: held-out label 7", "see line 3")
    for report in (cell_report_html, cell_report_text):
        text = report("check_build", CellScore("lesson", None, 2.0), [check])
        assert "held-out" not in text
        assert "line 3" not in text
        assert "Your instructor will look at" in text
        assert "open, of 2 points" in text


def test_what_a_student_wrote_is_never_markup() -> None:
    check = outcome(Verdict.FAILED, HOSTILE, HOSTILE, HOSTILE)
    page = cell_report_html(
        HOSTILE, CellScore("lesson", 0.0, 2.0), [check], [Diagnosis("r", "warning", HOSTILE)]
    )
    tags = Tags(page)
    assert not tags.open
    assert set(tags.seen) <= {
        *(
            "section",
            "h3",
            "h4",
            "p",
            "strong",
            "ul",
            "ol",
            "li",
            "dl",
            "dt",
            "dd",
            "span",
            "div",
            "br",
        )
    }
    assert "mathjax_ignore" in page


def test_names_between_backticks_are_code_and_no_markup_beside() -> None:
    check = outcome(Verdict.FAILED, title="`net` is <b>one</b>.", hint="Call `fit`.")
    page = cell_report_html("check_build", CellScore("lesson", 0.0, 2.0), [check])
    assert "<code>net</code> is &lt;b&gt;one&lt;/b&gt;." in page
    assert "Call <code>fit</code>." in page


def test_a_matchers_message_is_taken_apart_and_the_first_failure_stands_out() -> None:
    first = outcome(Verdict.FAILED, "Expected: one\n  two\nFound: three\nWhy: four")
    page = cell_report_html("c", CellScore("n", 0.0, 4.0), [first, outcome(Verdict.FAILED, "five")])
    for name, text in (("Expected", "one\n  two"), ("Found", "three"), ("Why", "four")):
        assert f">{name}</dt>" in page
        assert f">{text}</dd>" in page
    assert page.count("look here first") == 1
    assert page.index("look here first") < page.index("five")


def test_a_network_is_drawn_for_a_failed_check_alone_and_marked_in_words() -> None:
    drawing = Drawing(
        (DrawnLayer("Dense <10>", Mark.DIFFERS), DrawnLayer("…", Mark.UNTOLD)),
        (DrawnLayer("Dense(3)", Mark.DIFFERS),),
    )
    score = CellScore("n", 0.0, 2.0)
    failed = replace(outcome(Verdict.FAILED, "no"), drawing=drawing)
    page = cell_report_html("c", score, [failed])
    assert page.count("differs here") == 2
    assert "Dense &lt;10&gt;" in page
    assert "Dense" not in cell_report_html("c", score, [replace(failed, verdict=Verdict.PASSED)])


def test_the_report_is_self_contained() -> None:
    page = cell_report_html("check_build", CellScore("n", 2.0, 2.0), [outcome(Verdict.PASSED)])
    assert not set(Tags(page).seen) & {"script", "link", "style", "img", "iframe"}


def test_control_and_direction_characters_are_dropped_and_long_text_is_cut() -> None:
    check = outcome(Verdict.FAILED, "a\x1b[31m\u202eb" + "x" * 9000)
    text = cell_report_text("check_build", CellScore("lesson", 0.0, 2.0), [check])
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert len(text) < 5000


def test_a_note_stays_one_html_block() -> None:
    note = note_html(["Cell 1\n\n# was <b>put</b> back", "Second."])
    assert "\n\n" not in note
    assert "<b>" not in note
    assert not Tags(note).open
