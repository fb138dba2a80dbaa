"""Lines, cuts and progress, each by itself."""

import io

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape

from autograder.cli.printing import table
from autograder.cli.terminal import QUIET_S, Steps, console, line, shortened


def shown(text: str, indent: int = 0) -> list[str]:
    console = Console(file=io.StringIO(), width=40)
    line(console, text, indent=indent)
    return console.file.getvalue().splitlines()  # type: ignore[attr-defined]


def test_lines_break_between_words_and_are_indented() -> None:
    lines = shown("word " * 30, indent=6)
    assert len(lines) > 3
    assert all(one.startswith("      word") and len(one) <= 40 for one in lines)


def test_a_path_stays_whole_so_that_it_can_be_copied() -> None:
    path = "/" + "folder/" * 12
    assert path in shown(f"Report: {path} and more")


def test_wide_characters_count_as_the_two_columns_that_they_take() -> None:
    assert all(cell_len(one) <= 40 for one in shown("学生 " * 40))


def test_brackets_in_a_students_text_are_text() -> None:
    assert shown("[bold]x[/] :smile:") == ["[bold]x[/] :smile:"]


def test_nothing_that_a_student_wrote_moves_the_cursor_or_turns_text_round(
    capsys: pytest.CaptureFixture[str],
) -> None:
    hostile = "a\x1b]0;owned\x07\x1b[2Jb\u202ec\x9b31md\x08"
    out = console()
    line(out, f"review: {hostile}")
    rows = table()
    rows.add_column("why")
    rows.add_row(escape(shortened(hostile, 60)))
    out.print(rows)
    told = capsys.readouterr().out
    assert "a]0;owned[2Jbc31md" in told
    assert not [c for c in told if not c.isprintable() and c != "\n"]


@pytest.mark.parametrize("width", [8, 9])
def test_a_cut_name_fits_also_with_wide_characters(width: int) -> None:
    assert cell_len(shortened("学生学生学生", width)) <= width


def test_a_log_gets_a_line_for_each_tenth() -> None:
    told: list[str] = []
    steps = Steps("Grading", 100, told.append, clock=lambda: 0.0)
    for _ in range(100):
        steps.advance()
    assert told == [f"Grading: {done} of 100, 0:00" for done in range(10, 101, 10)]


def test_a_log_hears_of_slow_work_before_the_next_tenth() -> None:
    told: list[str] = []
    times = iter([0.0, 1.0, QUIET_S + 1])
    steps = Steps("Grading", 1000, told.append, clock=lambda: next(times))
    steps.advance()
    steps.advance()
    assert told == ["Grading: 2 of 1000, 0:31"]
