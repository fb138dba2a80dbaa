"""How a matcher says no, and how it says yes with a remark."""

from autograder.nouns import Drawing, Measure


class MatchFailure(AssertionError):
    """What was asked for is not there. All four texts are written for the student.

    ``drawing`` and ``stated`` are what the texts say once more, as data for a page.
    """

    def __init__(
        self,
        expected: str,
        found: str,
        why: str = "",
        hint: str = "",
        *,
        drawing: Drawing | None = None,
        stated: Measure | None = None,
    ) -> None:
        self.expected = expected
        self.found = found
        self.why = why
        self.hint = hint
        self.drawing = drawing
        self.stated = stated
        super().__init__(str(self))

    @property
    def message(self) -> str:
        """Expected, found and why, without the hint."""
        text = f"Expected: {self.expected}\nFound: {self.found}"
        return f"{text}\nWhy: {self.why}" if self.why else text

    def __str__(self) -> str:
        return f"{self.message}\nHint: {self.hint}" if self.hint else self.message


class MatchRemark(UserWarning):
    """The work is right and keeps its points, but the student should know something about it."""
