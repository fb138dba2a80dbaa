"""Text of students as it may be shown. Escaping is the template's work, not done here."""

MAX_TEXT = 1_500
"""Characters of one text; what is longer is no help to a reader."""


def shown(text: str, limit: int = MAX_TEXT) -> str:
    """``text`` without control characters and bidirectional overrides, cut after ``limit``.

    >>> shown("a" + chr(0x202E) + "b"), shown("abcdef", 3)
    ('ab', 'abc…')
    """
    kept = "".join(c for c in text if c in "\n\t" or c.isprintable())
    return kept if len(kept) <= limit else kept[:limit] + "…"


def listed(names: tuple[str, ...], limit: int = 5) -> str:
    """A few names for a sentence, and how many more there are.

    >>> listed(("a", "b", "c"), 2)
    'a, b and 1 more'
    """
    if len(names) <= limit:
        return ", ".join(names)
    return f"{', '.join(names[:limit])} and {len(names) - limit} more"


def counted(number: int, one: str, several: str = "") -> str:
    """A number with its noun.

    >>> counted(1, "student"), counted(3, "student")
    ('1 student', '3 students')
    """
    return f"{number} {one if number == 1 else several or one + 's'}"
