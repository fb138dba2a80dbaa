"""How a matcher says no, and how it says yes with a remark."""


class MatchFailure(AssertionError):
    """What was asked for is not there. All four texts are written for the student."""

    def __init__(self, expected: str, found: str, why: str = "", hint: str = "") -> None:
        self.expected = expected
        self.found = found
        self.why = why
        self.hint = hint
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
