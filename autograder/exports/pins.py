"""The packages of the grader as they are installed here, one version each.

The same numbers come from the same versions, so an image that grades elsewhere gets those that the
checks were tried with.
"""

import importlib.metadata

from packaging.requirements import Requirement

from autograder.errors import UsageError

DISTRIBUTION = "keras-autograder"
EXTRA = "grader"


def pinned() -> str:
    """Lines for ``pip install -r``, sorted. Raises UsageError where the grader is not installed."""
    found: dict[str, str] = {}
    waiting = [Requirement(f"{DISTRIBUTION}[{EXTRA}]")]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        wanted = waiting.pop()
        key = (wanted.name.lower(), frozenset(wanted.extras))
        if key in seen:
            continue
        seen.add(key)
        installed = _installed(wanted.name)
        found[installed.name.lower()] = f"{installed.name}=={installed.version}"
        for text in installed.requires or ():
            needed = Requirement(text)
            if _applies(needed, wanted.extras):
                waiting.append(needed)
    del found[DISTRIBUTION]
    return "\n".join(found[name] for name in sorted(found)) + "\n"


def _applies(needed: Requirement, extras: set[str]) -> bool:
    marker = needed.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras))


def _installed(name: str) -> importlib.metadata.Distribution:
    try:
        return importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        raise UsageError(
            f"the installed package {name} expected, found none. Install the grader: "
            "pip install 'keras-autograder[grader]'"
        ) from None
