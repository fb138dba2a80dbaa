"""An option that a format has no use for is refused, and not passed over."""

from pathlib import Path
from typing import Any

import pytest

from autograder.errors import UsageError
from autograder.exports.hand_over import ONLY, Wish, check_wish

GIVEN: dict[str, Any] = {
    "roster": Path("roster.csv"),
    "worksheet": Path("sheet.csv"),
    "titles": {"a1": "One"},
    "language": "de",
    "columns": {"grade": "Note"},
    "scale": True,
    "feedback": False,
    "missing_as_zero": True,
    "decimal_comma": True,
    "visibility": "visible",
}


def test_every_option_is_for_some_format() -> None:
    assert GIVEN.keys() == ONLY.keys()
    assert ONLY.keys() | {"to"} == Wish.__dataclass_fields__.keys()


@pytest.mark.parametrize("name", GIVEN)
def test_an_option_is_taken_by_its_formats_and_refused_by_junit(name: str) -> None:
    option, formats = ONLY[name]
    with pytest.raises(UsageError, match=f"no {option} expected with --to junit"):
        check_wish(Wish("junit", **{name: GIVEN[name]}), Path("out.xml"), 1)
    for to in formats:
        needed = {"worksheet": Path("sheet.csv")} if to == "moodle" else {}
        check_wish(Wish(to, **{**needed, name: GIVEN[name]}), Path("out.csv"), 1)
