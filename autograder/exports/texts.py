"""Numbers and texts as they may stand in a file that a spreadsheet opens.

A spreadsheet runs a text that begins like a formula, and turns "1-2" into a date and "007" into 7.
Students choose their names in many learning platforms, so every text is a stranger's. An apostrophe
before it makes it a text; `restored` takes it off again.
Which beginnings are dangerous: https://owasp.org/www-community/attacks/CSV_Injection.
"""

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from unicodedata import category

FORMULA = "=+-@\t\r\uff1d\uff0b\uff0d\uff20|%"
"""What begins a formula in some spreadsheet (the wide ones too); ``|`` and ``%`` in old ones."""

CENT = Decimal("0.01")
SUM_DIGITS = 6
EXACT_DIGITS = 15
"""A spreadsheet's numbers keep this many; a longer id would lose its end."""

_MONTH = r"(?:jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-zä]*\.?"
_TAKEN = re.compile(
    rf"""0\d+                                  # 007 would be 7
    | \d{{{EXACT_DIGITS + 1},}}                # the last digits would be lost
    | \d*[.,]?\d+\s*e\s*[+-]?\d+               # 1e5
    | \d+(?:\s*[-/.:,]\s*\d+)+(?:\s*[ap]m)?    # dates, times, and decimals of either mark
    | \d{{1,4}}[\s./-]*{_MONTH}(?:[\s./-]*\d+)?
    | {_MONTH}[\s./-]*\d+(?:[\s,./-]+\d+)?     # Mar 5, MARCH1
    | [$€£¥]\s*[\d.,]+ | [\d.,]+\s*[$€£¥%]
    | true | false | wahr | falsch | vrai | faux
    """,
    re.IGNORECASE | re.VERBOSE,
)


def points_text(score: float | None) -> str:
    """Points with two decimals and a point, never a thousands separator; "" for undecided.

    >>> points_text(2), points_text(1234.005), points_text(None)
    ('2.00', '1234.01', '')
    """
    if score is None:
        return ""
    # A sum of floats may lie just below the half hundredth that it is.
    exact = Decimal(repr(round(float(score), SUM_DIGITS)))
    rounded = exact.quantize(CENT, rounding=ROUND_HALF_UP)
    return f"{rounded + 0:f}"  # + 0: never -0.00


def visible(text: str) -> str:
    r"""``text`` with U+FFFD for each control character but tab and line ends: escape sequences that
    a student printed would move the cursor of whoever looks at the file in a terminal.

    >>> ascii(visible("red\x1b[31m"))
    "'red\\ufffd[31m'"
    """
    return "".join("\ufffd" if c not in "\t\n\r" and category(c) == "Cc" else c for c in text)


def safe_text(text: str) -> str:
    """``text``, with an apostrophe before it if it begins like a formula.

    >>> safe_text("=HYPERLINK(1)"), safe_text("Ada")
    ("'=HYPERLINK(1)", 'Ada')
    """
    return f"'{text}" if _begins_formula(text) else text


def plain_text(text: str) -> str:
    """`safe_text`, and an apostrophe also before what a spreadsheet turns into a date or number.

    >>> plain_text("1-2"), plain_text("007"), plain_text("12345678")
    ("'1-2", "'007", '12345678')
    """
    bare = text.lstrip("'").strip()
    return f"'{text}" if _begins_formula(text) or _TAKEN.fullmatch(bare) else text


def restored(cell: str, made_by: Callable[[str], str] = plain_text) -> str:
    """The text of which ``made_by`` (`plain_text` or `safe_text`) made ``cell``.

    >>> restored("'=x"), restored("'007"), restored("'tis")
    ('=x', '007', "'tis")
    """
    bare = cell[1:]
    return bare if cell[:1] == "'" and made_by(bare) == cell else cell


def _begins_formula(text: str) -> bool:
    # Apostrophes of the text's own are looked through: else nobody could tell them from ours.
    bare = text.lstrip("'")
    return bare[:1] in ("\t", "\r") or (bare.lstrip()[:1] or " ") in FORMULA
