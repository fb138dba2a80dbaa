"""What the notebook around a call knows: its cells, its names, and the last error."""

import linecache
import sys
from collections.abc import Iterable, Iterator
from types import FrameType
from typing import Any  # names are bound to anything


def cells() -> tuple[str, ...]:
    """The texts of the cells that have run, empty outside IPython."""
    texts = _names().get("In")
    return (
        tuple(one for one in texts if one and isinstance(one, str))
        if isinstance(texts, list)
        else ()
    )


def name_of(value: object) -> str:
    """The variable that holds this very object; ``model`` where there is none."""
    for name, held in _names().items():
        if held is value and not name.startswith("_"):
            return name
    return "model"


def last_error(homes: Iterable[str], model: Any = None) -> str:
    """The text of the last error that nobody caught, if it came out of one of these packages.

    Empty where it is not about this ``model`` any more: raised by another one, or in a cell behind
    which another has called ``fit``, since Python keeps the last error for ever.
    """
    error = getattr(sys, "last_value", None)
    frames = list(_frames(error))
    if not any(f"/{home}/" in one.f_code.co_filename for home in homes for one in frames):
        return ""
    others = [one for frame in frames for one in _subjects(frame) if _is_model(one)]
    if model is not None and others and all(one is not model for one in others):
        return ""
    return "" if _outdated(frames, trained=_trained(model)) else said(error)


def said(error: object) -> str:
    """An error's type and text; a student's own error may not even have one."""
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:
        return type(error).__name__


def _frames(error: object) -> Iterator[FrameType]:
    trace = getattr(error, "__traceback__", None)
    while trace is not None:
        yield trace.tb_frame
        trace = trace.tb_next


def _subjects(frame: FrameType) -> list[Any]:
    """Whose method this is; Keras cuts its own frames out and leaves a wrapper with ``args``."""
    given = frame.f_locals.get("args")
    first = given[:1] if isinstance(given, tuple) else ()
    return [frame.f_locals.get("self"), *first]


def _is_model(value: object) -> bool:
    return any(kind.__name__ == "Model" for kind in type(value).__mro__)


def _trained(model: Any) -> bool:
    return bool(getattr(getattr(model, "history", None), "epoch", None))


def _outdated(frames: Iterable[FrameType], *, trained: bool) -> bool:
    """Whether a later cell has called ``fit``: had that raised, it would be the last error.

    A text that ran several times is taken for its first run where the model has been trained.
    """
    ran = cells()[:-1]  # the last one is running now
    texts = {"".join(linecache.getlines(one.f_code.co_filename)).strip() for one in frames}
    places = [place for place, cell in enumerate(ran) if cell.strip() in texts]
    if not places:
        return False
    later = ran[(places[0] if trained else places[-1]) + 1 :]
    return any(".fit(" in cell for cell in later)


def _names() -> dict[str, Any]:
    shell = sys.modules.get("IPython")
    found = shell.get_ipython() if shell is not None else None
    return dict(found.user_ns) if found is not None else {}
