"""A throw-away PostgreSQL server from Debian's own binaries."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

# A shell starts what runs in its background deaf to Ctrl-C, and every child inherits that; some
# tests interrupt commands.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

START_S = 60
"""Seconds for initdb and the server's start, which take one on an idle machine."""


def _as_server() -> list[str]:
    # The server refuses to run as root; Debian's package brings this user.
    return ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@pytest.fixture(scope="session")
def postgres_folder() -> Iterator[Path]:
    """The folder of a running server's socket; the server ends with the tests."""
    binaries = _binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server on this machine: sudo apt-get install postgresql")
    # Not below pytest's own folder: that is private to root, and a socket's path has 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    as_server = _as_server()
    if as_server:
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
        folder.chmod(0o755)

    def run(name: str, *options: str) -> None:
        command = [*as_server, str(binaries / name), "-D", str(folder / "data"), *options]
        # A file and not a pipe: the server keeps what it inherits open.
        with (folder / f"{name}.log").open("w") as log:
            done = subprocess.run(
                command, cwd="/", stdout=log, stderr=log, timeout=START_S, check=False
            )
        assert done.returncode == 0, (folder / f"{name}.log").read_text()

    try:
        run("initdb", "-A", "trust", "-U", "grader", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        # The server's clock is not UTC on purpose: what nbgrader stores must not depend on it.
        settings = f"-c listen_addresses= -c timezone=Asia/Kolkata -c fsync=off -k {folder}"
        run("pg_ctl", "-w", "-l", str(folder / "server.log"), "-o", settings, "start")
        try:
            yield folder
        finally:
            run("pg_ctl", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def new_database(postgres_folder: Path) -> Callable[[], str]:
    """Make an empty database; its SQLAlchemy URL comes back."""

    def create() -> str:
        import psycopg

        name = f"course_{uuid.uuid4().hex}"
        where = f"host={postgres_folder} user=grader dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[call-overload]
        return f"postgresql+psycopg://grader@/{name}?host={postgres_folder}"

    return create


@pytest.fixture
def restart_postgres(postgres_folder: Path) -> Callable[[], None]:
    """Restart the server, as an administrator does: every connection is cut."""
    binaries = _binaries()
    assert binaries is not None
    control = str(binaries / "pg_ctl")

    def restart() -> None:
        command = [*_as_server(), control, "-D", str(postgres_folder / "data"), "-w", "-m", "fast"]
        with (postgres_folder / "restart.log").open("w") as log:
            subprocess.run(
                [*command, "-l", str(postgres_folder / "server.log"), "restart"],
                cwd="/", stdout=log, stderr=log, timeout=START_S, check=True,
            )  # fmt: skip

    return restart
