"""Pictures of a student's notebook in JupyterLab, and a check that releases open without a word.

    python docs/screenshots/take.py                    # takes the pictures anew, into this folder
    python docs/screenshots/take.py --check-releases   # opens and saves every release

Needs the extra ``docs`` of pyproject.toml, Chromium and its driver. Works on copies in a temporary
folder, with settings of its own, and leaves nothing running.
"""

import argparse
import base64
import json
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

from lab import Failed, Lab, running_lab

PICTURES = Path(__file__).resolve().parent
ROOT = PICTURES.parents[1]
RELEASE = ROOT / "assignments" / "a1_regression" / "regression.ipynb"
EXERCISE, CHECK = "build", "check_build"
ANSWER = """reg_model = tf.keras.Sequential([
    tf.keras.Input(shape=(10,)),
    tf.keras.layers.Dense({units}),
])"""
# Each picture of a check: the answer that is typed, and what the card must say.
CARDS = {
    "not-yet.png": (ANSWER.format(units=10), "reg_model: not yet"),
    "right.png": (ANSWER.format(units=1), "reg_model: right so far"),
}
MARGIN = 6
LARGEST_BYTES = 200_000

# Where there is no network, the Colab badge's words without the mark of a broken picture.
WORDS_FOR_BROKEN_PICTURES = """
for (const picture of [...document.images].filter((one) => one.naturalWidth === 0))
  picture.replaceWith(picture.alt);
"""
# The same commands as in the menus.
RUN_UP_TO = """
const {shell, commands} = window.jupyterapp;
const notebook = shell.currentWidget.content;
notebook.activeCellIndex = arguments[0];
await commands.execute("notebook:run-all-above");
notebook.activeCellIndex = arguments[0];
await commands.execute("notebook:run-cell");
"""
SAVE = "await window.jupyterapp.commands.execute('docmanager:save');"
WARN = """
await window.jupyterapp.commands.execute(
  "apputils:notify", {message: "canary", type: "warning", options: {autoClose: 100}});
"""
LABELS = """
const cell = window.jupyterapp.shell.currentWidget.content.widgets[arguments[0]];
return [...cell.node.querySelectorAll(".jp-OutputArea [role=group]")].map((card) => card.ariaLabel);
"""
# The first cell is made the active one, so that no frame is drawn around those of the picture.
SCROLL = """
const notebook = window.jupyterapp.shell.currentWidget.content;
notebook.activeCellIndex = 0;
notebook.deselectAll();
await notebook.scrollToItem(arguments[0], "start");
"""
# The rectangle from the first to the last cell; nothing while it is not wholly to be seen.
RECTANGLE = """
const notebook = window.jupyterapp.shell.currentWidget.content;
const [first, last] = [...arguments].map((i) => notebook.widgets[i].node.getBoundingClientRect());
const page = notebook.node.getBoundingClientRect();
if (first.top < page.top - 1 || last.bottom > page.bottom + 1 || last.height === 0) return null;
return {x: first.x, y: first.y, width: first.width, height: last.bottom - first.top};
"""


def main() -> int:
    """Does what was asked for; 1 with the reason if something is not as it must be."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--check-releases",
        action="store_true",
        help="take no pictures; fail if opening or saving a release shows any message",
    )
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that everything is closed then too
    try:
        with running_lab() as lab:
            check_releases(lab) if given.check_releases else take_pictures(lab)
    except Failed as failure:
        print(f"FAILED: {failure}", file=sys.stderr)
        return 1
    return 0


def take_pictures(lab: Lab) -> None:
    """Takes the three pictures and stores them beside this file."""
    fresh = _copied(lab, RELEASE, "fresh")
    lab.open(fresh, len(_cells(fresh)))
    lab.ask(WORDS_FOR_BROKEN_PICTURES)
    lab.settle()
    _store(lab, "fresh.png")
    for picture, (answer, label) in CARDS.items():
        copy = _copied(lab, RELEASE, Path(picture).stem)
        _type(copy, answer)
        lab.open(copy, len(_cells(copy)))
        _store(lab, picture, _checked(lab, copy, label))


def check_releases(lab: Lab) -> None:
    """Opens and saves every release; fails if one shows a message or is changed by it."""
    releases = sorted(ROOT.glob("assignments/*/*.ipynb"))
    if not releases:
        raise Failed("there are no releases in assignments/")
    _check_that_messages_are_seen(lab)
    wrong: list[str] = []
    for release in releases:
        found = _complaints(lab, release)
        print(f"{release.relative_to(ROOT)}: {'; '.join(found) or 'no message, nothing changed'}")
        wrong += [f"{release.name}: {one}" for one in found]
    if wrong:
        raise Failed("\n  ".join(["JupyterLab does not open every release as it must:", *wrong]))


def _complaints(lab: Lab, release: Path) -> list[str]:
    """What is wrong with opening this release and saving it, in words."""
    copy = _copied(lab, release, release.parent.name)
    try:
        lab.open(copy, len(_cells(copy)))
    except Failed as failure:
        return [str(failure)]
    opened = lab.messages()
    found = [f"opening shows {one!r}" for one in opened]
    if copy.read_bytes() != release.read_bytes():
        found.append("opening changes the file")
    # JupyterLab saves by itself after two minutes, since the kernel fills in the metadata.
    lab.ask(SAVE)
    lab.settle()
    found += [f"saving shows {one!r}" for one in lab.messages()[len(opened) :]]
    if _cells(copy) != _cells(release):
        found.append("saving changes the cells")
    return found


def _check_that_messages_are_seen(lab: Lab) -> None:
    """Provokes a dialog and a short warning, which must both be noticed.

    Without it, a JupyterLab that draws them otherwise would let everything pass.
    """
    copy = _copied(lab, RELEASE, "unknown_kernel")
    notebook = json.loads(copy.read_text(encoding="utf-8"))
    kernel = {"name": "no_such_kernel", "display_name": "None", "language": "none"}
    notebook["metadata"] = {"kernelspec": kernel, "language_info": {"name": "none"}}
    copy.write_text(json.dumps(notebook), encoding="utf-8")
    lab.driver.get(lab.address(copy))
    lab.wait("the dialog that asks for a kernel", "return window.messages.size === 1")
    lab.ask(WARN)
    lab.wait("the warning", "return window.messages.size === 2")


def _checked(lab: Lab, copy: Path, label: str) -> dict[str, float]:
    """Runs up to the check, waits for its card, and says where the exercise is in the window."""
    names = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in _cells(copy)]
    first, last = names.index(EXERCISE) - 1, names.index(CHECK)
    lab.ask(RUN_UP_TO, last)
    labels = lab.wait("the card of the check", LABELS, last)
    if labels != [label]:
        raise Failed(f"a card {label!r} expected, found {labels}")
    lab.ask(SCROLL, first)
    lab.settle()
    place = lab.wait("the exercise within the window", RECTANGLE, first, last)
    return {
        "x": place["x"] - MARGIN,
        "y": place["y"] - MARGIN,
        "width": place["width"] + 2 * MARGIN,
        "height": place["height"] + MARGIN,  # below, a cell has a margin of its own
    }


def _store(lab: Lab, name: str, clip: dict[str, float] | None = None) -> None:
    """Takes a picture of the window, or of a part of it."""
    part = {"clip": {**clip, "scale": 1}} if clip else {}
    taken = lab.driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", **part})
    content = base64.b64decode(taken["data"])
    if len(content) > LARGEST_BYTES:
        raise Failed(f"{name} has {len(content)} bytes; {LARGEST_BYTES} at most are wanted")
    (PICTURES / name).write_bytes(content)
    print(f"{name}: {len(content)} bytes")


def _copied(lab: Lab, release: Path, folder: str) -> Path:
    """A copy of a release, in a folder of its own that JupyterLab shows."""
    copy = lab.folder / folder / release.name
    copy.parent.mkdir()
    return Path(shutil.copy(release, copy))


def _type(copy: Path, answer: str) -> None:
    """Puts an answer in the place of the exercise's empty cell."""
    notebook = json.loads(copy.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == EXERCISE:
            cell["source"] = answer
    copy.write_text(json.dumps(notebook), encoding="utf-8")


def _cells(path: Path) -> list[dict[str, Any]]:
    """A notebook's cells; a source that is kept as lines is joined, which means the same."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [{**cell, "source": "".join(cell["source"])} for cell in cells]


if __name__ == "__main__":
    sys.exit(main())
