"""What no process of ours has to import. Importing this module is enough."""

import sys


def skip_slow_imports() -> None:
    """Leave out what nobody asks for: 1.6 s of every command's start.

    jsonschema imports ``rfc3987_syntax`` where it is installed, which builds a grammar to check
    internationalised addresses; no schema of a notebook has such a field, and jsonschema does
    without it where it is missing.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


skip_slow_imports()
