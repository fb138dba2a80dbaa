"""No script of a student's runs in a feedback page or in Formgrader, in a real browser.

Every vector stands in every place: markdown and raw cells, outputs of all kinds, streams, errors,
sources, attachments, metadata, file names, grade ids, and values that a check's message quotes.
"""

import html
import shutil
from types import SimpleNamespace

import pytest
from nbconvert.filters.markdown_mistune import markdown2html_mistune
from nbgrader.api import Gradebook

from autograder.cli.report import report_command
from autograder.gradebook import load_config
from autograder.grading.classroom import grade_class, submissions
from autograder.grading.desk import Desk
from autograder.grading.plan import plan_of

pytest.importorskip("selenium", reason="a browser is driven by selenium")
pytestmark = [
    pytest.mark.jail,
    pytest.mark.filterwarnings("ignore::Warning"),
    pytest.mark.skipif(not shutil.which("chromedriver"), reason="needs Chromium and its driver"),
]

FILE_NAME = "lesson<svg onload=hit(200)><img src=x onerror=hit(201)>.ipynb"
STUDENT = "<img src=x onerror=hit(300)>"


@pytest.fixture(scope="module")
def pages(paging, jail, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    course = paging.course(folder / "course")
    for student, name in (("ada", "lesson.ipynb"), ("bob", FILE_NAME)):
        place = course.submitted("pages", student)
        place.mkdir(parents=True)
        (place / name).write_text(paging.json.dumps(paging.hostile()))
        (place / "<img src=x onerror=hit(202)>.csv").write_text("x")
    odd = course.root / "submitted" / STUDENT / "pages"
    odd.mkdir(parents=True)
    (odd / "lesson.ipynb").write_text(paging.json.dumps(paging.hostile()))
    desk = Desk(course.state / "store", parent=jail.parent)
    plan, config = plan_of(course, "pages"), load_config(course.root)
    results = {
        one.student: one
        for one in grade_class(desk, plan, config, submissions(course, "pages"), workers=1)
    }
    done = paging.nbgrader(course.root, "generate_feedback", "pages")
    assert done.returncode == 0, done.stderr
    with paging.browser(folder) as driver:
        yield SimpleNamespace(course=course, results=results, driver=driver, folder=folder)


def test_the_vectors_fire_where_nothing_is_done_about_them(paging, pages):
    frames = [
        f'<iframe srcdoc="{html.escape(markdown2html_mistune(vector))}"></iframe>'
        for vector in paging.VECTORS
    ]
    plain = pages.folder / "plain.html"
    plain.write_text("<!doctype html><body>" + "\n".join(frames), encoding="utf-8")
    seen = paging.looked_at(pages.driver, plain.as_uri())
    assert len(seen["hits"]) >= 40, seen["hits"]
    assert len(seen["leaks"]) >= 3
    assert len(paging.VECTORS) >= 100


@pytest.mark.parametrize("student", ["ada", "bob"])
def test_nothing_of_a_student_runs_in_a_feedback_page(paging, pages, student):
    (page,) = pages.course.feedback("pages", student).glob("*.html")
    seen = paging.looked_at(pages.driver, page.as_uri())
    assert (seen["hits"], seen["leaks"]) == ([], [])
    assert seen["at"].partition("#")[0] == page.as_uri()  # headings have links to themselves
    assert seen["touched"] > 1000
    for shown in ("onerror=hit(12)", "Not passed", "And so are the others."):
        assert shown in seen["text"].replace("\u2060", "")
    if student == "bob":
        assert "hit(200)" in seen["text"], "the file's name is told as text"


def test_nothing_of_a_student_runs_in_the_class_report_which_loads_nothing(paging, pages):
    course = pages.course
    target = pages.folder / "report.html"
    store = str(course.state / "store")
    assert report_command("pages", course.root, target, False, store, None, False) == 1
    seen = paging.looked_at(pages.driver, target.as_uri())
    assert (seen["hits"], seen["leaks"]) == ([], [])
    assert (seen["at"], seen["asked"]) == (target.as_uri(), [target.as_uri()])
    for shown in ("onerror=hit(12)", STUDENT, "hit(200)"):
        assert shown in seen["text"], shown


def test_nothing_of_a_student_runs_in_formgrader(paging, pages):
    with Gradebook(pages.course.database_url) as gradebook:
        found = gradebook.find_submission_notebook("lesson", "pages", "ada").id
    with paging.formgrader(pages.course.root, pages.folder) as (address, token):
        pages.driver.get(f"{address}formgrader/manage_assignments?token={token}")
        for path, inside, told in (
            (f"submissions/{found}", "#notebook", "onerror=hit(12)"),
            ("manage_submissions/pages", "body", "ada"),
            ("gradebook/pages/lesson", "body", "Submission #1"),
            ("manage_students", "body", "ada"),
        ):
            url = f"{address}formgrader/{path}"
            seen = paging.looked_at(pages.driver, url, inside)
            assert (path, seen["hits"], seen["leaks"]) == (path, [], [])
            assert told in seen["text"].replace("\u2060", ""), (path, seen["text"][:500])


def test_a_folder_whose_name_is_markup_is_no_student(pages):
    result = pages.results[STUDENT]
    assert (result.status.value, result.score, result.needs_review) == ("unreadable", None, True)
    with Gradebook(pages.course.database_url) as gradebook:
        assert [one.id for one in gradebook.students] == ["ada", "bob"]
