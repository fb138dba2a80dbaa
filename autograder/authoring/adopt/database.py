"""What the gradebook holds, read from a copy: opening SQLite's own file may write beside it."""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from autograder.config_reading import ReadConfig
from autograder.course import Course

COUNTS = (
    ("assignment", "assignments"),
    ("student", "students"),
    ("submitted_assignment", "submissions"),
)
"""Tables of nbgrader 0.9 (``nbgrader.api``), and what their rows are."""

BY_HAND = "SELECT count(*) FROM grade WHERE manual_score IS NOT NULL OR extra_credit IS NOT NULL"


def gradebook_facts(course: Course, config: ReadConfig) -> Iterator[str]:
    """Sentences on the gradebook of the course. Never raises for what the file holds."""
    if "CourseDirectory.db_url" in {one.name for one in config.settings} and not course.db_url:
        yield "its address is computed in nbgrader_config.py: not looked at"
        return
    scheme, _, place = course.database_url.partition("://")
    if not scheme.startswith("sqlite"):
        yield f"in a {scheme.split('+')[0]} server, which is not looked at; it stays in use"
        return
    path = course.root / place.removeprefix("/")
    if not path.is_file():
        yield "none yet"
        return
    yield from _facts(path)


def _facts(path: Path) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="autograder-adopt-") as made:
        for file in (path, *(path.with_name(path.name + end) for end in ("-wal", "-journal"))):
            if file.is_file():
                shutil.copyfile(file, Path(made) / file.name)
        try:
            with closing(sqlite3.connect(Path(made) / path.name)) as database:
                counts = [
                    f"{database.execute(f'SELECT count(*) FROM {table}').fetchone()[0]} {what}"
                    for table, what in COUNTS
                ]
                by_hand = database.execute(BY_HAND).fetchone()[0]
        except sqlite3.Error as error:
            yield f"{path.name} is no gradebook of nbgrader 0.9 ({error}): `nbgrader db upgrade`"
            return
    yield f"{path.name}: {', '.join(counts)}; it stays in use"
    if by_hand:
        yield f"{by_hand} scores were given by hand: they are kept whatever is graded again"
