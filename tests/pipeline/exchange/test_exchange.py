"""nbgrader's exchange as on a shared hub: a teacher and two students, users of this system.

One story, told once: release, fetch, submit, collect, grade, feedback, and a resubmission. The
tests look at what it left behind.
"""

import json
import shutil
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from autograder.authoring import build_release, write_release
from autograder.course import Course
from autograder.gradebook import load_config, register

pytestmark = [pytest.mark.jail, pytest.mark.filterwarnings("ignore::Warning")]

User = Any
"""A user of the system, as conftest.py makes them."""

STUDENTS = ("kagada", "kagbob")
FULL = 10.0


@dataclass
class Story:
    """Who took part, where, and what each step said."""

    teacher: User
    ada: User
    bob: User
    course: Course
    exchange: Path
    said: dict[str, str] = field(default_factory=dict)
    results: dict[str, dict[str, Any]] = field(default_factory=dict)
    gradebook: dict[str, tuple[float, float]] = field(default_factory=dict)

    def nbgrader(self, step: str, user: User, *arguments: str) -> None:
        """One of nbgrader's commands, which must succeed."""
        cwd = self.course.root if user is self.teacher else None
        status, out, err = user.run(sys.executable, "-m", "nbgrader", *arguments, cwd=cwd)
        assert status == 0, f"{step}: {err}"
        self.said[step] = out + err

    def both(self, step: str, *arguments: str) -> None:
        """The same command by both students, at the same time."""
        command = (sys.executable, "-m", "nbgrader", *arguments)
        running = [user.start(*command) for user in (self.ada, self.bob)]
        for one in running:
            out, err = one.communicate(timeout=120)
            assert one.returncode == 0, f"{step}: {err}"
            self.said[step] = self.said.get(step, "") + out + err

    def grade(self, step: str) -> None:
        """``autograder grade`` by the teacher."""
        code = "from autograder.cli import main; main()"
        command = (sys.executable, "-c", code, "grade", "sums", "--json")
        status, out, err = self.teacher.run(*command, cwd=self.course.root)
        assert status == 0, err
        self.said[step] = err
        self.results[step] = {result["student"]: result for result in json.loads(out)}
        with Gradebook(self.course.database_url) as gradebook:
            for name in STUDENTS:
                found = gradebook.find_submission("sums", name)
                penalty = sum(n.late_submission_penalty or 0.0 for n in found.notebooks)
                self.gradebook[f"{step} {name}"] = (found.score, penalty)


@pytest.fixture(scope="module")
def story(people: tuple[User, User, User], new_course: Any, answered: Any) -> Story:
    return _told(_begun(people, new_course), answered)


def _begun(people: tuple[User, User, User], new_course: Any) -> Story:
    """A course in the teacher's home, an exchange for all, and everybody's configuration."""
    exchange = people[0].home.parent / "exchange"
    exchange.mkdir()
    exchange.chmod(0o777)
    for user in people:
        jupyter = user.home / ".jupyter"
        jupyter.mkdir()
        lines = f'c = get_config()\nc.Exchange.root = "{exchange}"\n'
        if user is not people[0]:
            lines += 'c.CourseDirectory.course_id = "keras"\n'
        (jupyter / "nbgrader_config.py").write_text(lines)
        user.owns(jupyter)
    course = new_course(people[0].home / "course")
    with (course.root / "nbgrader_config.py").open("a") as file:
        file.write('\nc.LateSubmissionPlugin.penalty_method = "zero"\n')
    config = load_config(course.root)
    write_release(course, "sums", build_release(course, "sums", config))
    register(course, "sums", config)
    people[0].owns(course.root)
    return Story(*people, course, exchange)


def _told(story: Story, answered: Any) -> Story:
    story.nbgrader("release", story.teacher, "release_assignment", "sums")
    story.both("fetch", "fetch_assignment", "sums")
    _write(story, story.ada, answered(story.course, total="total = 9"))
    _write(story, story.bob, answered(story.course))
    story.nbgrader("submit", story.ada, "submit", "sums")
    due = datetime.now(UTC).replace(tzinfo=None)
    with Gradebook(story.course.database_url, "keras") as gradebook:
        gradebook.update_or_create_assignment("sums", duedate=due)
    story.nbgrader("submit late", story.bob, "submit", "sums")
    _forge(story)
    story.nbgrader("collect", story.teacher, "collect", "sums")
    story.grade("first")
    story.nbgrader("feedback", story.teacher, "generate_feedback", "sums")
    story.nbgrader("give back", story.teacher, "release_feedback", "sums")
    _write(story, story.ada, answered(story.course, total="total = 4 + 6"))
    story.both("submit again", "submit", "sums")
    story.nbgrader("collect again", story.teacher, "collect", "sums", "--update")
    story.grade("second")
    story.nbgrader("feedback again", story.teacher, "generate_feedback", "sums")
    story.nbgrader("give back again", story.teacher, "release_feedback", "sums")
    story.both("read", "fetch_feedback", "sums")
    return story


def _write(story: Story, student: User, notebook: Any) -> None:
    path = student.home / "sums" / "lesson.ipynb"
    path.write_text(json.dumps(notebook))
    shutil.chown(path, student.name, student.name)


def _forge(story: Story) -> None:
    """Bob puts a newer submission in Ada's name into the exchange, and a link into his own."""
    inbound = story.exchange / "keras" / "inbound"
    forged = inbound / "kagada+sums+2099-01-01 00:00:00.000000 UTC+forged"
    script = (
        f"mkdir '{forged}' && echo '{{}}' > '{forged}/lesson.ipynb' && chmod 777 '{forged}' && "
        f"for mine in '{inbound}'/kagbob+*; do "
        f"ln -s '{story.course.root}/gradebook.db' \"$mine/copy.html\"; done"
    )
    inbound.chmod(inbound.stat().st_mode | 0o004)  # the shell must list it to find bob's own name
    status, _, err = story.bob.run("sh", "-c", script)
    inbound.chmod(inbound.stat().st_mode & ~0o004)
    assert status == 0, err


def test_the_first_round_has_its_points(story: Story) -> None:
    ada, bob = (story.results["first"][name] for name in STUDENTS)
    assert (ada["score"], bob["score"]) == (FULL - 2, FULL)
    assert not ada["repairs"]
    assert not ada["needs_review"]


def test_a_late_submission_pays_and_one_in_time_does_not(story: Story) -> None:
    assert story.gradebook["first kagada"] == (FULL - 2, 0.0)
    # The gradebook keeps points and penalty apart; exports take the one from the other.
    assert story.gradebook["first kagbob"] == (FULL, FULL)


def test_the_time_of_submission_is_the_exchanges(story: Story) -> None:
    inbound = story.exchange / "keras" / "inbound"
    names = [path.name for path in inbound.glob("kagada+sums+*") if "forged" not in path.name]
    newest = max(name.split("+")[2] for name in names)
    stamp = story.course.submitted("sums", "kagada") / "timestamp.txt"
    assert stamp.read_text() == newest
    with Gradebook(story.course.database_url) as gradebook:
        found = gradebook.find_submission("sums", "kagada").timestamp
    assert f"{found:%Y-%m-%d %H:%M:%S.%f} UTC" == newest


def test_a_changed_resubmission_is_run_and_an_unchanged_one_answered_from_the_store(
    story: Story,
) -> None:
    assert "2 run, 0 reused" in story.said["first"]
    again = story.said["second"]
    assert "1 run, 1 reused" in again
    assert story.results["second"]["kagada"]["score"] == FULL
    assert story.results["second"]["kagbob"] == story.results["first"]["kagbob"]
    assert story.gradebook["second kagada"] == (FULL, FULL)  # now it is late, too


def test_each_student_reads_feedback_on_both_submissions(story: Story) -> None:
    for student in (story.ada, story.bob):
        pages = sorted((student.home / "sums" / "feedback").glob("*/lesson.html"))
        assert len(pages) == 2, story.said["read"]
        assert all(page.stat().st_uid == student.home.stat().st_uid for page in pages)
    first, second = sorted((story.ada.home / "sums" / "feedback").glob("*/lesson.html"))
    assert "The total is right" in first.read_text()
    assert first.read_text() != second.read_text()


def test_a_submission_in_another_name_is_not_taken(story: Story) -> None:
    assert "kagbob owns it" in story.said["collect"]
    assert story.results["first"]["kagada"]["status"] == "completed"


def test_a_link_to_the_teachers_files_gives_nothing_away(story: Story) -> None:
    assert "copy.html" in story.said["collect"]
    for folder in (story.course.submitted, story.course.autograded, story.course.feedback):
        assert not (folder("sums", "kagbob") / "copy.html").exists()
    assert not list((story.bob.home / "sums" / "feedback").glob("*/copy.html"))


@pytest.mark.parametrize("place", ["keras/inbound", "keras/feedback"])
def test_no_student_can_list_what_others_handed_in_or_got_back(story: Story, place: str) -> None:
    status, out, _ = story.bob.run("ls", str(story.exchange / place))
    assert (status != 0, out) == (True, "")


def test_no_student_can_enter_the_course_folder(story: Story) -> None:
    status, _, err = story.bob.run("ls", str(story.course.root))
    assert status != 0
    assert "denied" in err.lower()
