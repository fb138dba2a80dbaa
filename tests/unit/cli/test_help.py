"""Help: every command, also those of a group, with an example, and a text for every option."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import typer.main

from autograder.cli.app import app

OWN_OPTIONS = {"preflight"}
"""The student's command line, which has argparse and no typer: its help is tested there."""


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


COMMANDS = dict(commands(typer.main.get_command(app)))


def named(path: tuple[str, ...]) -> str:
    return " ".join(path)


@pytest.mark.parametrize("path", COMMANDS, ids=named)
def test_every_command_has_an_example_of_itself(path: tuple[str, ...]) -> None:
    assert f"Example: autograder {named(path)}" in COMMANDS[path].help


@pytest.mark.parametrize("path", COMMANDS, ids=named)
def test_every_option_and_argument_has_a_text(path: tuple[str, ...]) -> None:
    without = [one.name for one in COMMANDS[path].params if not getattr(one, "help", None)]
    assert without == []


@pytest.mark.parametrize(
    "path", [path for path in COMMANDS if path[0] not in OWN_OPTIONS], ids=named
)
def test_every_command_can_be_quiet_and_speak_json(path: tuple[str, ...]) -> None:
    options = {name for one in COMMANDS[path].params for name in one.opts}
    assert {"--quiet", "--json"} <= options


def test_completion_loads_neither_tensorflow_nor_nbgrader() -> None:
    code = (
        "import sys, autograder.cli.app\n"
        "print([m for m in ('tensorflow', 'nbgrader', 'rich.console', 'IPython') "
        "if m in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
