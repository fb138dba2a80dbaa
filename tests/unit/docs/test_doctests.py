"""The examples in docstrings do what they say."""

import doctest
import importlib
from pathlib import Path

import pytest

import autograder

PACKAGE = Path(autograder.__file__).parent
OPTIONS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def _with_examples() -> list[str]:
    paths = (path for path in sorted(PACKAGE.rglob("*.py")) if ">>> " in path.read_text("utf-8"))
    parts = (path.relative_to(PACKAGE.parent).with_suffix("").parts for path in paths)
    return [".".join(part).removesuffix(".__init__") for part in parts]


@pytest.mark.parametrize("name", _with_examples())
def test_the_examples_of_a_module_do_what_they_say(name: str) -> None:
    module = importlib.import_module(name)
    assert any(found.examples for found in doctest.DocTestFinder().find(module))
    assert doctest.testmod(module, optionflags=OPTIONS).failed == 0


def test_an_example_that_is_wrong_is_found() -> None:
    (wrong,) = doctest.DocTestFinder().find(_wrong, "wrong", globs={})
    results = doctest.DocTestRunner(verbose=False).run(wrong, out=lambda text: None)
    assert results.failed == 1


def _wrong() -> None:
    """
    >>> 1 + 1
    3
    """
