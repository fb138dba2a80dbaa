"""The exports as nbgrader's own: ``nbgrader export --exporter autograder.engine.CanvasExporter``.

The same files as ``autograder export``. Options of a format are traitlets: on the command line
``--CanvasExporter.roster=FILE``, or in ``nbgrader_config.py``.
"""

from pathlib import Path
from typing import Any

from nbgrader.plugins import ExportPlugin
from traitlets import Bool, Dict, Unicode
from traitlets.config import Config

from autograder.errors import AutograderError, UsageError
from autograder.gradebook import course_from


# The untyped base: nbgrader has no annotations that mypy can follow.
class _Exporter(ExportPlugin):  # type: ignore[misc]
    """Writes to ``--to`` what ``autograder export`` would write to ``--into``."""

    form = ""
    name = ""

    def export(self, gradebook: Any) -> None:
        """Write the file. Any: nbgrader's Gradebook, from which the parent's course is known."""
        # Every command of nbgrader's imports this package; the exports would cost it seconds.
        from autograder.exports import Source, gather
        from autograder.exports.hand_over import Wish, hand_over

        into = Path(self.to or self.name)
        try:
            course = course_from(self.parent.coursedir)
            students = tuple(map(str, self.student))
            source = Source(course, Config(self.config), students=students)
            tables = gather(source, [str(name) for name in self.assignment])
            done = hand_over(tables, Wish(to=self.form, **self.options()), into)
        except (AutograderError, OSError) as error:
            self.parent.fail(str(error))
            return
        for note in done.notes:
            self.log.warning(note)
        self.log.info("%s: %d scores", into, done.scores)

    def options(self) -> dict[str, Any]:
        """The fields of a `Wish` that the format has options for (Any: of their types)."""
        return {}


class TableExporter(_Exporter):
    """CSV: one line per student, cell and check."""

    form, name = "csv", "checks.csv"
    decimal_comma = Bool(False, help="7,50 and semicolons instead of 7.50 and commas.").tag(
        config=True
    )

    def options(self) -> dict[str, Any]:
        """See `_Exporter`."""
        return {"decimal_comma": bool(self.decimal_comma)}


class ParquetExporter(_Exporter):
    """The same lines as Parquet."""

    form, name = "parquet", "checks.parquet"


class JUnitExporter(_Exporter):
    """The verdicts as JUnit XML."""

    form, name = "junit", "checks.xml"


class CanvasExporter(_Exporter):
    """Grades for Canvas's gradebook import."""

    form, name = "canvas", "canvas.csv"
    roster = Unicode("", help="The gradebook downloaded from Canvas.").tag(config=True)
    titles = Dict(
        value_trait=Unicode(),
        key_trait=Unicode(),
        help="An assignment's title in Canvas, where it is another.",
    ).tag(config=True)
    missing_as_zero = Bool(False, help="0 for who handed in nothing.").tag(config=True)

    def options(self) -> dict[str, Any]:
        """See `_Exporter`."""
        return {
            "roster": Path(self.roster) if self.roster else None,
            "titles": dict(self.titles),
            "missing_as_zero": bool(self.missing_as_zero),
        }


class MoodleExporter(_Exporter):
    """Grades and feedback filled into Moodle's grading worksheet."""

    form, name = "moodle", "worksheet-filled.csv"
    worksheet = Unicode("", help="The worksheet downloaded from Moodle.").tag(config=True)
    roster = Unicode("", help="A CSV with the columns student and identifier.").tag(config=True)
    language = Unicode("", help="en, de, es, fr or pt-br; seen by itself.").tag(config=True)
    columns = Dict(
        value_trait=Unicode(), key_trait=Unicode(), help="Headers of another language."
    ).tag(config=True)
    scale = Bool(False, help="Bring points to Moodle's maximum.").tag(config=True)
    feedback = Bool(True, help="Fill in what the checks say.").tag(config=True)
    missing_as_zero = Bool(False, help="0 for who handed in nothing.").tag(config=True)

    def options(self) -> dict[str, Any]:
        """See `_Exporter`. Raises UsageError without a worksheet."""
        if not self.worksheet:
            raise UsageError(
                "a worksheet expected for Moodle, found none: --MoodleExporter.worksheet=FILE"
            )
        return {
            "worksheet": Path(self.worksheet),
            "roster": Path(self.roster) if self.roster else None,
            "language": str(self.language),
            "columns": dict(self.columns),
            "scale": bool(self.scale),
            "feedback": bool(self.feedback),
            "missing_as_zero": bool(self.missing_as_zero),
        }


class GradescopeExporter(_Exporter):
    """A results.json for each student, in a folder."""

    form, name = "gradescope", "gradescope"
    visibility = Unicode("after_published", help="When students see it.").tag(config=True)

    def options(self) -> dict[str, Any]:
        """See `_Exporter`."""
        return {"visibility": str(self.visibility)}
