"""Every operator by itself, on small written solutions: what it makes of a cell."""

from pathlib import Path

import pytest

from autograder.authoring.audit.right.catalogue import OPERATORS
from autograder.authoring.audit.right.notebook import Notebook

MAKES = Path(__file__).with_name("makes.txt").read_text()
"""Of each operator, a piece of text that it makes in the small solutions; ⏎ ends a line."""

CASES = dict(tuple(line.split("| ", 1)) for line in MAKES.strip().splitlines())
CASES = {name.strip(): text.replace("⏎", "\n") for name, text in CASES.items()}
BY_NAME = {operator.name: operator for operator in OPERATORS}


def test_every_operator_has_its_case_here_and_a_name_of_its_own() -> None:
    assert sorted(BY_NAME) == sorted(CASES)
    assert len(BY_NAME) == len(OPERATORS)


@pytest.mark.parametrize("name", CASES)
def test_operator_makes_its_spelling(notebooks: dict[str, Notebook], name: str) -> None:
    made = [edit for one in notebooks.values() for edit in BY_NAME[name].made(one, frozenset())]
    texts = [text for edit in made for text in edit.texts.values()]
    assert any(CASES[name] in text for text in texts), "\n\n".join(texts)


@pytest.mark.parametrize("name", CASES)
def test_what_an_operator_makes_is_python_and_says_what_it_is(
    notebooks: dict[str, Notebook], name: str
) -> None:
    for notebook in notebooks.values():
        for edit in BY_NAME[name].made(notebook, frozenset()):
            for text in edit.texts.values():
                compile(text.removeprefix("%%time").removeprefix("%%capture"), name, "exec")
            assert edit.says
            assert "{" not in edit.says.replace("{'", "").replace("{type", ""), edit.says
