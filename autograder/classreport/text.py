"""Names and numbers in sentences of the class report."""


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
