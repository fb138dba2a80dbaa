"""What a file is that bears a notebook's name and is none: said in words, with what to do.

Students upload the page that a download link led to, an archive, a script, or a file in which
version control left its marks. Trusts nobody; looks at a file's first bytes and at its lines.
"""

import re

_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a zip archive: unpack it into the student's folder"),
    (b"\x1f\x8b", "a gzip archive: unpack it into the student's folder"),
    (b"Rar!", "a rar archive: unpack it into the student's folder"),
    (b"7z\xbc\xaf", "a 7z archive: unpack it into the student's folder"),
    (b"%PDF", "a PDF: ask for the notebook itself"),
    (b"\x89PNG", "a picture: ask for the notebook itself"),
    (b"\xff\xd8\xff", "a picture: ask for the notebook itself"),
    (
        b"version https://git-lfs",
        "a pointer of git-lfs, not what it points to: run `git lfs pull` where it came from",
    ),
)
_HTML = re.compile(rb"\s*+<(?:!doctype html|html|head|body|\?xml|!--)", re.IGNORECASE)
_CONFLICT = re.compile(rb"^(?:<{7} |>{7} |\|{7} )", re.MULTILINE)
_SCRIPT = re.compile(rb"\s*+(?:#|import |from \w+ import |\"\"\"|def |class |%)")


def what_it_is(data: bytes) -> str | None:
    """One clause for something that is recognised and is no notebook, else None.

    >>> what_it_is(b"<html><title>Please log in</title>")
    'a notebook expected, found a web page (of a login or an error?): ask for the notebook itself'
    """
    found = _found(data.removeprefix(b"\xef\xbb\xbf"))
    return None if found is None else f"a notebook expected, found {found}"


def _found(data: bytes) -> str | None:
    for beginning, told in _BEGINNINGS:
        if data.startswith(beginning):
            return told
    if _HTML.match(data):
        return "a web page (of a login or an error?): ask for the notebook itself"
    if _CONFLICT.search(data):
        # JSON puts no line break inside a text, so a mark at a line's start is never an answer's.
        return (
            "marks of a merge conflict (<<<<<<<) between its lines: settle the conflict in a text "
            "editor, or ask for the notebook again"
        )
    if _SCRIPT.match(data):
        return (
            "a Python script or text: ask for the notebook itself, or turn it into one with "
            "`jupytext --to ipynb`"
        )
    return None
