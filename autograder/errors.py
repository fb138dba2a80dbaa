"""Every error that this package raises on purpose.

AutograderError
├── UsageError            the caller asked for something that cannot be (exit status 2)
│   ├── CourseError       a course folder, assignment or setting is missing or malformed
│   └── CheckError        a hidden check is declared wrongly
├── EvidenceError         bytes that came out of a jail are not what the format allows
├── StoreError            the evidence store cannot be read or written
├── JailError             a jail could not be set up or broke
│   └── WallMissing       a wall that the jail needs does not stand on this machine
├── GradebookError        nbgrader's gradebook refused or cannot be reached
└── ReleaseError          a release or solution cannot be built from its source
"""


class AutograderError(Exception):
    """Root of the tree. Its text says what was expected, what was found, and what to do."""


class UsageError(AutograderError):
    """The caller asked for something that cannot be."""


class CourseError(UsageError):
    """A course folder, an assignment or a setting is missing or malformed."""


class CheckError(UsageError):
    """A hidden check is declared wrongly."""


class EvidenceError(AutograderError):
    """Bytes that came out of a jail are not what the format allows."""


class StoreError(AutograderError):
    """The evidence store cannot be read or written."""


class JailError(AutograderError):
    """A jail could not be set up, or broke for a reason that is not the student's."""


class WallMissing(JailError):
    """A wall that the jail needs does not stand on this machine."""


class GradebookError(AutograderError):
    """nbgrader's gradebook refused, or cannot be reached."""


class ReleaseError(AutograderError):
    """A release or a solution cannot be built from its source."""


def fault_told(error: Exception) -> str:
    """A fault of our own, in words for whoever reads the result; it is no student's."""
    told = f"{type(error).__name__}: {str(error)[:200]}"
    return f"a fault of the grader ({told}): please report it with this notebook"
