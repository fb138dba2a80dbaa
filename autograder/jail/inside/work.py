"""What a job does once every wall stands: run a notebook, predict, or load a saved file."""

import os
import signal
import traceback

import numpy as np

from autograder.errors import EvidenceError
from autograder.evidence.arrays import Array, Blob, pack, unpack
from autograder.evidence.calls import ON_THE_WAY
from autograder.evidence.strict_json import loads
from autograder.jail.inside.channel import Channel, read_all
from autograder.nouns import JSON
from autograder.recorder.guard import Guard


def work(payload_fd: int, result_fd: int, guard: Guard | None = None) -> None:
    """Read the job from ``payload_fd``, do it, stream what comes of it to ``result_fd``."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    np.random.seed(None)
    job, blobs, key = _read(payload_fd)
    os.close(payload_fd)
    channel = Channel(result_fd, key)
    channel.send({"type": "started"})
    if job["kind"] == "notebook":
        from autograder.recorder import session

        files = {n: blob.data for n, blob in blobs.items() if not n.startswith(ON_THE_WAY)}
        arrays = {n.removeprefix(ON_THE_WAY): b for n, b in blobs.items() if n not in files}
        try:
            session.run_notebook(job, files, channel, arrays, guard)
        except BaseException:
            if not session.begun():  # no student code has run: whoever reads this can trust it
                os.write(2, traceback.format_exc()[-3000:].encode())
            raise
    elif job["kind"] == "load":
        from autograder.recorder.saved import load_saved

        channel.send(load_saved(blobs[str(job["file"])].data, channel))
    else:
        _predict(job, blobs, channel)
    channel.send({"type": "done"})


def _read(descriptor: int) -> tuple[dict[str, JSON], dict[str, Blob], bytes]:
    """What to do, the arrays and files by name, and the key of the channel."""
    key = b""
    job: dict[str, JSON] = {}
    blobs: dict[str, Blob] = {}
    head: dict[str, JSON] = {}
    for kind, payload in read_all(descriptor):
        if kind == b"K":
            key = payload
        elif kind == b"B":
            shape = head["shape"]
            assert isinstance(shape, list)
            dtype, dimensions = str(head["dtype"]), tuple(int(str(n)) for n in shape)
            blobs[str(head["name"])] = Blob(dtype, dimensions, payload)
        else:
            value = loads(payload)
            assert isinstance(value, dict)
            head, job = (value, job) if value.get("type") == "blob" else (head, value)
    return job, blobs, key


def _predict(job: dict[str, JSON], blobs: dict[str, Blob], channel: Channel) -> None:
    from autograder.replay.tasks import TASKS

    requests = job["requests"]
    assert isinstance(requests, list)
    for number, request in enumerate(requests):
        assert isinstance(request, dict)
        try:
            task = TASKS[str(request["task"])]
            weights, inputs = _arrays(request["weights"], blobs), _inputs(request, blobs)
            outputs = task(request["model"], weights, inputs)
            names: list[JSON] = [channel.blob(pack(np.asarray(output))) for output in outputs]
            channel.send({"type": "prediction", "request": number, "outputs": names})
        except EvidenceError as error:
            channel.send({"type": "unpredicted", "request": number, "reason": str(error)[:500]})
        except Exception as error:  # the model is hostile: whatever it breaks is its own answer
            reason = f"{type(error).__name__}: {error}"[:500]
            channel.send({"type": "unpredicted", "request": number, "reason": reason})


def _arrays(names: JSON, blobs: dict[str, Blob]) -> list[Array | None]:
    assert isinstance(names, list)
    return [unpack(blobs[str(name)]) if name is not None else None for name in names]


def _inputs(request: dict[str, JSON], blobs: dict[str, Blob]) -> list[Array]:
    return [array for array in _arrays(request["inputs"], blobs) if array is not None]
