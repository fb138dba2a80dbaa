"""Attacks on what a job has in common with its neighbours and the grader: memory that belongs to no
process, counts that the kernel keeps for a user, the processor, the grader's own time and memory.

Each of these got through once, or would without the wall that is taken away in the same test.
"""

import os
import resource
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.jail.fairness import FEW, niceness
from autograder.jail.parent import allow_descriptors

pytestmark = [pytest.mark.jail, pytest.mark.usefixtures("unharmed")]

MIB = 1024**2

TRY = """
import ctypes, os, select, socket, time
libc = ctypes.CDLL(None, use_errno=True)
def attempt(what, act):
    try:
        result = act()
    except OSError as error:
        print("refused", what, error.errno)
    else:
        print("BREACH", what, result)
def call(number, *arguments):
    result = libc.syscall(number, *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), "refused")
    return result
"""

SEND = """
import gc
(channel,) = [one for one in gc.get_objects() if type(one).__name__ == "Channel"]
def send(text):
    channel._write(b"J", text.encode())
"""


def limits(jail: Any, **changes: Any) -> Any:
    return replace(type(jail).attack.__defaults__[0], **changes)


# Kernel memory that no process is charged for.


def test_memory_and_counts_that_outlive_every_process_cannot_be_had(jail, told):
    source = (
        TRY
        + """
attempt("shared memory", lambda: call(29, 0, ctypes.c_size_t(1 << 28), 0o1600))
attempt("message queue", lambda: call(68, 0, 0o1600))
attempt("semaphores", lambda: call(64, 0, 1000, 0o1600))
attempt("posix queue", lambda: call(240, b"queue", os.O_CREAT | os.O_RDWR, 0o600, None))
attempt("inotify", lambda: call(294, 0))
attempt("old inotify", lambda: call(253))
attempt("fanotify", lambda: call(300, 0, 0))
attempt("segments", lambda: call(154, 0, None, 0))
attempt("key", lambda: call(248, b"user", b"name", b"x" * 100, 100, -2))
for family in (16, 30, 38, 40):
    attempt("pair of %d" % family, lambda: socket.socketpair(family, socket.SOCK_STREAM))
"""
    )
    shown = told(jail.attack(source), 1)
    assert "BREACH" not in shown
    assert shown.count("refused") == 13


@pytest.mark.parametrize(
    ("wanted", "source"),
    [
        ("sockets", "kept.append(socket.socketpair())"),
        ("files and pipes", "kept.append(os.pipe())"),
    ],
    ids=["sockets", "pipes"],
)
def test_buffers_of_the_kernel_are_counted_for_the_job(jail, wanted: str, source: str):
    """A thousand in each of many processes, full of what nobody reads, would fill the machine."""
    attack = f"""
import os, socket, time
kept = []
def fill():
    try:
        while len(kept) < 480:
            {source}
    except OSError:
        pass
    time.sleep(30)
for _ in range(6):
    if os.fork() == 0:
        fill()
fill()
"""
    manifest = jail.attack(attack, limits(jail, cell_wall_s=6.0))
    assert (manifest["status"], manifest["cause"]) == ("killed", "memory")
    assert wanted in manifest["reason"]


@pytest.mark.parametrize(
    ("wall", "what", "wanted"),
    [
        pytest.param("sockets", "socket.socketpair()", 100, marks=pytest.mark.ablates("sockets")),
        pytest.param("files", "os.pipe()", 400, marks=pytest.mark.ablates("files")),
    ],
)
def test_either_is_had_in_plenty_only_without_its_count(
    jail, told, wall: str, what: str, wanted: int
):
    """700 pairs of sockets are no more than the 4,096 files, and 5,600 ends of pipes no socket."""
    source = f"""
import os, socket, time
kept = []
def fill():
    kept.extend({what} for _ in range({wanted}))
    time.sleep(1.5)
for _ in range(6):
    if os.fork() == 0:
        fill()
        os._exit(0)
fill()
print("BREACH", len(kept))
"""
    manifest = jail.attack(source)
    assert manifest["cause"] == "memory"
    assert {"sockets": "sockets", "files": "files and pipes"}[wall] in manifest["reason"]
    with jail.without(wall):
        assert "BREACH" in told(jail.attack(source), 1)


def test_a_sockets_buffer_stays_as_it_is_whatever_a_job_asks_for(jail, told):
    source = """
import socket
left, right = socket.socketpair()
before = left.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
left.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 24)
print("as before", left.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) == before)
"""
    assert told(jail.attack(source), 1) == "as before True\n"


WATCHED = {
    "memory": """
import mmap, time
kept = mmap.mmap(-1, 600 * 2**20)
for _ in range(600):
    kept.write(b"x" * 2**20)
time.sleep(1.5)
""",
    "cpu": """
import os, time
children = []
read, write = os.pipe()
for _ in range(3):
    children.append(os.fork())
    if children[-1] == 0:
        begun = time.process_time()
        while time.process_time() < begun + 0.5:
            pass
        os.write(write, b"x")
        time.sleep(30)
for _ in children:
    os.read(read, 1)
time.sleep(0.5)
for child in children:
    os.kill(child, 9)
""",
}


@pytest.mark.ablates("watchdog")
@pytest.mark.parametrize("cause", ["memory", "cpu"])
def test_what_a_job_uses_in_all_is_limited_only_by_the_watchdog(jail, cause: str):
    """No limit of one process is reached: shared mappings are no data, and each child is brief."""
    few = limits(jail, memory_bytes=500 * MIB, cpu_s=1.0, cell_wall_s=12.0)
    assert jail.attack(WATCHED[cause], few)["cause"] == cause
    with jail.without("watchdog"):
        assert jail.attack(WATCHED[cause], few)["cause"] == "done"


def test_the_grader_can_hand_out_jobs_whatever_a_job_keeps_under_way() -> None:
    """As root it always can; this is for a grader who is the same user as its jobs."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (1024, before[1]))
        allow_descriptors()
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= min(before[1], 4 * 1024)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_no_memory_of_the_warm_parent_is_shared_for_writing(jail, told):
    """It would be the other jobs' memory as well."""
    source = """
for line in open("/proc/self/maps"):
    rights = line.split()[1]
    if rights[1] == "w" and rights[3] == "s":
        print("BREACH", line)
print("looked")
"""
    assert told(jail.attack(source), 1) == "looked\n"


# The processor.

MANY_LEGS = """
import os, time
for _ in range(12):
    if os.fork() == 0:
        while True:
            pass
time.sleep(2.2)
"""


@pytest.mark.ablates("fairness")
def test_many_busy_processes_weigh_no_more_than_one(jail):
    """Without it a neighbour has a tenth of its core, and runs out of its time."""
    one_process = limits(jail, memory_bytes=4096 * MIB, cell_wall_s=3.0)
    assert _lowest_priority(jail, MANY_LEGS, one_process) >= niceness(FEW + 1)
    with jail.without("fairness"):
        assert _lowest_priority(jail, MANY_LEGS, one_process) == 0


def test_a_few_busy_threads_keep_their_priority(jail):
    work = "import threading, time\nend = time.monotonic() + 2.5\n"
    work += "def spin():\n    while time.monotonic() < end:\n        pass\n"
    work += "threads = [threading.Thread(target=spin) for _ in range(3)]\n"
    work += "for thread in threads:\n    thread.start()\nfor thread in threads:\n    thread.join()"
    assert _lowest_priority(jail, work, limits(jail, cell_wall_s=6.0)) == 0


def test_a_session_of_its_own_is_no_share_of_the_processor_of_its_own(jail, told):
    """Kernels that group by session would give each child of a job as much as a neighbour has."""
    source = """
import os, subprocess
before = os.getsid(0)
os.setsid()
print("same session", os.getsid(0) == before)
done = subprocess.run(["echo", "started"], start_new_session=True, capture_output=True, text=True)
print(done.stdout.strip())
"""
    assert told(jail.attack(source), 1) == "same session True\nstarted\n"


@pytest.mark.ablates("oom")
def test_the_kernel_would_end_a_job_before_the_grader_only_by_its_word(jail):
    """By the kernel's own ranking: with it each process of a job stands before the grader's."""
    kept = bytearray(b"x") * 1024 * MIB  # a grader that has read much: more than a job's process
    assert _lowest_rank(jail) > _rank(os.getpid())
    with jail.without("oom"):
        assert _lowest_rank(jail) < _rank(os.getpid())
    del kept


@pytest.mark.ablates("landlock", "dumpable")
def test_a_job_takes_its_place_in_the_ranking_back_only_without_two_walls(jail, told):
    source = """
try:
    open("/proc/self/oom_score_adj", "w").write("0")
    print("BREACH")
except OSError as error:
    print("refused", error)
"""
    for missing in ((), ("landlock",), ("dumpable",)):
        with jail.without(*missing):
            assert "refused" in told(jail.attack(source), 1), missing
    with jail.without("landlock", "dumpable"):
        assert "BREACH" in told(jail.attack(source), 1)


@pytest.mark.ablates("deadlines")
def test_only_the_deadline_ends_a_cell_that_is_deaf_to_its_interrupt(jail):
    deaf = "import signal, time\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\ntime.sleep(4)"
    short = limits(jail, cell_wall_s=1.0)
    assert jail.attack(deaf, short)["cause"] == "cell"
    with jail.without("deadlines"):
        assert jail.attack(deaf, short)["cause"] == "done"


# What the grader reads.

BOMBS = {
    "evidence": """send('{"type": "snapshot", "cell": "later", "values": {"a": %s}}' % lists)""",
    "output": """
send('{"type": "output", "index": 1, "output": {"output_type": "display_data", "metadata": {},'
     ' "data": {"text/plain": %s}}}' % lists)
""",
}


@pytest.mark.parametrize("where", ["evidence", "output"])
def test_small_json_that_becomes_large_is_refused_before_it_is_read(jail, where: str):
    """27 MB of empty lists took 700 MB of the grader, and 17 s in which it looked at nothing."""
    attack = SEND + "lists = '[' + '[],' * 9_000_000 + '[]]'\n" + BOMBS[where]
    manifest = jail.attack(attack)
    assert (manifest["status"], manifest["cause"]) == ("killed", "evidence")
    assert "JSON values expected" in manifest["reason"]
    assert len(str(manifest)) < 10_000


def test_lists_in_an_output_count_for_its_cap(jail, told):
    attack = SEND + "lists = '[' + '[],' * 300_000 + '[]]'\n" + BOMBS["output"]
    manifest = jail.attack(attack)
    assert manifest["cause"] == "done"
    assert "[output cut here" in told(manifest, 1)


@pytest.mark.ablates("output", "evidence")
def test_only_the_borders_caps_stop_too_much_evidence_and_output(jail, told: Callable[..., str]):
    bytes_ = "import os\nblock = b'x' * 2**20\nfor _ in range(3):\n    os.write(1, block)"
    # 36 MiB, the cap is 32; a snapshot keeps no array of more than 4.
    arrays = "import numpy\nfor n in range(9):\n    globals()[f'a{n}'] = numpy.full(2**19, 1.0 + n)"
    cells = (bytes_, arrays, "# grade\na8.shape")
    manifest = jail.run(*cells)
    assert "[output cut here" in told(manifest, 0)
    assert (manifest["cause"], manifest["snapshots"]) == ("evidence", {})
    with jail.without("output", "evidence"):
        manifest = jail.run(*cells)
    assert len(told(manifest, 0)) >= 3 * MIB
    assert manifest["snapshots"]["cell_2"]["values"]["a8"]["blob"]


def _rank(pid: int) -> int:
    """A process's place in the kernel's ranking: the highest is killed first."""
    try:
        return int(Path(f"/proc/{pid}/oom_score").read_text(encoding="ascii"))
    except OSError:  # it has ended
        return 0


def _lowest_rank(jail: Any) -> int:
    """Of the processes of a job that sleeps; its keeper, which runs nothing of it, aside."""
    thread = threading.Thread(target=jail.attack, args=("import time\ntime.sleep(1)",))
    thread.start()
    ranks: dict[int, int] = {}
    while thread.is_alive():
        job = {pid for pid in jail.processes() - jail.own if _parent(pid) not in jail.own}
        ranks |= {pid: max(ranks.get(pid, 0), _rank(pid)) for pid in job}
        time.sleep(0.1)
    assert len(ranks) >= 2, ranks  # its first process and the student's
    return min(ranks.values())


def _parent(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="latin-1")
    except OSError:
        return -1
    return int(text.rpartition(")")[2].split()[1])


def _lowest_priority(jail: Any, source: str, its_limits: Any) -> int:
    """The highest niceness that any process of the job had while it ran."""
    thread = threading.Thread(target=jail.attack, args=(source, its_limits))
    thread.start()
    seen = 0
    while thread.is_alive():
        for pid in jail.processes() - jail.own:
            try:
                seen = max(seen, os.getpriority(os.PRIO_PROCESS, pid))
            except OSError:
                continue
        time.sleep(0.1)
    return seen
