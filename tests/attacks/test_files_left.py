"""Files that a hostile notebook leaves for the grader: where they lead, and what is in them."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import h5py
import pytest

from autograder.evidence.arrays import Blob
from autograder.jail.notebook import run_notebook
from autograder.nouns import CodeCell
from autograder.replay.load import Loaded, load

pytestmark = [pytest.mark.jail, pytest.mark.usefixtures("unharmed")]

NAME = "out.keras"
LEADS_ELSEWHERE = {
    "link": f"import os\nos.symlink('/etc/passwd', '{NAME}')",
    "pipe": f"import os\nos.mkfifo('{NAME}')",
    "device": f"import os\nos.symlink('/dev/zero', '{NAME}')",
    "loop": f"import os\nos.symlink('{NAME}', '{NAME}')",
    "folder": f"import os\nos.mkdir('{NAME}')",
    "outside": f"open('../{NAME}', 'w').write('x')",
    "moved": f"import os\nos.chdir('/box/tmp')\nopen('{NAME}', 'w').write('x')",
    "hard link": f"""
import os
for path in ("/etc/passwd", "/opt/autograder/autograder/errors.py", "/usr/bin/env"):
    try:
        os.link(path, '{NAME}')
    except OSError as error:
        print("refused", error.errno)
""",
}


@pytest.mark.parametrize("how", list(LEADS_ELSEWHERE))
def test_only_a_plain_file_of_the_work_folder_is_kept(
    jail: Any, told: Callable[..., str], how: str
) -> None:
    cells = [
        CodeCell(0, LEADS_ELSEWHERE[how], "cell_0"),
        CodeCell(1, "'graded'", "cell_1", is_grade=True),
    ]
    run = run_notebook(
        jail.parent, cells, limits=_limits(jail), seed=1, captures={"cell_1": [NAME]}
    )
    manifest: Any = run.manifest
    assert manifest["cause"] == "done"
    kept = manifest["snapshots"]["cell_1"]["files"][NAME]
    assert kept["blob"] is None
    assert kept["reason"]
    assert run.blobs == {}
    if how == "hard link":
        assert told(manifest, 0).count("refused") == 3


def _limits(jail: Any) -> Any:
    return type(jail).attack.__defaults__[0]


# Saved models. Keras's safe mode was bypassed again and again: what holds is the jail.


def _layer(kind: str, **config: Any) -> dict[str, Any]:
    return {"module": "keras.layers", "class_name": kind, "config": config, "registered_name": None}


def _keras_file(*layers: dict[str, Any], parts: dict[str, bytes] | None = None) -> Blob:
    start = _layer("InputLayer", batch_shape=[None, 4], dtype="float32", name="start")
    config = {"name": "evil", "trainable": True, "layers": [start, *layers]}
    model = {"module": "keras", "class_name": "Sequential", "config": config}
    files = {
        "config.json": json.dumps(
            {**model, "registered_name": None, "compile_config": {}}
        ).encode(),
        "metadata.json": json.dumps({"keras_version": "3.15.1"}).encode(),
        "model.weights.h5": _no_weights(),
        **(parts or {}),
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return _blob(stream.getvalue())


def _no_weights() -> bytes:
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        file.create_group("layers")
    return stream.getvalue()


def _blob(data: bytes) -> Blob:
    return Blob("uint8", (len(data),), data)


CODE = {
    "class_name": "__lambda__",
    "config": {"code": "4wAAAA==", "defaults": None, "closure": None},
}
EVIL = {
    "a lambda": _keras_file(_layer("Lambda", name="own", function=CODE)),
    "a function by name": _keras_file(
        _layer(
            "Activation",
            name="own",
            activation={
                "module": "os",
                "class_name": "function",
                "config": "system",
                "registered_name": "system",
            },
        )
    ),
    "another program's model": _keras_file(
        _layer("TFSMLayer", name="own", filepath="/opt/site", call_endpoint="serve")
    ),
    "a vocabulary elsewhere": _keras_file(
        _layer("StringLookup", name="own", vocabulary="/etc/shadow")
    ),
    "a billion units": _keras_file(_layer("Dense", name="own", units=10**9)),
    "a name that climbs": _keras_file(
        _layer("Dense", name="../../../../box/home/own", units=1),
        parts={"../../../../box/home/x.h5": b"x", "model.weights.h5": b"\x89HDF\r\n\x1a\nx"},
    ),
    "deep settings": _keras_file(parts={"config.json": b"[" * 200_000 + b"]" * 200_000}),
    "a module of its own": _keras_file(
        {"module": "subprocess", "class_name": "Popen", "config": {"args": ["touch", "/scratch/x"]}}
    ),
}


@pytest.mark.parametrize("what", list(EVIL))
def test_a_hostile_model_file_is_a_reason_and_no_model(jail: Any, what: str) -> None:
    found = load(jail.parent, EVIL[what])
    assert isinstance(found, Loaded)
    assert found.model is None
    assert found.reason
    assert "Traceback" not in found.reason


def test_a_file_like_those_but_honest_is_a_model(jail: Any) -> None:
    assert load(jail.parent, _keras_file(_layer("Flatten", name="own"))).model is not None
