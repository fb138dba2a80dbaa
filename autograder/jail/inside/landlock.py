"""Landlock: what files and TCP ports a job may use, enforced by the kernel on top of the mounts.

Source: the kernel's userspace-api/landlock documentation (ABI 1 files, 4 TCP, 6 scopes).
"""

import ctypes
import os
import struct
from collections.abc import Iterable
from pathlib import Path

from autograder.jail.inside.syscalls import syscall

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_FLAG = 1
_RULE_PATH_BENEATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
_ALL_FILE_RIGHTS = (1 << 16) - 1
_TRUNCATE, _IOCTL_DEV = 1 << 14, 1 << 15
_TCP_RIGHTS = 3
_SCOPES = 3


def abi() -> int:
    """The kernel's Landlock version, 0 where it has none."""
    try:
        return syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION_FLAG)
    except OSError:
        return 0


def restrict(read_only: Iterable[str], writable: Iterable[str]) -> None:
    """From here on this process and its children touch only these paths and no TCP port.

    Paths that do not exist are left out. Raises OSError where the kernel refuses.
    """
    version = abi()
    files = _FILE_RIGHTS.get(version, _ALL_FILE_RIGHTS)
    attributes = struct.pack(
        "QQQ", files, _TCP_RIGHTS if version >= 4 else 0, _SCOPES if version >= 6 else 0
    )
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(size), 0)
    for path in read_only:
        _allow(ruleset, path, (_EXECUTE | _READ_FILE | _READ_DIR) & files)
    for path in writable:
        _allow(ruleset, path, files)
    syscall(_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    if not Path(path).is_dir():
        rights &= _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
    syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, struct.pack("=Qi", rights, handle), 0)
    os.close(handle)
