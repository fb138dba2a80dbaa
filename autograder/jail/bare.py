"""A warm parent without bubblewrap and namespaces, for a container that refuses both.

Only for a container that holds one submission and ends with it, and only where the instructor said
so in as many words (docs/exports.md). Student code runs as another user, behind seccomp, limits
and, where the kernel has it, Landlock. No command grades a class with it.
"""

import os
import socket
import sys
import tempfile
from pathlib import Path

from autograder.errors import WallMissing
from autograder.jail import mounts
from autograder.jail.inside.bare import FOLDER, READABLE
from autograder.jail.parent import WarmParent, allow_descriptors, identity, started_by_keeper

_BOOT = (
    "import sys, site; sys.path[:0] = sys.argv[3].split(':'); site.setquit(); site.sethelper(); "
    "from autograder.jail.inside.bare import main; main()"
)


class BareParent(WarmParent):
    """`WarmParent` as another user of this machine instead of in a sandbox.

    Data sets are not laid out for it: an assignment that needs one needs a jail.
    """

    def __init__(self, *, data: Path | None = None) -> None:
        super().__init__(without=frozenset(["pid"]), data=data)

    def spawn(self) -> None:
        """Start the process. Raises WallMissing where the grader is not root: without another
        user's rights there is no wall at all."""
        if os.getuid() != 0:
            raise WallMissing(
                "a grader that runs as root expected, to run notebooks as another user without a "
                f"jail; found uid {os.getuid()}. Install bubblewrap and grade in the jail."
            )
        allow_descriptors()
        self._mounted = identity(self.data)
        self._folder = tempfile.TemporaryDirectory(prefix="bare-")
        folder = Path(self._folder.name)
        os.chown(folder, mounts.UNPRIVILEGED_ID, mounts.UNPRIVILEGED_ID)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        code = mounts.PACKAGE.parent
        site = [str(path) for path in mounts.this_interpreter().site]
        path = ":".join([str(code), *site])
        readable = [*site, str(mounts.PACKAGE), sys.prefix, sys.base_prefix]
        environment = {
            **mounts.ENVIRONMENT,
            "PATH": "/usr/bin:/bin",
            "HOME": str(folder),
            "TMPDIR": str(folder),
            "MPLCONFIGDIR": str(folder / "matplotlib"),
            "KERAS_HOME": str(folder / ".keras"),
            "PYTHONPATH": path,
            FOLDER: str(folder),
            READABLE: ":".join(readable),
        }
        command = [sys.executable, "-s", "-P", "-S", "-c", _BOOT]
        command += [str(theirs.fileno()), str(mounts.UNPRIVILEGED_ID), path]
        self._process = started_by_keeper(
            command, (theirs.fileno(),), self._log, env=environment, cwd=folder
        )
        theirs.close()
        self._control = ours
