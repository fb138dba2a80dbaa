"""Pictures of a feedback page and of Formgrader with the checks' report.

    python docs/screenshots/feedback.py    # takes them anew, into this folder; a minute or two

Needs the extra ``docs`` of pyproject.toml, Chromium and its driver, and a jail. Grades the small
lesson of tests/pipeline/desk in a temporary folder and leaves nothing running.
"""

import base64
import importlib.util
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

from nbgrader.api import Gradebook

PICTURES = Path(__file__).resolve().parent
ROOT = PICTURES.parents[1]
sys.path.append(str(ROOT / "tests"))  # for tests/support
LARGEST_BYTES = 300_000

# Picture, width in pixels, colour scheme, and how many pixels from the top.
SHOTS = (
    ("feedback-light.png", 900, "light", 2300),
    ("feedback-dark.png", 900, "dark", 2300),
    ("feedback-phone.png", 360, "dark", 2600),
)


def main() -> int:
    """Grades the lesson and takes every picture."""
    lesson = _loaded("lesson", ROOT / "tests" / "pipeline" / "desk" / "lesson.py")
    paging = _loaded("paging", ROOT / "tests" / "attacks" / "paging.py")
    with tempfile.TemporaryDirectory(prefix="autograder-docs-", ignore_cleanup_errors=True) as name:
        folder = Path(name).resolve()
        course = lesson.course(folder / "course")
        lesson.hand_in(course, "ada", lesson.ADA)
        _grade(course.root, lesson.ASSIGNMENT)
        lesson.nbgrader(course.root, folder / "home", "generate_feedback", lesson.ASSIGNMENT)
        page = course.feedback(lesson.ASSIGNMENT, "ada") / f"{lesson.NOTEBOOK}.html"
        with paging.browser(folder) as driver:
            for picture, width, scheme, height in SHOTS:
                _size(driver, width, scheme)
                driver.get(page.as_uri())
                _store(driver, picture, width, height)
            _size(driver, 700, "light")
            driver.get(page.as_uri())
            _store(driver, "feedback-curve.png", 700, 760, _top(driver, 1) - 10)
            _size(driver, 1000, "light")
            _formgrader(lesson, paging, driver, course, folder)
    return 0


def _formgrader(lesson: Any, paging: Any, driver: Any, course: Any, folder: Path) -> None:
    """The graded notebook as the instructor sees it."""
    with Gradebook(course.database_url) as gradebook:
        found = gradebook.find_submission_notebook(lesson.NOTEBOOK, lesson.ASSIGNMENT, "ada").id
    with paging.formgrader(course.root, folder) as (address, token):
        driver.get(f"{address}formgrader/manage_assignments?token={token}")
        driver.get(f"{address}formgrader/submissions/{found}")
        _store(driver, "formgrader.png", 1000, 900, max(0, _top(driver, 0) - 260))


def _top(driver: Any, number: int) -> float:
    """Where a report begins."""
    where = "return document.querySelectorAll('.autograder-report')[arguments[0]]"
    return float(driver.execute_script(f"{where}.getBoundingClientRect().top + scrollY", number))


def _grade(root: Path, assignment: str) -> None:
    code = "from autograder.cli import main; main()"
    subprocess.run(
        [sys.executable, "-c", code, "grade", assignment],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,  # 1 says that the essay waits for a person
        stdout=subprocess.DEVNULL,
    )


def _size(driver: Any, width: int, scheme: str) -> None:
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    feature = {"name": "prefers-color-scheme", "value": scheme}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})


def _store(driver: Any, name: str, width: int, height: int, top: float = 0) -> None:
    clip = {"x": 0, "y": top, "width": width, "height": height, "scale": 1}
    asked = {"format": "png", "captureBeyondViewport": True, "clip": clip}
    content = base64.b64decode(driver.execute_cdp_cmd("Page.captureScreenshot", asked)["data"])
    if len(content) > LARGEST_BYTES:
        raise SystemExit(f"{name} has {len(content)} bytes; {LARGEST_BYTES} at most are wanted")
    (PICTURES / name).write_bytes(content)
    print(f"{name}: {len(content)} bytes")


def _loaded(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} expected, found nothing that can be loaded")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    sys.exit(main())
