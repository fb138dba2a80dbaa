"""Hostile cells against a real jail.

A cell prints BREACH when it got what it was after. After each: what had finished is kept, nothing
of the job is left on the host, and the next job of the same parent is an honest one that works.
"""

import json
import os
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.jail.mounts import VISIBLE

pytestmark = [pytest.mark.jail, pytest.mark.usefixtures("unharmed")]

REPOSITORY = Path(__file__).resolve().parents[2]
MIB = 1024**2

TRY = """
import os, socket, ctypes, errno, time, signal, sys, threading, mmap
libc = ctypes.CDLL(None, use_errno=True)
def attempt(what, act):
    try:
        result = act()
    except OSError as error:
        print("refused", what, errno.errorcode.get(error.errno, error))
    else:
        print("BREACH", what, str(result)[:200])
def call(*arguments):
    if libc.syscall(*arguments) < 0:
        raise OSError(ctypes.get_errno(), "refused")
"""


@pytest.fixture
def text(told: Callable[..., str]) -> Callable[..., str]:
    return told


def earlier_is_kept(manifest: dict[str, Any]) -> None:
    first = manifest["cells"][0]
    assert first["status"] == "ok"
    assert first["outputs"] == [{"output_type": "stream", "name": "stdout", "text": "earlier\n"}]


def finished(manifest: dict[str, Any]) -> None:
    """The attack failed without taking the notebook with it."""
    earlier_is_kept(manifest)
    assert manifest["cause"] == "done"
    assert manifest["cells"][2]["status"] == "ok"


# What student code can read and write.


def test_no_file_of_the_grader_can_be_read(jail, text, tmp_path):
    course = {
        "tests/checks": REPOSITORY / "tests/checks/a1_regression/test_checks.py",
        "heldout": REPOSITORY / "tests/checks/a1_regression/heldout.npz",
        "source": REPOSITORY / "source/a1_regression/regression.ipynb",
        "package": REPOSITORY / "autograder/grading/score.py",
    }
    for name in ("gradebook.db", "submitted/peer/a1/lesson.ipynb"):
        course[name] = tmp_path / name
        course[name].parent.mkdir(parents=True, exist_ok=True)
        course[name].write_text("secret")
    assert all(path.is_file() for path in course.values())
    paths = [str(path) for path in course.values()]
    paths += ["/etc/shadow", "/etc/hostname", "/etc/ssh", "/proc/1/environ", "/proc/1/root/etc"]
    folders = [str(REPOSITORY), str(tmp_path), "/root", "/home", "/proc/1/cwd", "/proc/1/fd"]
    source = (
        TRY
        + f"""
for path in {paths!r}:
    attempt(path, lambda: open(path, "rb").read())
for path in {folders!r}:
    attempt(path, lambda: os.listdir(path))
for line in open("/proc/self/mountinfo"):
    inner, outer = line.split()[3:5]
    shared = inner.startswith(("/usr", "/tmp", "/null", "/etc", "/lib"))
    if inner not in ("/", outer) and not shared:
        for place in (inner, os.path.dirname(inner)):
            if place != "/" and not place.startswith("/dev"):
                attempt("where the checkout lies: " + place, lambda: os.listdir(place))
"""
    )
    manifest = jail.attack(source)
    finished(manifest)
    assert "BREACH" not in text(manifest, 1)
    assert text(manifest, 1).count("refused") > len(paths)


def test_what_can_be_read_is_the_allow_list(jail, text):
    roots = sorted({str(path) for path in Path("/").iterdir()} | {"/opt", "/box", "/scratch"})
    source = f"""
import os
def readable(path):
    try:
        os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
        return True
    except OSError:
        return False
for root in {roots!r}:
    if root in ("/usr", "/proc", "/lib", "/lib64", "/bin", "/sbin", "/lib32"):
        continue
    for folder, inner, files in os.walk(root):
        if folder in ("/opt/python", "/opt/site"):
            inner.clear()
            files.clear()
        for name in files:
            path = os.path.join(folder, name)
            if readable(path) and not path.startswith("/etc/alternatives/"):
                print(path)
    if readable(root):
        print(root)
print("passwd", open("/etc/passwd").read())
print("pids", sorted(int(name) for name in os.listdir("/proc") if name.isdigit())[0], os.getpid())
print("fds", sorted(os.listdir("/proc/self/fd")))
print("env", sorted(os.environ))
"""
    manifest = jail.attack(source)
    finished(manifest)
    lines = text(manifest, 1).splitlines()
    package = tuple(f"/opt/autograder/autograder/{name}" for name in VISIBLE)
    devices = ("null", "zero", "full", "random", "urandom", "tty", "ptmx")
    allowed = {"/etc", "/opt", "/box", "/scratch", "/tmp", "/etc/passwd", "/etc/ld.so.cache"}
    allowed |= {f"/dev/{name}" for name in devices}
    seen = [line for line in lines if line.startswith("/")]
    own = (*package, "/scratch/", "/box/", "/dev/pts")
    assert [path for path in seen if path not in allowed and not path.startswith(own)] == []
    assert any(path.startswith("/opt/autograder/autograder/recorder/") for path in seen)
    assert not [path for path in seen if "/checks/" in path or "/grading/" in path]
    assert "passwd student:x:60777:60777::/box/home:/bin/sh" in lines
    fds = next(line for line in lines if line.startswith("fds"))
    assert fds.count("'") // 2 <= 5, fds
    environment = next(line for line in lines if line.startswith("env"))
    assert "SECRET" not in environment


def test_the_environment_of_the_next_job_cannot_be_written(jail, text):
    source = (
        TRY
        + """
import site, numpy, autograder, keras
places = [os.path.dirname(os.path.dirname(m.__file__)) for m in (numpy, autograder, keras, os)]
for place in [*places, *map(os.path.dirname, (numpy.__file__, os.__file__)), *sys.path, "/usr",
              "/etc", "/opt", "/", "/scratch", "/proc/sys/kernel", "/sys/fs/cgroup"]:
    if place and not place.startswith("/box"):
        attempt(place, lambda: open(os.path.join(place, "evil.pth"), "w").write("import evil"))
attempt("passwd", lambda: open("/etc/passwd", "a").write("x"))
attempt("interpreter", lambda: open(sys.executable, "ab").write(b"x"))
attempt("numpy", lambda: open(numpy.__file__, "a").write("x"))
attempt("remount", lambda: call(165, b"", b"/", None, 32, None))
"""
    )
    manifest = jail.attack(source)
    finished(manifest)
    assert "BREACH" not in text(manifest, 1)
    assert text(manifest, 1).count("refused") >= 10


def test_nothing_that_a_job_leaves_is_there_in_the_next_one(jail, text):
    places = ["/box/home", "/box/work", "/box/tmp", "/box/home/.keras", "/scratch", "/dev/shm"]
    places += ["/tmp", "/scratch/matplotlib", "/box/home/.ipython/profile_default/startup"]
    leave = f"""
import os
for place in {places!r}:
    try:
        os.makedirs(place, exist_ok=True)
        open(place + "/poison.py", "w").write("print('poison')")
        print("left", place)
    except OSError:
        pass
import numpy
numpy.poisoned = True
os.environ["POISON"] = "1"
"""
    finished(first := jail.attack(leave))
    assert "left /box/work" in text(first, 1)
    look = f"""
import os, numpy
found = [p for p in {places!r} if os.path.exists(p + "/poison.py")]
print("found", found, hasattr(numpy, "poisoned"), "POISON" in os.environ)
"""
    assert text(jail.attack(look), 1) == "found [] False False\n"


# The network.


def test_a_listener_on_the_host_cannot_be_reached(jail, text):
    name = f"\0autograder-test-{os.getpid()}"
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as abstract:
        abstract.bind(name)
        abstract.listen()
        port = tcp.getsockname()[1]
        source = (
            TRY
            + f"""
import subprocess
attempt("tcp", lambda: socket.create_connection(("127.0.0.1", {port}), 1))
attempt("abstract", lambda: socket.socket(socket.AF_UNIX).connect({name!r}))
shell = subprocess.run(["bash", "-c", "echo > /dev/tcp/127.0.0.1/{port}"], capture_output=True)
print("BREACH bash" if shell.returncode == 0 else "refused bash")
"""
        )
        manifest = jail.attack(source)
        for listener in (tcp, abstract):
            listener.settimeout(0)
            with pytest.raises(BlockingIOError):
                listener.accept()
    finished(manifest)
    assert text(manifest, 1).count("refused") == 3
    assert "BREACH" not in text(manifest, 1)


def test_every_family_of_sockets_but_unix_is_refused(jail, text):
    source = (
        TRY
        + """
for family in range(2, 46):
    for kind in (1, 2, 3, 5):
        try:
            socket.socket(family, kind).close()
            print("BREACH", family, kind)
        except OSError as error:
            print("refused", error.errno)
left, right = socket.socketpair()
left.send(b"x")
print("unix", right.recv(1))
"""
    )
    manifest = jail.attack(source)
    finished(manifest)
    assert "BREACH" not in text(manifest, 1)
    assert "unix b'x'" in text(manifest, 1)


# Processes and signals.

FORK_BOMB = """
import os
while True:
    try:
        os.fork()
    except OSError:
        pass
"""


def test_a_fork_bomb_ends_with_its_job(jail):
    manifest = jail.attack(FORK_BOMB)
    earlier_is_kept(manifest)
    assert manifest["cells"][1]["status"] in ("interrupted", "killed", "error")
    assert manifest["wall_s"] < 15


COUNT = """
import pathlib, time
deadline = time.monotonic() + 2.5
while True:
    paths = pathlib.Path("/proc").glob("[0-9]*/stat")
    stats = [path.read_text().rpartition(")")[2] for path in paths]
    alive = sum(not stat.startswith(" Z") for stat in stats)
    if alive <= 2 or time.monotonic() > deadline:
        break
    time.sleep(0.05)  # what is killed takes a moment to go
print(alive)
"""

SPINNING = """
import os, time
for _ in range(6):  # more would come near the limit of memory
    if os.fork() == 0:
        while True:
            pass
while True:
    time.sleep(1)
"""


def test_forks_of_an_interrupted_cell_take_no_time_from_the_cells_after_it(jail, text):
    manifest = jail.run(COUNT, SPINNING, COUNT)
    assert manifest["cells"][1]["status"] == "interrupted"
    assert text(manifest, 2) == text(manifest, 0)


def test_a_program_that_a_finished_cell_started_goes_on(jail, text):
    begin = "import subprocess\np = subprocess.Popen(['sleep', '60'])\nprint('begun')"
    manifest = jail.run(begin, "print(p.poll())")
    assert text(manifest, 1).strip() == "None"


def test_a_thread_bomb_hits_its_limit(jail, text):
    source = (
        TRY
        + """
started = 0
try:
    while started < 1000:
        threading.Thread(target=time.sleep, args=(600,)).start()
        started += 1
except RuntimeError:
    pass
print("started", started, "BREACH" if started > 100 else "refused")
"""
    )
    manifest = jail.attack(source)
    finished(manifest)
    assert "refused" in text(manifest, 1)


def test_a_daemon_that_holds_stdout_does_not_outlive_its_job(jail):
    source = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork():
        os._exit(0)
    while True:
        time.sleep(1)
print("daemon started")
"""
    began = time.monotonic()
    finished(jail.attack(source))
    assert time.monotonic() - began < 10  # and unharmed() looks for it on the host


def test_killing_everything_kills_nothing_of_ours(jail, text):
    source = (
        TRY
        + """
for pid in (-1, 1, os.getppid()):
    for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGSTOP):
        try:
            os.kill(pid, number)
        except OSError as error:
            print("refused", error)
print("still here")
"""
    )
    manifest = jail.attack(source)
    earlier_is_kept(manifest)
    assert manifest["cause"] == "done", manifest["reason"]
    assert "still here" in text(manifest, 1)


def test_no_other_process_can_be_traced_or_read(jail, text):
    source = (
        TRY
        + """
attempt("attach", lambda: call(101, 16, os.getppid(), 0, 0))
attempt("seize", lambda: call(101, 0x4206, 1, 0, 0))
attempt("traceme", lambda: call(101, 0, 0, 0, 0))
attempt("memory of init", lambda: open("/proc/1/mem", "r+b"))
attempt("maps of init", lambda: open("/proc/1/maps").read())
attempt("vm_readv", lambda: call(310, 1, None, 0, None, 0, 0))
attempt("namespace", lambda: call(272, 0x10000000))
attempt("mount", lambda: call(165, b"none", b"/box/work", b"tmpfs", 0, None))
attempt("memfd", lambda: os.memfd_create("x"))
attempt("uring", lambda: call(425, 1, None))
attempt("keyring", lambda: call(250, 0, 0, 0, 0, 0))
"""
    )
    manifest = jail.attack(source)
    finished(manifest)
    assert "BREACH" not in text(manifest, 1)
    assert text(manifest, 1).count("refused") == 11


def test_a_process_that_stops_itself_is_ended_in_time(jail):
    manifest = jail.attack("import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)")
    earlier_is_kept(manifest)
    assert (manifest["cause"], manifest["status"]) == ("cell", "timed_out")
    assert manifest["wall_s"] < 10


def test_a_loop_that_ignores_every_signal_is_ended_in_time(jail):
    source = """
import signal
for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
"""
    manifest = jail.attack(source)
    earlier_is_kept(manifest)
    assert (manifest["cause"], manifest["status"]) == ("cell", "timed_out")
    assert manifest["cells"][1]["status"] == "killed"


def test_an_honest_endless_loop_costs_only_its_own_cell(jail):
    manifest = jail.attack("while True:\n    pass")
    finished(manifest)
    assert manifest["status"] == "timed_out"
    assert manifest["cells"][1]["status"] == "interrupted"


# Memory and disk.


def test_memory_in_chunks_ends_in_a_memory_error(jail, text):
    source = "kept = []\nwhile True:\n    kept.append(bytearray(100 * 2**20))"
    manifest = jail.attack(source)
    earlier_is_kept(manifest)
    stopped = manifest["cells"][1]["status"] == "interrupted" or manifest["cause"] == "memory"
    assert stopped or "MemoryError" in text(manifest, 1)
    assert manifest["peak_bytes"] < 2 * 1024 * MIB


@pytest.mark.parametrize("how", ["processes", "shared"])
def test_memory_of_the_whole_job_is_summed(jail, how):
    by = {
        "processes": """
import os, time
for _ in range(40):
    if os.fork() == 0:
        kept = bytearray(b"x") * (80 * 2**20)
        time.sleep(60)
    time.sleep(0.1)
time.sleep(1)
""",
        "shared": """
import mmap, time
kept = []
for _ in range(40):
    kept.append(mmap.mmap(-1, 80 * 2**20))
    kept[-1].write(b"x" * (80 * 2**20))
    time.sleep(0.1)
time.sleep(1)
""",
    }
    limits = replace(_small(jail), memory_bytes=700 * MIB)
    manifest = jail.attack(by[how], limits=limits)
    earlier_is_kept(manifest)
    assert manifest["cause"] == "memory" or "Error" in str(manifest["cells"][1]), manifest["cause"]
    # All of it would be 3,200 MiB; on a busy machine some allocations go by before anybody looks.
    assert manifest["peak_bytes"] < 2000 * MIB


@pytest.mark.parametrize("place", ["/box/work", "/box/tmp", "/box/home", "/dev/shm"])
def test_a_disk_can_be_filled_only_to_its_limit(jail, text, place):
    source = (
        TRY
        + f"""
written = 0
try:
    for number in range(100):
        with open("{place}/big%d" % number, "wb") as file:
            written += file.write(b"x" * 2**20)
except OSError as error:
    print("refused", error.errno)
print("BREACH" if written > 20 * 2**20 else "bounded", written)
"""
    )
    manifest = jail.attack(source)
    finished(manifest)
    assert "refused" in text(manifest, 1)
    assert "bounded" in text(manifest, 1)


def test_inodes_run_out_for_the_job_alone(jail, text):
    source = """
try:
    for number in range(5000):
        open("empty%d" % number, "w").close()
    print("BREACH")
except OSError as error:
    print("refused", error.errno)
"""
    manifest = jail.attack(source)
    finished(manifest)
    assert text(manifest, 1) == "refused 28\n"


# Output and the line to the grader.


@pytest.mark.parametrize(
    "source",
    [
        "for _ in range(100_000):\n    print('x' * 1000)",
        "print('x' * 100_000_000)",
        "import os\nfor _ in range(100):\n    os.write(1, b'y' * 2**20)",
        "import subprocess\nsubprocess.run('yes | head -c 100000000', shell=True)",
        "from IPython.display import display\nfor _ in range(300):\n"
        "    display({'text/html': 'z' * 10**5}, raw=True)",
    ],
    ids=["many lines", "one line", "descriptor", "subprocess", "html"],
)
def test_a_hundred_megabytes_of_output_are_cut(jail, source):
    manifest = jail.attack(source)
    earlier_is_kept(manifest)
    size = sum(len(json.dumps(cell["outputs"])) for cell in manifest["cells"])
    assert size < 2.2 * MIB  # JSON writes a line's end as two characters
    assert "[output cut here" in str(manifest["cells"][1]["outputs"])
    assert manifest["cells"][1]["status"] in ("ok", "interrupted")


def test_an_exit_before_the_answer_keeps_what_had_finished(jail):
    manifest = jail.attack("import os\nos._exit(0)")
    earlier_is_kept(manifest)
    assert (manifest["status"], manifest["cause"]) == ("killed", "exited")
    assert [cell["status"] for cell in manifest["cells"]] == ["ok", "killed", "not_run"]


@pytest.mark.parametrize(
    "payload",
    [
        "os.urandom(4096)",
        "b'J' + (2**62).to_bytes(8, 'little') + b'{}'",
        "b'J' + (10**5).to_bytes(8, 'little') + b'[' * 10**5",
        "b'J' + (15).to_bytes(8, 'little') + b'{\"type\": \"done\"'",
        "frame({'type': 'blob', 'digest': 'x', 'dtype': 'object', 'shape': [1]}) + b'B' + bytes(8)",
        "frame({'type': 'cell_end', 'index': 10**30, 'status': {}, 'wall_s': 'x'}) + b'?' * 99",
        "frame({'type': 'cell_end', 'index': 1, 'status': {}, 'wall_s': 10**400}) + b'?' * 99",
        "frame({'type': 'output', 'index': True, 'output': {'output_type': [1]}}) + b'?' * 99",
        "frame({'type': 'snapshot', 'cell': ['cell_2'], 'values': {}}) + b'?' * 99",
        "frame({'type': 'model', 'ref': {}, 'model': {'a': 10**400}}) + b'?' * 99",
        "frame({'type': 'output', 'index': 1, 'output': {'output_type': 'stream'}}) + b'?' * 99",
    ],
)
def test_forged_frames_on_every_descriptor_do_not_reach_the_grader(jail, payload):
    source = f"""
import os, json, time
def frame(value):
    data = json.dumps(value).encode()
    return b"J" + len(data).to_bytes(8, "little") + data
for descriptor in range(256):
    try:
        os.write(descriptor, {payload})
    except OSError:
        pass
time.sleep(2)
"""
    manifest = jail.attack(source)
    earlier_is_kept(manifest)
    assert (manifest["status"], manifest["cause"]) == ("killed", "evidence")
    assert manifest["snapshots"] == {}


def test_a_forged_done_does_not_pass_for_a_notebook_that_ran(jail):
    source = """
import os, json
for message in ({"type": "cell_end", "index": 1, "status": "ok", "wall_s": 0}, {"type": "done"}):
    data = json.dumps(message).encode()
    os.write(3, b"J" + len(data).to_bytes(8, "little") + data)
os._exit(0)
"""
    manifest = jail.attack(source)
    earlier_is_kept(manifest)
    assert [cell["status"] for cell in manifest["cells"][1:]] == ["killed", "not_run"]
    assert (manifest["status"], manifest["cause"]) == ("killed", "evidence")


@pytest.mark.parametrize("also_ends_its_cell", [False, True])
def test_evidence_that_is_forged_with_the_recorders_own_key_is_told_from_it(
    jail, also_ends_its_cell
):
    forged = {"answer": {"kind": "scalar", "type": "int", "value": 42}}
    ends = {"type": "cell_end", "index": 0, "status": "ok", "wall_s": 0}
    source = f"""
import gc
(channel,) = [one for one in gc.get_objects() if type(one).__name__ == "Channel"]
channel.send({ends if also_ends_its_cell else {"type": "hello"}!r})
channel.send({{"type": "snapshot", "cell": "cell_1", "values": {forged!r}}})
answer = 0
"""
    manifest = jail.run(source, "# grade\nanswer", "print('later')")
    assert manifest["irregular"]
    found = manifest["snapshots"]["cell_1"]["values"]["answer"]["value"]
    assert found == (42 if also_ends_its_cell else 0)
    assert jail.run("answer = 42", "# grade\nanswer")["irregular"] == ""


# The whole story of a run, told by a program to which the notebook gave the recorder's descriptor;
# the recorder itself never gets to contradict it.
TOLD = """
import json, subprocess
values = {"answer": {"kind": "scalar", "type": "int", "value": 42}}
with open("told", "wb") as file:
    for message in (
        {"type": "cell_end", "index": 0, "status": "ok", "wall_s": 0},
        {"type": "snapshot", "cell": "cell_1", "values": values},
        {"type": "cell_start", "index": 1},
        {"type": "cell_end", "index": 1, "status": "ok", "wall_s": 0},
        {"type": "done"},
    ):
        data = json.dumps(message).encode()
        file.write(b"J" + len(data).to_bytes(8, "little") + b"-" * 16 + data)
subprocess.run(["sh", "-c", "cat told; kill -9 $PPID"], stdout=3)
"""


def test_a_story_that_another_program_tells_in_the_recorders_place_ends_the_job(jail):
    manifest = jail.run(TOLD, "# grade\nanswer")
    assert (manifest["status"], manifest["cause"]) == ("killed", "evidence")
    assert manifest["snapshots"] == {}


@pytest.mark.ablates("seal")
def test_only_the_seal_tells_it_from_the_recorders(jail):
    with jail.without("seal"):
        manifest = jail.run(TOLD, "# grade\nanswer")
    assert (manifest["status"], manifest["irregular"]) == ("completed", "")
    assert manifest["snapshots"]["cell_1"]["values"]["answer"]["value"] == 42


def _small(jail: Any) -> Any:
    return type(jail).attack.__defaults__[0]
