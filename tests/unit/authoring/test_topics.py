"""The table of topics tells when it says something else than the notebooks and checks."""

from collections.abc import Mapping

import pytest

from autograder.authoring.topics import stale_topics, topics_of
from autograder.course import Course

HEAD = "| topic | lesson | exercise | grade cell | checks (points) |\n|---|---|---|---|---|\n"
RIGHT = "| numbers | `setup` | `answer` | `check_answer` | `test_it` (1), `test_more` (1) |\n"
ESSAY = "| words | | `essay` | `essay` | |\n"
CHECKS: Mapping[str, Mapping[str, float]] = {"check_answer": {"test_it": 1.0, "test_more": 1.0}}


def stale(course: Course, rows: str, heading: str = "## one: numbers\n\n") -> list[str]:
    course.topics.parent.mkdir(exist_ok=True)
    course.topics.write_text(f"# Course\n\n## zero: else\n\n{heading}{HEAD}{rows}\n## two: more\n")
    return stale_topics(course, "one", CHECKS)


def test_a_table_in_step_says_nothing(small_course: Course) -> None:
    assert stale(small_course, RIGHT + ESSAY) == []
    topic, essay = topics_of(small_course.topics, "one")
    assert (topic.name, topic.checks) == ("numbers", {"test_it": 1.0, "test_more": 1.0})
    assert (essay.lessons, essay.exercises) == ((), ("essay",))


def test_a_course_without_the_page_makes_no_claim(small_course: Course) -> None:
    assert stale_topics(small_course, "one", CHECKS) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("`setup`", "`gone`", "a cell gone expected"),
        ("`answer` |", "`setup` |", "setup is no solution cell"),
        ("`answer` |", "`answer` (given) |", "answer is an exercise"),
        ("`check_answer`", "`setup`", "setup is no grade cell"),
        ("`test_it` (1)", "`test_it` (2)", "2 points for test_it expected, found 1"),
        ("`test_it` (1)", "`test_old` (1)", "found no such check"),
        ("`test_it` (1), ", "", "a topic for the check test_it"),
        (ESSAY, "", "a topic for the cell essay"),
    ],
)
def test_each_way_of_going_stale_is_told(
    small_course: Course, old: str, new: str, said: str
) -> None:
    rows = (RIGHT + ESSAY).replace(old, new)
    assert rows != RIGHT + ESSAY
    assert any(said in text for text in stale(small_course, rows))


def test_an_assignment_without_a_table_is_told(small_course: Course) -> None:
    assert "## one" in "".join(stale(small_course, RIGHT, heading="## three: other\n\n"))
