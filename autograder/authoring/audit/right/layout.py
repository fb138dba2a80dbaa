"""Comments, blank lines, magics: what is in the text of a cell and not in its tree."""

from collections.abc import Callable, Iterator

from autograder.authoring.audit.right.notebook import Edit, View
from autograder.authoring.audit.right.operators import Edits, Operator
from autograder.authoring.audit.right.trees import written


def _texts(change: Callable[[list[str]], list[str]], says: str) -> Edits:
    """The text of a cell with its statements' lines changed."""

    def edits(view: View) -> Iterator[Edit]:
        parts = [written(statement) for statement in view.tree.body]
        yield Edit({view.name: "\n".join(change(parts)) + "\n"}, says)

    return edits


def _commented(parts: list[str]) -> list[str]:
    return [line for part in parts for line in ("# the next step", part)]


def _behind(parts: list[str]) -> list[str]:
    return [part if "\n" in part else f"{part}  # so far" for part in parts]


def _spaced(parts: list[str]) -> list[str]:
    return ["", *(line for part in parts for line in (part, "", ""))]


def _semicolons(parts: list[str]) -> list[str]:
    return [part if "\n" in part else f"{part};" for part in parts]


def _old_code(parts: list[str]) -> list[str]:
    """What was tried before is still there, as comments."""
    return [*(f"# {line}" for part in parts for line in part.splitlines()), *parts]


def _kept_text(parts: list[str]) -> list[str]:
    """The same in a string that nobody reads."""
    return ["'''", *(part.replace("'", '"').replace("\\", "/") for part in parts), "'''", *parts]


OPERATORS = (
    Operator("layout-comments", _texts(_commented, "comments"), last=True),
    Operator("layout-comments-behind", _texts(_behind, "comments behind lines"), last=True),
    Operator("layout-blank-lines", _texts(_spaced, "blank lines"), last=True),
    Operator("layout-semicolons", _texts(_semicolons, "semicolons"), last=True),
    Operator("layout-old-code", _texts(_old_code, "old code as comments"), last=True),
    Operator("layout-text-kept", _texts(_kept_text, "old code as a text"), last=True),
    Operator("layout-timed", _texts(lambda parts: ["%%time", *parts], "%%time"), last=True),
    Operator(
        "layout-captured", _texts(lambda parts: ["%%capture", *parts], "%%capture"), last=True
    ),
)
