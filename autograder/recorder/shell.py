"""An IPython shell without a kernel: the notebook's semantics, outputs handed to a callback.

Trusts nobody: it runs in the same process as student code, so whatever it emits is a claim.
"""

import io
import os
import sys
import time
from collections.abc import Callable
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

from autograder.nouns import JSON

Emit = Callable[[dict[str, JSON]], None]

FLUSH_BYTES = 16 * 1024
FLUSH_S = 0.5
"""How much printed text may be lost when a notebook is killed in the middle of a cell."""


class OutputStream(io.TextIOBase):
    """sys.stdout or sys.stderr of the notebook: joins small writes, keeps their order."""

    def __init__(self, name: str, emit: Emit, descriptor: int) -> None:
        self.name = name
        self._emit = emit
        self._descriptor = descriptor
        self._parts: list[str] = []
        self._size = 0
        self._since = 0.0

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """Always UTF-8."""
        return "utf-8"

    def writable(self) -> bool:
        """Yes."""
        return True

    def isatty(self) -> bool:
        """No: a notebook is not a terminal."""
        return False

    def fileno(self) -> int:
        """The real descriptor, for subprocesses that are given this stream."""
        return self._descriptor

    def write(self, text: str) -> int:
        """Queue ``text``; it leaves when enough has gathered."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        now = time.monotonic()
        if not self._parts:
            self._since = now
        self._parts.append(text)
        self._size += len(text)
        if self._size > FLUSH_BYTES or now - self._since > FLUSH_S:
            self.flush()
        return len(text)

    def flush(self) -> None:
        """Hand on what has gathered."""
        parts, self._parts, self._size = self._parts, [], 0
        text = "".join(parts)
        if text:
            self._emit({"output_type": "stream", "name": self.name, "text": text})


class _Publisher(DisplayPublisher):  # type: ignore[misc]  # IPython is untyped here
    def publish(self, data: Any, metadata: Any = None, **_: Any) -> None:
        _flush()
        self.shell.emit(
            {
                "output_type": "display_data",
                "data": _plain(data),
                "metadata": {},
            }
        )

    def clear_output(self, wait: bool = False) -> None:
        """A graded notebook keeps everything that was shown."""


class _Hook(DisplayHook):  # type: ignore[misc]
    def start_displayhook(self) -> None:
        _flush()

    def write_output_prompt(self) -> None:
        """The prompt is the notebook's business."""

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        self.shell.emit(
            {
                "output_type": "execute_result",
                "execution_count": self.prompt_count,
                "data": _plain(format_dict),
                "metadata": {},
            }
        )

    def finish_displayhook(self) -> None:
        _flush()


class NotebookShell(InteractiveShell):  # type: ignore[misc]
    """IPython's shell whose displays, results and tracebacks go to ``emit``."""

    emit: Emit = staticmethod(lambda output: None)

    def init_display_pub(self) -> None:
        self.display_pub = _Publisher(parent=self, shell=self)

    def init_displayhook(self) -> None:
        self.displayhook = _Hook(parent=self, shell=self)
        self.configurables.append(self.displayhook)
        self.display_trap = _trap(self.displayhook)

    def init_history(self) -> None:
        self.config.HistoryManager.enabled = False
        super().init_history()

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        _flush()
        self.emit(
            {
                "output_type": "error",
                "ename": str(getattr(etype, "__name__", etype)),
                "evalue": _text(evalue),
                "traceback": [str(line) for line in stb],
            }
        )

    def enable_gui(self, gui: Any = None) -> None:
        """``%matplotlib inline`` asks for no event loop, and a graded notebook has none."""

    def system(self, cmd: str) -> None:
        """``!cmd`` through pipes: its output goes to the descriptors, no terminal is needed."""
        _flush()
        self.system_raw(cmd)


def make_shell(emit: Emit) -> NotebookShell:
    """A fresh shell that writes to ``emit``; sys.stdout and sys.stderr are its streams."""
    sys.stdout = OutputStream("stdout", emit, 1)
    sys.stderr = OutputStream("stderr", emit, 2)
    shell: NotebookShell = NotebookShell.instance(
        ipython_dir=f"{os.environ['HOME']}/.ipython", colors="nocolor"
    )
    shell.emit = emit
    shell.builtin_trap.activate()
    shell.user_ns["input"] = _no_input
    shell.builtin_trap.add_builtin("input", _no_input)
    return shell


def _no_input(prompt: object = "") -> str:
    raise EOFError(
        "input() cannot be answered while a notebook is graded: write the value into the cell."
    )


def _trap(hook: DisplayHook) -> Any:
    from IPython.core.display_trap import DisplayTrap

    return DisplayTrap(hook=hook)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # student code may have replaced the streams with anything
            pass


def _plain(data: Any) -> dict[str, JSON]:
    """A mime bundle as strings: bytes become base64, the rest its text."""
    import base64

    found: dict[str, JSON] = {}
    for kind, value in dict(data).items():
        if isinstance(value, bytes):
            found[str(kind)] = base64.b64encode(value).decode("ascii")
        elif isinstance(value, str):
            found[str(kind)] = value
    return found


def _text(value: object) -> str:
    try:
        return str(value)[:2000]
    except Exception:  # a student's __str__ may raise
        return "<no text>"
