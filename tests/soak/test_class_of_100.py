"""The report on a whole class: every spelling and every wrong answer made by the audit's operators.

AUTOGRADER_SOAK_CLASS students (100), AUTOGRADER_SOAK_SEED (1) of the class; minutes. The page is
opened in Chromium without a network; how long that took is printed, never asserted.
"""

import importlib.util
import json
import os
import shutil
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from autograder.cli.report import report_command
from autograder.gradebook import load_config
from autograder.grading.classroom import grade_class, submissions
from autograder.grading.desk import Desk
from autograder.grading.plan import plan_of

pytestmark = [pytest.mark.jail, pytest.mark.filterwarnings("ignore::Warning")]

REPOSITORY = Path(__file__).resolve().parents[2]
SIZE = int(os.environ.get("AUTOGRADER_SOAK_CLASS", "100"))
SEED = int(os.environ.get("AUTOGRADER_SOAK_SEED", "1"))
LARGEST_BYTES = 3_000_000
OPENED = """
const [seen] = performance.getEntriesByType("navigation");
return [Math.round(seen.loadEventEnd), document.querySelectorAll("*").length];
"""


def loaded(path: str) -> ModuleType:
    """A module of the repository that no package holds."""
    place = REPOSITORY / path
    spec = importlib.util.spec_from_file_location(place.stem, place)
    assert spec is not None and spec.loader is not None
    module = sys.modules[place.stem] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def reported(tmp_path_factory):
    making = loaded("benchmarks/class_of_100.py")
    folder = tmp_path_factory.mktemp("class") / "course"
    course = making.make_course(folder, SIZE, SEED)
    plan, config = plan_of(course, making.ASSIGNMENT), load_config(folder)
    students = submissions(course, making.ASSIGNMENT)
    with Desk(course.state / "store") as desk:
        list(grade_class(desk, plan, config, students, workers=os.cpu_count() or 1))
    report_command(making.ASSIGNMENT, folder, None, False, "", None, False)
    page = course.state / "report" / f"{making.ASSIGNMENT}.html"
    told = json.loads(page.with_suffix(".json").read_text())
    return making, page, told, json.loads((folder / "planted.json").read_text())


def test_the_three_planted_mistakes_stand_at_the_top_with_all_who_have_them(reported):
    making, _, told, planted = reported
    tops = told["misunderstandings"]
    assert len(tops) == len(making.PLANTED) == 3
    wanted = Counter(known for known in planted.values() if known in making.PLANTED)
    for (known, count), top in zip(wanted.most_common(), tops, strict=True):
        own = {student for student, its in planted.items() if its == known}
        assert own - set(top["students"]) == set()
        assert len(top["students"]) >= count
        assert not {s for s in top["students"] if planted[s] == "right"}


def test_the_page_is_small_and_opens_without_a_network(reported, tmp_path):
    _, page, told, _ = reported
    assert page.stat().st_size < LARGEST_BYTES
    if not shutil.which("chromedriver"):
        pytest.skip("needs Chromium and its driver")
    paging = loaded("tests/attacks/paging.py")
    with paging.browser(tmp_path) as driver:
        seen = paging.looked_at(driver, page.as_uri())
        wall_ms, elements = driver.execute_script(OPENED)
    print(f"{page.stat().st_size:,} bytes, {elements:,} elements, opened in {wall_ms} ms")
    assert seen["asked"] == [page.as_uri()]
    for top in told["misunderstandings"]:
        assert top["title"] in seen["text"]
    assert elements < 10_000
