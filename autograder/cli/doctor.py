"""What ``autograder doctor`` looks at: walls, versions, and whether a GPU is there."""

import importlib.metadata
import platform
import shutil
import subprocess
from dataclasses import asdict
from typing import Any

from autograder.jail.walls import walls

PACKAGES = ("tensorflow", "keras", "numpy", "nbgrader", "ipython", "pytest")


def examine() -> dict[str, Any]:
    """Walls, versions, and ``fit``: whether notebooks can be graded here."""
    found = walls()
    versions = {"Python": platform.python_version(), "kernel": platform.release()}
    versions |= {name: _version(name) for name in PACKAGES}
    versions["GPU"] = _gpu()
    installed = all(version != "not installed" for version in versions.values())
    fit = installed and all(wall.stands for wall in found if wall.needed)
    return {"walls": [asdict(wall) for wall in found], "versions": versions, "fit": fit}


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def _gpu() -> str:
    """Asked of nvidia-smi: TensorFlow would initialise the device in this process."""
    if shutil.which("nvidia-smi") is None:
        return "none, notebooks run on the CPU"
    asked = subprocess.run(
        ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"],
        capture_output=True,
        text=True,
        check=False,
    )
    return asked.stdout.strip().replace("\n", ", ") or "nvidia-smi finds none"
