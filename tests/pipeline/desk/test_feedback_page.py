"""A feedback page in a real browser without a network: still, legible in both modes, on a phone."""

import re
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("selenium", reason="a browser is driven by selenium")
pytestmark = [
    pytest.mark.jail,
    pytest.mark.filterwarnings("ignore::Warning"),
    pytest.mark.skipif(not shutil.which("chromedriver"), reason="needs Chromium and its driver"),
]

LEAST_CONTRAST = 4.5
PHONE = 360

CONTRAST = """
const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
const light = (v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4 };
const luminance = ([r, g, b]) => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
const ground = (element) => {
  for (let e = element; e; e = e.parentElement) {
    const c = parse(getComputedStyle(e).backgroundColor);
    if (c.length === 3 || c[3] === 1) return c;
    if (c[3] > 0) throw new Error("half transparent");
  }
  return parse(getComputedStyle(document.documentElement).backgroundColor);
};
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const found = {};
let count = 0;
while (walker.nextNode()) {
  const text = walker.currentNode.textContent.trim(), element = walker.currentNode.parentElement;
  if (!text || element.matches("script, style")) continue;
  count += 1;
  const style = getComputedStyle(element);
  const svg = element instanceof SVGElement;
  const a = luminance(parse(svg ? style.fill : style.color)), b = luminance(ground(element));
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const key = element.tagName + " " + element.className + ": " + text.slice(0, 30);
  found[key] = Math.min(found[key] ?? 99, ratio);
}
return [count, found, getComputedStyle(document.body).backgroundColor];
"""
WIDE = """
const wide = [...document.querySelectorAll("body *")]
  .filter((e) => !e.closest(".wide") && e.getBoundingClientRect().right > innerWidth + 0.5);
return [document.scrollingElement.scrollWidth, wide.map((e) => e.outerHTML.slice(0, 120))];
"""
HEADINGS = """
return [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
  .map((e) => [Number(e.tagName[1]), e.innerText]);
"""
NAMELESS = """
return [...document.querySelectorAll("img, svg")]
  .filter((e) => !(e.getAttribute("alt") || e.getAttribute("aria-label")
                   || e.getAttribute("aria-hidden")))
  .map((e) => e.outerHTML.slice(0, 120));
"""


@pytest.fixture(scope="module")
def driver(paging: Any, graded: Any) -> Any:
    with paging.browser(graded.folder) as driver:
        yield driver


def _as(driver: Any, scheme: str, width: int = 1000) -> None:
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    feature = {"name": "prefers-color-scheme", "value": scheme}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})


def _asked(driver: Any, paging: Any) -> list[str]:
    events = [
        paging.json.loads(entry["message"])["message"] for entry in driver.get_log("performance")
    ]
    sent = [e["params"] for e in events if e["method"] == "Network.requestWillBeSent"]
    urls = [one["request"]["url"] for one in sent]
    return [url for url in urls if not url.startswith("data:")]


@pytest.mark.parametrize("student", ["ada", "bob"])
def test_a_page_asks_for_nothing_but_itself(
    paging: Any, graded: Any, driver: Any, student: str
) -> None:
    page = graded.pages[student].as_uri()
    driver.get_log("performance")
    driver.get(page)
    assert _asked(driver, paging) == [page]


@pytest.mark.parametrize("policy", [True, False], ids=["as it is", "without its policy"])
def test_no_script_runs_and_nothing_leaves(
    paging: Any, graded: Any, driver: Any, policy: bool, tmp_path: Path
) -> None:
    text = graded.pages["bob"].read_text(encoding="utf-8")
    meta = re.search(r"<meta [^>]*Content-Security-Policy[^>]*>", text)
    assert meta is not None
    page = tmp_path / "page.html"
    page.write_text(text if policy else text.replace(meta.group(), ""), encoding="utf-8")
    seen = paging.looked_at(driver, page.as_uri())
    assert (seen["hits"], seen["leaks"]) == ([], [])
    assert "onerror=hit(1)" in seen["text"].replace("\u2060", "")


def test_the_policy_stops_what_would_slip_through(
    paging: Any, graded: Any, driver: Any, tmp_path: Path
) -> None:
    text = graded.pages["ada"].read_text(encoding="utf-8")
    slipped = (
        '<img src="https://leak.example/1.png" onerror="hit(7)"><script>hit(8)</script></body>'
    )
    page = tmp_path / "page.html"
    page.write_text(text.replace("</body>", slipped), encoding="utf-8")
    assert paging.looked_at(driver, page.as_uri())["hits"] == []
    bare = re.sub(r"<meta [^>]*Content-Security-Policy[^>]*>", "", page.read_text(encoding="utf-8"))
    page.write_text(bare, encoding="utf-8")
    assert 8 in paging.looked_at(driver, page.as_uri())["hits"], "without it the script runs"


@pytest.mark.parametrize("student", ["ada", "bob"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_contrast_enough(
    graded: Any, driver: Any, scheme: str, student: str
) -> None:
    _as(driver, scheme)
    driver.get(graded.pages[student].as_uri())
    driver.execute_script("document.querySelectorAll('details').forEach((e) => { e.open = true })")
    count, found, ground = driver.execute_script(CONTRAST)
    assert count > 80
    assert ground == {"light": "rgb(255, 255, 255)", "dark": "rgb(22, 24, 28)"}[scheme]
    assert {key: ratio for key, ratio in found.items() if ratio < LEAST_CONTRAST} == {}


@pytest.mark.parametrize("student", ["ada", "bob"])
def test_a_phone_scrolls_down_only(graded: Any, driver: Any, student: str) -> None:
    _as(driver, "light", PHONE)
    driver.get(graded.pages[student].as_uri())
    width, wide = driver.execute_script(WIDE)
    _as(driver, "light")
    assert (width, wide) == (PHONE, [])


@pytest.mark.parametrize("student", ["ada", "bob"])
def test_headings_are_in_order_and_pictures_have_words(
    graded: Any, driver: Any, student: str
) -> None:
    driver.get(graded.pages[student].as_uri())
    levels = [level for level, _ in driver.execute_script(HEADINGS)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert driver.execute_script(NAMELESS) == []


def test_a_page_tells_causes_networks_curves_and_points(graded: Any, driver: Any) -> None:
    driver.get(graded.pages["ada"].as_uri())
    text = driver.execute_script("return document.body.innerText")
    result = graded.results["ada"]
    earned = sum(cell.score or 0.0 for cell in result.cells.values())
    assert f"{earned:g} of 12 points" in text
    for told in (
        "Dense with units 8, activation relu",
        "Dense(units=8, activation='tanh')",
        "differs here",
        "Hint: Compare layer 1 of net with the exercise's text.",
        "Accuracy of history over 4 epochs.",
        "asked for: at least 90.0%",
        "kind: Dense(units=3, activation='softmax')",
        "What may be behind this",
        "1 open",
    ):
        assert told in text, told
    solution = "units 3"
    assert solution not in text.partition("check_fit")[0], "of the solution only what is named"
