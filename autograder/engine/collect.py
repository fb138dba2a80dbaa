"""nbgrader's collect for an exchange in which a student may have put anything.

Every student can write into the exchange's inbound folder without ``nbgrader submit``. nbgrader
0.9.6 then copies through symbolic links with the instructor's rights (and hands the copies on with
the feedback), takes the newest folder with a student's name although another user owns it, and
stops for the whole class at one name, pipe or unreadable file that it does not expect. Trusts the
owner and the name of a folder in inbound; nothing inside it.
"""

import os
import pwd
from collections.abc import Iterator
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from nbgrader.exchange.default import ExchangeCollect, ExchangeError

from autograder.course import safe_name
from autograder.errors import CourseError
from autograder.intake.read import read_bytes
from autograder.nouns import Problem

MAX_FILES = 1_000
MAX_DEPTH = 8
"""A submission holds a few notebooks and data files; the rest is left in the exchange."""

TIMESTAMP = "timestamp.txt"
_REFUSED = "+refused+"


# The untyped base and Any below: nbgrader has no annotations that mypy can follow.
class Collect(ExchangeCollect):  # type: ignore[misc]
    """Collects what belongs to its student, plain files alone, one submission beside the other."""

    src_records: list[dict[str, Any]]

    def init_src(self) -> None:
        """The newest submission of each student, among those that are the student's own."""
        super().init_src()
        self.src_records = [one for one in self.src_records if one["username"] != _REFUSED]

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """The plain files of one submission; its time is the one in the folder's name."""
        target = Path(dest)
        target.mkdir(parents=True)
        for name, data in self._files(src):
            place = target / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        stamp = Path(src).name.rsplit("+", 3)[2]
        (target / TIMESTAMP).write_text(stamp, encoding="utf-8")
        if self.coursedir.groupshared:
            for base, _, names in os.walk(target):
                Path(base).chmod(0o2770)
                for name in names:
                    (Path(base) / name).chmod(0o660)

    def _path_to_record(self, path: str) -> dict[str, Any]:
        try:
            record: dict[str, Any] = super()._path_to_record(path)
            refusal = self._refusal(Path(path), str(record["username"]))
        except (ValueError, OverflowError, TypeError, AttributeError, ExchangeError, OSError):
            # The folder's name is a student's: dates in it that cannot be, or a folder gone since.
            refusal = "its name is not one that `nbgrader submit` gives"
        if not refusal:
            return record
        self.log.error("Not collected: %s: %s.", ascii(Path(path).name), refusal)
        return {
            "username": _REFUSED,
            "filename": Path(path).name,
            "timestamp": datetime.min,
        }

    def _refusal(self, path: Path, username: str) -> str:
        try:
            safe_name(username, "student")
        except CourseError as error:
            return str(error)
        facts = path.lstat()
        if path.is_symlink() or not path.is_dir():
            return "a folder expected"
        if not self.check_owner:
            return ""
        try:
            owner = pwd.getpwuid(facts.st_uid).pw_name
        except KeyError:
            owner = f"user {facts.st_uid}"
        return "" if owner == username else f"it claims to be of {username}, {owner} owns it"

    def _files(self, src: str) -> Iterator[tuple[str, bytes]]:
        """Each plain file by its path, without following a link, capped in number and size."""
        limit = int(self.coursedir.max_file_size) * 1000
        seen = 0
        for top, folders, names, descriptor in os.fwalk(src, follow_symlinks=False):
            parts = Path(top).relative_to(src).parts
            folders[:] = sorted(n for n in folders if not self._ignored(n))
            if len(parts) >= MAX_DEPTH:
                folders.clear()
            for name in sorted(names):
                seen += 1
                if seen > MAX_FILES:
                    self.log.error("%s: only %d files were collected.", src, MAX_FILES)
                    return
                if self._ignored(name) or not self._included(name):
                    continue
                data = read_bytes(name, dir_fd=descriptor, max_bytes=limit)
                if isinstance(data, Problem):
                    told = ascii("/".join((*parts, name)))
                    self.log.error("%s: %s was left out: %s.", src, told, data.reason)
                elif (*parts, name) != (TIMESTAMP,):
                    yield "/".join((*parts, name)), data

    def _ignored(self, name: str) -> bool:
        return any(fnmatchcase(name, pattern) for pattern in list(self.coursedir.ignore))

    def _included(self, name: str) -> bool:
        return any(fnmatchcase(name, pattern) for pattern in list(self.coursedir.include))
