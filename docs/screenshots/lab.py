"""A JupyterLab and a Chromium for scripts: started on empty settings, gone again at the end."""

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import TimeoutException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import WebDriverWait

WIDTH, HEIGHT = 1100, 800
PATIENCE_S = 90.0
GLANCE_S = 0.1

# Not the notebook's doing: JupyterLab asks everybody at the first start whether to fetch news.
NO_NEWS = {"fetchNews": "false", "checkForUpdates": False}
# What is for instructors is off, as nbgrader's manual tells a hub to have it for students.
STUDENT = {
    "disabledExtensions": {
        "@jupyter/nbgrader:create-assignment": True,
        "@jupyter/nbgrader:formgrader": True,
        "@jupyter/nbgrader:course-list": True,
    }
}
CHROMIUM = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--lang=en-US",
)

# Collects from the first moment on, so that a message that goes away by itself is seen too.
WATCH = """
window.messages = new Set();
new MutationObserver((changes) => {
  for (const node of changes.flatMap((change) => [...change.addedNodes])) {
    if (node.nodeType !== Node.ELEMENT_NODE) continue;
    const kinds = ".jp-Dialog, .Toastify__toast";
    if (node.matches(kinds)) window.messages.add(node);
    node.querySelectorAll(kinds).forEach((inner) => window.messages.add(inner));
  }
}).observe(document, {childList: true, subtree: true});
"""
MESSAGES = """
return [...window.messages].map((node) => {
  const [, kind] = /jp-Notification-Toast-(\\w+)/.exec(node.className) ?? [, "dialog"];
  return `${kind}: ${node.innerText || node.textContent}`.replace(/\\s+/g, " ").trim();
});
"""
# The notebook has all its cells, its text is drawn, its pictures came or failed, its kernel waits.
SETTLED = """
const panel = window.jupyterapp?.shell.currentWidget;
return Boolean(panel?.context?.isReady)
  && panel.content.widgets.length === arguments[0]
  && panel.context.sessionContext.kernelDisplayStatus === "idle"
  && panel.node.querySelector(".jp-MarkdownOutput") !== null
  && [...document.images].every((picture) => picture.complete);
"""
# An answer of the server and two frames: what was set going before is on the screen by then.
ROUND_TRIP = """
const {context} = window.jupyterapp.shell.currentWidget;
await window.jupyterapp.restored;
await window.jupyterapp.serviceManager.contents.get(context.path, {content: false});
for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
"""


class Failed(Exception):
    """Something is not as it must be; the text is for the person at the terminal."""


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab, the folder that it shows, and the browser that looks at it."""

    url: str
    token: str
    folder: Path
    driver: webdriver.Chrome

    def address(self, notebook: Path) -> str:
        """Where a notebook is opened by itself."""
        path = notebook.relative_to(self.folder).as_posix()
        return f"{self.url}doc/tree/{path}?token={self.token}"

    def open(self, notebook: Path, cells: int) -> None:
        """Opens a notebook and waits until all of it is there and its kernel is idle."""
        self.driver.get(self.address(notebook))
        self.wait(f"{notebook.name} with an idle kernel", SETTLED, cells)
        self.settle()

    def ask(self, script: str, *args: object) -> Any:
        """What JavaScript answers in the page; of a promise, what it gives."""
        return self.driver.execute_script(script, *args)

    def settle(self) -> None:
        """Waits until what was set going is on the screen."""
        self.ask(ROUND_TRIP)

    def messages(self) -> list[str]:
        """Every dialog and notification since the page was opened, also those that are gone."""
        return list(self.ask(MESSAGES))

    def wait(self, what: str, script: str, *args: object) -> Any:
        """What the script answers, as soon as that is neither false nor nothing."""
        try:
            waiting = WebDriverWait(self.driver, PATIENCE_S, poll_frequency=GLANCE_S)
            return waiting.until(lambda _: self.ask(script, *args))
        except TimeoutException:
            shown = "; ".join(self.messages()) or "no message"
            text = f"waited {PATIENCE_S:.0f} s for {what}; JupyterLab shows {shown}"
            raise Failed(text) from None


@contextmanager
def running_lab() -> Iterator[Lab]:
    """JupyterLab of this very Python and a browser; both are gone afterwards, whatever happens."""
    with tempfile.TemporaryDirectory(prefix="autograder-docs-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with _server(folder) as (url, token), browser(folder) as driver:
            yield Lab(url, token, folder / "work", driver)


@contextmanager
def browser(folder: Path) -> Iterator[webdriver.Chrome]:
    """Chromium without a window, with a profile of its own."""
    options = webdriver.ChromeOptions()
    options.binary_location = _program("chromium", "chromium-browser", "google-chrome")
    for argument in (*CHROMIUM, f"--user-data-dir={folder / 'chromium'}"):
        options.add_argument(argument)
    driver = webdriver.Chrome(options=options, service=Service(_program("chromedriver")))
    try:
        driver.set_script_timeout(PATIENCE_S)
        driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
        page = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", page)
        yield driver
    finally:
        driver.quit()


@contextmanager
def _server(folder: Path) -> Iterator[tuple[str, str]]:
    """JupyterLab on a free port: its address and its random token."""
    token, log = secrets.token_hex(16), folder / "lab.log"
    (folder / "work").mkdir()
    _write_settings(folder / "config")
    with open(log, "wb") as output:
        server = subprocess.Popen(
            _command(folder / "work"),
            env=_environment(folder, token),
            cwd=folder / "work",
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield _url(server, folder / "runtime", log), token
    finally:
        _end(server)


def _command(shown: Path) -> tuple[str, ...]:
    """Port 0 is any free one; the exposed app is how a script reaches the menu's commands."""
    return (
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *("--ServerApp.ip=127.0.0.1", "--ServerApp.port=0"),
        *(f"--ServerApp.root_dir={shown}", "--LabApp.expose_app_in_browser=True"),
    )


def _environment(folder: Path, token: str) -> dict[str, str]:
    """Neither settings nor kernels of whoever runs this; the token is in no command line."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("JUPYTER", "IPYTHON"))
    }
    return {
        **kept,
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_TOKEN": token,
    }


def _write_settings(config: Path) -> None:
    """No question about news, and nbgrader as students see it."""
    news = "lab/user-settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    for path, content in ((news, NO_NEWS), ("labconfig/page_config.json", STUDENT)):
        (config / path).parent.mkdir(parents=True)
        (config / path).write_text(json.dumps(content))


def _url(server: subprocess.Popen[bytes], runtime: Path, log: Path) -> str:
    """Where the server listens, which it writes down itself once it does."""
    for _ in range(round(PATIENCE_S / GLANCE_S)):
        for note in runtime.glob("jpserver-*.json"):
            try:
                return str(json.loads(note.read_text())["url"])
            except json.JSONDecodeError:
                pass  # half written
        try:
            server.wait(GLANCE_S)
            break
        except subprocess.TimeoutExpired:
            pass  # still starting
    raise Failed(f"JupyterLab does not start:\n{log.read_text()[-2000:]}")


def _end(server: subprocess.Popen[bytes]) -> None:
    """Asks the server to stop, which stops its kernels; if it does not, or on a signal, ends it."""
    server.terminate()
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        pass  # it is ended below
    finally:
        server.kill()  # does nothing to one that has stopped; kernels follow their server
        server.wait()


def _program(*names: str) -> str:
    """The first of these programs that is installed."""
    for name in names:
        if path := shutil.which(name):
            return path
    raise Failed(f"{names[0]} is missing; on Debian: apt-get install chromium chromium-driver")
