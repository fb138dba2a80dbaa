"""What a failed visible check raises: one line, which nbgrader's Validate shows as it is."""

from autograder.matchers import MatchFailure


class VisibleFailure(AssertionError):
    """A visible check that failed, in one line."""

    def _render_traceback_(self) -> list[str]:
        # IPython asks for this: the line is meant for a student, our call stack is not.
        return [str(self)]


def one_line(name: str, failure: MatchFailure) -> str:
    """What was expected and found, as one line that names the variable.

    Why and a hint stand in the card above it; a second copy in red would drown them.

    >>> one_line("y_pred", MatchFailure("numbers", "text"))
    'y_pred. Expected: numbers. Found: text.'
    """
    whose = "" if name in failure.expected else f"{name}. "
    return " ".join(f"{whose}Expected: {failure.expected}. Found: {failure.found}.".split())
