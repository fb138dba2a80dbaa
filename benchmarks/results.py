"""results.json: what each step measured, so that a run can go on where another one ended."""

import json
import os
import platform
import time
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from timing import say

PACKAGES = ("tensorflow", "keras", "numpy", "nbgrader", "sqlalchemy")

Values = dict[str, Any]
"""What one step measured, as JSON."""


class Results:
    """The file, read once and written after each step.

    ``again`` names steps (or their beginnings) that are measured although they are there.
    """

    def __init__(self, path: Path, again: tuple[str, ...] = ()) -> None:
        self.path, self._again = path, again
        self.steps: dict[str, Values] = {}
        if path.exists():
            self.steps = json.loads(path.read_text(encoding="utf-8"))["steps"]

    def get(self, name: str) -> Values | None:
        """What the step measured, or None."""
        return self.steps.get(name)

    def step(
        self, name: str, settings: Mapping[str, object], measure: Callable[[], Values]
    ) -> Values:
        """The step's values: from the file where it was measured with the same settings."""
        found = self.steps.get(name)
        wanted = json.loads(json.dumps(settings))
        if found is not None and found["settings"] == wanted and not name.startswith(self._again):
            say(f"{name}: kept, measured {found['when']}")
            return found
        say(name)
        load, begun = os.getloadavg()[0], time.monotonic()
        values = measure()
        self.steps[name] = {
            **values,
            "settings": wanted,
            "when": time.strftime("%Y-%m-%d %H:%M"),
            "load_before": round(load, 2),
            "took_s": round(time.monotonic() - begun, 1),
        }
        self.write()
        return self.steps[name]

    def write(self) -> None:
        """The file under its name, whole or not at all."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"machine": machine(), "steps": _rounded(self.steps)}, indent=1)
        draft = self.path.with_suffix(".tmp")
        draft.write_text(text + "\n", encoding="utf-8")
        draft.replace(self.path)


def machine() -> Values:
    """Where it was measured: what a reader needs to judge absolute times."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "memory_gib": round(memory / 2**30),
        "python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
    }


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 5)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return value
