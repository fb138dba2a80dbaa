"""A configuration file is read without being run; what is not plain is told and not guessed."""

from pathlib import Path

import pytest

from autograder.config_reading import parse_config, read_config
from autograder.gradebook import load_config

REPOSITORY = Path(__file__).resolve().parents[3]


def test_this_courses_settings_are_read_as_nbgrader_runs_them() -> None:
    executed = load_config(REPOSITORY)
    for name, value in read_config(REPOSITORY).values.items():
        owner, trait = name.split(".")
        assert executed[owner][trait] == value


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("c.Execute.timeout = limit()", "the value of Execute.timeout is computed"),
        ("if HUB:\n    c.Exchange.root = '/srv'", "Exchange.root depends on what runs"),
        ("c.Autograde.preprocessors.append('x')", "changed here in a way that is not read"),
        ("exec(open('more.py').read())", "other code or another file is read here"),
        ("load_subconfig('more.py')", "other code or another file is read here"),
        ("c.Execute.timeout = 1\nc.Execute.timeout = g()", "line 2"),
    ],
)
def test_what_is_not_plain_is_told_and_has_no_value(text: str, told: str) -> None:
    read = parse_config(text)
    assert any(told in sentence for sentence in read.unread)
    assert read.values == {}


def test_a_file_that_is_no_python_is_broken_and_says_so(tmp_path: Path) -> None:
    assert "is no Python" in parse_config("def f(:").broken
    (tmp_path / "nbgrader_config.py").write_bytes(b"\xff\xfe\x00")
    assert "cannot be read" in read_config(tmp_path).broken
    assert parse_config("c.A.b = 1").broken == ""


def test_reading_runs_nothing(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    (tmp_path / "nbgrader_config.py").write_text(f"open({str(mark)!r}, 'w')\nc.A.b = 1\n")
    assert read_config(tmp_path).values == {"A.b": 1}
    assert not mark.exists()
