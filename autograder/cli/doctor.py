"""What ``autograder doctor`` looks at: walls, versions, data sets, and whether a GPU is there."""

import importlib.metadata
import platform
import shutil
import subprocess
from dataclasses import asdict
from pathlib import Path
from typing import Any

from autograder.errors import UsageError
from autograder.jail.walls import walls
from autograder.student import datasets

PACKAGES = ("tensorflow", "keras", "numpy", "nbgrader", "ipython", "pytest")


def examine() -> dict[str, Any]:
    """Walls, versions, data sets, and ``fit``: whether notebooks can be graded here.

    Data that is not there leaves the machine fit: most assignments need none.
    """
    found = walls()
    versions = {"Python": platform.python_version(), "kernel": platform.release()}
    versions |= {name: _version(name) for name in PACKAGES}
    versions["GPU"] = _gpu()
    installed = all(version != "not installed" for version in versions.values())
    fit = installed and all(wall.stands for wall in found if wall.needed)
    sets = {images.title: _data(name) for name, images in datasets.image_sets().items()}
    told = [asdict(wall) for wall in found]
    return {"walls": told, "versions": versions, "data": sets, "fit": fit}


def _data(name: str) -> str:
    """Where a data set lies and which variant it is, after its checksum; or why it is not there."""
    try:
        place = datasets.find(datasets.image_sets()[name], None)
        return f"{datasets.split(name, fetch=False).variant}, in {place}"
    except UsageError as error:
        return str(error)


def public_answers(root: Path) -> list[str]:
    """Sentences on a course in ``root`` whose answers lie where its badges send students."""
    from autograder.authoring.exposure import exposed
    from autograder.authoring.publication import publication_of
    from autograder.gradebook import course_of, load_config

    if not root.is_dir():
        return []
    config = load_config(root.resolve())
    return exposed(course_of(root, config), publication_of(config).repository)


def leased(root: Path) -> list[str]:
    """One sentence for each GPU that could be leased to notebooks of a course in ``root``."""
    from autograder.gradebook import load_config
    from autograder.grading import choice_of

    choice = choice_of(load_config(root.resolve()), "auto") if root.is_dir() else None
    if choice is None or not choice.devices:
        return ["none to lease"]
    return [
        f"{device.name}: CUDA_VISIBLE_DEVICES={device.visible}, jobs at a time {choice.share}, "
        f"nodes {' '.join(node.host for node in device.nodes)}"
        for device in choice.devices
    ]


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
