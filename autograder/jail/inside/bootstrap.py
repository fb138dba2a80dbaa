"""First code behind the outer wall: become an unprivileged user, then serve as warm parent.

Arguments: the control socket's descriptor, and the uid to become (or -1 to stay).
"""

import os
import socket
import sys

from autograder.jail.inside import syscalls


def main() -> None:
    """Entry point of the sandboxed interpreter; never returns."""
    descriptor, uid = int(sys.argv[1]), int(sys.argv[2])
    if uid >= 0:
        syscalls.mount(
            "proc", "/proc", "proc", syscalls.MS_NOSUID | syscalls.MS_NODEV | syscalls.MS_NOEXEC
        )
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)  # the kernel clears every capability with it
    syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)
    from autograder.jail.inside.warm_parent import quiet_signals, serve

    quiet_signals()
    serve(socket.socket(fileno=descriptor))
