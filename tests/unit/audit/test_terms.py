"""audit.toml: what an exercise leaves open, and for which answers."""

from pathlib import Path

import pytest

from autograder.authoring.audit.terms import FILE, terms_of
from autograder.authoring.audit.variants import Kind, Variant
from autograder.errors import CourseError

TEXT = """
[[open]]
operators = ["another-optimizer", "learning-rate-tiny"]
cell = "compile"
change = "adam"
loses = "check_fit"
reason = "The optimizer is free."

[[excluded]]
operators = ["functional", "lambda:save"]
reason = "The text asks for a Sequential."
"""


def variant(operator: str, cell: str = "compile", change: str = "adam -> sgd") -> Variant:
    return Variant(Kind.WRONG, (operator,), cell, change, {cell: "x = 1"})


def test_an_entry_covers_its_operators_cell_and_change(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(TEXT)
    terms = terms_of(tmp_path)
    found = terms.opening(variant("another-optimizer"))
    assert found is not None
    assert (found.loses, found.reason) == ("check_fit", "The optimizer is free.")
    assert terms.opening(variant("loss-changed")) is None
    assert terms.opening(variant("another-optimizer", cell="fit")) is None
    assert terms.opening(variant("another-optimizer", change="sgd -> adagrad")) is None
    assert set(terms.excluded) == {"functional", "lambda:save"}


def test_without_a_file_nothing_is_open(tmp_path: Path) -> None:
    assert terms_of(tmp_path).opening(variant("another-optimizer")) is None


@pytest.mark.parametrize(
    "text",
    [
        "[[open]]\noperators = ['a']\n",  # no reason
        "[[open]]\noperators = ['a']\nreason = 'x'\ncells = 'y'\n",  # a key that means nothing
        "[[opened]]\noperators = ['a']\nreason = 'x'\n",
        "[[open",
    ],
)
def test_what_is_no_audit_toml_is_said(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(CourseError, match=r"audit\.toml"):
        terms_of(tmp_path)
