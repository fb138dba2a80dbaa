"""Whether a stream takes colours, and typer's help without them where it does not.

Nothing of rich is imported until it is needed: a press of Tab passes here.
"""

import os
import sys
from typing import TextIO


def moves(stream: TextIO) -> bool:
    """Whether a stream is a terminal on which colours and moving bars are welcome."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM", "") in ("dumb", "unknown"):
        return False
    return stream.isatty()


def plain_help() -> None:
    """Help and errors of use without escape codes where standard output takes none.

    Typer leaves them to rich, which with NO_COLOR takes the colours and keeps bold and dim, and
    which writes all of them into any file as soon as it runs at GitHub.
    """
    if moves(sys.stdout):
        return
    from typer import rich_utils

    rich_utils.COLOR_SYSTEM = None


def aloud(text: str) -> None:
    """An error or a note, on standard error: in lines that fit where a person reads it, whole in a
    log that is searched."""
    if not sys.stderr.isatty():
        print(text, file=sys.stderr, flush=True)
        return
    from autograder.cli.terminal import console, line

    line(console(error=True), text)
    sys.stderr.flush()
