"""The sample class of ``autograder demo``: who submits what, with a note for the table."""

from collections.abc import Mapping
from dataclasses import dataclass, field

ASSIGNMENT = "a3_multinomial"
NOTEBOOK = "multinomial"


@dataclass(frozen=True)
class Submitter:
    """A student of the sample class: cells that differ from the solution, or a whole file."""

    name: str
    story: str
    cells: Mapping[str, str] = field(default_factory=dict)
    file: bytes | None = None
    released: bool = False


LOOP = """
while True:
    pass
"""

HOSTILE = """
import os, socket
for place in ("/tests/checks", "../../../gradebook.db", "/etc/shadow", "../../"):
    try:
        print(place, os.listdir(place))
    except OSError as error:
        print(place, "->", error)
try:
    socket.create_connection(("127.0.0.1", 8888), timeout=1)
except OSError as error:
    print("network ->", error)
from IPython.display import HTML, display
display(HTML("<script>alert('from a student')</script>"))
while True:
    if os.fork() == 0:
        while True:
            pass
"""


def special_cases() -> tuple[Submitter, ...]:
    """The submissions that are no ordinary answers."""
    unfinished = {"digits_build": "# I did not get to this\n"}
    return (
        Submitter("unfinished", "stopped half way", cells=unfinished),
        Submitter("untouched", "submitted the release as it was", released=True),
        Submitter("broken_file", "half an upload", file=b'{"cells": [{"cell_type": "code", "sou'),
        Submitter("endless_loop", "a loop that never ends", cells={"head_train": LOOP}),
        Submitter("hostile", "looks around, then a fork bomb", cells={"digits_build": HOSTILE}),
    )
