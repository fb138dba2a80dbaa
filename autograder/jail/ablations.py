"""The names of the walls that a test may leave out, to show that something gets through then.

No command and no setting leads here: a wall is left out by `WarmParent(without=...)` alone.
"""

from autograder.errors import UsageError

OUTER = frozenset(["mounts", "dev", "environment", "readonly", "spaces", "identity"])
"""``readonly``: bubblewrap's own root turns read-only; ``spaces``: its namespaces; ``identity``:
the unprivileged user that a warm parent of root's becomes."""

INNER = frozenset(
    ["ipc", "uts", "cgroup", "pid", "net", "descriptors", "devpts", "scratch", "tmpfs"]
).union(["devices", "capabilities", "dumpable", "landlock", "rlimits", "seccomp", "oom"])
TRUSTED = frozenset(
    ["watchdog", "sockets", "files", "fairness", "deadlines", "evidence", "output", "seal"]
)
"""What the grader itself counts, caps and compares while a job runs. ``sockets`` and ``files`` are
two of the watchdog's counts."""

WALLS = OUTER | INNER | TRUSTED
"""All but two: user namespaces, in which the others are made, and no_new_privs, which bubblewrap
sets for everything that it starts."""


def known(without: frozenset[str]) -> frozenset[str]:
    """The same names. Raises UsageError for one that is no wall: nothing would be left out."""
    if unknown := sorted(without - WALLS):
        raise UsageError(f"walls among {', '.join(sorted(WALLS))} expected, found {unknown}")
    return without
