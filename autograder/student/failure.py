"""What a failed visible check raises: one line, which nbgrader's Validate shows as it is."""

from autograder.matchers import MatchFailure


class VisibleFailure(AssertionError):
    """A visible check that failed, in one line."""

    def _render_traceback_(self) -> list[str]:
        # IPython asks for this: the line is meant for a student, our call stack is not.
        return [str(self)]


def one_line(name: str, failure: MatchFailure) -> str:
    """The failure's four texts as one line that names the variable.

    >>> one_line("y_pred", MatchFailure("numbers", "text"))
    'y_pred. Expected: numbers. Found: text.'
    """
    whose = "" if name in failure.expected else f"{name}. "
    parts = [f"{whose}Expected: {failure.expected}. Found: {failure.found}."]
    parts += [text for text in (failure.why, failure.hint) if text]
    return " ".join(" ".join(parts).split())
