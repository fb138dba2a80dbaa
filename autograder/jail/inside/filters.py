"""The seccomp filter of a job, through libseccomp: calls that honest notebooks never make.

Denied calls answer EPERM, so that a program sees an ordinary error. ``clone3`` answers ENOSYS, so
that libc falls back to ``clone``, whose flags the filter can read.

System V's shared memory and queues belong to no process, so nobody could count them; inotify's
watches are counted for the user, so one job could use up all jobs' share. A session of its own
would be a share of the processor of its own where the kernel groups by session, and a socket's
buffer is memory that no process is charged for: neither request has an effect.
"""

import errno
import socket

from autograder.jail.inside import syscalls

_DENIED = """
ptrace process_vm_readv process_vm_writev process_madvise pidfd_getfd kcmp
keyctl add_key request_key bpf perf_event_open userfaultfd
mount umount2 pivot_root chroot unshare setns move_mount open_tree fsopen fsconfig fsmount fspick
mount_setattr open_by_handle_at name_to_handle_at quotactl swapon swapoff
io_uring_setup io_uring_enter io_uring_register vmsplice memfd_create memfd_secret
kexec_load kexec_file_load init_module finit_module delete_module reboot syslog acct
settimeofday clock_settime clock_adjtime adjtimex iopl ioperm personality sethostname setdomainname
shmget msgget semget mq_open inotify_init inotify_init1 fanotify_init modify_ldt
""".split()  # noqa: SIM905  one name a line would be sixty lines

_NAMESPACES = (
    syscalls.CLONE_NEWNS,
    syscalls.CLONE_NEWCGROUP,
    syscalls.CLONE_NEWUTS,
    syscalls.CLONE_NEWIPC,
    syscalls.CLONE_NEWUSER,
    syscalls.CLONE_NEWPID,
    syscalls.CLONE_NEWNET,
)


def install() -> None:
    """Load the filter into this process for good. Needs no_new_privs. Raises OSError."""
    import pyseccomp as seccomp

    eperm = seccomp.ERRNO(errno.EPERM)
    rules = seccomp.SyscallFilter(seccomp.ALLOW)
    for name in _DENIED:
        if seccomp.resolve_syscall(seccomp.Arch.NATIVE, name) >= 0:
            rules.add_rule(eperm, name)
    rules.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")
    for flag in _NAMESPACES:
        rules.add_rule(eperm, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, flag, flag))
    for name in ("socket", "socketpair"):
        rules.add_rule(eperm, name, seccomp.Arg(0, seccomp.NE, int(socket.AF_UNIX)))
    # "Done", though it is not: each has honest callers, whom its refusal would only break.
    done = seccomp.ERRNO(0)
    rules.add_rule(done, "setsid")
    for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
        level = seccomp.Arg(1, seccomp.EQ, socket.SOL_SOCKET)
        rules.add_rule(done, "setsockopt", level, seccomp.Arg(2, seccomp.EQ, option))
    rules.load()
