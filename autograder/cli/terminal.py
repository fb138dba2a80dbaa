"""Where people read: a screen of 80 columns, a screen without colours, a pipe, a log of CI.

Results go to standard output, progress and notes to standard error. Colours and moving bars are for
terminals that can show them: not with NO_COLOR (https://no-color.org), not with TERM=dumb, not in a
pipe, where each line stays as it was written.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from autograder.cli.plain import moves
from autograder.cli.silence import quiet

QUIET_S = 30.0
"""Seconds without a line of progress after which a log gets one: CI ends jobs that say nothing."""

TENTHS = 10
"""Lines of progress that a log gets of a quick command."""

BAR_TITLE = 30
"""Columns of a bar's title, so that bar and numbers fit beside it in 80."""


def console(*, error: bool = False) -> Console:
    """Standard output, or standard error, as rich writes to it; no colour where none is wanted."""
    stream = sys.stderr if error else sys.stdout
    system: Literal["auto"] | None = "auto" if moves(stream) else None
    return Console(stderr=error, highlight=False, emoji=False, color_system=system)


def line(to: Console, text: str, *, indent: int = 0) -> None:
    """``text`` in lines that fit, each of them indented.

    Lines break between words. A word that is longer than a line, a path say, stays whole, so that
    it can be copied.
    """
    room = max(to.width - indent, 20)
    for part in text.splitlines() or [""]:
        for wrapped in _wrapped(part, room):
            shown = Text(" " * indent + wrapped)
            to.print(shown, overflow="ignore", no_wrap=True, crop=False)


def _wrapped(text: str, width: int) -> list[str]:
    """``text`` in lines of whole words; rich itself would fold a path or cut it."""
    body = text.lstrip()
    found = [text[: len(text) - len(body)]]
    for word in body.split(" "):
        before = found[-1]
        joined = f"{before} {word}" if before.strip() else before + word
        if before.strip() and cell_len(joined) > width:
            found.append(word)
        else:
            found[-1] = joined
    return [one.rstrip() for one in found]


def say(text: str) -> None:
    """A note on what is at work, on standard error; nothing with ``--quiet``."""
    if not quiet():
        line(console(error=True), text)
        sys.stderr.flush()


def shortened(text: str, width: int) -> str:
    """``text`` in at most ``width`` columns, with an ellipsis where it was cut.

    >>> shortened("a_very_long_name", 8), shortened("short", 8)
    ('a_very_…', 'short')
    """
    whole = " ".join(text.split())
    if cell_len(whole) <= width:
        return whole
    cut = Text(whole)
    cut.truncate(width, overflow="ellipsis")
    return cut.plain


@contextmanager
def progress(title: str, total: int) -> Iterator[Callable[[], None]]:
    """Progress on standard error; the value advances it by one.

    A bar where one can move, a line every so often elsewhere, nothing with ``--quiet``.
    """
    if quiet():
        yield lambda: None
        return
    if not moves(sys.stderr):
        yield Steps(title, total, say).advance
        return
    name = shortened(title, BAR_TITLE)
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console(error=True), transient=True) as bar:
        task = bar.add_task(name, total=total)
        yield lambda: bar.advance(task)


@dataclass
class Steps:
    """Progress in a log: a line for each tenth, and one after QUIET_S seconds without any.

    The one thing here that changes: how far it is, and when it last said so.
    """

    title: str
    total: int
    tell: Callable[[str], None]
    clock: Callable[[], float] = time.monotonic
    done: int = 0
    told: int = 0

    def __post_init__(self) -> None:
        self.began_s = self.told_s = self.clock()

    def advance(self) -> None:
        """One more is done."""
        self.done += 1
        now = self.clock()
        tenth = self.done * TENTHS // max(self.total, 1)
        if tenth == self.told and now - self.told_s < QUIET_S:
            return
        self.told, self.told_s = tenth, now
        minutes, seconds = divmod(int(now - self.began_s), 60)
        self.tell(f"{self.title}: {self.done} of {self.total}, {minutes}:{seconds:02d}")
