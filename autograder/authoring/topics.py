"""The table of a course's topics, held against its notebooks and checks.

``docs/course.md`` says for every topic which cell explains it, which the student writes, which
grade cell and which hidden checks decide its points. Such a table goes stale in silence, so
``verify`` reads it: every cell and check that it names exists and is of its kind, every hidden
check stands in it with its points, and no exercise is left out.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.course import Course

COLUMNS = ("topic", "lesson", "exercise", "grade cell", "checks (points)")
_NAME = re.compile(r"`([^`]+)`")
_CHECK = re.compile(r"`([^`]+)` \(([0-9.]+)\)")
_GIVEN = "(given)"


@dataclass(frozen=True)
class Topic:
    """One row: names of cells as the source notebook has them, and checks with their points."""

    name: str
    lessons: tuple[str, ...]
    exercises: tuple[str, ...]
    given: bool
    grade_cells: tuple[str, ...]
    checks: Mapping[str, float]


def topics_of(page: Path, assignment: str) -> tuple[Topic, ...]:
    """The rows of the table under the heading that begins with the assignment's name.

    >>> topics_of(Path("no/such/page.md"), "a1")
    ()
    """
    if not page.is_file():
        return ()
    return tuple(_rows(page.read_text(encoding="utf-8"), assignment))


def stale_topics(
    course: Course, assignment: str, checks: Mapping[str, Mapping[str, float]]
) -> list[str]:
    """What the table says and the course does not, and the other way round.

    ``checks`` are the declared checks by grade cell, each with its points. A course without the
    page makes no claim; one with the page has a table for every assignment.
    """
    if not course.topics.is_file():
        return []
    topics = topics_of(course.topics, assignment)
    if not topics:
        return [f"a table of topics under a heading ## {assignment} expected in {course.topics}"]
    cells = {name: cell for path in course.notebooks(assignment) for name, cell in _cells(path)}
    return [
        *(text for topic in topics for text in _astray(topic, cells, checks)),
        *_left_out(topics, cells, checks),
    ]


def _rows(text: str, assignment: str) -> Iterator[Topic]:
    inside = False
    for line in text.splitlines():
        if line.startswith("## "):
            inside = line.removeprefix("## ").startswith(f"{assignment}:")
        if not inside or not line.startswith("|") or set(line.strip()) <= set("|-: "):
            continue
        parts = [part.strip() for part in line.strip()[1:-1].split("|")]
        if tuple(parts) != COLUMNS:
            yield _topic([*parts, *[""] * len(COLUMNS)][: len(COLUMNS)])


def _topic(parts: list[str]) -> Topic:
    name, lesson, exercise, grade, checks = parts
    return Topic(
        name=name,
        lessons=tuple(_NAME.findall(lesson)),
        exercises=tuple(_NAME.findall(exercise)),
        given=_GIVEN in exercise,
        grade_cells=tuple(_NAME.findall(grade)),
        checks={check: float(points) for check, points in _CHECK.findall(checks)},
    )


def _cells(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each cell with nbgrader's facts about it, by its grade id and by its own id."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        facts = cell.get("metadata", {}).get("nbgrader", {})
        for name in {cell.get("id"), facts.get("grade_id")} - {None}:
            yield name, facts


def _astray(
    topic: Topic,
    cells: Mapping[str, Mapping[str, Any]],
    checks: Mapping[str, Mapping[str, float]],
) -> Iterator[str]:
    said = f"topic {topic.name!r}"
    for name in (*topic.lessons, *topic.exercises, *topic.grade_cells):
        if name not in cells:
            yield f"{said}: a cell {name} expected, found none"
    for name in topic.exercises:
        if name in cells and bool(cells[name].get("solution")) == topic.given:
            yield f"{said}: {name} is {'an exercise' if topic.given else 'no solution cell'}"
    for name in topic.grade_cells:
        if name in cells and not cells[name].get("grade"):
            yield f"{said}: {name} is no grade cell"
    known = {k: v for name in topic.grade_cells for k, v in checks.get(name, {}).items()}
    for name, points in topic.checks.items():
        if known.get(name) != points:
            found = f"{known[name]:g}" if name in known else "no such check"
            unit = "point" if points == 1 else "points"
            yield f"{said}: {points:g} {unit} for {name} expected, found {found}"


def _left_out(
    topics: tuple[Topic, ...],
    cells: Mapping[str, Mapping[str, Any]],
    checks: Mapping[str, Mapping[str, float]],
) -> Iterator[str]:
    told = {name for topic in topics for name in (*topic.exercises, *topic.grade_cells)}
    for facts in cells.values():
        name = facts.get("grade_id")
        if (facts.get("grade") or facts.get("solution")) and name not in told:
            told.add(str(name))
            yield f"a topic for the cell {name} expected, found none"
    named = {check for topic in topics for check in topic.checks}
    for name in sorted({check for its in checks.values() for check in its} - named):
        yield f"a topic for the check {name} expected, found none"
