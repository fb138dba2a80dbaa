"""Formgrader in a real browser: an instructor presses the buttons, and a student reads the page.

One story, in the order in which it happens; what a student does is done with nbgrader's commands.
"""

import shutil
from types import SimpleNamespace
from typing import Any

import pytest
from nbgrader.api import Gradebook

pytest.importorskip("selenium", reason="a browser is driven by selenium")
pytestmark = [
    pytest.mark.jail,
    pytest.mark.filterwarnings("ignore::Warning"),
    pytest.mark.skipif(not shutil.which("chromedriver"), reason="needs Chromium and its driver"),
]

PATIENCE_S = 120
COMMENT = "Well said, and one more thing."
PRESS = """
const row = [...document.querySelectorAll("#main-table tr")]
  .find((one) => one.innerText.includes(arguments[1]));
const link = row?.querySelector(`${arguments[0]} a`);
if (!link) return false;
link.click();
return true;
"""
ANSWER = """
const modal = document.querySelector(".modal.in, .modal.show, .modal");
return modal && modal.querySelector(".modal-title") && modal.innerText;
"""
TYPED = """
const [where, text] = arguments, element = document.querySelector(where);
element.value = text;
window.jQuery(element).trigger("change");
return true;
"""

# Formgrader fills these in when it has the grades and comments of the page.
READY = """
return document.querySelector("#essay_extra_credit")?.placeholder === "0"
  && document.querySelector("#essay-comment").placeholder !== "";
"""


def _until(driver: Any, script: str, *given: Any) -> Any:
    from selenium.webdriver.support.ui import WebDriverWait

    waiting = WebDriverWait(driver, PATIENCE_S, poll_frequency=0.2)
    return waiting.until(lambda _: driver.execute_script(script, *given), f"{script} {given}")


def _pressed(driver: Any, url: str, button: str, row: str = "tiny") -> str:
    """What Formgrader answers when this button is pressed in the row that has the text ``row``."""
    driver.get(url)
    _until(driver, PRESS, button, row)
    return str(_until(driver, ANSWER))


@pytest.fixture(scope="module")
def story(lesson: Any, paging: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("formgrader")
    exchange = f'c.Exchange.root = "{folder / "exchange"}"'
    (folder / "exchange").mkdir()
    course = lesson.course(folder / "course", f"{exchange}\nc.ExchangeCollect.check_owner = False")
    student = folder / "student"
    (student / lesson.ASSIGNMENT).mkdir(parents=True)
    (student / "nbgrader_config.py").write_text(
        f'c = get_config()\n{exchange}\nc.CourseDirectory.course_id = "keras"\n'
        f'c.CourseDirectory.student_id = "ada"\n'
    )
    notebook = student / lesson.ASSIGNMENT / f"{lesson.NOTEBOOK}.ipynb"
    notebook.write_text(lesson.submission(lesson.ADA))
    with (
        paging.formgrader(course.root, folder) as (address, token),
        paging.browser(folder) as driver,
    ):
        driver.get(f"{address}formgrader/manage_assignments?token={token}")
        yield _told(lesson, driver, f"{address}formgrader", course, student)


def _told(lesson: Any, driver: Any, at: str, course: Any, student: Any) -> SimpleNamespace:
    assignments, row = f"{at}/manage_assignments", f"{at}/manage_submissions/{lesson.ASSIGNMENT}"
    said = {name: _pressed(driver, assignments, f".{name}") for name in ("assign", "release")}
    lesson.nbgrader(student, student / "home", "submit", lesson.ASSIGNMENT)
    said["collect"] = _pressed(driver, assignments, ".collect")
    lesson.hand_in(course, "bob", lesson.ADA)
    said["autograde"] = _pressed(driver, row, ".autograde", "ada")
    with Gradebook(course.database_url) as gradebook:
        found = gradebook.find_submission_notebook(lesson.NOTEBOOK, lesson.ASSIGNMENT, "ada").id
    driver.get(f"{at}/submissions/{found}")
    report = driver.execute_script("return document.body.innerText")
    _graded_by_hand(driver)
    before = _points(lesson, course)
    said["again"] = _pressed(driver, row, ".autograde", "ada")
    after = _points(lesson, course)
    driver.get(f"{at}/submissions/{found}")
    kept = _until(driver, "return document.querySelector('#essay-comment').value")
    for name in ("generate-feedback", "release-feedback"):
        said[name] = _pressed(driver, row, f".{name}", "ada")
    lesson.nbgrader(student, student / "home", "fetch_feedback", lesson.ASSIGNMENT)
    (page,) = student.glob(f"{lesson.ASSIGNMENT}/feedback/*/{lesson.NOTEBOOK}.html")
    driver.get(page.as_uri())
    read = driver.execute_script("return document.body.innerText")
    return SimpleNamespace(
        said=said, report=report, before=before, after=after, kept=kept, read=read
    )


def _graded_by_hand(driver: Any) -> None:
    """A score for the essay and a comment, typed as a person does, and saved."""
    for where, text in (("#essay", "1.5"), ("#essay-comment", COMMENT)):
        _until(driver, READY)
        driver.execute_script(TYPED, where, text)
    _until(driver, "return window.jQuery.active === 0")


def _points(lesson: Any, course: Any) -> tuple[float | None, float | None, str | None]:
    with Gradebook(course.database_url) as gradebook:
        where = (lesson.NOTEBOOK, lesson.ASSIGNMENT, "ada")
        grade = gradebook.find_grade("essay", *where)
        build = gradebook.find_grade("check_build", *where)
        comment = gradebook.find_comment("essay", *where)
        return grade.manual_score, build.auto_score, comment.manual_comment


def test_every_button_says_success(story: Any) -> None:
    for button, answer in story.said.items():
        assert "Success" in answer, f"{button}: {answer[-1500:]}"


def test_the_graded_notebook_shows_the_checks_report(story: Any) -> None:
    for told in (
        "check_build: 0 of 3 points",
        "Dense with units 8, activation relu",
        "Dense(units=8, activation='tanh')",
        "differs here",
        "Accuracy of history over 4 epochs.",
    ):
        assert told in story.report, told


def test_a_regrade_keeps_manual_score_and_comment(story: Any) -> None:
    assert story.before == (1.5, 0.0, COMMENT)
    assert story.after == story.before
    assert story.kept == COMMENT


def test_the_student_reads_points_causes_and_comment(story: Any) -> None:
    for told in ("1.5 of 2 points", COMMENT, "differs here", "set by your instructor"):
        assert told in story.read, told
