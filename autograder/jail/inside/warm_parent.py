"""The warm parent: TensorFlow imported once, then one fork per job. Started by ``bootstrap``.

It holds no secret, has one thread, and never creates an eager context: both are asserted before
every fork, because a child of a parent that has run one TensorFlow operation hangs.
"""

import array
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable
from functools import partial
from typing import NoReturn, TypeAlias

from autograder.jail.inside import syscalls
from autograder.jail.inside.ladder import PAYLOAD_FD, RESULT_FD, STATUS_FD, climb
from autograder.jail.inside.lent import Lent, lent_of
from autograder.recorder.alarm import alone
from autograder.recorder.guard import Guard

Climb: TypeAlias = Callable[[dict[str, float], frozenset[str], Lent, Callable[[], None]], NoReturn]

MODULES = (
    "numpy",
    "tensorflow",
    "keras",
    "IPython.core.interactiveshell",
    "IPython.core.magics",
    "matplotlib.pyplot",
    "matplotlib_inline.backend_inline",
    "sklearn.datasets",
    "sklearn.model_selection",
    "sklearn.preprocessing",
    "pyseccomp",
    "autograder.recorder.session",
    "autograder.replay.tasks",
    "autograder.student",
)
"""What honest notebooks import, so that no job pays for it."""

NOT_YET = ("pyarrow",)
"""pandas imports it where it is installed, and it starts a thread, beside which nothing can be
forked. A job that asks for it gets it; pandas does without it, there and everywhere alike."""

SETTLE_S = 10.0
"""matplotlib's timer rings after 5 s; a thread that stays longer is found by `_health`."""


def serve(control: socket.socket, to_work: Climb = climb) -> NoReturn:
    """Warm up, say so, then fork a job for every message until the trusted side hangs up.

    ``to_work`` is the inner wall: how a fork gets to the student's process.
    """
    started = time.monotonic()
    gc.callbacks.append(_keep)
    sys.modules.update(dict.fromkeys(NOT_YET))  # type: ignore[arg-type]  # None: not to be imported
    for name in MODULES:
        importlib.import_module(name)
    _touch_lazy_modules()
    for name in NOT_YET:
        del sys.modules[name]
    guard = Guard()
    gc.collect()
    gc.freeze()
    gc.callbacks.remove(_keep)
    _settle()
    syscalls.prctl(syscalls.PR_SET_DUMPABLE, 0)
    _send(control, {"type": "ready", "warm_s": time.monotonic() - started, **_health()})
    while True:
        readable, _, _ = select.select([control], [], [], 1.0)
        _reap()
        if readable:
            _one_message(control, guard, to_work)


def _one_message(control: socket.socket, guard: Guard, to_work: Climb) -> None:
    message, ancillary, _, _ = control.recvmsg(65536, 4096)
    if not message:
        os._exit(0)
    descriptors = _descriptors(ancillary)
    health = _health()
    if health["threads"] != 1 or health["eager"]:
        _send(control, {"type": "unhealthy", **health})
        os._exit(70)
    try:
        pid = os.fork()
    except OSError as error:  # processes or memory are short for a moment: the next try may do
        pid = -1
        _send(control, {"type": "refused", "reason": str(error)})
    if pid == 0:
        control.close()
        _job(json.loads(message), descriptors, guard, to_work)
    for descriptor in descriptors:
        os.close(descriptor)
    if pid > 0:
        _send(control, {"type": "forked"})


def _job(job: dict[str, object], descriptors: list[int], guard: Guard, to_work: Climb) -> NoReturn:
    payload, raw, result, status = descriptors
    try:
        without = frozenset(map(str, job["without"]))  # type: ignore[call-overload]
        _place({0: None, 1: raw, 2: raw, RESULT_FD: result, STATUS_FD: status, PAYLOAD_FD: payload})
        if "descriptors" not in without:
            os.closerange(PAYLOAD_FD + 1, 65536)
        limits = {str(k): float(v) for k, v in dict(job["limits"]).items()}  # type: ignore[call-overload]
        lent = lent_of(dict(job["lent"]))  # type: ignore[call-overload]
        to_work(limits, without, lent, partial(_work, guard, "pid" not in without))
    except BaseException:  # the process's edge: whatever it is, it is told and the fork ends
        report = {"type": "broken", "reason": traceback.format_exc()[-2000:]}
        os.write(STATUS_FD, json.dumps(report).encode())
    os._exit(125)


def _work(guard: Guard, alone_here: bool) -> None:
    from autograder.jail.inside.work import work

    if alone_here:
        alone()
    work(PAYLOAD_FD, RESULT_FD, guard)


def _place(wanted: dict[int, int | None]) -> None:
    """Put each descriptor at its number."""
    base = 100
    for target, source in wanted.items():
        if source is None:
            source = os.open("/dev/null", os.O_RDONLY)
        os.dup2(source, base + target)
    for target in wanted:
        os.dup2(base + target, target, inheritable=target < RESULT_FD)


def _keep(phase: str, info: dict[str, int]) -> None:
    """What imports have made so far stays: the next whole look for garbage passes over it.

    To go through all of it again and again takes a sixth of the time; without any look, or with
    what is young kept as well, a job writes into more of the parent's pages.
    """
    if phase == "stop" and info["generation"] > 1:
        gc.freeze()


def _touch_lazy_modules() -> None:
    """TensorFlow and Keras import parts on first use; do it here rather than in every job."""
    import keras
    import tensorflow as tf

    for root, path in ((tf, "keras.layers.Dense"), (tf, "nn.relu"), (tf, "data.Dataset")):
        value: object = root
        for name in path.split("."):
            value = getattr(value, name)
    _ = (keras.optimizers.Adam, keras.losses.get, keras.metrics.get)
    importlib.import_module("matplotlib.font_manager")


def _settle(within_s: float = SETTLE_S) -> None:
    """Wait for threads that an import began and ended, such as matplotlib's timer for its fonts.

    A cancelled timer's thread is there until it gets its turn, on a busy machine some time later.
    """
    deadline = time.monotonic() + within_s
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join(max(0.0, deadline - time.monotonic()))


def _health() -> dict[str, object]:
    from tensorflow.python.eager import context

    current = context.context_safe()
    eager = current is not None and current._context_handle is not None
    return {"threads": len(os.listdir("/proc/self/task")), "eager": eager}  # noqa: PTH208


def _descriptors(ancillary: list[tuple[int, int, bytes]]) -> list[int]:
    found = array.array("i")
    for _, _, data in ancillary:
        found.frombytes(data[: len(data) - len(data) % found.itemsize])
    return list(found)


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def _send(control: socket.socket, message: dict[str, object]) -> None:
    control.send(json.dumps(message).encode())


def quiet_signals() -> None:
    """Ctrl-C in the grader's terminal is the grader's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
