"""Pictures of a class report, light, dark and on a phone, from a class that is made and graded.

    python docs/screenshots/report.py           # makes the class in a temporary folder: minutes
    python docs/screenshots/report.py COURSE    # takes the class of benchmarks/class_of_100.py

Needs the extra ``docs`` of pyproject.toml, Chromium and its driver, and a jail.
"""

import base64
import subprocess
import sys
import tempfile
from pathlib import Path

from lab import browser
from selenium import webdriver

PICTURES = Path(__file__).resolve().parent
ROOT = PICTURES.parents[1]
ASSIGNMENT = "a2_binary"
LARGEST_BYTES = 300_000

# Picture, width in pixels, colour scheme, and the sections from which to which it reaches.
SHOTS = (
    ("report-first-light.png", 1000, "light", "header", "#first .misunderstanding:nth-of-type(2)"),
    ("report-first-dark.png", 1000, "dark", "header", "#first .misunderstanding:nth-of-type(2)"),
    ("report-plots-light.png", 1000, "light", "#trainings", "#amounts"),
    ("report-plots-dark.png", 1000, "dark", "#trainings", "#amounts"),
    ("report-phone-dark.png", 390, "dark", "header", "#first .misunderstanding"),
)
FRAME = """
const [first, last] = [...arguments].map((where) => document.querySelector(where));
const [top, end] = [first.getBoundingClientRect().top, last.getBoundingClientRect().bottom];
return {y: top + scrollY - 8, height: end - top + 20};
"""


def main() -> int:
    """Takes every picture."""
    with tempfile.TemporaryDirectory(prefix="autograder-docs-") as name:
        folder = Path(name)
        course = Path(sys.argv[1]) if len(sys.argv) > 1 else folder / "course"
        made = [sys.executable, str(ROOT / "benchmarks" / "class_of_100.py"), str(course)]
        subprocess.run(made, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        page = course.resolve() / ".autograder" / "report" / f"{ASSIGNMENT}.html"
        with browser(folder) as driver:
            for shot in SHOTS:
                take(driver, page, *shot)
    return 0


def take(
    driver: webdriver.Chrome, page: Path, name: str, width: int, scheme: str, first: str, last: str
) -> None:
    """One picture, cut out of the page from one section to another."""
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    feature = {"name": "prefers-color-scheme", "value": scheme}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
    driver.get(page.as_uri())
    clip = {"x": 0, "width": width, "scale": 1, **driver.execute_script(FRAME, first, last)}
    asked = {"format": "png", "captureBeyondViewport": True, "clip": clip}
    content = base64.b64decode(driver.execute_cdp_cmd("Page.captureScreenshot", asked)["data"])
    if len(content) > LARGEST_BYTES:
        raise SystemExit(f"{name} has {len(content)} bytes; {LARGEST_BYTES} at most are wanted")
    (PICTURES / name).write_bytes(content)
    print(f"{name}: {len(content)} bytes")


if __name__ == "__main__":
    sys.exit(main())
