"""nbgrader's release of feedback for a class whose work came more than one way.

A page goes to the exchange under a name made of the secret that `nbgrader submit` put beside the
work. Work that came by mail or from a platform has none, and nbgrader 0.9.6 then stops at the first
such student with a traceback; everybody behind gets nothing.
"""

import glob
from pathlib import Path
from typing import Any

from nbgrader.exchange.default import ExchangeReleaseFeedback

NEEDED = ("timestamp.txt", "submission_secret.txt")


# The untyped base and Any below: nbgrader has no annotations that mypy can follow.
class ReleaseFeedback(ExchangeReleaseFeedback):  # type: ignore[misc]
    """Releases the pages that have a place in the exchange, and names those that have none."""

    coursedir: Any

    def copy_files(self) -> None:
        """Copy every page but those without time stamp and secret, which the log names."""
        left_out = sorted(set(self._without()))
        for student in left_out:
            self.log.warning(
                "Feedback of '%s' stays in '%s': the work did not come with `nbgrader submit`, "
                "so the exchange has no place for it. Give the page back as the work came.",
                student,
                self.coursedir.feedback_directory,
            )
        before = self.coursedir.student_id_exclude
        self.coursedir.student_id_exclude = ",".join(filter(None, [before, *left_out]))
        try:
            super().copy_files()
        finally:
            self.coursedir.student_id_exclude = before

    def _without(self) -> list[str]:
        # nbgrader's path has a * for all students, so it is a pattern and no folder.
        pages = glob.glob(str(Path(self.src_path) / "*.html"))  # noqa: PTH207
        folders = {Path(page).parent for page in pages}
        return [
            folder.parent.name
            for folder in folders
            if not all((folder / name).is_file() for name in NEEDED)
        ]
