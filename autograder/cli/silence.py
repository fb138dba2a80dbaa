"""Whether a command was asked to be quiet.

A context variable and not an argument of every command: what is at work is told from many places,
and none of them decides anything by it.
"""

from contextvars import ContextVar

_QUIET: ContextVar[bool] = ContextVar("quiet", default=False)


def be_quiet(wanted: bool) -> bool:
    """The callback of ``--quiet``: from now on nothing is told beside results and errors."""
    _QUIET.set(wanted)
    return wanted


def quiet() -> bool:
    """Whether progress and notes are left out."""
    return _QUIET.get()
