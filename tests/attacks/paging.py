"""Hostile text in every place where a student's text reaches a page, and a browser that looks.

Loaded by path (conftest.py). A vector calls ``hit`` with its number; in the browser that function
is there before any page, and keeps the numbers.
"""

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from autograder.course import Course
from autograder.gradebook import course_of
from support.cells import code, grade_cell, meta, notebook

REPOSITORY = Path(__file__).resolve().parents[2]
KNOWN = Path(__file__).with_name("vectors.txt").read_text(encoding="utf-8").splitlines()
ALWAYS, DRAWN, SEED = 111, 8, 6
"""A quick run has the first ones and some of the others; the soak test has all."""

LINES = (
    KNOWN
    if os.environ.get("AUTOGRADER_SOAK_VECTORS")
    else [*KNOWN[:ALWAYS], *random.Random(SEED).sample(KNOWN[ALWAYS:], DRAWN)]
)
VECTORS = tuple(
    line.replace("hit(0)", f"hit({n})")
    .replace("example/0.", f"example/{n}.")
    .replace("ESC", "\x1b")
    for n, line in enumerate(LINES)
)
LEAK = "leak.example"
PARTS = 4
"""Variables that a check quotes: its message is cut after 4,000 characters."""

MIMES = (
    "text/html",
    "image/svg+xml",
    "application/javascript",
    "text/latex",
    "text/markdown",
    "application/json",
    "application/vnd.plotly.v1+json",
    "application/vnd.vega.v5+json",
    "application/vnd.vegalite.v4+json",
    "application/vnd.jupyter.widget-view+json",
    "application/vnd.jupyter.widget-state+json",
    "application/pdf",
    "image/png",
    "text/plain",
)

CHECKS = """
from autograder.checks import check
from autograder.matchers import MatchFailure

@check(cell="check_word", points=1)
def test_word(evidence):
    \"\"\"The word is keras.\"\"\"
    raise MatchFailure("keras", str(evidence.scalar("word_0")), hint=str(evidence.scalar("word_1")))

@check(cell="check_word", points=1)
def test_other_words(evidence):
    \"\"\"And so are the others.\"\"\"
    raise MatchFailure(str(evidence.scalar("word_2")), "x", why=str(evidence.scalar("word_3")))
"""

WATCH = """
window.hits = window.hits || [];
window.hit = (n) => { try { top.hits.push(n) } catch (e) {}; console.log("HIT " + n); };
for (const name of ["alert", "confirm", "prompt"]) window[name] = () => window.hit(-1);
"""
TOUCH = r"""
const inside = (d) => [...d.querySelectorAll(arguments[0] + " *")];
const frames = [...document.querySelectorAll("iframe, object, embed")];
const within = (f) => { try { return f.contentDocument } catch (e) {} };
const documents = [document, ...frames.map(within)];
const click = () => new MouseEvent("click", {bubbles: true, cancelable: true});
let touched = 0;
for (const d of documents.filter(Boolean)) {
  for (const e of (d === document ? inside(d) : [...d.querySelectorAll("*")])) {
    touched += 1;
    for (const kind of ["mouseover", "mouseenter", "pointerenter", "pointerover", "focus", "toggle",
                        "animationstart", "error", "load", "begin"])
      try { e.dispatchEvent(new Event(kind)) } catch (x) {}
    const target = (e.getAttribute("href") || e.getAttribute("xlink:href") || "").trim();
    const scripted = /^\W*(j\s*a\s*v\s*a|vb|d\s*a\s*t\s*a|#|$)/i.test(target);
    const control = e.matches("button, input") && arguments[0] !== "tbody";
    if (control || (e.matches("a, area") && scripted))
      try { e.dispatchEvent(click()) } catch (x) {}
  }
}
return touched;
"""


def _text(source: str, kind: str = "markdown", **more: Any) -> dict[str, Any]:
    return {"cell_type": kind, "source": source, "metadata": {}, **more}


def _own() -> list[dict[str, Any]]:
    """The cells of the source that a student fills in."""
    return [
        code("# YOUR CODE", meta("word", solution=True)),
        grade_cell("check_word", 2, "word_0"),
        {**_text("YOUR ANSWER"), "metadata": meta("essay", grade=True, solution=True, points=1)},
    ]


def course(root: Path) -> Course:
    """A course of one assignment whose checks quote what a student made."""
    root.mkdir(parents=True)
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    made = course_of(root)
    for folder, name, content in (
        (made.source("pages"), "lesson.ipynb", json.dumps(notebook(_own()))),
        (made.checks("pages"), "test_pages.py", CHECKS),
        (made.checks("pages"), "settings.toml", "[limits]\noutput_bytes = 8388608\n"),
    ):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return made


def hostile() -> dict[str, Any]:
    """A notebook with every vector in every place."""
    whole = "\n".join(VECTORS)
    word, check, essay = _own()
    parts = [whole[n * 3900 : (n + 1) * 3900] for n in range(PARTS)]
    word["source"] = "".join(f"word_{n} = {part!r}\n" for n, part in enumerate(parts))
    essay["source"] = "\n\n".join(VECTORS)
    shown = [
        code(
            "from IPython.display import display\n"
            f"for v in {list(VECTORS)!r}:\n"
            f"    display({{{kind!r}: v}}, raw=True, metadata={{{kind!r}: {{'isolated': True}}}})",
            {"name": VECTORS[0], "tags": [VECTORS[1]], "collapsed": VECTORS[2]},
        )
        for kind in MIMES
    ]
    raising = "raise type(v, (Exception,), {'__module__': v})(v)"
    smuggled = [
        {"output_type": "display_data", "metadata": {}, "data": {"text/html": v}} for v in VECTORS
    ]
    attached = {VECTORS[12]: {"image/svg+xml": VECTORS[18]}, "a.png": {"text/html": VECTORS[0]}}
    image = _text("![x](attachment:a.png) ![x](attachment:" + VECTORS[12] + ")")
    cells = [
        *(_text(v) for v in VECTORS),
        *(_text(v, "raw") for v in VECTORS),
        _text(
            "\n".join(VECTORS), "raw", metadata={"format": "text/html", "raw_mimetype": "text/html"}
        ),
        {**image, "attachments": attached},
        *shown,
        code(
            f"import sys\nfor v in {list(VECTORS)!r}:\n    print(v)\n    print(v, file=sys.stderr)",
            {},
        ),
        code(f"v = {whole[:1500]!r}\n{raising}", {}),
        code(f"v = {VECTORS[12]!r}\n{raising}", {}),
        code("\n".join(f"# {v}" for v in VECTORS) + "\nclass <script>", {}, smuggled),
        code("x = 1", {"nbgrader": {**meta(VECTORS[12])["nbgrader"], "grade": True, "points": 9}}),
    ]
    widgets = {"application/vnd.jupyter.widget-state+json": {"state": {"x": {"model": VECTORS[0]}}}}
    extra = {"title": VECTORS[0], "authors": [{"name": VECTORS[12]}], "widgets": widgets}
    return notebook([word, check, essay, *cells], **extra)


@contextmanager
def browser(folder: Path) -> Iterator[Any]:
    """Chromium without a window and without a network: only this machine answers."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or shutil.which("google-chrome") or ""
    for argument in (
        *("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run"),
        *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        f"--user-data-dir={folder / 'chromium'}",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    try:
        driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
        driver.execute_cdp_cmd("Network.enable", {})
        yield driver
    finally:
        driver.quit()


def looked_at(driver: Any, url: str, inside: str = "body", told: str = "") -> dict[str, Any]:
    """What a page did by itself, and when everything in it was touched, once it says ``told``."""
    from selenium.webdriver.support.ui import WebDriverWait

    driver.get_log("browser"), driver.get_log("performance")
    driver.get(url)
    says = "return document.body.innerText.replaceAll('\u2060', '').includes(arguments[0])"
    WebDriverWait(driver, 60).until(lambda _: driver.execute_script(says, told), f"{url}: {told}")
    touched = driver.execute_script(TOUCH, inside)
    # Scripts behind javascript: links run after this turn of the page.
    driver.execute_async_script("const done = arguments[0]; setTimeout(done, 300)")
    said = [entry["message"] for entry in driver.get_log("browser")]
    events = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    asked = [
        event["params"]["request"]["url"]
        for event in events
        if event["method"] == "Network.requestWillBeSent"
    ]
    hits = set(driver.execute_script("return window.hits"))
    hits |= {int(text.rpartition("HIT ")[2].rstrip('"')) for text in said if "HIT " in text}
    return {
        "hits": sorted(hits),
        "touched": touched,
        "leaks": [url for url in asked if LEAK in url],
        "asked": asked,
        "at": driver.current_url,
        "text": driver.execute_script("return document.body.innerText"),
    }


@contextmanager
def formgrader(root: Path, folder: Path) -> Iterator[tuple[str, str]]:
    """A Jupyter server with nbgrader's Formgrader on a free port: its address and its token."""
    runtime, token = folder / "runtime", "t" + os.urandom(12).hex()
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "IPYTHON"))}
    places = {
        name: str(folder / name.lower())
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")
    }
    command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"]
    command += ["--ServerApp.ip=127.0.0.1", "--ServerApp.port=0", f"--ServerApp.root_dir={root}"]
    command += ["--ServerApp.jpserver_extensions={'nbgrader.server_extensions.formgrader': True}"]
    with open(folder / "server.log", "wb") as log:
        server = subprocess.Popen(
            command,
            cwd=root,
            env={
                **kept,
                **places,
                "JUPYTER_RUNTIME_DIR": str(runtime),
                "JUPYTER_TOKEN": token,
                "PYTHONPATH": str(REPOSITORY),
            },
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        yield _address(server, runtime, folder / "server.log"), token
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _address(server: subprocess.Popen[bytes], runtime: Path, log: Path) -> str:
    for _ in range(600):
        for note in runtime.glob("jpserver-*.json"):
            try:
                return str(json.loads(note.read_text())["url"])
            except json.JSONDecodeError:
                pass  # half written
        try:
            server.wait(0.1)
            break
        except subprocess.TimeoutExpired:
            pass  # still starting
    raise AssertionError(f"the server does not start:\n{log.read_text()[-2000:]}")


def nbgrader(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """nbgrader's own command in the course."""
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=root,
        env={**os.environ, "HOME": str(root.parent), "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
